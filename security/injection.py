"""Which passages of a text try to instruct the model, by rules and classifiers, in whatever spelling.

The text is read in several ways: as it stands (cleaned), with separated letters joined, with leetspeak undone, and
each passage written in code as what it decodes to. Every reading is judged whole by the rules, and by classifiers
whole where it is short, else by its passages (`security.passages`).

Short texts are requests and questions, which order a model about by right; only what is surely an attack counts in
them. In a document any order to a machine reader is out of place: there a second classifier (`orders`) looks for such
orders, and in whatever is written in code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from security.classifier import InjectionModel
from security.passages import is_document, passages
from security.rules import Rule, matches
from security.text import fold, payloads, respellings
from security.windows import WINDOW, Sentence, sentences, windows

Strength = Literal["block", "review"]

SURER = 30
"""How many times less doubt a classifier may have about a passage of a long spec than about a short text, to block."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Characters `start` to `end` (exclusive) of the text speak to the model, says rule or classifier `id`."""

    id: str
    strength: Strength
    message: str
    owasp: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read the text. `changed` are the sentences that this way reads differently."""

    kind: str
    sentences: tuple[Sentence, ...]
    changed: frozenset[int]
    document: bool
    """Whether an order to the reader is out of place in it."""


def suspicions(
    text: str, models: Sequence[InjectionModel], document_models: Sequence[InjectionModel] = ()
) -> tuple[Suspicion, ...]:
    """Everything suspicious in a text, in order, one entry for each rule or classifier and passage.

    `document_models` judge what is a document, or is written in code in one; `models` judge any other text.
    """
    found: set[Suspicion] = set()
    for reading in readings(text, judged=bool(models or document_models)):
        chosen = document_models if reading.document else models
        found.update(_by_rule(reading), _by_model(reading, chosen))
    return tuple(sorted(found, key=lambda item: (item.start, item.end, item.id, item.message)))


def readings(text: str, judged: bool = True) -> Iterator[Reading]:
    """The text as it stands, then the other ways to read it that differ.

    `judged`: whether classifiers will read them. Rules take documents and requests alike, and do without the telling.
    """
    plain = sentences(text)
    document = judged and len(plain) > WINDOW and is_document(plain)
    yield Reading("plain", plain, frozenset(range(len(plain))), document)
    respelt: dict[str, dict[int, Sentence]] = {}
    for index, sentence in enumerate(plain):
        for kind, reading in respellings(sentence.text):
            respelt.setdefault(kind, {})[index] = replace(sentence, text=reading)
    for kind, changed in respelt.items():
        yield Reading(kind, tuple(changed.get(i, s) for i, s in enumerate(plain)), frozenset(changed), document)
    for payload in payloads(text):
        inner = tuple(replace(s, start=payload.start, end=payload.end) for s in sentences(payload.text))
        yield Reading(payload.kind, inner, frozenset(range(len(inner))), True)


def _by_rule(reading: Reading) -> Iterator[Suspicion]:
    for rule in matches(fold(_text(reading.sentences))):
        for first, last in _where(reading, rule):
            if reading.changed & set(range(first, last)):
                yield _suspicion(reading, first, last, rule.id, rule.strength, rule.message, rule.owasp)


def _where(reading: Reading, rule: Rule) -> Iterator[tuple[int, int]]:
    """The sentences that break a rule; where none does alone, the windows that do; else everything."""
    parts = reading.sentences
    for size in (1, WINDOW):
        spans = [(a, b) for a, b in windows(parts, size) if rule in matches(fold(_text(parts[a:b])), (rule,))]
        if spans:
            yield from spans
            return
    yield 0, len(parts)


def _by_model(reading: Reading, models: Sequence[InjectionModel]) -> Iterator[Suspicion]:
    if not models:
        return
    long = reading.document or len(reading.sentences) > WINDOW
    spans = _passages(reading) if long else _short(reading)
    for model in models if spans else ():
        surer = long and not reading.document
        review, block = (model.block, 1 - (1 - model.block) / SURER) if surer else (model.review, model.block)
        yield from _scored(reading, model, spans, review, block)


def _passages(reading: Reading) -> list[tuple[int, int]]:
    spans = passages(reading.sentences)
    return [(first, last) for first, last in spans if reading.changed & set(range(first, last))]


def _short(reading: Reading) -> list[tuple[int, int]]:
    """The whole and each sentence."""
    size = len(reading.sentences)
    spans = {(0, size), *((i, i + 1) for i in range(size))} if size else set()
    return sorted(span for span in spans if reading.changed & set(range(*span)))


def _scored(
    reading: Reading, model: InjectionModel, spans: Sequence[tuple[int, int]], review: float, block: float
) -> Iterator[Suspicion]:
    """The worst passages; of those that overlap, the worst alone."""
    scores = model.scores([_text(reading.sentences[first:last]) for first, last in spans])
    taken: set[int] = set()
    for score, (first, last) in sorted(zip(map(float, scores), spans, strict=True), reverse=True):
        if score < review:
            return
        if taken.isdisjoint(range(first, last)):
            taken.update(range(first, last))
            strength: Strength = "block" if score >= block else "review"
            message = "reads like instructions to the model"
            yield _suspicion(reading, first, last, model.name, strength, message, "LLM01:2025")


def _suspicion(
    reading: Reading, first: int, last: int, name: str, strength: Strength, message: str, owasp: str
) -> Suspicion:
    part = reading.sentences[first:last]
    how = "" if reading.kind == "plain" else f" ({reading.kind})"
    return Suspicion(name, strength, message + how, owasp, part[0].start, part[-1].end)


def _text(parts: Sequence[Sentence]) -> str:
    return " ".join(part.text for part in parts)
