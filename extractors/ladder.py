"""The ladder: fields that compiled code is not sure of climb, rung by rung, until they are sure or reach a person.

    compiled code → the region read again, sharper → one model call for all fields still unsure → grounding
    → the stronger model, for what was not grounded → a person

Line items that break their checks are asked for again, only they. Nothing is ever guessed silently: an answer counts
where it is printed, is believed as far as its model was measured to be right, and a value that two rungs read
differently is less sure than before. A rung that cannot be climbed (no model, no budget, an outage, a gate) leaves the
document as it was, and the climb says why. (Bounded invocation: paper, section 3.)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from extractors.agree import ask_again, read_again
from extractors.bounded import RELIABILITY, Question, ask_fields
from extractors.bounded_rows import ask_items, failing_items
from extractors.candidate import Candidate, FieldValue, Record
from extractors.checks import Check, evaluate, parse_check
from extractors.climbed import Called, Climbed
from extractors.extract import Propose, ProposeRows, extract, finish, propose
from extractors.fallback import Fallback
from extractors.model import ExtractorModel, FieldModel
from extractors.sharper import pages_as_images, read_sharper
from inference.client import Asker, Client
from inference.errors import (
    AnswerInvalid,
    BudgetExceeded,
    GateBlocked,
    InferenceError,
    ModelRejected,
    ModelUnavailable,
)
from inference.request import Answer, Completion, Request
from ocr.document import Document
from ocr.errors import ReadError

NO_MODEL = "no model is configured"
REASONS: tuple[tuple[type[InferenceError], str], ...] = (
    (BudgetExceeded, "budget"),
    (ModelUnavailable, "unavailable"),
    (GateBlocked, "gate"),
    (ModelRejected, "rejected"),
    (AnswerInvalid, "invalid"),
)
"""Why a document was left, in one stable word; any other error of a call is `failed`."""


@dataclass(frozen=True)
class Compiled:
    """What an artifact brings: its functions and what was learned."""

    functions: Mapping[str, Propose]
    line_items: ProposeRows | None
    model: ExtractorModel


@dataclass(frozen=True)
class Ladder:
    """What may be climbed. `client` and `stronger` are made for one document: their budget is its budget."""

    questions: Mapping[str, Question]
    columns: Sequence[Question] = ()
    fallback: Fallback = field(default_factory=Fallback)
    client: Client | None = None
    stronger: Client | None = None


def climb(
    document: Document,
    record: Record,
    compiled: Compiled,
    ladder: Ladder,
    path: Path | None = None,
    barred: Sequence[str] = (),
) -> tuple[Record, Climbed]:
    """Carry the doubtful fields of `record` up the ladder: the record after it, and what that took.

    `path` is the document's file, for the rungs that look at its picture. `barred` are findings of the input gate for
    which the document climbs no further than compiled code. Never raises for what a model or a document does.
    """
    state = _State(document, record, compiled, ladder, path)
    if not state.unsure and not state.rows:
        return record, Climbed()
    if barred:
        reason = f"the input gate says: {', '.join(barred)}"
        state.skip("model", reason)
        return state.record, Climbed((), "gate", reason, tuple(state.skipped))
    state.sharper()
    if not state.unsure and not state.rows:
        return state.done()
    if ladder.client is None:
        state.skip("model", NO_MODEL)
        return state.done()
    try:
        state.ask()
        state.ask_rows()
    except InferenceError as error:
        state.left, state.message = _reason(error), str(error)
        state.after = error.retry_after if isinstance(error, ModelUnavailable) else None
    return state.done()


class _Notes:
    """A client that writes down what it was asked and what that took."""

    def __init__(self, client: Client, calls: list[Called]) -> None:
        self.label = client.model.label
        self._client, self._calls = client, calls

    def ask(self, request: Request[Answer]) -> Completion[Answer]:
        try:
            done = self._client.ask(request)
        except InferenceError as error:
            self._calls.append(Called(request.purpose, self.label, "", _reason(error), error.usage))
            raise
        self._calls.append(Called(request.purpose, self.label, done.key, "answered", done.usage))
        return done


@dataclass
class _State:
    """One document on its way up."""

    document: Document
    record: Record
    compiled: Compiled
    ladder: Ladder
    path: Path | None
    calls: list[Called] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    left: str = ""
    message: str = ""
    after: float | None = None

    @property
    def unsure(self) -> list[str]:
        """Header fields that a person would have to look at."""
        doubtful = set(self.record.doubtful)
        return [name for name in self.ladder.questions if name in doubtful and name in self.record.fields]

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(parse_check(c.name, c.expression, c.tolerance) for c in self.compiled.model.checks)

    @property
    def rows(self) -> tuple[int, ...]:
        """Line items that break a check; where only a sum over them fails, those that are not sure."""
        if not self.ladder.columns:
            return ()
        failing = failing_items(self.checks, self.record.line_items)
        if failing or not self._sum_fails(self.record.line_items):
            return failing
        marks = {name.split("]")[0] for name in self.record.doubtful if name.startswith("line_items[")}
        return tuple(n for n in range(len(self.record.line_items)) if f"line_items[{n}" in marks)

    def skip(self, rung: str, why: str) -> None:
        """Say that a rung was not climbed, here and with every field that would have."""
        self.skipped.append(f"{rung}: {why}")
        note = (f"{rung} skipped: {why}", 0.0)
        fields = dict(self.record.fields)
        for name in self.unsure:
            fields[name] = replace(fields[name], explanation=(*fields[name].explanation, note))
        self.record = replace(self.record, fields=fields)

    def sharper(self) -> None:
        """Read the regions of unsure fields again, and let the compiled code look at what is there now."""
        names = self.unsure
        if not names or not self.ladder.fallback.ocr_retry or self.path is None:
            return
        best = {name: list_[0] for name, list_ in self._candidates(names).items() if list_}
        try:
            document = read_sharper(self.path, self.document, best.values())
        except (ReadError, OSError) as error:
            self.skip("sharper OCR", type(error).__name__)
            return
        if document is None:
            return
        self.document = document
        again = extract(document, self.compiled.functions, self.compiled.line_items, self.compiled.model)
        self._merge(names, lambda name, first: read_again(self._model(name), first, again.fields[name]))

    def ask(self) -> None:
        """One call for all fields still unsure; the stronger model for those whose answer was not grounded."""
        if not self.unsure or self.ladder.client is None:
            return
        images = self._images(self.unsure)
        answers = self._ask(self.ladder.client, self.unsure, images)
        lost = [name for name, answer in answers.items() if answer.status == "ungrounded"]
        if lost and self.ladder.stronger is not None:
            self._ask(self.ladder.stronger, lost, images)

    def ask_rows(self) -> None:
        """Ask for broken line items again. A sum that held before must hold after, or nothing changes."""
        rows, client = self.rows, self.ladder.client
        if not rows or client is None:
            return
        reply = ask_items(
            self.document,
            self.ladder.columns,
            self.record.line_items,
            self.checks,
            _Notes(client, self.calls),
            places=rows,
            reliability=min(self.ladder.fallback.reliability.values(), default=RELIABILITY),
            retries=self.ladder.fallback.retries,
        )
        if reply.mended and (not self._sum_fails(reply.items) or self._sum_fails(self.record.line_items)):
            self.record = finish(dict(self.record.fields), reply.items, self.compiled.model)

    def done(self) -> tuple[Record, Climbed]:
        return self.record, Climbed(tuple(self.calls), self.left, self.message, tuple(self.skipped), self.after)

    def _ask(self, client: Client, names: Sequence[str], images: tuple[bytes, ...]) -> dict[str, FieldValue]:
        asker: Asker = _Notes(client, self.calls)
        fallback = self.ladder.fallback
        reply = ask_fields(
            self.document,
            [self.ladder.questions[name] for name in names],
            self._candidates(names),
            asker,
            reliability=fallback.reliability,
            retries=fallback.retries,
            images=images,
        )
        if reply.skipped:
            self.skip("model", reply.skipped)
        label = client.model.label
        self._merge(
            list(reply.fields), lambda name, first: ask_again(self._model(name), first, reply.fields[name], label)
        )
        return reply.fields

    def _merge(self, names: Sequence[str], joined: Callable[[str, FieldValue], FieldValue]) -> None:
        fields = dict(self.record.fields)
        for name in names:
            fields[name] = joined(name, fields[name])
        self.record = finish(fields, self.record.line_items, self.compiled.model)

    def _model(self, name: str) -> FieldModel:
        return self.compiled.model.fields[name]

    def _candidates(self, names: Sequence[str]) -> dict[str, list[Candidate]]:
        """Of each field the candidates of the compiled code, likeliest first."""
        rankings = propose(self.document, self.compiled.functions, self.compiled.model)
        return {name: [ranked.candidate for ranked in rankings[name].values] for name in names}

    def _images(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """Pictures of the pages in question, where the spec allows it. What is in a picture cannot be redacted."""
        if not self.ladder.fallback.vision or self.path is None:
            return ()
        if self.ladder.fallback.gates.pii != "allow":
            self.skipped.append("vision: pictures cannot be redacted; set fallback.gates.pii to allow, or vision off")
            return ()
        pages = {found.page for name in names if (found := self.record.fields[name]).page is not None}
        try:
            return pages_as_images(self.path, sorted(page for page in pages if page) or [1])
        except (ReadError, OSError) as error:
            self.skipped.append(f"vision: {type(error).__name__}")
            return ()

    def _sum_fails(self, items: Sequence[Mapping[str, FieldValue]]) -> bool:
        values = {name: found.value for name, found in self.record.fields.items()}
        plain = [{name: cell.value for name, cell in item.items()} for item in items]
        sums = [check for check in self.checks if check.columns and check.fields]
        return any(evaluate(check, values, plain).passed is False for check in sums)


def _reason(error: InferenceError) -> str:
    return next((word for kind, word in REASONS if isinstance(error, kind)), "failed")
