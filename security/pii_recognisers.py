"""What personal data looks like: one line a recogniser, pattern and checksum.

A value that carries a checksum (card, IBAN, NPI, routing number, VIN) must pass it when it stands alone; after its
label ("card number:", "NPI") it counts even if it fails, since people mistype and test data are made up.
Names are found after a label, a title or a given name; they are redacted and never a reason to block.

Sources: Luhn (ISO/IEC 7812-1), IBAN (ISO 13616, modulo 97), NPI (45 CFR 162, Luhn with prefix 80840), ABA routing
number (weights 3-7-1), VIN (ISO 3779), SSN ranges (Social Security Administration, 2011), NINO (HMRC NIM39110).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from security.word_lists import words

_OPTIONS = re2.Options()
_OPTIONS.max_mem = 1 << 26
_OPTIONS.log_errors = False


@dataclass(frozen=True)
class Recogniser:
    """`pattern` is RE2; its group `v` (or the whole match) is the value, `check` must hold for it."""

    type: str
    pattern: str
    check: Callable[[str], bool] | None = None

    @cached_property
    def compiled(self) -> Any:
        return re2.compile(self.pattern, _OPTIONS)


def luhn(value: str) -> bool:
    """Whether the digits end in their Luhn check digit."""
    digits = [int(c) for c in value if c.isdigit()]
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits))]
    return len(digits) > 1 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def iban(value: str) -> bool:
    """ISO 13616: letters as numbers, first four characters moved to the end, remainder 1 modulo 97."""
    plain = "".join(value.split()).upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and turned.isalnum() and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def npi(value: str) -> bool:
    """Ten digits from 1 or 2 on whose Luhn sum holds with the prefix 80840."""
    return value[0] in "12" and luhn("80840" + value)


def routing(value: str) -> bool:
    """ABA: 3(d1+d4+d7) + 7(d2+d5+d8) + (d3+d6+d9) divisible by ten."""
    return value != "0" * 9 and sum(int(d) * w for d, w in zip(value, (3, 7, 1) * 3, strict=True)) % 10 == 0


def vin(value: str) -> bool:
    """ISO 3779 with the North American check digit in position nine."""
    worth = dict(
        zip(
            "ABCDEFGHJKLMNPRSTUVWXYZ",
            (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    )
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((int(c) if c.isdigit() else worth[c]) * w for c, w in zip(value, weights, strict=True))
    return value[8] == "0123456789X"[total % 11]


def _ssn(value: str) -> bool:
    area, group, serial = value.replace(" ", "-").split("-")
    return area not in ("000", "666") and group != "00" and serial != "0000"


def _card(value: str) -> bool:
    return value.lstrip()[0] in "3456" and luhn(value)


def _ip(value: str) -> bool:
    return all(int(part) < 256 for part in value.split(".")) and value not in ("0.0.0.0", "127.0.0.1")  # noqa: S104


def _given(value: str) -> bool:
    return value.split()[0].split("-")[0].casefold() in words("given_names")


def _person(value: str) -> bool:
    parts = [word.strip(".,").casefold() for word in value.split()]
    return not any(word in _NOT_NAMES for word in parts)


def _phone(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return 7 <= digits <= 15


def _labelled(labels: str, value: str) -> str:
    """A label, then `:`, `#`, `is`, `no.` or a blank, then the value."""
    suffix = r"(?i:[ \t]?(?:number|no\b\.?|num\b\.?|nr\b\.?|code|id|hash|\#))?"
    return rf"(?i:\b(?:{labels})){suffix}[ \t]{{0,2}}(?i:[:#=]|is|-)?[ \t]{{0,3}}(?P<v>{value})"


_NOT_NAMES = words("not_names")
_NAME = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ'’.-]*(?:[ ][A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ'’.-]*){0,3}"
_NAME2 = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ'’-]+(?:[ ][A-ZÀ-ÖØ-Þ]\.)?[ ][A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ'’-]+"
_ROLE = (
    r"patient|member|subscriber|insured|beneficiary|customer|client|employee|contact|attn|attention|cardholder|applicant"
    r"|account holder|guarantor|physician|provider|doctor|prescriber|claimant|tenant|signed by|prepared by|user"
)
_MONTH = r"[A-Za-zÀ-ÖØ-ſ]{3,9}\.?"
_DATE = rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}\.? ?{_MONTH},? ?\d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}"
_ID = r"[A-Za-z]{0,5}[-# ]?\d[A-Za-z0-9]*(?:[-/][A-Za-z0-9]+){0,4}"
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Ter|Square|Sq"
    r"|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail)\b\.?"
)
_TOWN = r"(?:,?\s{1,3}[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ. -]{1,30},?\s(?:[A-Z]{2})\s\d{5}(?:-\d{4})?)?"

RECOGNISERS: tuple[Recogniser, ...] = (
    Recogniser("email", r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}"),
    Recogniser("api_key", r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b"),
    Recogniser(
        "api_key", r"\b(?:sk|pk|rk)[-_](?:live|test|ant|proj)?[-_]?[A-Za-z0-9_-]{20,}|\bgh[pousr]_[A-Za-z0-9]{36,}"
    ),
    Recogniser("api_key", r"\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[A-Za-z0-9_-]{35}|\bglpat-[A-Za-z0-9_-]{20}"),
    Recogniser(
        "api_key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[\w-]+"
    ),
    Recogniser(
        "api_key",
        r"(?i:\b(?:api[_ -]?key|secret[_ -]?key|access[_ -]?token|auth[_ -]?token|password|passwd))"
        r"\s?[:=]\s?[\"']?(?P<v>[^\s\"',;<>{}]{8,})",
    ),
    Recogniser("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", iban),
    Recogniser("iban", _labelled("iban", r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")),
    Recogniser("credit_card", r"\b(?:\d{13,19}|\d{4} \d{6} \d{5}|\d{4}-\d{6}-\d{5})\b", _card),
    Recogniser("credit_card", r"\b[3-6]\d{3}(?:(?: \d{4}){3}|(?:-\d{4}){3})\b"),
    Recogniser(
        "credit_card", _labelled("credit card|debit card|card|visa|mastercard|amex|pan", r"\d(?:[ -]?\d){12,18}")
    ),
    Recogniser("credit_card", _labelled("cvv2?|cvc|card security code", r"\d{3,4}\b")),
    Recogniser("ssn", r"\b\d{3}-\d{2}-\d{4}\b", _ssn),
    Recogniser("ssn", _labelled(r"ssn|social security|soc\.? sec\.?|itin|tin", r"\d{3}[- ]?\d{2}[- ]?\d{4}\b")),
    Recogniser("national_id", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"),
    Recogniser(
        "national_id",
        _labelled(
            r"national insurance|ni|nino|national id|sozialversicherungsnummer|aadhaar|nric|cpf|dni|personnummer"
            r"|tax id",
            r"[A-Z0-9][A-Z0-9. /-]{6,18}[A-Z0-9]",
        ),
        lambda v: sum(c.isdigit() for c in v) >= 5,
    ),
    Recogniser("npi", _labelled("npi|national provider identifier", r"\d{10}\b")),
    Recogniser("npi", r"(?i:\bprovider\b[^\n\d]{0,20})(?P<v>[12]\d{9})\b", npi),
    Recogniser("dea_number", _labelled("dea", r"[A-Z]{2}\d{7}\b")),
    Recogniser("medical_record", _labelled(r"mrn|medical record|patient id|chart|hospital|health record", _ID)),
    Recogniser("medical_record", r"\bMRN[-# ]?\d[\d-]{3,}"),
    Recogniser(
        "member_id",
        _labelled(r"member|subscriber|plan|policy|group|insurance|medicaid|medicare|hicn|mbi|rx ?bin|beneficiary", _ID),
        lambda v: sum(c.isdigit() for c in v) >= 4,
    ),
    Recogniser(
        "member_id",
        r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
    ),
    Recogniser(
        "date_of_birth",
        rf"(?i:\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday"
        r"|born(?: on)?|geboren(?: am)?|geburtsdatum|date de naissance|fecha de nacimiento))"
        rf"[\s:=-]{{0,3}}(?P<v>{_DATE})",
    ),
    Recogniser("routing_number", _labelled(r"routing|aba|rtn|sort ?code|blz|bankleitzahl", r"\d(?:[ -]?\d){5,8}\b")),
    Recogniser("bank_account", _labelled(r"(?:bank )?account|acct|a/c|konto(?:nummer)?|kto", r"\d(?:[ -]?\d){6,17}\b")),
    Recogniser("passport", _labelled(r"passport|reisepass|passeport", r"[A-Z]{0,2}\d{6,9}\b")),
    Recogniser(
        "drivers_license",
        _labelled(r"driver'?s?'? ?licen[sc]e|driving licen[sc]e|dl|führerschein", r"[A-Z]{0,3}-?\d[A-Z0-9-]{4,17}\b"),
    ),
    Recogniser("vin", r"\b[A-HJ-NPR-Z0-9]{17}\b", lambda v: any(c.isalpha() for c in v) and vin(v)),
    Recogniser("vin", _labelled("vin|chassis", r"[A-HJ-NPR-Z0-9]{17}\b")),
    Recogniser(
        "license_plate",
        _labelled(
            r"licen[sc]e plate|plate|registration plate|kennzeichen", r"[A-Z0-9]{1,4}[- ]?[A-Z0-9]{1,4}[- ]?\d{1,4}\b"
        ),
        lambda v: any(c.isdigit() for c in v),
    ),
    Recogniser("ip_address", r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", _ip),
    Recogniser(
        "ip_address", r"\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b|\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"
    ),
    Recogniser(
        "phone",
        r"(?:^|[^\w.,/-])(?P<v>(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4})\b",
        _phone,
    ),
    Recogniser("phone", r"\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}\b|\b(?:1[-. ])?\d{3}[-.]\d{3}[-.]\d{4}\b"),
    Recogniser(
        "phone",
        _labelled(r"tel(?:ephone|efon)?\.?|phone|mobile|cell|fax|call|handy|téléphone", r"[+(]?\d[\d ()./-]{5,18}\d\b"),
        _phone,
    ),
    Recogniser(
        "address",
        rf"\b\d{{1,6}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ'’.]*\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,4}}{_STREET}(?:,?\s(?:Apt|Suite|Ste|Unit|Floor|Fl|\#)\.?\s?[A-Za-z0-9-]+)?{_TOWN}",
    ),
    Recogniser("address", r"\b(?i:p\.? ?o\.? ?box)\s\d{1,7}"),
    Recogniser(
        "address",
        r"\b[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ-]*(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{1,4}[a-z]?(?:,\s?(?:D-)?\d{4,5}\s[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-ſ-]+)?",
    ),
    Recogniser(
        "employee_id",
        _labelled(r"employee id|employee|emp id|personnel|personalnummer|staff", r"[A-Za-z]{0,5}-?\d[\d-]{2,}\d"),
    ),
    Recogniser(
        "salary",
        r"(?i:\b(?:annual |base |monthly |gross )?(?:salary|wages?|compensation|income|gehalt))"
        r"(?i:\s(?:of|is|at))?[\s:=]{0,3}(?P<v>(?:[$€£]|USD |EUR )\s?\d[\d,.]*\d[kK]?)",
    ),
    Recogniser(
        "biometric",
        r"(?i:\b(?:fingerprint|retina|iris|face|facial|voice ?print|palm|biometric)(?: scan)?"
        r"(?: (?:hash|template|id|data|print|embedding|signature))+)\s?[:=]\s?(?P<v>[A-Za-z0-9+/_-]{6,}(?:\.\.\.)?)",
    ),
    Recogniser(
        "health_info",
        r"(?i:\b(?:diagnosed with|prescribed|suffers from|treated for|tested positive for|history of|diagnosis[:=]"
        r"|allergic to|hospitali[sz]ed (?:for|with)))\s(?P<v>[A-Za-zÀ-ÖØ-ſ\d][A-Za-zÀ-ÖØ-ſ\d '/-]{2,60})",
    ),
    Recogniser(
        "name", rf"(?i:\b(?:{_ROLE})(?:'s)?(?: name)?|\bname|\bfull name)\s?[:=]\s{{0,3}}(?P<v>{_NAME2})", _person
    ),
    Recogniser("name", rf"(?i:\b(?:{_ROLE}))[,:]?\s(?P<v>{_NAME})", lambda v: _given(v) and _person(v)),
    Recogniser("name", rf"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\.?\s(?P<v>{_NAME})", _person),
    Recogniser(
        "name", rf"(?i:\b(?:dear|hi|hello|regards|sincerely)),?\s(?P<v>{_NAME})", lambda v: _given(v) and _person(v)
    ),
    Recogniser("name", rf"\b(?P<v>{_NAME2})\b", lambda v: _given(v) and _person(v)),
)
