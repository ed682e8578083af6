"""The bounded model call: one question about the fields that compiled code was not sure of.

The model sees a few rows of the document, answers through a schema made from the fields, and may answer null. What it
answers counts only where it is printed in what it saw (`extractors.grounding`): a value takes its box from there, and
is `ungrounded` otherwise. Line items are asked for again in `extractors.bounded_rows`. (Bounded invocation: paper,
section 3.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractors.candidate import Candidate, FieldValue, Kind
from extractors.excerpt import Wanted, excerpt
from extractors.grounding import Rows, ground
from extractors.normalise.value import canonical
from inference.client import Asker
from inference.request import Request
from inference.usage import Usage
from ocr.document import Document

INSTRUCTIONS = (
    "You read single fields from a document of which you see only some rows. Give each value exactly as it is printed, "
    "without its label, or null where it is not printed. Never compute, translate, complete or guess."
)
EXCERPT_TOKENS = 600
LONGEST_ANSWER = 200
"""Characters of one value."""
TOKENS_PER_FIELD = 60
"""Room for one field in the answer."""
RELIABILITY = 0.5
"""Confidence in a grounded answer of a model whose reliability nobody measured: too little to be accepted."""


@dataclass(frozen=True)
class Question:
    """A field to ask for: its name in the answer, its kind, and what helps to find it."""

    name: str
    kind: Kind
    description: str = ""
    labels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """For `enum`: the allowed values."""


@dataclass(frozen=True)
class Reply:
    """Answers, by field, with source `model`; what they took; and, where nothing was asked, why."""

    fields: dict[str, FieldValue]
    usage: Usage = field(default_factory=Usage)
    skipped: str = ""


def ask_fields(
    document: Document,
    questions: Sequence[Question],
    candidates: Mapping[str, Sequence[Candidate]],
    client: Asker | None,
    *,
    reliability: Mapping[str, float] | None = None,
    excerpt_tokens: int = EXCERPT_TOKENS,
    retries: int = 2,
    images: tuple[bytes, ...] = (),
) -> Reply:
    """Ask once for all `questions`. `candidates` are those of the compiled code, a list a field, best first.

    `reliability` is the measured share of the model's grounded answers that are right, by field: their confidence.
    `images` (PNG) go to the model too, where it sees. Without a client nothing is asked and `skipped` says so.
    Raises what `inference.complete` raises.
    """
    if client is None:
        return Reply({}, skipped="no model is configured")
    if not questions:
        return Reply({}, skipped="no field is unsure")
    wanted = [Wanted(one.kind, one.labels, candidates.get(one.name, ())) for one in questions]
    part = excerpt(document, wanted, excerpt_tokens)
    if not part.rows and not images:
        return Reply({}, skipped="the document has no text")
    request = Request(
        "bounded call",
        INSTRUCTIONS,
        describe(questions),
        answer_model("Fields", questions),
        (part.text,) if part.text else (),
        images,
        max_output_tokens=TOKENS_PER_FIELD * (len(questions) + 1),
        retries=retries,
        check=lambda answer: unreadable(questions, answer),
        lenient=True,  # one unreadable value must not cost the others
    )
    done = client.ask(request)
    fields = {}
    for one, answer in zip(questions, answers_of(done.value), strict=True):
        sure = (reliability or {}).get(one.name, RELIABILITY)
        rows = None if images else part.rows
        fields[one.name] = to_value(document, one, answer, candidates.get(one.name, ()), rows, sure)
    return Reply(fields, done.usage)


def describe(questions: Sequence[Question]) -> str:
    """The fields in words, a line each."""
    lines = []
    for one in questions:
        about = [one.kind, one.description, f"often beside: {', '.join(one.labels)}" if one.labels else ""]
        lines.append(f"- {one.name}: {'; '.join(text for text in about if text)}")
    return "Fields:\n" + "\n".join(lines)


def answer_model(name: str, questions: Sequence[Question]) -> type[BaseModel]:
    """The shape of the answer: every field is there, with a value of its kind or null."""
    fields: dict[str, Any] = {
        f"field_{place}": (_answer_type(one) | None, Field(alias=one.name)) for place, one in enumerate(questions)
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def answers_of(answer: BaseModel) -> list[Any]:
    """The values of an `answer_model`, in the order of its questions."""
    return [getattr(answer, name) for name in type(answer).model_fields]


def unreadable(questions: Sequence[Question], answer: BaseModel) -> list[str]:
    """The fields whose answer cannot be read as a value of their kind."""
    return [
        f"{one.name}: this is no {one.kind} as it would be printed; copy it, or answer null"
        for one, text in zip(questions, answers_of(answer), strict=True)
        if isinstance(text, str) and canonical(one.kind, text) is None
    ]


def to_value(
    document: Document,
    question: Question,
    answer: Any,
    candidates: Sequence[Candidate],
    rows: Rows | None,
    reliability: float,
) -> FieldValue:
    """An answer as a field's value: grounded with its box, `ungrounded`, or `not_found`."""
    if answer is None:
        return FieldValue(None, "not_found", reliability, source="model")
    if isinstance(answer, str):
        value = canonical(question.kind, answer)
        found = ground(document, question.kind, answer, candidates, rows)
        value = found.value if found else value
    else:
        value = str(answer.value).lower() if isinstance(answer.value, bool) else answer.value
        found = ground(document, "text", answer.quote, (), rows)
    if found is None:
        return FieldValue(value, "ungrounded", 0.0, source="model")
    box = document.pages[found.page].box_of(found.words)
    return FieldValue(value, "found", reliability, box.page, box, "model")


def _answer_type(question: Question) -> Any:
    """Text as printed for most kinds; for enum and boolean, whose values need not be printed, with a quote as proof."""
    text = Annotated[str, Field(max_length=LONGEST_ANSWER)]
    if question.kind not in ("enum", "boolean"):
        return text
    value = bool if question.kind == "boolean" else Literal[question.values]
    quoted: dict[str, Any] = {
        "value": (value, ...),
        "quote": (text, Field(description="The printed words that show it.")),
    }
    return create_model("Quoted", __config__=ConfigDict(extra="forbid"), **quoted)
