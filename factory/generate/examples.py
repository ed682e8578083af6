"""Writes extraction functions from labelled examples alone: no model, no key.

For each field it tries the proposers that suit the field's type on the golden documents, narrowest first, and keeps
those that put more labelled values among the candidates. What the examples show (labels beside the value, printed
forms) is written into the function's docstring for the people who read it; which candidate is right is left to the
ranker.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import extractors.fields
from extractors.candidate import Candidate, Kind
from extractors.layout import page_index
from extractors.normalise import same
from factory.folds import group_names
from factory.generate import clinical
from factory.generate.generator import Generated
from factory.generate.line_items import fit_line_items, write_line_items
from factory.golden import Example
from factory.prompt import Prompt
from factory.spec import FieldSpec
from ocr.document import Document
from security.finding import Finding

WORTHWHILE = 0.01
"""A further proposer must bring at least this share of labelled values within reach, and two of them."""


@dataclass(frozen=True)
class Evidence:
    """What the examples show of one field."""

    proposers: tuple[str, ...]
    reachable: int
    """Labelled values that are among the candidates."""
    labelled: int
    labels: tuple[tuple[str, int], ...]
    """Words that stand left of or above the value, with how often."""
    forms: tuple[tuple[str, int], ...]


class ExampleGenerator:
    """Induces one function a field from the golden documents."""

    name = "examples"

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Write all functions. The same examples give the same text; findings cannot make it write another."""
        functions: dict[str, str] = {}
        notes: dict[str, str] = {}
        read = clinical.functions(prompt.spec, prompt.examples)
        for name, field in prompt.spec.fields.items():
            if name in read:
                functions[name] = read[name]
                notes[name] = "read from the note's sentences by extractors.clinical"
                continue
            evidence = observe(name, field, prompt.plan.proposers[name], prompt.examples)
            functions[name] = write_function(name, field, evidence)
            notes[name] = f"{evidence.reachable} of {evidence.labelled} values among the candidates"
        table, model = write_table(prompt)
        return Generated({**functions, **table}, self.name, notes, line_items=model)


def write_table(prompt: Prompt) -> tuple[dict[str, str], dict[str, Any] | None]:
    """The function `line_items` and the table reader's model as JSON; nothing where the spec has no line items."""
    if prompt.spec.line_items is None:
        return {}, None
    columns = prompt.spec.line_items.columns
    groups = group_names(prompt.spec, prompt.examples)
    model = fit_line_items(columns, prompt.examples, groups, prompt.spec.accuracy.target_precision)
    return {"line_items": write_line_items(columns, prompt.examples, model)}, model.to_json()


def observe(name: str, field: FieldSpec, proposers: Sequence[str], examples: Sequence[Example]) -> Evidence:
    """Try proposers, keep those worth it, and collect what stands around the right candidates."""
    wanted = [example for example in examples if example.label.counts(name) and example.label.fields[name] is not None]
    chosen: list[str] = []
    reached: dict[int, Candidate] = {}
    for proposer in proposers:
        propose = bind(proposer, field)
        gain = {
            place: right
            for place, example in enumerate(wanted)
            if place not in reached and (right := _right(field.type, example, name, propose)) is not None
        }
        if not chosen or len(gain) >= max(2, WORTHWHILE * len(wanted)):
            chosen.append(proposer)
            reached.update(gain)
    pairs = [(wanted[place].document, candidate) for place, candidate in reached.items()]
    labels = Counter(label for document, candidate in pairs if (label := label_of(document, candidate)))
    forms = Counter(candidate.form for _, candidate in pairs if candidate.form)
    return Evidence(tuple(chosen), len(reached), len(wanted), _top(labels), _top(forms))


def bind(proposer: str, field: FieldSpec) -> Callable[[Document], list[Candidate]]:
    """A proposer by name as a function of the document alone."""
    function = getattr(extractors.fields, proposer)
    if proposer == "enums":
        return lambda document: list(function(document, field.values))
    if proposer == "booleans":
        return lambda document: list(function(document, field.labels))
    return lambda document: list(function(document))


def write_function(name: str, field: FieldSpec, evidence: Evidence) -> str:
    """The function's source text."""
    calls = [_call(proposer, field) for proposer in evidence.proposers]
    body = calls[0] if len(calls) == 1 else "[" + ", ".join(f"*{call}" for call in calls) + "]"
    lines = [f"def {name}(document: Document) -> list[Candidate]:"]
    lines.append(f'    """{_docstring(name, field)}')
    lines.append("")
    lines.append(f"    Within reach in {evidence.reachable} of {evidence.labelled} examples that have one.")
    for title, counted in (("Beside or above it", evidence.labels), ("Printed as", evidence.forms)):
        if counted:
            shown = ", ".join(f"{_plain(text)} ({count})" for text, count in counted)
            lines.append(f"    {title}: {shown}."[:118])
    lines.append('    """')
    lines.append(f"    return {body}")
    return "\n".join(lines) + "\n"


def label_of(document: Document, candidate: Candidate) -> str | None:
    """The words of the cell left of the candidate, or of the row above it: at most four, folded."""
    index = page_index(document, candidate.page)
    page, first = index.page, candidate.words[0]
    left = [word for word in index.left(first, 4) if page.segment_of[word] >= page.segment_of[first] - 1]
    if left:
        return " ".join(index.tokens[word] for word in reversed(left))
    word = page.words[first]
    above = index.above(page.row_of[first], word.x0, word.x1, 1, reach=2)
    return " ".join(index.tokens[word] for word in above[0][:4]) if above else None


def _right(kind: Kind, example: Example, name: str, propose: Callable[[Document], list[Candidate]]) -> Candidate | None:
    label = example.label.fields[name]
    assert label is not None
    return next((found for found in propose(example.document) if same(kind, label, found.value)), None)


def _call(proposer: str, field: FieldSpec) -> str:
    if proposer == "enums":
        return f"enums(document, {_literal(field.values)})"
    if proposer == "booleans":
        return f"booleans(document, {_literal(field.labels)})"
    return f"{proposer}(document)"


def _literal(values: Sequence[str]) -> str:
    return "(" + "".join(f"{value!r}, " for value in values).rstrip() + ")"


def _docstring(name: str, field: FieldSpec) -> str:
    text = field.description or name.replace("_", " ").capitalize()
    return _plain(text)[:100].rstrip(". ") + "."


def _plain(text: str) -> str:
    """Text that cannot end a docstring or start an escape."""
    return text.replace("\\", "/").replace('"', "'").replace("\n", " ")


def _top(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The commonest, ties by name, seen at least twice."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(item for item in ordered[:6] if item[1] > 1)
