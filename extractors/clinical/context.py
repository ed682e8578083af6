"""What the words around a mention make of it: affirmed, negated, uncertain, planned, past, or someone else's.

The method is NegEx (Chapman et al. 2001, J Biomed Inform 34:301) with ConText's further properties (Harkema et al.
2009, J Biomed Inform 42:839): a cue acts on mentions after it, or before it, up to a word that ends its scope. The
cues stand in `cues`.
"""

from extractors.clinical.cues import (
    AFTER,
    BEFORE,
    BOX,
    CLAUSE_ENDS,
    EMPTY,
    FAMILY,
    HAS_IT,
    KIN,
    LABELS,
    NO,
    NOT_OVER,
    OBJECT,
    OVER,
    PSEUDO,
    SCOPE_ENDS,
    STILL_OF_IT,
    YES,
    Status,
)
from extractors.clinical.sentences import Sentence
from extractors.pattern import contains, matches, spans


def status(sentence: Sentence, start: int, end: int, following: Sentence | None) -> Status:
    """What is said of the mention at `start` to `end` of the sentence; `following` may answer a question."""
    text = _without(sentence.text, NOT_OVER)
    if sentence.section == "requirements":
        return "planned"
    before, after = _scope(text, start), text[end:]
    if sentence.section == "family" or _of_family(text, start, end):
        return "family"
    if _unticked(text, start, end):
        return "negated"
    for told, label in LABELS:
        if contains(label, text[:start]):
            return told
    if text.rstrip().endswith("?"):
        answer = following.text if following else ""
        return "affirmed" if contains(YES, answer) else "negated" if contains(NO, answer) else "planned"
    return _cued(before, after)


def _unticked(text: str, start: int, end: int) -> bool:
    """Whether the mention is an item of a form whose box is empty: boxes stand before all items, or after all."""
    if contains(rf"^\s*(?:{BOX}|{EMPTY})", text):
        return contains(rf"{EMPTY}\s*$", text[:start])
    return contains(rf"^\s*:?\s*{EMPTY}\s*(?:$|[^\sYyNn])", text[end:])


def _cued(before: str, after: str) -> Status:
    plain = _without(before, PSEUDO)
    found = [name for name, pattern in BEFORE if contains(pattern, plain)]
    if found and not (found == ["planned"] and contains(HAS_IT, before)):
        return found[0]
    near = after[: _first(CLAUSE_ENDS, after)]
    told: Status = next((name for name, pattern in AFTER if contains(pattern, near)), "affirmed")
    return "resolved" if told == "affirmed" and _over(near) else told


def _over(after: str) -> bool:
    """Whether the words after a mention say that it is over, and not another thing: "diabetes, cancer in remission".

    A code of ICD-10-CM whose last sign is A says so itself: E11.A is type 2 diabetes in remission.
    """
    if contains(r"(?i)^\.a\b", after):
        return True
    for start, end in spans(OVER, after):
        between, rest = after[:start], after[end:]
        other = "," in between and not matches(STILL_OF_IT, between[between.rfind(",") + 1 :])
        of_something = contains(r"(?i)(?:resolved|reversed|cured)$", after[:end]) and contains(OBJECT, rest)
        if len(between) <= 60 and not other and not of_something and not contains(r"(?i)\band\b", between):
            return True
    return False


def _scope(text: str, start: int) -> str:
    """The words before a mention that can act on it: back to the last word that ends a scope."""
    ends = [stop for _, stop in spans(SCOPE_ENDS, _without(text[:start], r"(?i)\bnot yet\b"))]
    return text[ends[-1] if ends else 0 : start]


def _of_family(text: str, start: int, end: int) -> bool:
    """A relative before the mention in its clause, or right after it ("diabetes in her mother").

    "she ... with her husband" brings somebody along; "personal history" and a new subject bring the patient back.
    """
    before = text[:start]
    back = [
        stop
        for _, stop in spans(
            (
                r"(?i);|\b(?:but (?:he|she|they|i|the patient)|personal history|patient (?:himself|herself)|"
                r"patient's own|"
                r"(?:he|she|patient|pt|i) (?:has|have|is|was|takes|does|had|am|developed|became|got|carries|uses|"
                r"started)\b|his own|her own)"
            ),
            before,
        )
    ]
    clause = _without(
        before[back[-1] if back else 0 :],
        (
            rf"(?i)\b(?:with|by|accompanied by|lives? with|here with|and) (?:his|her|their|my|"
            rf"the) (?:{KIN})\b(?: (?:today|who))?"
        ),
    )
    if contains(FAMILY, clause) or contains(rf"(?i)\b(?:{KIN}),? (?:who|that) [^.;]*$", before):
        return True
    return contains(
        (
            rf"(?i)^[^.,;]{{0,30}}?\b(?:in|of|on|affects?|affected|\() ?"
            rf"(?:(?:his|her|their|the|my|both|a|several|some|many|maternal|first-degree|"
            rf"paternal) )*(?:{KIN}|family)\b|^\s*\((?:{KIN})|^\s*[–—:-]\s*(?:{KIN})\b"
        ),
        text[end:],
    )


def _without(text: str, pattern: str) -> str:
    for start, end in reversed(spans(pattern, text)):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _first(pattern: str, text: str) -> int:
    found = spans(pattern, text)
    return found[0][0] if found else len(text)
