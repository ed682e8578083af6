"""The values of a case as handlers read them, and the answers that handlers give: words for generated functions.

A case is a JSON object that maps input names to values; records are objects in it. A path is `amount`, or
`invoice.total` for a record's field. A value that is no value of its type is None, as a missing one is, and
`problems` says of each which it is. No text made here holds a value.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from fractions import Fraction

from templates.workflows.logic import REVIEW, Day, Made, Number, Outcome, Truth, Values

DIGITS = 40
"""A number longer than this is a slip, and would make exact arithmetic slow."""


def canonical(value: object) -> str | None:
    """A JSON value as text: `true`, `8.4`, `2026-01-31`; objects and lists as JSON; None for null."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def as_truth(text: str) -> Truth:
    """The boolean that a text stands for, or None."""
    return {"true": True, "false": False}.get(text.strip().lower())


def as_number(text: str, whole: bool = False) -> Fraction | None:
    """The exact number that a text stands for, or None."""
    if len(text.strip()) > DIGITS:
        return None
    try:
        number = Decimal(text.strip())
    except DecimalException:
        return None
    if not number.is_finite() or abs(number.adjusted()) > DIGITS:
        return None
    fraction = Fraction(number)
    return None if whole and fraction.denominator != 1 else fraction


def as_day(text: str) -> Day | None:
    """The day number of an ISO date, or None."""
    try:
        return date.fromisoformat(text.strip()).toordinal()
    except ValueError:
        return None


def as_text(text: str, allowed: Collection[str] = ()) -> str | None:
    """The text, where there is one and it is allowed; no list of texts allows all."""
    stripped = text.strip()
    return stripped if stripped and (not allowed or stripped in allowed) else None


def truth_of(values: Values, path: str) -> Truth:
    """A boolean of a case."""
    text = canonical(_at(values, path))
    return None if text is None else as_truth(text)


def number_of(values: Values, path: str) -> Number | None:
    """A number of a case."""
    text = canonical(_at(values, path))
    return None if text is None else as_number(text)


def whole_of(values: Values, path: str) -> Number | None:
    """A whole number of a case."""
    text = canonical(_at(values, path))
    return None if text is None else as_number(text, whole=True)


def day_of(values: Values, path: str) -> Day | None:
    """A date of a case."""
    text = canonical(_at(values, path))
    return None if text is None else as_day(text)


def text_of(values: Values, path: str, *allowed: str) -> str | None:
    """A text of a case."""
    text = canonical(_at(values, path))
    return None if text is None else as_text(text, allowed)


def unknown(values: Values, *paths: str) -> list[str]:
    """What is wrong with a case's shape: inputs and fields that `paths` do not name, records that are no objects."""
    tops = {path.partition(".")[0] for path in paths}
    records = {path.partition(".")[0] for path in paths if "." in path}
    found = [] if set(values) <= tops else ["an input that the spec does not name"]
    for name in sorted(records):
        record = values.get(name)
        if isinstance(record, Mapping):
            if not {f"{name}.{field}" for field in record} <= set(paths):
                found.append(f"{name} has a field that the spec does not name")
        elif record is not None:
            found.append(f"{name} is no object")
    return found


def required(values: Values, path: str) -> list[str]:
    """What is wrong where the case must bring a value."""
    return [f"{path} is missing"] if _at(values, path) in (None, "") else []


def unfit(values: Values, path: str, kind: str, read: object) -> list[str]:
    """What is wrong where a value is there and could not be read as its type."""
    return [f"{path} is not {kind}"] if read is None and _at(values, path) not in (None, "") else []


def broken(condition: str, passed: Truth) -> list[str]:
    """What is wrong where a condition is false. What a missing value leaves open is not wrong."""
    return [f"not valid: {condition}"] if passed is False else []


def mend(values: Values, path: str, value: object, read: object, *passed: Truth) -> Made:
    """The case with `value` at `path`, if what is there could not be read, or one of its conditions is false."""
    made = dict(values)
    if read is not None and False not in passed:
        return made
    name, _, field = path.partition(".")
    record = made.get(name)
    if not field:
        made[name] = value
    elif record is None or isinstance(record, Mapping):
        made[name] = {**(record or {}), field: value}
    return made


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule decided, and which of the values it reads are missing."""

    rule: str
    outcome: Outcome
    missing: tuple[str, ...]


def judged(rule: str, outcome: Outcome, read: Mapping[str, object]) -> Judged:
    """The outcome of a rule for the values that it read."""
    return Judged(rule, outcome, tuple(path for path, value in read.items() if value is None))


def decision_of(rule: Judged) -> str:
    """What the rule decided, for rules after it."""
    return rule.outcome.decision


def decided(problems: list[str], *rules: Judged) -> Made:
    """The answer: the last rule's decision; for a person where something is wrong or a rule does not decide.

    `{"decision", "status": "decided" | "review", "code", "reason", "reasons", "rules": {NAME: {...}}}`.
    """
    reasons = [*problems, *(_why(one) for one in rules if one.outcome.decision == REVIEW)]
    return {
        "decision": rules[-1].outcome.decision,
        "status": "review" if reasons else "decided",
        "code": _code(rules[-1]),
        "reason": rules[-1].outcome.reason or "a value it rests on is missing",
        "reasons": reasons,
        "rules": {one.rule: {"decision": one.outcome.decision, "code": _code(one)} for one in rules},
    }


def _why(rule: Judged) -> str:
    if rule.outcome.branch:
        return f"{rule.rule}: the rule says so: {rule.outcome.reason}"
    return f"{rule.rule}: missing: {', '.join(rule.missing) or 'a quotient'}"


def _code(rule: Judged) -> str:
    return f"{rule.rule.upper()}_{rule.outcome.branch or 'MISSING'}"


def _at(values: Values, path: str) -> object:
    name, _, field = path.partition(".")
    found = values.get(name)
    if not field:
        return found
    return found.get(field) if isinstance(found, Mapping) else None
