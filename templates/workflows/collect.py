"""Finds the generated functions of a compiled module, so that generated code needs no registration of its own."""

from collections.abc import Callable, Mapping
from types import FunctionType

from extractors.candidate import Candidate
from extractors.utterance import Span, Utterance
from ocr.document import Document

Propose = Callable[[Document], list[Candidate]]
ProposeRows = Callable[[Document], list[dict[str, Candidate]]]


def field_functions(module: Mapping[str, object]) -> dict[str, Propose]:
    """Functions that the module itself defines, by name, but for `line_items` and private ones."""
    return {
        name: value
        for name, value in module.items()
        if isinstance(value, FunctionType)
        and value.__module__ == module["__name__"]
        and name != "line_items"
        and not name.startswith("_")
    }


def line_item_function(module: Mapping[str, object]) -> ProposeRows | None:
    """The module's own `line_items` function, if it has one."""
    found = module.get("line_items")
    return found if isinstance(found, FunctionType) and found.__module__ == module["__name__"] else None


def parameter_functions(module: Mapping[str, object]) -> dict[str, Callable[[Utterance], list[Span]]]:
    """Functions of utterances that the module itself defines, by name, but for private ones."""
    return {
        name: value
        for name, value in module.items()
        if isinstance(value, FunctionType) and value.__module__ == module["__name__"] and not name.startswith("_")
    }
