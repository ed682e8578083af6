"""The leaderboard's rules for Python calls, written anew; a test holds them against the official checker.

A call is `{name: {parameter: value}}`; a possible answer is `{name: {parameter: [allowed values]}}`, where `""` among
the allowed values means that the parameter may be left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

TYPES: dict[str, type] = {
    "string": str, "integer": int, "float": float, "boolean": bool, "array": list, "tuple": list, "dict": dict,
    "any": str,
}  # fmt: skip
NESTED = ("array", "tuple")
_DROPPED = str.maketrans("", "", " ,./-_*^")

Answers = Mapping[str, Mapping[str, Sequence[Any]]]


def calls_match(
    functions: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]], wanted: Sequence[Answers], category: str
) -> bool:
    """Whether the calls are right for a case of this category, in any order where it is a parallel one."""
    if len(calls) != len(wanted):
        return False
    if "parallel" not in category:
        name = next(iter(wanted[0]))
        about = _named(functions, name) if "multiple" in category else functions[0]
        return about is not None and call_matches(about, calls[0], wanted[0])
    left = list(calls)
    for answer in wanted:
        about = _named(functions, next(iter(answer)))
        found = next((call for call in left if about is not None and call_matches(about, call, answer)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def call_matches(function: Mapping[str, Any], call: Mapping[str, Any], answer: Answers) -> bool:
    """Whether one call has the function's name, all required parameters, and an allowed value for each it has."""
    allowed = next(iter(answer.values()))
    if function["name"] not in call:
        return False
    given = call[function["name"]]
    parameters = function["parameters"]
    if any(name not in given for name in parameters["required"]):
        return False
    for name, value in given.items():
        if name not in parameters["properties"] or name not in allowed:
            return False
        if not value_matches(value, parameters["properties"][name], allowed[name]):
            return False
    return all(name in given or "" in values for name, values in allowed.items())


def value_matches(given: Any, about: Mapping[str, Any], allowed: Sequence[Any]) -> bool:
    """Whether a value has the parameter's type (or that of the allowed values) and is among them."""
    kind = about["type"]
    wanted, value = TYPES[kind], given
    inner = TYPES[about["items"]["type"]] if kind in NESTED else None
    if kind == "tuple" and type(value) is tuple:
        value = list(value)
    if kind == "float" and type(value) is int:
        value = float(value)
    first = _first_type(allowed)
    other_type = first not in (None, wanted)
    if type(value) is wanted:
        if inner is not None and not any(type(one) is not list or _items_match(value, inner, one) for one in allowed):
            return False
        variable = other_type
    elif type(value) is first:
        variable = True
    else:
        return False
    return value in allowed if variable else _equal(value, wanted, inner, allowed)


def _items_match(items: Any, inner: type, allowed: Any) -> bool:
    first = _first_type(allowed)
    return all(type(item) in (inner, first) for item in items)


def _first_type(allowed: Any) -> type | None:
    """The type of the first allowed value, which may be that of None; None where there is no such value."""
    return next((type(one) for one in allowed if one != ""), None)


def _equal(value: Any, wanted: type, inner: type | None, allowed: Sequence[Any]) -> bool:
    if wanted is dict:
        return any(_dict_matches(value, one) for one in allowed if one != "")
    if wanted is list and inner is dict:
        return any(
            len(value) == len(one) and all(_dict_matches(item, wants) for item, wants in zip(value, one, strict=True))
            for one in allowed
        )
    if wanted is str:
        return folded(value) in [folded(one) for one in allowed if type(one) is str]
    if wanted is list:
        folds = [folded(item) if type(item) is str else item for item in value]
        return folds in [[folded(item) if type(item) is str else item for item in one] for one in allowed]
    return value in allowed


def _dict_matches(value: Mapping[str, Any], answer: Any) -> bool:
    if answer == "":
        return False
    for key, item in value.items():
        if key not in answer:
            return False
        folds = folded(item) if type(item) is str else item
        if folds not in [folded(one) if type(one) is str else one for one in answer[key]]:
            return False
    return all(key in value or "" in values for key, values in answer.items())


def folded(text: str) -> str:
    """As the leaderboard compares strings: without blanks and ``,./-_*^``, lower case, one kind of quote."""
    return text.translate(_DROPPED).lower().replace("'", '"')


def _named(functions: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    return next((function for function in functions if function["name"] == name), None)
