"""Run a workflow in this process: read a case, perform the steps that touch the world, decide, make the record.

A case is a document or text file where the workflow has one such input and nothing else is required; else a `.json`
file that maps input names to values: records as objects, documents as paths beside it, texts as text.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from extractors.candidate import FieldValue, Record, Status
from ocr.document import Document
from ocr.errors import ReadError
from ocr.options import DEFAULTS, ReadOptions
from ocr.read import read_document
from runtime.errors import ArtifactError
from runtime.given import Given, Recorded, field_value, given_of
from runtime.load import LoadedArtifact, LoadedWorkflow
from runtime.local import hash_file, run
from runtime.outcome import Extraction
from runtime.record import record_id
from runtime.trace import DecisionTrace
from runtime.workflow_plan import PlannedInput, PlannedStep
from runtime.workflow_read import quote_of, read_step
from runtime.workflow_run import decide, done_mark, due

Caller = Callable[[PlannedStep, Mapping[str, Given], str, str], Recorded]
"""Performs a `call` step, for the workflow's name and the record's id, and gives its values; see `runtime.modules`."""
Reader = Callable[[LoadedWorkflow, PlannedStep, Document], Recorded]
"""Performs a bounded invocation; by default without a model."""


class CaseError(ReadError):
    """A case file that does not bring what the workflow's inputs ask for."""

    reason = "case"


@dataclass(frozen=True)
class Services:
    """What a workflow may reach: document artifacts by address, modules, a reader that may ask a model."""

    artifact: Callable[[str], LoadedArtifact] | None = None
    call: Caller | None = None
    read: Reader = read_step


@dataclass(frozen=True)
class Case:
    """The inputs of one run: what is recorded of them, and the documents among them."""

    recorded: Recorded
    documents: dict[str, Document] = field(default_factory=dict)
    sha256: str = ""
    """Of the case's file."""


def run_case_file(
    workflow: LoadedWorkflow, path: Path, options: ReadOptions = DEFAULTS, services: Services | None = None
) -> Extraction:
    """Read a case, run the workflow, and make the record with its decision. Raises ReadError and OSError (reading)."""
    start = time.perf_counter()
    case = replace(read_case(workflow, path, options), sha256=hash_file(path))
    read_ms = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    recorded, trace = run_case(workflow, case, services or Services())
    took = (time.perf_counter() - start) * 1000
    pages = sum(len(document.pages) for document in case.documents.values())
    decision = {"recorded": {name: one.to_dict() for name, one in recorded.items()}, "trace": trace.to_dict()}
    record = record_of(workflow, recorded, trace)
    return Extraction(case.sha256, record, pages, path.stat().st_size, read_ms, took, decision)


def run_case(workflow: LoadedWorkflow, case: Case, services: Services) -> tuple[Recorded, DecisionTrace]:
    """Perform what is pending, step by step, then decide. The recorded values are all that a replay needs."""
    recorded = dict(case.recorded)
    while (found := due(workflow, recorded)) is not None:
        step, values = found
        recorded |= perform(workflow, step, case, values, services)
    return recorded, decide(workflow, recorded)


def perform(
    workflow: LoadedWorkflow, step: PlannedStep, case: Case, values: Mapping[str, Given], services: Services
) -> Recorded:
    """One step that touches the world, with the values known by now. Raises what reading or a model raises."""
    done = {done_mark(step): Given("true", by=step.name)}
    if step.type == "call":
        if services.call is None:
            return {done_mark(step): Given("false", "low_confidence", 0.0, by="not performed: no module is configured")}
        reference = record_id(case.sha256, workflow.id)
        return {**done, **services.call(step, values, workflow.name, reference)}
    document = case.documents.get(step.input)
    if document is None:
        return done | {name: Given(None, "not_found") for name in step.fields}
    if step.type == "bounded_invocation":
        return {**done, **services.read(workflow, step, document)}  # a reading may mark that it is not whole
    return {**done, **_extract(step, document, services)}


def read_case(workflow: LoadedWorkflow, path: Path, options: ReadOptions = DEFAULTS) -> Case:
    """The inputs of a file. Raises CaseError where it does not bring them, and ReadError."""
    readable = [one for one in workflow.plan.inputs if one.type in ("text", "document")]
    others = [one for one in workflow.plan.inputs if one not in readable and one.required]
    if path.suffix.lower() != ".json" or path.name.lower().endswith(".words.json"):
        if len(readable) != 1 or others:
            wanted = ", ".join(one.name for one in workflow.plan.inputs)
            raise CaseError(f"a case of {workflow.name} is a .json file with {wanted}")
        document = read_document(path, options)
        return Case(_text_of(workflow, readable[0], document), {readable[0].name: document})
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (ValueError, RecursionError):
        raise CaseError("not valid JSON") from None
    if not isinstance(data, dict):
        raise CaseError("a case is a JSON object that maps input names to values")
    return _case(workflow, data, path.parent, options)


