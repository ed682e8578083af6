"""Bounded invocation without a model: the values that a step wants of a document, by compiled functions.

A boolean that asks whether a document says something (`has_step_therapy_failure`) is no where the document says
nothing: the ranker then finds no evidence, and how sure it is of that is the answer's confidence.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import cast

from extractors.candidate import Candidate, FieldValue, Record
from extractors.extract import extract
from extractors.fallback import Fallback
from extractors.guard import Guarded, guarded
from extractors.model import ExtractorModel
from ocr.document import Box, Document, Page
from runtime.given import Given, Recorded, given_of
from runtime.load import LoadedWorkflow
from runtime.workflow_plan import PlannedStep, Typed

NO = "false"
AROUND = 8
"""Words of a quote before and after the value."""

Propose = Callable[[Document], list[Candidate]]


def read_all(workflow: LoadedWorkflow, document: Document) -> Recorded:
    """The values of every bounded invocation, all of the same document, without a model."""
    found: Recorded = {}
    for step in workflow.plan.all_steps:
        if step.type == "bounded_invocation":
            found |= read_step(workflow, step, document)
    return found


def read_step(workflow: LoadedWorkflow, step: PlannedStep, document: Document) -> Recorded:
    """The values of one step, by compiled functions. Raises what a generated function raises."""
    seen = seen_of(step, document)
    return recorded_of(workflow, step, first_reading(workflow, step, seen.document), seen)


def seen_of(step: PlannedStep, document: Document) -> Guarded:
    """The document without passages that speak to a model, as far as the step's gates do not allow them."""
    return guarded(document, Fallback.model_validate(dict(step.fallback)).gates)


def first_reading(workflow: LoadedWorkflow, step: PlannedStep, document: Document) -> Record:
    """What compiled functions alone say."""
    functions = {name: evidence_of(workflow, step, name) for name in step.fields}
    model = ExtractorModel({name: workflow.model.fields[name] for name in step.fields})
    return extract(document, functions, None, model)


def recorded_of(
    workflow: LoadedWorkflow, step: PlannedStep, record: Record, seen: Guarded, model: str = ""
) -> Recorded:
    """The values of a reading as they are recorded; with a mark where words were left out of the document."""
    own = f"{workflow.name}@{workflow.id[:12]}"
    found: Recorded = {}
    for name in step.fields:
        value = record.fields[name]
        found[name] = _settled(step, name, value, seen.document, model if value.source == "model" else own)
    if seen.findings:
        left_out = f"the input gate left words out: {', '.join(seen.findings)}"
        found[f"{step.name}.done"] = Given("false", "low_confidence", 0.0, by=left_out)
    return found


def evidence_of(workflow: LoadedWorkflow, step: PlannedStep, name: str) -> Propose:
    """The field's function; of a boolean that is no unless shown, only what speaks for yes."""
    function = cast(Propose, workflow.functions[name])
    if not step.fields[name].absent_is_false:
        return function
    return lambda document: [one for one in function(document) if one.value != NO]


def _settled(step: PlannedStep, name: str, value: FieldValue, document: Document, by: str) -> Given:
    found = given_of(value, by, quote_of(document, value.box))
    status, answer = found.status, found.value
    if step.threshold is not None and status != "ungrounded":
        sure = value.confidence >= step.threshold
        status = "low_confidence" if not sure else "not_found" if answer is None else "found"
    if answer is None and step.fields[name].absent_is_false:
        answer, status = NO, "found" if status == "not_found" else status
    return Given(answer, status, found.confidence, found.source, by, found.quote, found.page, found.box)


def quote_of(document: Document, box: Box | None) -> str:
    """The words around a box, on its row; nothing where there is no box."""
    if box is None:
        return ""
    page = next((one for one in document.pages if one.number == box.page), None)
    inside = [] if page is None else [place for place, _ in enumerate(page.words) if _within(page, place, box)]
    if page is None or not inside:
        return ""
    start, end = page.rows[page.row_of[inside[0]]]
    return page.text_of(max(start, inside[0] - AROUND), min(max(end, inside[-1] + 1), inside[-1] + 1 + AROUND))


def _within(page: Page, place: int, box: Box) -> bool:
    word = page.words[place]
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def at_the_edge(workflow: LoadedWorkflow, step: PlannedStep) -> Iterator[object]:
    """What a rule answers for values at the edge of their types: all missing, least, most, each one missing."""
    patterns: list[Mapping[str, object]] = [
        dict.fromkeys(step.inputs),
        {name: _edge(typed, 0) for name, typed in step.inputs.items()},
        {name: _edge(typed, 1) for name, typed in step.inputs.items()},
    ]
    patterns += [{**patterns[place], name: None} for name in step.inputs for place in (1, 2)]
    for values in patterns:
        yield workflow.functions[step.name](*values.values())


def _edge(typed: Typed, place: int) -> object:
    if typed.values:
        return typed.values[-place]
    edges: dict[str, tuple[object, object]] = {
        "boolean": (False, True),
        "number": (Fraction(0), Fraction(10) ** 30) if not typed.whole else (0, 10**30),
        "date": (1, 3_652_059),
        "text": ("", "x" * 10_000),
    }
    return edges[typed.type][place]
