"""Values as printed, and what they mean: dates, amounts, identifiers, text.

`canonical` gives one reading for a label or a model's answer, `same` compares two values; the `*_readings` functions
give every plausible reading, for proposers.
"""

from extractors.normalise.date import date_readings, find_dates
from extractors.normalise.identifier import checks, shape
from extractors.normalise.money import money_readings, number_readings
from extractors.normalise.text import collapse, fold
from extractors.normalise.value import canonical, same

__all__ = [
    "canonical",
    "checks",
    "collapse",
    "date_readings",
    "find_dates",
    "fold",
    "money_readings",
    "number_readings",
    "same",
    "shape",
]
