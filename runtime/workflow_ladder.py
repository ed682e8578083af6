"""Bounded invocations of a workflow on the ladder: the same rungs as a document's fields, one setup a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from extractors.bounded import Question
from extractors.candidate import Kind, Record
from extractors.climbed import Climbed
from extractors.fallback import Fallback
from extractors.guard import judged
from extractors.ladder import Compiled, climb
from extractors.model import ExtractorModel
from ocr.document import Document
from runtime.given import Recorded
from runtime.ladder import LadderOptions, LadderSetup
from runtime.load import LoadedWorkflow
from runtime.workflow_plan import PlannedStep, WorkflowPlan
from runtime.workflow_read import evidence_of, first_reading, recorded_of, seen_of


@dataclass
class WorkflowLadder:
    """Reads bounded invocations, and carries what is doubtful up the ladder. `take` tells what that took."""

    setups: Mapping[str, LadderSetup]
    _taken: list[Climbed] = field(default_factory=list)

    @staticmethod
    def of(plan: WorkflowPlan, options: LadderOptions | None = None) -> "WorkflowLadder":
        """From each step's `fallback` and the options. Raises UsageError where a model cannot be used."""
        return WorkflowLadder({step.name: _setup(step, options or LadderOptions()) for step in plan.readings})

    def read(self, workflow: LoadedWorkflow, step: PlannedStep, document: Document) -> Recorded:
        """As `runtime.workflow_read.read_step`. Only the fields that are doubtful are named in a prompt."""
        setup = self.setups[step.name]
        seen = seen_of(step, document)
        record = first_reading(workflow, step, seen.document)
        functions = {name: evidence_of(workflow, step, name) for name in step.fields}
        model = ExtractorModel({name: workflow.model.fields[name] for name in step.fields})
        barred = seen.findings
        if not barred and setup.fallback.model is not None:
            barred = judged(seen.document, setup.whole_document_gate)
        compiled = Compiled(functions, None, model)
        after, climbed = climb(seen.document, _doubtful(step, record), compiled, setup.for_document(), None, barred)
        self._taken.append(climbed)
        label = setup.fallback.model or ""
        return recorded_of(workflow, step, after, seen, label)

    def take(self) -> Climbed | None:
        """What was climbed since the last call, added up; None where nothing was read."""
        taken, self._taken = self._taken, []
        if not taken:
            return None
        left = next((one for one in taken if one.left), Climbed())
        calls = tuple(call for one in taken for call in one.calls)
        skipped = tuple(dict.fromkeys(rung for one in taken for rung in one.skipped))
        return Climbed(calls, left.left, left.message, skipped, left.after)


def _setup(step: PlannedStep, options: LadderOptions) -> LadderSetup:
    questions = {
        name: Question(name, cast(Kind, typed.kind), typed.description, (), typed.values)
        for name, typed in step.fields.items()
    }
    return LadderSetup.make(Fallback.model_validate(dict(step.fallback)), questions, (), options)


def _doubtful(step: PlannedStep, record: Record) -> Record:
    """The record with what the step's own threshold doubts."""
    if step.threshold is None:
        return record
    names = tuple(name for name, value in record.fields.items() if value.confidence < step.threshold)
    return Record(record.fields, record.line_items, record.checks, names)
