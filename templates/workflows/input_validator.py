"""An input validator with a fallback: what is valid goes on, what can be mended is mended, the rest goes to a person.

Generated: `check`, which names what is wrong with an input (an empty list: nothing), and `fallback`, which mends
it or gives None. What the fallback makes is validated again: a fallback that mends badly mends nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, cast

from templates.workflows.logic import Made, Values, own_functions

# --- generated functions begin ---
# --- generated functions end ---

Problems = Callable[[Values], list[str]]
Fallback = Callable[[Values, list[str]], Made | None]


@dataclass(frozen=True)
class Validated:
    """What became of an input. `problems` are those of the input as it came; `values` are what may be used."""

    status: Literal["valid", "mended", "review"]
    values: Values | None
    problems: tuple[str, ...]


def validate(values: Values) -> Validated:
    """Never raises: a validator or fallback that raises sends the input to a person."""
    given = dict(values)
    try:
        found = list(PROBLEMS(dict(given)))
    except Exception as error:  # whatever generated code raises is a reason for a person
        return Validated("review", None, (f"the validator raised {type(error).__name__}",))
    if not found:
        return Validated("valid", given, ())
    try:
        mended = FALLBACK(dict(given), list(found))
        if mended is not None and not PROBLEMS(dict(mended)):
            return Validated("mended", mended, tuple(found))
    except Exception as error:  # likewise
        found.append(f"the fallback raised {type(error).__name__}")
    return Validated("review", None, tuple(found))


def _refuse(values: Values) -> list[str]:
    return ["there is no validator"]


def _no_fallback(values: Values, found: list[str]) -> Made | None:
    return None


FUNCTIONS = own_functions(globals())
PROBLEMS = cast(Problems, FUNCTIONS.get("check", _refuse))
FALLBACK = cast(Fallback, FUNCTIONS.get("fallback", _no_fallback))
