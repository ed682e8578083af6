"""Three-valued logic for compiled rules: a value that is missing is None, and what rests on it is unknown (None).

Kleene's strong logic: `False AND unknown` is False, `True AND unknown` is unknown. Numbers are exact (int, Fraction),
dates are day numbers. The prover reads these very functions, so they keep to what it understands: `if`, `return`,
`for` over arguments, comparisons and arithmetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import FunctionType

Truth = bool | None
Number = int | Fraction
Day = int
Values = Mapping[str, object]
"""What a handler is given."""
Made = dict[str, object]
"""What a handler gives."""
REVIEW = "REVIEW"
"""The decision that is none: a person decides."""
UNDECIDED = 0
"""The branch of an outcome that no branch of the rule gave."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decides, and by which of its branches (counted from 1; UNDECIDED where a missing value decided)."""

    decision: str
    branch: int
    reason: str = ""


def settled(outcome: Outcome, *earlier: Truth) -> Outcome:
    """The outcome, unless one of the earlier branches, of another decision, is unknown: then a person decides."""
    for condition in earlier:
        if condition is None:
            return Outcome(REVIEW, UNDECIDED)
    return outcome


def negated(part: Truth) -> Truth:
    """NOT."""
    if part is None:
        return None
    return not part


def both(left: Truth, right: Truth) -> Truth:
    """AND of two."""
    if left is False or right is False:
        return False
    if left is None or right is None:
        return None
    return True


def either(left: Truth, right: Truth) -> Truth:
    """OR of two."""
    if left is True or right is True:
        return True
    if left is None or right is None:
        return None
    return False


def all_of(*parts: Truth) -> Truth:
    """AND."""
    result: Truth = True
    for part in parts:
        result = both(result, part)
    return result


def any_of(*parts: Truth) -> Truth:
    """OR."""
    result: Truth = False
    for part in parts:
        result = either(result, part)
    return result


def holds(part: Truth) -> bool:
    """Unknown counts as not met: for rules whose spec says so."""
    return part is True


def missing(value: object) -> bool:
    """IS MISSING."""
    return value is None


def same(left: Number | str | bool | None, right: Number | str | bool | None) -> Truth:
    """Equal."""
    if left is None or right is None:
        return None
    return left == right


def below(left: Number | None, right: Number | None) -> Truth:
    """`<`, for dates too: earlier."""
    if left is None or right is None:
        return None
    return left < right


def at_most(left: Number | None, right: Number | None) -> Truth:
    """`<=`."""
    if left is None or right is None:
        return None
    return left <= right


def above(left: Number | None, right: Number | None) -> Truth:
    """`>`, for dates too: later."""
    if left is None or right is None:
        return None
    return left > right


def at_least(left: Number | None, right: Number | None) -> Truth:
    """`>=`."""
    if left is None or right is None:
        return None
    return left >= right


def plus(left: Number | None, right: Number | None) -> Number | None:
    """Sum; a day and a number of days make a day."""
    if left is None or right is None:
        return None
    return left + right


def minus(left: Number | None, right: Number | None) -> Number | None:
    """Difference; of two days, the days between them."""
    if left is None or right is None:
        return None
    return left - right


def times(left: Number | None, right: Number | None) -> Number | None:
    """Product."""
    if left is None or right is None:
        return None
    return left * right


def over(left: Number | None, right: Number | None) -> Number | None:
    """Quotient, exact; by zero there is none, so it is missing."""
    if left is None or right is None:
        return None
    if right == 0:
        return None
    return Fraction(left) / right


def day(text: str) -> Day:
    """The day number of an ISO date. Raises ValueError."""
    return date.fromisoformat(text).toordinal()


def mentions(text: str | None, words: str) -> Truth:
    """Whether the text has these words, in any letter case, not as parts of longer words."""
    if text is None:
        return None
    wanted = _spaced(words)
    return f" {wanted} " in f" {_spaced(text)} "


def _spaced(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


Rule = Callable[..., Outcome]


def own_functions(module: Mapping[str, object]) -> dict[str, Callable[..., object]]:
    """The public functions that a compiled module itself defines, by name."""
    return {
        name: value
        for name, value in module.items()
        if isinstance(value, FunctionType) and value.__module__ == module["__name__"] and not name.startswith("_")
    }
