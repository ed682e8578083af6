"""Proposes measured values: the number that belongs to a measure's name, which of several is the present one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from extractors.candidate import Candidate
from extractors.clinical.cues import FAMILY
from extractors.clinical.lexicon import MEASURES, Measure
from extractors.clinical.sentences import Sentence, sentences
from extractors.clinical.spoken import NUMBER, to_number
from extractors.pattern import contains, find, find_all, matches, spans
from ocr.document import Document

REACH = 70
"""Characters after a measure's name within which its number stands."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NOT_MEASURED = (
    r"(?i)\b(?:goal|target|aim(?:ing)?|keep|below|under|less than|greater than|more than|"
    r"higher than|at least|over|above|exceeds?|"
    r"no more than|normal range|reference|until|to get|threshold|cutoff|if|requires?|criteria|"
    r"at or below|at or above|needs to be)\W*"
    r"(?:is|of|an?|the|hemoglobin|hgb|a1c|bmi|for|remain|to|be|<|>|≥|≤|=|\W)*$|(?:^|[^-=])[<>≥≤]\s*=?\s*$"
)
_FOREIGN = (
    r"(?i)^\s*-?\s*(?:mg|mcg|units?|months?|weeks?|wks?|days?|years?|yrs?|times|x\b|pounds?|lbs?|"
    r"kg\b[^/]|hours?|minutes?|tablets?|"
    r"points?|th\b|st\b|nd\b|rd\b|percentile|/\d|-?\d|mmhg|cm\b|inches|visits?|point drop)"
)
_EARLIER = (
    r"(?i)\b(?:previous(?:ly)?|prior|last year|earlier|old|baseline|ago|before (?:that|starting)|"
    r"initial(?:ly)?|past|used to be|"
    r"at diagnosis|down from|up from|improved from|increased from|decreased from|rose from|from)\b"
)
_LATEST = r"(?i)\b(?:today|current(?:ly)?|most recent|now|this (?:visit|morning|week)|latest|recent|last|to)\b"
_DATE = (
    rf"(?i)\b(?:\d{{1,2}}/)?(?:\d{{1,2}})[/-](?:\d{{4}}|\d{{2}})\b|"
    rf"\b(?:{_MONTHS})[a-z]*\.? (?:of )?\d{{4}}\b|\b(?:19|20)\d\d\b|\b20\d\d-\d\d(?:-\d\d)?\b"
)
_OTHERS = "|".join(
    [measure.names for measure in MEASURES.values()]
    + [
        r"glucose",
        r"sugars?",
        r"weight",
        r"weighs?",
        r"height",
        r"pressure",
        r"cholesterol",
        r"triglycerides",
        r"creatinine",
        r"hemoglobin",
        r"hgb",
        r"bp",
        r"hr",
        r"pulse",
        r"temp",
        r"tsh",
        r"metformin",
        r"insulin",
        r"hdl",
        r"potassium",
        r"sodium",
        r"crp",
        r"ferritin",
        r"platelets",
    ]
)
_COMPARES = (
    rf"(?:[^a-z]|\b(?:percent|kg|m2?|from|to|was|is|now|prior|previous(?:ly)?|today|ago|then|last|"
    rf"year|months?|weeks?|in|on|up|down|before|and|"
    rf"most|recent|current(?:ly)?|earlier|visit|appointment|check|reading|test|draw|first|initial|at|baseline|diagnosis|with|a|of|improved|decreased|"
    rf"increased|rose|fell|compared|the|(?:{_MONTHS})[a-z]*)\b)*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that belongs to the measure."""

    sentence: Sentence
    start: int
    end: int
    value: Decimal
    rank: int
    """2 the latest, 1 unmarked, 0 an earlier one."""
    month: int
    """Months since year 0 of the date beside it; 0 without one."""


def measures(document: Document, measure: str) -> list[Candidate]:
    """Every value of `measure` (a key of `MEASURES`) measured on the patient, as a plain decimal in its usual unit.

    Goals, limits, reference ranges and relatives' values are none. `form` is "present" for the latest by wording,
    then by date, then by place in the note, and "superseded" for the others. Implausible values are kept: a check
    of the spec sends them to a person. KeyError for an unknown measure.
    """
    lexicon = MEASURES[measure]
    return document.memo(("clinical.measures", measure), lambda: list(_measures(document, lexicon)))


def readings(document: Document, lexicon: Measure) -> list[Reading]:
    """All readings of the measure in reading order."""
    return [found for sentence in sentences(document) for found in _in_sentence(sentence, lexicon)]


def _measures(document: Document, lexicon: Measure) -> Iterator[Candidate]:
    found = readings(document, lexicon)
    if not found:
        return
    best = max(range(len(found)), key=lambda place: _order(found[place], place, any(one.month for one in found)))
    for one in found:
        form = "present" if one.value == found[best].value else "superseded"
        yield one.sentence.candidate("number", one.start, one.end, f"{one.value.normalize():f}", form)


def _order(reading: Reading, place: int, dated: bool) -> tuple[int, int, int]:
    return (reading.rank, reading.month if dated else 0, place)


def _in_sentence(sentence: Sentence, lexicon: Measure) -> Iterator[Reading]:
    text = sentence.text.lower()
    names = spans(rf"\b(?:{lexicon.names})\b", text)
    if not names or sentence.section in ("family", "requirements") or text.rstrip().endswith("?"):
        return
    if contains(FAMILY, text[: names[0][0]]) and not contains(
        r"\b(?:he|she|patient|pt|my|his|her) (?:own|a1c|bmi)\b", text
    ):
        return
    for place, (start, end) in enumerate(names):
        stop = names[place + 1][0] if place + 1 < len(names) else len(text)
        found = list(_after(sentence, text, end, min(stop, end + REACH), lexicon))
        if not found:
            found = list(_ahead(sentence, text, names[place - 1][1] if place else 0, start, lexicon))
        yield from found


def _after(sentence: Sentence, text: str, begin: int, stop: int, lexicon: Measure) -> Iterator[Reading]:
    """Numbers after the name: the first, and those that a word or arrow compares with it."""
    others = spans(rf"\b(?:{_OTHERS})\b", text[begin:stop])
    stop = begin + others[0][0] if others else stop
    last = begin
    for first, after in spans(NUMBER, text[begin:stop]):
        start, end = begin + first, begin + after
        if not _measured(text, begin, start, end, lexicon):
            continue
        if last > begin and not matches(_COMPARES, text[last:start]):
            return
        yield _reading(sentence, text, begin, start, end, lexicon)
        last = end


def _ahead(sentence: Sentence, text: str, begin: int, stop: int, lexicon: Measure) -> Iterator[Reading]:
    """A number right before the name: "8.2 A1c", "a 7.4 % on her last A1c"."""
    for first, after in reversed(spans(NUMBER, text[begin:stop])):
        start, end = begin + first, begin + after
        tail = text[end:stop]
        if contains(
            (
                rf"^\s*(?:{lexicon.unit})?\s*(?:(?:on|for|as|was|is) )?(?:(?:the|his|her|my|their|last|latest|"
                rf"most|recent|current|today's) ?)*$"
            ),
            tail,
        ):
            if _measured(text, begin, start, end, lexicon):
                yield _reading(sentence, text, begin, start, end, lexicon)
            return


def _measured(text: str, begin: int, start: int, end: int, lexicon: Measure) -> bool:
    """Whether the number is a reading: no goal, no date, no dose, no part of a longer figure."""
    if start and (text[start - 1].isalnum() or (text[start - 1] in "/.-" and text[start - 2 : start - 1].isdigit())):
        return False
    tail = text[end : end + 24]
    own = contains(rf"^\s*(?:{lexicon.unit}|{lexicon.converted or lexicon.unit})", tail)
    if tail[:1].isalpha() or (not own and contains(_FOREIGN, tail)):
        return False
    inside = [(first, last) for first, last in spans(_DATE, text) if first <= start and end <= last]
    if inside and not own:
        return False
    clause = text[max(start - 40, 0) : start]
    return not contains(_NOT_MEASURED, clause) and not contains(
        r"(?i)\b(?:in|every|q|age|aged|x|class|stage|type|grade)\s*$", clause
    )


def _reading(sentence: Sentence, text: str, begin: int, start: int, end: int, lexicon: Measure) -> Reading:
    value = to_number(text[start:end])
    tail = text[end : end + 12]
    if lexicon.converted and contains(rf"^\s*(?:{lexicon.converted})", tail):
        value = (value * Decimal(lexicon.factor) + Decimal(lexicon.offset)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    head = text[max(text.rfind(";", 0, start), text.rfind(",", 0, start), 0, begin - 40) : start]
    after = text[end : end + 30]
    earlier = contains(_EARLIER, head) or contains(
        r"^[^.;,]{0,25}?\b(?:ago|last year|previously|at diagnosis|at baseline|prior|"
        r"(?:at|on|from|since) (?:(?:the|his|her|my) )?(?:last|previous|first|initial) "
        r"(?:visit|appointment|check|time|reading|test|draw))\b",
        after,
    )
    earlier = earlier or contains(r"^\s*%?\s*(?:\([^)]{0,20}\)\s*)?(?:->|→|=>|to \d)", after)
    latest = contains(_LATEST, head[-45:]) or contains(r"^[^.;,]{0,12}?\b(?:today|now|this visit)\b", after)
    near = _nearest_date(head[-26:], after)
    rank = 0 if earlier and not contains(r"most recent|today|now\b|latest", head[-25:]) else 2 if latest else 1
    return Reading(sentence, start, end, value, rank, _month(near))


def _nearest_date(before: str, after: str) -> str:
    """The date that stands with a number: the first after it in its clause, else the last before it."""
    own = find_all(_DATE, after[: next((first for first, _ in spans(r"[,;]|->|→|=>", after)), len(after))])
    return own[0] if own else (find_all(_DATE, before) or find_all(_DATE, after) or [""])[-1]


def _month(text: str) -> int:
    """Months since year 0 of the last date in the text; 0 without one."""
    found = find_all(_DATE, text)
    if not found:
        return 0
    date = found[-1].lower()
    year = int(find(r"((?:19|20)\d\d)", date) or "20" + date[-2:])
    name = find(rf"({_MONTHS})", date)
    if name:
        month = _MONTHS.split("|").index(name) + 1
    else:
        digits = find(r"^(\d{1,2})[/-]", date) or find(r"^\d{4}-(\d\d)", date)
        month = int(digits) if digits else 0
    return 12 * year + month
