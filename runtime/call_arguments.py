"""Arguments of a `call` step: `{name}` in a text is a value of the case."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from string import Formatter
from typing import Any
from urllib.parse import quote

from runtime.given import Given, to_python
from runtime.workflow_plan import Typed
from templates.modules.health import RefusedError

Plain = bool | int | Decimal | date | str


def names_in(text: str) -> tuple[str, ...]:
    """The values that a text names. Raises ValueError where a brace is neither a value's nor doubled."""
    parts = list(Formatter().parse(text))
    if any(name is not None and (not name or form or conversion) for _, name, form, conversion in parts):
        raise ValueError("a value is {name}")
    return tuple(name for _, name, _, _ in parts if name)


def filled(value: Any, values: Mapping[str, Plain]) -> Any:
    """The arguments with their values: a text that is one `{name}` alone becomes the value itself."""
    if isinstance(value, dict):
        return {key: filled(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, values) for one in value]
    if not isinstance(value, str):
        return value
    parts = list(Formatter().parse(value))
    if len(parts) == 1 and not parts[0][0] and parts[0][1]:
        return values[parts[0][1]]
    return _joined(value, values, lambda text: text)


def filled_path(text: str, values: Mapping[str, Plain]) -> str:
    """A path whose values cannot become more than one segment of it. Raises RefusedError."""
    return _joined(text, values, _segment)


def plain_of(given: Given, typed: Typed) -> Plain | None:
    """A value as modules take it; None where it is missing or not of its type. Decimals keep their digits."""
    found = to_python(given, typed)
    if found is None or given.value is None:
        return None
    if typed.type == "date":
        return date.fromisoformat(given.value.strip())
    if isinstance(found, Fraction):
        return int(found) if found.denominator == 1 else Decimal(given.value.strip())
    return found


def simple(value: Any) -> Any:
    """The same for JSON and SQLite, which know neither decimals nor dates."""
    if isinstance(value, dict):
        return {key: simple(one) for key, one in value.items()}
    if isinstance(value, list):
        return [simple(one) for one in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def as_text(value: Plain) -> str:
    """As it is recorded."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(text: str, values: Mapping[str, Plain], made: Callable[[str], str]) -> str:
    parts = Formatter().parse(text)
    return "".join(literal + (made(as_text(values[name])) if name else "") for literal, name, _, _ in parts)


def _segment(text: str) -> str:
    if not text.strip("."):
        raise RefusedError("http: a value of dots alone is no part of a path")
    return quote(text, safe="")
