"""Which passages of a text try to instruct the model, by rules and classifiers, in whatever spelling.

The text is read in several ways: as it stands (cleaned), with separated letters joined, with leetspeak undone, and
each passage written in code as what it decodes to. Every reading is judged whole by the rules, and whole and in
windows of three sentences by the classifiers.

In a text of more than three sentences a classifier has many chances to be wrong. There a window counts only if it
holds a word that speaks of a model or its orders (`data/cues.txt`), and only from the classifier's `block` score on;
the whole only where the classifier is surer still and some window supports it: weak signs add up in long contracts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from security.classifier import InjectionModel
from security.rules import Rule, matches
from security.text import fold, payloads, respellings
from security.windows import WINDOW, Sentence, sentences, windows
from security.word_lists import words

Strength = Literal["block", "review"]

SURER = 5
"""How many times less doubt a classifier may have about a window of a long text than about a short one, to block."""

_WORD = re.compile(r"\w+")


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


def suspicions(text: str, models: Sequence[InjectionModel]) -> tuple[Suspicion, ...]:
    """Everything suspicious in a text, in order, one entry for each rule or classifier and passage."""
    found = {item for reading in readings(text) for item in (*_by_rule(reading), *_by_model(reading, models))}
    return tuple(sorted(found, key=lambda item: (item.start, item.end, item.id, item.message)))


def readings(text: str) -> Iterator[Reading]:
    """The text as it stands, then the other ways to read it that differ."""
    plain = sentences(text)
    yield Reading("plain", plain, frozenset(range(len(plain))))
    respelt: dict[str, dict[int, Sentence]] = {}
    for index, sentence in enumerate(plain):
        for kind, reading in respellings(sentence.text):
            respelt.setdefault(kind, {})[index] = replace(sentence, text=reading)
    for kind, changed in respelt.items():
        yield Reading(kind, tuple(changed.get(i, s) for i, s in enumerate(plain)), frozenset(changed))
    for payload in payloads(text):
        inner = tuple(replace(s, start=payload.start, end=payload.end) for s in sentences(payload.text))
        yield Reading(payload.kind, inner, frozenset(range(len(inner))))


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
    parts, long = reading.sentences, len(reading.sentences) > WINDOW
    spans = [(a, b) for a, b in windows(parts) if reading.changed & set(range(a, b))]
    spans = [(a, b) for a, b in [*spans, (0, len(parts))] if _has_cue(parts[a:b])] if long else spans
    for model in models if spans else ():
        scores = model.scores([_text(parts[a:b]) for a, b in spans])
        supported = any(score >= model.review for (a, b), score in zip(spans, scores, strict=True) if b - a <= WINDOW)
        review, block = (model.block, 1 - (1 - model.block) / SURER) if long else (model.review, model.block)
        for (first, last), score in zip(spans, scores, strict=True):
            whole = last - first > WINDOW
            if score >= (block if whole else review) and (supported or not whole):
                strength: Strength = "block" if score >= block else "review"
                narrow = _narrowed(model, parts, first, last)
                message = "reads like instructions to the model"
                yield _suspicion(reading, *narrow, model.name, strength, message, "LLM01:2025")


def _has_cue(parts: Sequence[Sentence]) -> bool:
    return not words("cues").isdisjoint(_WORD.findall(fold(_text(parts))))


def _narrowed(model: InjectionModel, parts: Sequence[Sentence], first: int, last: int) -> tuple[int, int]:
    """The one sentence of a window that is suspicious by itself, if there is one."""
    if last - first > WINDOW:
        return first, last
    alone = model.scores([part.text for part in parts[first:last]])
    best = max(range(len(alone)), key=lambda i: float(alone[i]))
    return (first + best, first + best + 1) if alone[best] >= model.review else (first, last)


def _suspicion(
    reading: Reading, first: int, last: int, name: str, strength: Strength, message: str, owasp: str
) -> Suspicion:
    part = reading.sentences[first:last]
    how = "" if reading.kind == "plain" else f" ({reading.kind})"
    return Suspicion(name, strength, message + how, owasp, part[0].start, part[-1].end)


def _text(parts: Sequence[Sentence]) -> str:
    return " ".join(part.text for part in parts)
