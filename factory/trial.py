"""Inside the sandbox: run an artifact on documents and see whether it keeps its promises.

`run` and `propose` are called by `factory.sandbox`; all that is untrusted comes in their payload. What they answer was
made beside untrusted code: it is data to be checked, and says nothing that a golden label would be needed for.
"""

import hashlib
import json
import time
import traceback
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar, cast

from extractors.candidate import Candidate
from factory.promises import PromiseError, check_candidates, check_outcome, check_rows
from factory.propose import load_functions
from factory.trial_handler import handler_answers
from ocr.document import Document
from runtime.artifact import ACTIVITY, Artifact, template_of
from runtime.errors import ArtifactError
from runtime.load import LoadedArtifact, LoadedWorkflow, is_workflow, load_artifact, load_workflow
from runtime.local import run as run_artifact
from runtime.workflow_plan import PlannedStep
from runtime.workflow_read import at_the_edge, read_all
from runtime.workflow_run import decide

SECONDS = 5.0
"""Processor time for one function on one document; a hundred times what a page of an invoice takes."""

T = TypeVar("T")


def run(payload: bytes) -> bytes:
    """`{"files", "documents", "order", "columns", "only"}` to `{"problems": [...], "digests": {...}}`, both JSON.

    A problem has `rule`, `what`, `line`, `function` and the index of the `document`. Digests are by function and
    document: two runs of deterministic code have the same.
    """
    request = json.loads(payload)
    artifact = Artifact({name: text.encode() for name, text in request["files"].items()})
    try:
        if is_workflow(artifact):
            steps = _workflow_steps(load_workflow(artifact))
        else:
            steps = _steps(load_artifact(artifact), frozenset(request["columns"]))
    except ArtifactError as error:
        return _answer([_not_loaded(error.__cause__ or error)], digests={})
    problems: list[dict[str, Any]] = []
    digests: dict[str, str] = {}
    for place in request["order"]:
        document = Document.from_json(request["documents"][place])
        for name, step in steps.items():
            if request["only"] in (None, name):
                try:
                    digests[f"{name} {place}"] = _timed(partial(step, document))
                except PromiseError as error:
                    problems.append(_problem(error, name, place))
    return _answer(problems, digests=digests)


def propose(payload: bytes) -> bytes:
    """`{"source", "names", "documents"}` to `{"problems": [...], "candidates": {...}}`, both JSON.

    Candidates are lists of their attributes: for each name, for each document, a list.
    """
    request = json.loads(payload)
    try:
        functions, _ = load_functions(request["source"])
    except Exception as error:
        return _answer([_not_loaded(error)], candidates={})
    problems: list[dict[str, Any]] = []
    found: dict[str, list[list[tuple[object, ...]]]] = {name: [] for name in request["names"]}
    for place, text in enumerate(request["documents"]):
        document = Document.from_json(text)
        for name, lists in found.items():
            try:
                candidates = _timed(partial(_proposed, functions, name, document))
                lists.append([_attributes(candidate) for candidate in candidates])
            except PromiseError as error:
                problems.append(_problem(error, name, place))
    return _answer(problems, candidates=found)


def _proposed(
    functions: dict[str, Callable[[Document], list[Candidate]]], name: str, document: Document
) -> list[Candidate]:
    if name not in functions:
        raise PromiseError("function-missing", "is not there")
    return check_candidates(functions[name](document), document)


def _steps(loaded: LoadedArtifact, columns: frozenset[str]) -> dict[str, Callable[[Document], str]]:
    """Each function by itself, then the whole run, as it is deployed. The answers as digests."""

    def field(name: str) -> Callable[[Document], str]:
        return lambda document: _digest(check_candidates(loaded.functions[name](document), document))

    steps = {name: field(name) for name in sorted(loaded.functions)}
    rows = loaded.line_items
    if rows is not None:
        steps["line_items"] = lambda document: _digest(check_rows(rows(document), document, columns))
    steps["run"] = lambda document: _digest(run_artifact(loaded, document).record)
    return steps


def _workflow_steps(loaded: LoadedWorkflow) -> dict[str, Callable[[Document], str]]:
    """Each function that reads, every rule and handler on values at the edge, the whole case as it is deployed."""

    def field(name: str) -> Callable[[Document], str]:
        read = cast(Callable[[Document], list[Candidate]], loaded.functions[name])
        return lambda document: _digest(check_candidates(read(document), document))

    def rule(step: PlannedStep) -> Callable[[Document], str]:
        return lambda document: _digest([check_outcome(answer, step) for answer in at_the_edge(loaded, step)])

    every = loaded.plan.all_steps
    steps = {name: field(name) for step in every if step.type == "bounded_invocation" for name in step.fields}
    steps |= {step.name: rule(step) for step in every if step.type == "deterministic_rule"}
    if template_of(loaded.manifest) == "decision":
        steps["run"] = lambda document: _digest(decide(loaded, read_all(loaded, document)))
    else:
        answers = cache(lambda: _digest(handler_answers(loaded)))  # it reads no document
        steps["handler"] = lambda document: answers()
    return steps


def _timed(step: Callable[[], T]) -> T:
    """The step's answer. Raises PromiseError; lets MemoryError through, which ends the run."""
    start = time.process_time()
    try:
        answer = step()
    except (PromiseError, MemoryError):
        raise
    except BaseException as error:  # whatever generated code raises, SystemExit among it, is a finding
        raise PromiseError("raised", f"raised {type(error).__name__}", _line(error)) from None
    if time.process_time() - start > SECONDS:
        raise PromiseError("too-slow", f"took longer than {SECONDS:.0f} seconds on one document")
    return answer


def _attributes(candidate: Candidate) -> tuple[object, ...]:
    return (candidate.kind, candidate.value, candidate.text, candidate.page, candidate.words, candidate.form)


def _answer(problems: list[dict[str, Any]], **parts: object) -> bytes:
    return json.dumps({"problems": problems, **parts}, separators=(",", ":")).encode()


def _problem(error: PromiseError, function: str | None, document: int | None) -> dict[str, Any]:
    return {"rule": error.rule, "what": error.what, "line": error.line, "function": function, "document": document}


def _not_loaded(error: BaseException) -> dict[str, Any]:
    return _problem(PromiseError("does-not-load", f"loading raised {type(error).__name__}", _line(error)), None, None)


def _digest(value: object) -> str:
    """The same for equal values made of dataclasses, lists, dicts in order, and plain values."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()


def _line(error: BaseException) -> int | None:
    """The last line of the artifact's code that the error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename.endswith(ACTIVITY)]
    return lines[-1] if lines else None
