"""A note as sentences, each with the section it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from extractors.candidate import Candidate, Kind
from extractors.fields.page_text import PageText, page_texts
from extractors.pattern import find, matches, spans
from ocr.document import Document

HEADINGS = {
    "family": r"family (?:medical )?(?:history|hx)|fam(?:ily)? ?hx|fh|fhx|fmh",
    "medications": r"(?:current |home |outpatient )?(?:medications?|meds)(?: list)?|rx",
    "allergies": r"allerg(?:y|ies)|nkda",
    "history": r"(?:past |prior )?(?:medical|surgical) (?:history|hx)|pmh|pmhx|psh|history|problem list|problems",
    "social": r"social (?:history|hx)|sh|shx|soc hx",
    "present": r"history of present illness|hpi|subjective|interval history|chief complaint|cc|s|reason for visit",
    "review": r"review of systems|ros",
    "exam": r"physical exam(?:ination)?|exam|pe|vitals?(?: signs)?|vs|objective|o",
    "results": r"results?|labs?|laboratory(?: data| results)?|data|imaging",
    "plan": r"assessment(?: (?:and|&) plan| ?/ ?plan)?|plan|impression|a ?[/&] ?p|a|p|recommendations?|instructions",
    "requirements": r"(?:coverage|payer|plan|insurance) (?:criteria|requirements?|policy)|criteria",
}
"""Kinds of section and the headings that open them (own list, after common note templates)."""

_ANY = "|".join(HEADINGS.values())
_OPENS = rf"(?i)(?:^|[.;|\t]\s*)[\s*#•-]*({_ANY})\s*[:\-]\s"
_ALONE = rf"(?i)^[\s*#]*({_ANY})\s*[:.]?[\s*#]*$"
_OTHER = r"^[\s*#]*(?:[A-Z][A-Z /&,'-]{3,60}:?|[A-Z][A-Za-z]+(?: [A-Za-z]+){0,4}:)\s*$"
_RELATIVE = r"(?i)^\W*(?:mother|father|mom|dad|sister|brother|maternal|paternal|grand|aunt|uncle|son|daughter|sibling)"
_LABEL = r"^[\s*#•-]*[A-Z][A-Za-z /&-]{2,40}:"
_LEADER = r"\s(?:\.{3,}|…|_{3,})\s"
"""Dots that lead from a label to its value, as on forms."""
_BREAK = r"[.!?]+[\"')]*(\s+)"
_SHORT = r"(?i)(?:^|[\s(])(?:mr|mrs|ms|dr|st|vs|approx|no|pt|hx|dx|e\.g|i\.e)\.$"
_BULLET = r"^\s*(?:[-•*·o]\s|\d{1,2}[.)]\s|\[.?\])"
_SPEAKER = r"(?i)^\s*(?:doctor|dr|patient|pt|provider|nurse|clinician|physician|md|speaker \d)\s*:"
NARROW = 45
"""No page wraps its sentences at fewer characters; such lines are a list."""
WRAPPED = 0.6
"""A line at least this share of the longest may run on in the next."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` of a page's text; `text` has the same length, line breaks as blanks."""

    page: PageText
    start: int
    end: int
    text: str
    section: str
    """A key of `HEADINGS`, or "" where no heading tells."""

    def candidate(self, kind: Kind, start: int, end: int, value: str, form: str) -> Candidate:
        """Characters `start` to `end` of `text` as a candidate on the page."""
        return self.page.candidate(kind, self.start + start, self.start + end, value, form)


def sentences(document: Document) -> tuple[Sentence, ...]:
    """All sentences in reading order; made once a document."""
    return document.memo("clinical.sentences", lambda: tuple(_sentences(document)))


def _sentences(document: Document) -> Iterator[Sentence]:
    section, passing = "", False
    for page in page_texts(document):
        for start, end in _paragraphs(page.text):
            text = page.text[start:end].replace("\n", " ").replace("\t", " ")
            if passing and not spans(_BULLET, text):
                section, passing = "", False
            alone = _kind_alone(text)
            if alone is not None:
                section, passing = alone, False
                continue
            for place, stop, opened in _parts(text):
                if opened:
                    section, passing = opened, opened == "requirements"  # with its content: no more than the list below
                elif section == "family" and _leaves_family(text):
                    section = ""
                for first, last in _split(text, place, stop):
                    yield Sentence(page, start + first, start + last, text[first:last], section)


@lru_cache(maxsize=4096)
def kind_of(heading: str) -> str:
    """The kind of a known heading. StopIteration where it is none.

    >>> kind_of("FHx"), kind_of("Assessment and Plan")
    ('family', 'plan')
    """
    return next(kind for kind, pattern in HEADINGS.items() if matches(rf"(?i)(?:{pattern})", heading))


def _kind_alone(text: str) -> str | None:
    heading = find(_ALONE, text)
    if heading is not None and len(heading) > 1:
        return kind_of(heading)
    return "" if matches(_OTHER, text) else None


def _leaves_family(text: str) -> bool:
    return bool(spans(_LABEL, text)) and not spans(_RELATIVE, text)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines, each with the lines it runs on in: scans and mails wrap sentences anywhere."""
    lines = []
    place = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((place, place + len(line)))
        place += len(line) + 1
    if not lines:
        return
    longest = max(end - start for start, end in lines)
    begin = lines[0][0]
    for (start, end), (following, stop) in pairwise(lines):
        if not _runs_on(text[start:end], text[following:stop], longest):
            yield begin, end
            begin = following
    yield begin, lines[-1][1]


def _runs_on(line: str, following: str, longest: int) -> bool:
    if line.rstrip()[-1:] in ".:;!?" or spans(_LEADER, line) or spans(_BULLET, following) or spans(_LABEL, following):
        return False
    if spans(_SPEAKER, following) or matches(_OTHER, following) or _kind_alone(following) is not None:
        return False
    if matches(_OTHER, line) or _kind_alone(line) is not None:
        return False
    return following.lstrip()[:1].islower() or (NARROW <= longest <= 140 and len(line) >= WRAPPED * longest)


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of a paragraph between known headings, with the kind of the heading before each."""
    found = [(start, end) for start, end in spans(_OPENS, text + " ") if end - start > 1 or start < 3]
    if not found or found[0][0] > 0:
        yield 0, found[0][0] if found else len(text), ""
    for place, (start, end) in enumerate(found):
        stop = found[place + 1][0] if place + 1 < len(found) else len(text)
        yield min(end, stop), stop, kind_of(text[start:end])


def _split(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    begin = start
    for gap, resume in spans(_BREAK, text[start:stop]):
        end, following = start + gap, start + resume
        if (
            spans(_LEADER + "$", text[begin:following])
            or spans(_SHORT, text[begin:end])
            or (text[end - 1] == "." and text[following : following + 1].islower())
        ):
            continue
        if text[begin:end].strip():
            yield begin, end
        begin = following
    if text[begin:stop].strip():
        yield begin, stop
