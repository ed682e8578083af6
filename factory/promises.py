"""What every generated function promises: candidates of the right type that stand in the document."""

from typing import get_args

from extractors.candidate import Candidate, Kind
from extractors.table import ROW
from ocr.document import Document
from runtime.workflow_plan import PlannedStep
from templates.workflows.logic import REVIEW, UNDECIDED, Outcome

MAX_CANDIDATES = 50_000
_KINDS = frozenset(get_args(Kind))


class PromiseError(Exception):
    """A promise that was not kept: the rule, and what happened, without any text of a document."""

    def __init__(self, rule: str, what: str, line: int | None = None) -> None:
        super().__init__(rule, what, line)
        self.rule, self.what, self.line = rule, what, line


def check_candidates(answer: object, document: Document) -> list[Candidate]:
    """The answer of a field's function. Raises PromiseError."""
    if type(answer) is not list:
        raise PromiseError("wrong-type", f"returned {type(answer).__name__}, not a list of candidates")
    if len(answer) > MAX_CANDIDATES:
        raise PromiseError("too-many-candidates", f"returned more than {MAX_CANDIDATES} candidates")
    for candidate in answer:
        _check_candidate(candidate, document)
    return answer


def check_rows(answer: object, document: Document, columns: frozenset[str]) -> list[dict[str, Candidate]]:
    """The answer of a `line_items` function for a table with these columns. Raises PromiseError."""
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


def check_outcome(answer: object, step: PlannedStep) -> Outcome:
    """The answer of a rule: one of its decisions, by the branch that gives it, or REVIEW. Raises PromiseError."""
    if type(answer) is not Outcome:
        raise PromiseError("wrong-type", f"returned {type(answer).__name__}, not Outcome")
    decisions = {number: branch.decision for number, branch in enumerate(step.branches, start=1)}
    if {**decisions, UNDECIDED: REVIEW}.get(answer.branch) != answer.decision:
        raise PromiseError("wrong-type", "returned a decision that its branch does not have")
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
