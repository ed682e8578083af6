"""Made-up identifiers whose check digits are right, so that nothing tells them from real ones by form."""

import random
from decimal import Decimal

from stdnum import iban as iban_check
from stdnum import luhn
from stdnum.at import uid as austrian
from stdnum.ch import uid
from stdnum.ie import vat as irish
from stdnum.iso7064 import mod_11_10

BBAN = {
    "DE": "d" * 18,
    "AT": "d" * 16,
    "CH": "d" * 17,
    "FR": "d" * 23,
    "GB": "LLLL" + "d" * 14,
    "IE": "LLLL" + "d" * 14,
}
"""Form of an account number within an IBAN: d a digit, L a letter. Source: the SWIFT IBAN registry."""


def digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in range(count - 1))


def letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("ABCDEFGHKLMNPRSTUVWXZ") for _ in range(count))


def iban(country: str, chance: random.Random) -> str | None:
    """An IBAN without blanks, or None for a country that has none."""
    if country not in BBAN:
        return None
    bban = "".join(digits(chance, 1) if char == "d" else letters(chance, 1) for char in BBAN[country])
    return f"{country}{iban_check.calc_check_digits(f'{country}00{bban}')}{bban}"


def bic(country: str, chance: random.Random) -> str:
    return f"{letters(chance, 4)}{country}{digits(chance, 1)}{letters(chance, 1)}{chance.choice(['', 'XXX'])}"


def vat_id(country: str, chance: random.Random) -> str | None:
    """A VAT number with its country prefix as printed, or None where there is no VAT."""
    match country:
        case "DE":
            number = digits(chance, 8)
            return f"DE{number}{mod_11_10.calc_check_digit(number)}"
        case "AT":
            number = digits(chance, 7)
            return f"ATU{number}{austrian.calc_check_digit('U' + number)}"
        case "FR":
            siren = _siren(chance)
            return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
        case "GB":
            return f"GB {_british(chance)}"
        case "IE":
            number = digits(chance, 7)
            return f"IE{number}{irish.calc_check_digit(number)}"
        case "CH":
            return f"CHE-{_swiss(chance)}"
        case "CA":
            return f"{digits(chance, 9)} RT0001"
        case _:
            return None


def tax_number(country: str, chance: random.Random) -> str | None:
    """The number at the tax office: Steuernummer, SIRET, EIN, NEQ."""
    match country:
        case "DE":
            return f"{digits(chance, 2)}/{digits(chance, 3)}/{digits(chance, 5)}"
        case "FR":
            siren = _siren(chance)
            nic = digits(chance, 4)
            siret = f"{siren}{nic}"
            return f"{siret}{luhn.calc_check_digit(siret)}"
        case "US":
            return f"{digits(chance, 2)}-{digits(chance, 7)}"
        case _:
            return None


def phone(country: str, chance: random.Random) -> str:
    """A telephone number in the country's form; the US ones lie in the range kept for fiction."""
    match country:
        case "US" | "CA":
            return f"({chance.randint(201, 989)}) 555-01{chance.randint(10, 99)}"
        case "GB" | "IE":
            return f"0{digits(chance, 4)} {digits(chance, 6)}"
        case "FR":
            return "0" + digits(chance, 1) + "".join(f" {chance.randint(10, 99)}" for _ in range(4))
        case _:
            return f"0{digits(chance, 3)} {digits(chance, 5)}-0"


def prices(base: float, chance: random.Random) -> Decimal:
    """A price near `base`, to the cent."""
    return Decimal(str(round(base * chance.uniform(0.85, 1.2), 2))).quantize(Decimal("0.01"))


def _siren(chance: random.Random) -> str:
    number = digits(chance, 8)
    return f"{number}{luhn.calc_check_digit(number)}"


def _british(chance: random.Random) -> str:
    number = digits(chance, 7)
    total = sum(int(digit) * weight for digit, weight in zip(number, range(8, 1, -1), strict=True))
    check = 97 - total % 97
    return f"{number[:3]} {number[3:]} {check:02d}"


def _swiss(chance: random.Random) -> str:
    while True:
        number = digits(chance, 8)
        check = uid.calc_check_digit(number)
        if len(check) == 1 and check.isdigit():
            whole = number + check
            return f"{whole[:3]}.{whole[3:6]}.{whole[6:]}"
