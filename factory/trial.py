"""Inside the sandbox: run an artifact on documents and see whether it keeps its promises.

`run` and `propose` are called by `factory.sandbox`; all that is untrusted comes in their payload. What they answer was
made beside untrusted code: it is data to be checked, and says nothing that a golden label would be needed for.
"""

import hashlib
import json
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any, get_args

from extractors.candidate import Candidate, Kind
from extractors.table import ROW
from ocr.document import Document
from runtime.artifact import ACTIVITY, Artifact
from runtime.errors import ArtifactError
from runtime.load import LoadedArtifact, load_artifact
from runtime.local import run as run_artifact

MAX_CANDIDATES = 50_000
SECONDS = 5.0
"""Processor time for one function on one document; a hundred times what a page of an invoice takes."""

_KINDS = frozenset(get_args(Kind))


class PromiseError(Exception):
    """A promise that was not kept: the rule, and what happened, without any text of a document."""

    def __init__(self, rule: str, what: str, line: int | None = None) -> None:
        super().__init__(rule, what, line)
        self.rule, self.what, self.line = rule, what, line


def run(payload: bytes) -> bytes:
    """`{"files", "documents", "columns", "only"}` to `{"problems": [...], "digests": {...}}`, both JSON.

    A problem has `rule`, `what`, `line`, `function` and the index of the `document`. Digests are by function and
    document: two runs of deterministic code have the same.
    """
    request = json.loads(payload)
    try:
        loaded = load_artifact(Artifact({name: text.encode() for name, text in request["files"].items()}))
    except ArtifactError as error:
        cause = error.__cause__ or error
        problem = {"rule": "does-not-load", "what": f"loading raised {type(cause).__name__}", "line": _line(cause)}
        return json.dumps({"problems": [{**problem, "function": None, "document": None}], "digests": {}}).encode()
    problems: list[dict[str, Any]] = []
    digests: dict[str, str] = {}
    steps = _steps(loaded, frozenset(request["columns"]))
    for place in request["order"]:
        document = Document.from_json(request["documents"][place])
        for name, step in steps.items():
            if request["only"] in (None, name):
                try:
                    digests[f"{name} {place}"] = _timed(step, document)
                except PromiseError as error:
                    problem = {"rule": error.rule, "what": error.what, "line": error.line}
                    problems.append({**problem, "function": name, "document": place})
    return json.dumps({"problems": problems, "digests": digests}).encode()


def _steps(loaded: LoadedArtifact, columns: frozenset[str]) -> dict[str, Callable[[Document], str]]:
    """Each function by itself, then the whole run, as it is deployed."""

    def field(name: str) -> Callable[[Document], str]:
        return lambda document: _digest(_checked(loaded.functions[name](document), document))

    steps = {name: field(name) for name in sorted(loaded.functions)}
    rows = loaded.line_items
    if rows is not None:
        steps["line_items"] = lambda document: _digest(_checked_rows(rows(document), document, columns))
    steps["run"] = lambda document: _digest(run_artifact(loaded, document).record)
    return steps


def _timed(step: Callable[[Document], str], document: Document) -> str:
    """The step's digest. Raises PromiseError; lets MemoryError through, which ends the run."""
    start = time.process_time()
    try:
        digest = step(document)
    except (PromiseError, MemoryError):
        raise
    except BaseException as error:  # whatever generated code raises, SystemExit among it, is a finding
        raise PromiseError("raised", f"raised {type(error).__name__}", _line(error)) from None
    if time.process_time() - start > SECONDS:
        raise PromiseError("too-slow", f"took longer than {SECONDS:.0f} seconds on one document")
    return digest


def _checked(answer: object, document: Document) -> list[Candidate]:
    if type(answer) is not list:
        raise PromiseError("wrong-type", f"returned {type(answer).__name__}, not a list of candidates")
    if len(answer) > MAX_CANDIDATES:
        raise PromiseError("too-many-candidates", f"returned more than {MAX_CANDIDATES} candidates")
    for candidate in answer:
        _check_candidate(candidate, document)
    return answer


def _checked_rows(answer: object, document: Document, columns: frozenset[str]) -> list[dict[str, Candidate]]:
    if type(answer) is not list or any(type(row) is not dict for row in answer):
        raise PromiseError("wrong-type", "returned something other than a list of dicts")
    if sum(map(len, answer)) > MAX_CANDIDATES:
        raise PromiseError("too-many-candidates", f"returned more than {MAX_CANDIDATES} candidates")
    for row in answer:
        if not row.keys() <= columns | {ROW}:
            raise PromiseError("wrong-type", "returned a cell for a column that the spec does not have")
        for candidate in row.values():
            _check_candidate(candidate, document)
    return answer


def _check_candidate(candidate: object, document: Document) -> None:
    if type(candidate) is not Candidate:
        raise PromiseError("wrong-type", f"returned a list with {type(candidate).__name__} in it, not Candidate")
    texts = (candidate.value, candidate.text, candidate.form)
    if any(type(text) is not str for text in texts) or candidate.kind not in _KINDS:
        raise PromiseError("wrong-type", "returned a candidate whose kind, value, text or form is of another type")
    if not candidate.value:
        raise PromiseError("empty-value", "returned a candidate without a value")
    if type(candidate.page) is not int or not 0 <= candidate.page < len(document.pages):
        raise PromiseError("outside-document", "returned a candidate on a page that the document does not have")
    count = len(document.pages[candidate.page].words)
    words = candidate.words
    if type(words) is not tuple or not words or any(type(word) is not int for word in words):
        raise PromiseError("wrong-type", "returned a candidate whose words are not a tuple of numbers")
    if min(words) < 0 or max(words) >= count or any(left >= right for left, right in zip(words, words[1:])):  # noqa: B905, RUF007
        raise PromiseError("outside-document", "returned a candidate whose words are not on the page, or not ascending")


def _digest(value: object) -> str:
    """The same for equal values made of dataclasses, lists, dicts in order, and plain values."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()


def _line(error: BaseException) -> int | None:
    """The last line of the artifact's code that the error came through."""
    return next((line for line in reversed(list(_lines(error)))), None)


def _lines(error: BaseException) -> Iterator[int]:
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.endswith(ACTIVITY) and frame.lineno is not None:
            yield frame.lineno
