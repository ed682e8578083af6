"""Proposes whether the patient has a condition, from every mention of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.candidate import Candidate
from extractors.clinical.context import status
from extractors.clinical.cues import Status
from extractors.clinical.lexicon import CONDITIONS, Condition
from extractors.clinical.sentences import Sentence, sentences
from extractors.fields.page_text import page_texts
from extractors.pattern import spans
from ocr.document import Document


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a concept is named, how narrowly, and what is said of it."""

    sentence: Sentence
    start: int
    end: int
    narrow: bool
    """Whether the name means this condition and no other form of it."""
    status: Status


def conditions(document: Document, concept: str) -> list[Candidate]:
    """Candidates "true" at every affirmed mention of `concept` (a key of `CONDITIONS`), "false" where it is denied.

    An affirmed mention in a note that says elsewhere that it is over (in remission, resolved) has a form of its own.

    Where no mention affirms it, every other mention gives "false" with its status as `form`, and a note without any
    gives "false" at its first word (form "not mentioned"). No candidate "true" ever stands on a negated, family,
    planned or uncertain mention. KeyError for an unknown concept.
    """
    lexicon = CONDITIONS[concept]
    return document.memo(("clinical.conditions", concept), lambda: list(_conditions(document, lexicon)))


def mentions(document: Document, lexicon: Condition) -> list[Mention]:
    """All mentions of a condition in reading order; names of other conditions that contain its name are none."""
    return [found for place in range(len(sentences(document))) for found in _in_sentence(document, place, lexicon)]


def not_mentioned(document: Document, value: str = "false") -> list[Candidate]:
    """The answer of a note that says nothing: on its first word, because an answer has a place."""
    first = next((page for page in page_texts(document) if page.page.words), None)
    if first is None:
        return []
    start, end = first.line(0, 1)
    return [first.candidate("boolean", start, end, value, "not mentioned")]


def _conditions(document: Document, lexicon: Condition) -> Iterator[Candidate]:
    found = mentions(document, lexicon)
    other = _has_other_form(document, lexicon)
    affirmed = [one for one in found if one.status == "affirmed" and (one.narrow or not other)]
    over = any(one.status == "resolved" for one in found)
    for one in affirmed:
        form = "affirmed by name" if one.narrow else "affirmed"
        yield _candidate(one, "true", "affirmed, over elsewhere" if over else form)
    denied = [one for one in found if one.status in ("negated", "resolved")]
    rest = [one for one in found if one not in affirmed] if not affirmed else denied
    for one in rest:
        yield _candidate(one, "false", "another form" if one.status == "affirmed" else one.status)
    if not found:
        yield from not_mentioned(document)


def _candidate(mention: Mention, value: str, form: str) -> Candidate:
    return mention.sentence.candidate("boolean", mention.start, mention.end, value, form)


def _has_other_form(document: Document, lexicon: Condition) -> bool:
    if not lexicon.other_forms:
        return False
    found = mentions(document, Condition(lexicon.other_forms))
    return any(one.status in ("affirmed", "resolved") for one in found)


def _in_sentence(document: Document, place: int, lexicon: Condition) -> Iterator[Mention]:
    here = sentences(document)
    sentence = here[place]
    following = here[place + 1] if place + 1 < len(here) else None
    taken: list[tuple[int, int]] = []
    patterns = ((lexicon.others, None), (lexicon.other_forms, None), (lexicon.names, True), (lexicon.loosely, False))
    for pattern, narrow in patterns:
        for start, end in spans(rf"(?i)\b(?:{pattern})\b", sentence.text) if pattern else ():
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            taken.append((start, end))
            if narrow is not None:
                yield Mention(sentence, start, end, narrow, status(sentence, start, end, following))
