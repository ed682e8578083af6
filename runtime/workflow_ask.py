"""Bounded invocation with a model: one call for the values that compiled functions were not sure of."""

from typing import cast

from extractors.bounded import Question, ask_fields
from extractors.candidate import FieldValue, Kind
from inference.client import Client
from ocr.document import Document
from runtime.given import Given, Recorded, given_of
from runtime.load import LoadedWorkflow
from runtime.workflow_plan import PlannedStep, Typed
from runtime.workflow_read import NO, evidence_of, quote_of, read_step


def ask_step(workflow: LoadedWorkflow, step: PlannedStep, document: Document, client: Client, label: str) -> Recorded:
    """As `read_step`, with what is doubtful asked of the model `label`. Only these fields are named in the prompt.

    Raises what a generated function and what `inference.complete` raise.
    """
    found = read_step(workflow, step, document)
    doubtful = [name for name, one in found.items() if one.doubtful]
    questions = [_question(name, step.fields[name]) for name in doubtful]
    candidates = {name: evidence_of(workflow, step, name)(document) for name in doubtful}
    reply = ask_fields(document, questions, candidates, client)
    return found | {name: _answer(step, name, value, document, label) for name, value in reply.fields.items()}


def _answer(step: PlannedStep, name: str, value: FieldValue, document: Document, label: str) -> Given:
    """A grounded answer counts where the step's threshold lets it; it is doubtful where nobody measured the model."""
    found = given_of(value, label, quote_of(document, value.box))
    sure = step.threshold is not None and value.confidence >= step.threshold
    status = found.status if found.status == "ungrounded" or sure else "low_confidence"
    answer = NO if found.value is None and step.fields[name].absent_is_false else found.value
    return Given(answer, status, found.confidence, "model", label, found.quote, found.page, found.box)


def _question(name: str, typed: Typed) -> Question:
    return Question(name, cast(Kind, typed.kind), typed.description, (), typed.values)