def case_of(workflow: LoadedWorkflow, data: Mapping[str, Any], folder: Path = Path()) -> Case:
    """The inputs of a mapping, as a JSON case holds them. Raises CaseError."""
    return _case(workflow, data, folder, DEFAULTS)


def record_of(workflow: LoadedWorkflow, recorded: Recorded, trace: DecisionTrace) -> Record:
    """The case as a record: what was read, and each decision as a field. A person sees what the trace asks for."""
    fields: dict[str, FieldValue] = {}
    for name in workflow.shape.fields:
        if name in trace.outcomes:
            sure = trace.status == "decided" or name != workflow.plan.decision
            reason = next((step.code or step.reason for step in trace.steps if step.step == name), "")
            status: Status = "found" if sure else "low_confidence"
            source: Literal["person", "compiled"] = "person" if name in recorded else "compiled"
            fields[name] = FieldValue(trace.outcomes[name], status, 1.0, source=source, explanation=((reason, 1.0),))
        elif name in recorded:
            fields[name] = field_value(recorded[name])
    doubtful = [workflow.plan.decision] if trace.status == "review" else []
    for why in trace.reasons:
        if why.kind == "asked":
            fields.setdefault(why.step, FieldValue(None, "not_found", 0.0, explanation=((why.text, 1.0),)))
            doubtful.append(why.step)
        doubtful += [name for name in why.fields if name in fields]
    return Record(fields, doubtful=tuple(dict.fromkeys(doubtful)))


def _case(workflow: LoadedWorkflow, data: Mapping[str, Any], folder: Path, options: ReadOptions) -> Case:
    known = [one.name for one in workflow.plan.inputs]
    if unknown := sorted(set(data) - set(known)):
        raise CaseError(f"no input {unknown[0][:40]!r}; the inputs are {', '.join(known)}")
    recorded: Recorded = {}
    documents: dict[str, Document] = {}
    for one in workflow.plan.inputs:
        value = data.get(one.name)
        if value is None:
            if one.required:
                raise CaseError(f"the input {one.name} is missing")
            continue
        if one.type == "document":
            documents[one.name] = read_document(_beside(folder, value, one), options)
            recorded |= _text_of(workflow, one, documents[one.name])
        elif one.type == "text":
            text = str(value)
            documents[one.name] = Document.from_text(text, hashlib.sha256(text.encode()).hexdigest())
            recorded |= _text_of(workflow, one, documents[one.name])
        else:
            recorded[one.name] = Given(_value(one, value), by="case")
    return Case(recorded, documents)


def _beside(folder: Path, value: object, one: PlannedInput) -> Path:
    """A path of a case: below the case's own folder."""
    path = (folder / str(value)).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise CaseError(f"the document of {one.name} does not lie beside the case")
    return path


def _value(one: PlannedInput, value: Any) -> str:
    if (one.type == "record") != isinstance(value, dict):
        raise CaseError(f"the input {one.name} is {'an object' if one.type == 'record' else 'one value'}")
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _text_of(workflow: LoadedWorkflow, one: PlannedInput, document: Document) -> Recorded:
    """The text itself where a rule reads it; else only which text it was (the minimum necessary)."""
    read = {name for step in workflow.plan.all_steps for name in step.inputs}
    read |= {name for step in workflow.plan.all_steps if step.when for name in step.when.inputs}
    if one.name in read:
        return {one.name: Given(document.text, by="case")}
    return {f"{one.name}.sha256": Given(document.sha256, by="case")}


def _extract(step: PlannedStep, document: Document, services: Services) -> Recorded:
    """Fields of a document, by its own artifact."""
    if services.artifact is None:
        raise ArtifactError(f"{step.name}: no registry to take the document artifact {step.artifact[:12]} from")
    loaded = services.artifact(step.artifact)
    result = run(loaded, document)
    by, found = f"{loaded.name}@{loaded.id[:12]}", Recorded()
    for path in step.fields:
        name = path.partition(".")[2]
        given = given_of(result.record.fields[name], by, quote_of(document, result.record.fields[name].box))
        contested = name in result.record.doubtful and given.status == "found"  # by a check across fields
        found[path] = replace(given, status="low_confidence") if contested else given
    if step.columns:
        rows = [{name: _sure(row.get(name)) for name in step.columns} for row in result.record.line_items]
        found[f"{step.input}.line_items"] = Given(json.dumps(rows, ensure_ascii=False), source="compiled", by=by)
    if result.findings:
        left_out = f"the input gate left words out: {', '.join(result.findings)}"
        found[done_mark(step)] = Given("false", "low_confidence", 0.0, by=left_out)
    return found


def _sure(cell: FieldValue | None) -> str | None:
    """A cell's value; a doubtful one counts as missing, so that what rests on it goes to a person."""
    return None if cell is None or cell.status in ("low_confidence", "ungrounded") else cell.value
