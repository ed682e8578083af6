"""How dates and amounts are printed: every form has a name, and every form can be undone by a reader of its locale."""

from datetime import date
from decimal import Decimal

MONTHS = {
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"],
    "en": ["January", "February", "March", "April", "May", "June", "July"],
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet"],
}
MONTHS["de"] += ["August", "September", "Oktober", "November", "Dezember"]
MONTHS["en"] += ["August", "September", "October", "November", "December"]
MONTHS["fr"] += ["août", "septembre", "octobre", "novembre", "décembre"]
DATE_FORMS = (
    *("d.m.Y", "d.m.y", "d/m/Y", "d/m/y", "m/d/Y", "m/d/y", "d-m-Y", "Y-m-d"),
    *("d B Y", "d. B Y", "B d, Y", "d b Y", "d-b-Y"),
)
NUMBER_FORMS = {"1.234,56": (".", ","), "1,234.56": (",", "."), "1 234,56": (" ", ","), "1'234.56": ("'", ".")}
NUMBER_FORMS |= {"1234.56": ("", "."), "1234,56": ("", ",")}
"""Name of the form -> thousands separator, decimal separator."""
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CAD": "$"}


def print_date(value: date, form: str, language: str) -> str:
    """`value` in one of `DATE_FORMS`: the letters stand for parts as in strftime, everything else for itself."""
    name = MONTHS[language][value.month - 1]
    parts = {
        "d": f"{value.day:02d}" if "B" not in form else str(value.day),
        "m": f"{value.month:02d}",
        "Y": f"{value.year:04d}",
        "y": f"{value.year % 100:02d}",
        "B": name,
        "b": name[:3],
    }
    return "".join(parts.get(char, char) for char in form)


def print_number(value: Decimal, form: str, places: int = 2, negative: str = "before") -> str:
    """`value` rounded to `places` decimals. `negative` is where the minus stands: before, after, brackets."""
    thousands, point = NUMBER_FORMS[form]
    digits = f"{abs(value):,.{places}f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    if value >= 0:
        return digits
    return {"before": f"-{digits}", "after": f"{digits}-", "brackets": f"({digits})"}[negative]


def print_quantity(value: Decimal, form: str, negative: str = "before") -> str:
    """A quantity without useless zeros: 3, 2,5, 0.75."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return print_number(value, form, places, negative)


def print_money(value: Decimal, form: str, currency: str, style: str, negative: str = "before") -> str:
    """An amount with its currency where `style` puts it: column (nowhere), or prefix or suffix as symbol or code."""
    digits = print_number(value, form, 2, negative)
    symbol = SYMBOLS.get(currency, currency)
    match style:
        case "prefix_symbol":
            return f"-{symbol}{digits[1:]}" if digits.startswith("-") else f"{symbol}{digits}"
        case "prefix_code":
            return f"{currency} {digits}"
        case "suffix_symbol" | "suffix_dollar":
            return f"{digits} {symbol}"
        case "suffix_code":
            return f"{digits} {currency}"
        case _:
            return digits


def canonical(value: object) -> str | None:
    """The form of golden labels: dates YYYY-MM-DD, amounts plain decimals, everything else as it is."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
