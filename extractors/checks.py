"""Cross-field checks: small expressions over a record's values, evaluated without Python's `eval`.

`net_total + tax_total == grand_total`, `issue_date <= due_date`, `sum(line_items.line_total) == net_total`,
`line_items.quantity * line_items.unit_price == line_items.line_total` (must hold for each row).
Amounts are decimals, dates count days. A check that needs a missing value has no outcome (None).
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from functools import lru_cache, partial

from extractors.candidate import CheckResult

Values = Mapping[str, str | None]
Scalar = Decimal | str | bool
Result = Scalar | list["Result"] | None
Run = Callable[[Values, Sequence[Values]], Result]

_ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_ORDER: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_UNREADABLE = (DecimalException, TypeError, ValueError, ZeroDivisionError)
_FUNCTIONS = ("sum", "abs", "min", "max")


class CheckError(ValueError):
    """A check that cannot be read; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class Check:
    """A parsed check. `fields` are the header fields it names, `columns` the line-item columns."""

    name: str
    expression: str
    tolerance: float
    run: Run
    """The expression, compiled."""
    fields: tuple[str, ...]
    columns: tuple[str, ...]


@lru_cache(maxsize=1024)
def parse_check(name: str, expression: str, tolerance: float = 0.02) -> Check:
    """Parse a check. Raises CheckError where the expression uses anything but the grammar above."""
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        raise CheckError(f"check {name!r}: not an expression: {error.msg}") from None
    fields: dict[str, None] = {}
    columns: dict[str, None] = {}
    _collect(name, tree, fields, columns)
    return Check(name, expression, tolerance, _compile(tree, Decimal(str(tolerance))), tuple(fields), tuple(columns))


def outcome(check: Check, values: Values, rows: Sequence[Values] = ()) -> bool | None:
    """Whether the values pass; None where one is missing, or is no number or date where it must be one."""
    try:
        result = check.run(values, rows)
    except _UNREADABLE:
        return None
    if not isinstance(result, list):
        return None if result is None else bool(result)
    known = [part for part in result if part is not None]
    return all(part is not False for part in known) if known else None


def evaluate(check: Check, values: Values, rows: Sequence[Values] = ()) -> CheckResult:
    """Evaluate one check on a record's canonical values. The message names fields, never values."""
    try:
        result = check.run(values, rows)
    except _UNREADABLE:
        return CheckResult(check.name, None, f"{check.expression}: a value is not a number or a date")
    if result is None:
        return CheckResult(check.name, None, f"{check.expression}: a value is missing")
    if isinstance(result, list):
        known = [part for part in result if part is not None]
        failed = [str(place + 1) for place, part in enumerate(result) if part is False]
        if not known:
            return CheckResult(check.name, None, f"{check.expression}: no row has all values")
        rows_text = f" (rows {', '.join(failed[:5])})" if failed else ""
        return CheckResult(check.name, not failed, f"{check.expression}{rows_text}" if failed else "")
    return CheckResult(check.name, bool(result), "" if result else check.expression)


@lru_cache(maxsize=1 << 14)
def to_scalar(value: str) -> Scalar:
    """A canonical value as what expressions compute with: a decimal, a date as its day number, else the text."""
    if len(value) == 10 and value[4] == value[7] == "-":
        try:
            return Decimal(date.fromisoformat(value).toordinal())
        except ValueError:
            return value
    try:
        return Decimal(value)
    except DecimalException:
        return value


def _collect(name: str, node: ast.expr, fields: dict[str, None], columns: dict[str, None]) -> None:
    match node:
        case ast.Name(id=field):
            fields[field] = None
        case ast.Attribute(value=ast.Name(id="line_items"), attr=column):
            columns[column] = None
        case ast.Constant(value=int() | float() | str()):
            pass
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            _collect(name, left, fields, columns)
            _collect(name, right, fields, columns)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _collect(name, operand, fields, columns)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in (*_ORDER, ast.Eq, ast.NotEq):
            _collect(name, left, fields, columns)
            _collect(name, right, fields, columns)
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in _FUNCTIONS and arguments:
            for argument in arguments:
                _collect(name, argument, fields, columns)
        case _:
            raise CheckError(
                f"check {name!r}: `{ast.unparse(node)}` is not allowed; use field names, line_items.COLUMN, numbers, "
                f"+ - * /, one comparison, and {', '.join(_FUNCTIONS)}"
            )


def _compile(node: ast.expr, tolerance: Decimal) -> Run:
    """The expression as a function: a document's combinations of values run it many times."""
    match node:
        case ast.Name(id=field):
            return lambda values, rows: None if (value := values.get(field)) is None else to_scalar(value)
        case ast.Attribute(attr=column):
            return lambda values, rows: [
                None if row.get(column) is None else to_scalar(str(row[column])) for row in rows
            ]
        case ast.Constant(value=constant):
            known = to_scalar(str(constant))
            return lambda values, rows: known
        case ast.UnaryOp(operand=operand):
            inner = _compile(operand, tolerance)
            return lambda values, rows: _each(operator.neg, inner(values, rows))
        case ast.BinOp(left=left, op=op, right=right):
            return _both(_ARITHMETIC[type(op)], _compile(left, tolerance), _compile(right, tolerance))
        case ast.Compare(left=left, ops=[order], comparators=[right]):
            compare = partial(_compare, _ORDER.get(type(order)), isinstance(order, ast.Eq), tolerance)
            return _both(compare, _compile(left, tolerance), _compile(right, tolerance))
        case ast.Call(func=ast.Name(id=function), args=arguments):
            parts = [_compile(argument, tolerance) for argument in arguments]
            return lambda values, rows: _call(function, [part(values, rows) for part in parts])
    raise CheckError(f"`{ast.unparse(node)}` is not allowed")


def _both(function: Callable[..., Result], left: Run, right: Run) -> Run:
    def run(values: Values, rows: Sequence[Values]) -> Result:
        one, other = left(values, rows), right(values, rows)
        if isinstance(one, list) or isinstance(other, list):
            return _each(function, one, other)
        return None if one is None or other is None else function(one, other)

    return run


def _each(function: Callable[..., Result], *sides: Result) -> Result:
    """Apply to scalars, or row by row where a side is a column. A missing side gives a missing result."""
    columns = [side for side in sides if isinstance(side, list)]
    if columns:
        count = len(columns[0])
        spread = [side if isinstance(side, list) else [side] * count for side in sides]
        return [_each(function, *parts) for parts in zip(*spread, strict=True)]
    return None if any(side is None for side in sides) else function(*sides)


def _compare(
    order: Callable[[Decimal, Decimal], bool] | None, equal: bool, tolerance: Decimal, left: Scalar, right: Scalar
) -> bool:
    """Without an `order`, whether both are the same (`equal`) or not the same."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return order(left, right) if order else (abs(left - right) <= tolerance) == equal
    return (str(left).casefold() == str(right).casefold()) == equal


def _call(function: str, arguments: list[Result]) -> Result:
    flat = [part for argument in arguments for part in (argument if isinstance(argument, list) else [argument])]
    if not flat or any(part is None for part in flat):
        return None
    numbers = [part for part in flat if isinstance(part, Decimal)]
    if len(numbers) != len(flat):
        raise ValueError("not a number")
    if function == "abs":
        return abs(numbers[0])
    return sum(numbers, Decimal(0)) if function == "sum" else min(numbers) if function == "min" else max(numbers)
