"""What a made-up visit note says, before anybody writes it down."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from random import Random
from typing import Any

import yaml

WORDING: dict[str, Any] = yaml.safe_load(files("benchmarks.synthetic").joinpath("data/charts.yaml").read_text("utf-8"))

_ONES = (
    "zero one two three four five six seven eight nine ten eleven "
    "twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
DIABETES = ("typed", "untyped", "none", "negated", "family", "planned", "uncertain", "other")
_SHARES = (24, 12, 18, 14, 12, 7, 4, 9)


@dataclass(frozen=True)
class Facts:
    """A patient's visit: sentences by topic, and the truth of the four factors."""

    name: str
    pronoun: tuple[str, str]
    """Subject and possessive, lower case."""
    age: int
    birth: str
    number: str
    """The medical record number."""
    reason: str
    diabetes: str
    diabetes_kind: str
    diabetes_short: str
    a1c: str
    bmi: str
    trial: str
    fields: dict[str, str | None]
    visit: date


def facts(random: Random, implausible: bool = False) -> Facts:
    """Draw a visit. `implausible`: a typing error made one measured value impossible (A1c 45, BMI 5)."""
    kind = random.choices(DIABETES, _SHARES)[0]
    pronoun = random.choice((("she", "her"), ("he", "his")))
    visit = date(2026, 1, 5) + timedelta(days=random.randrange(300))
    has = WORDING["diabetes"][kind]["label"]
    trial_kind = random.choice(("failed", "failed", "none", "taking", "not_taken", "planned", "family"))
    a1c = _tenths(random, 66, 108) if has == "true" or random.random() < 0.4 else None
    bmi = _tenths(random, 205, 445) if random.random() < 0.75 else None
    if implausible:
        wrong = random.random() < 0.5
        a1c, bmi = (
            (Decimal(random.choice(("45", "82", "1.2"))), bmi)
            if wrong
            else (a1c, Decimal(random.choice(("5", "3.1", "312"))))
        )
    words = _words(random, pronoun, visit)
    diabetes = random.choice(WORDING["diabetes"][kind]["present"]).format(**words)
    return Facts(
        f"{random.choice(WORDING['given'])} {random.choice(WORDING['family'])}",
        pronoun,
        random.randrange(28, 79),
        f"{random.randrange(1, 13):02}/{random.randrange(1, 29):02}/{random.randrange(1948, 1998)}",
        f"{random.randrange(10**7, 10**8)}",
        random.choice(WORDING["reasons"]),
        diabetes,
        kind,
        random.choice(WORDING["diabetes"][kind]["short"]),
        _measure(random, "a1c", a1c, words),
        _measure(random, "bmi", bmi, words),
        random.choice(WORDING["trial"][trial_kind]).format(**words),
        {
            "has_t2d_diagnosis": has,
            "current_a1c": None if a1c is None else f"{a1c:f}",
            "bmi": None if bmi is None else f"{bmi:f}",
            "has_step_therapy_failure": "true" if trial_kind == "failed" else "false",
        },
        visit,
    )


def decision(fields: dict[str, str | None]) -> str:
    """What Listing 1 of the paper decides: REVIEW where a value is impossible or the one it rests on is missing."""
    a1c, bmi = (Decimal(text) if (text := fields[name]) else None for name in ("current_a1c", "bmi"))
    if (a1c is not None and not 3 < a1c < 20) or (bmi is not None and not 10 < bmi < 100):
        return "REVIEW"
    if fields["has_t2d_diagnosis"] == "true":
        return "APPROVE"
    if fields["has_step_therapy_failure"] == "false":
        return "DENY"
    return "REVIEW" if bmi is None else "APPROVE" if bmi >= 30 else "DENY"


def spoken(value: Decimal) -> str:
    """A number below 100 as it is said.

    >>> spoken(Decimal("8.2")), spoken(Decimal("34"))
    ('eight point two', 'thirty-four')
    """
    ones, tens = _ONES.split(), _TENS.split()
    whole, _, part = f"{value:f}".partition(".")
    number = int(whole)
    said = ones[number] if number < 20 else tens[number // 10 - 2] + (f"-{ones[number % 10]}" if number % 10 else "")
    return said + (" point " + " ".join(ones[int(digit)] for digit in part) if part else "")


def _measure(random: Random, name: str, value: Decimal | None, words: dict[str, str]) -> str:
    wording = WORDING[name]
    if value is None:
        return str(random.choice(wording["none"])).format(**words)
    manner = random.choices(("stated", "spoken", "change"), (7, 1, 2))[0] if value < 100 else "stated"
    old = value - _tenths(random, 4, 15) if value > 8 else value + _tenths(random, 4, 15)
    said = spoken(value) if manner == "spoken" else ""
    return str(random.choice(wording[manner])).format(v=f"{value:f}", spoken=said, old=f"{old:f}", **words)


def _words(random: Random, pronoun: tuple[str, str], visit: date) -> dict[str, str]:
    subject, possessive = pronoun
    earlier = visit - timedelta(days=random.randrange(200, 500))
    return {
        "s": subject,
        "S": random.choice((subject.capitalize(), "The patient")),
        "p": possessive,
        "P": possessive.capitalize(),
        "year": str(random.randrange(2008, 2025)),
        "years": str(random.randrange(2, 20)),
        "problem": random.choice(WORDING["other_problems"]),
        "date": f"{visit:%m/%d/%Y}",
        "earlier_date": f"{earlier:%m/%d/%Y}",
    }


def _tenths(random: Random, low: int, high: int) -> Decimal:
    return Decimal(random.randrange(low, high)) / 10
