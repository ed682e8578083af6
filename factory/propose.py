"""Run generated functions over the golden documents, to learn from what they propose."""

from collections.abc import Sequence
from types import ModuleType

from extractors.candidate import Candidate
from extractors.extract import Propose, ProposeRows
from factory.golden import Example
from templates.workflows.collect import field_functions, line_item_function


def load_functions(source: str) -> tuple[dict[str, Propose], ProposeRows | None]:
    """The functions of a filled template, by field, and its `line_items`."""
    module = ModuleType("_compiling")
    exec(compile(source, "activity.py", "exec"), module.__dict__)  # noqa: S102
    return field_functions(module.__dict__), line_item_function(module.__dict__)


def propose_all(source: str, names: Sequence[str], examples: Sequence[Example]) -> dict[str, list[list[Candidate]]]:
    """For each field, the candidates of each example. Raises KeyError where a function is missing."""
    functions, _ = load_functions(source)
    return {name: [functions[name](example.document) for example in examples] for name in names}
