"""Ranges outside which a clinical quantity is a reading error rather than a patient.

Added as validations to fields that a spec leaves unchecked: Listing 1 of the paper validates the BMI alone, Listing 2
sends an A1c outside 3 to 20 to a person. Ranges are wide on purpose: they catch slips, and judge nobody.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """Exclusive limits and what they are about."""

    low: str
    high: str
    about: str


RANGES: dict[str, Range] = {
    "a1c": Range("3", "20", "haemoglobin A1c in percent; the paper, Listing 2"),
    "hba1c": Range("3", "20", "haemoglobin A1c in percent; the paper, Listing 2"),
    "bmi": Range("10", "100", "body mass index in kg/m²; the paper, Listing 1"),
    "age": Range("-1", "130", "age in years"),
}
"""By a part of the field's name."""


def implied_range(field: str) -> Range | None:
    """The range of a number field by its name: `current_a1c` is an A1c."""
    return next((RANGES[part] for part in field.split("_") if part in RANGES), None)
