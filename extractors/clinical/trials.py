"""Proposes whether a treatment was tried and did not do: the "failed step therapy" of coverage rules."""

from collections.abc import Iterator
from decimal import Decimal

from extractors.candidate import Candidate
from extractors.clinical.conditions import not_mentioned
from extractors.clinical.cues import FAMILY
from extractors.clinical.lexicon import MEASURES, THERAPIES, Therapy
from extractors.clinical.measures import readings
from extractors.clinical.sentences import Sentence, sentences
from extractors.pattern import contains, spans
from ocr.document import Document

FAILED = (
    r"(?i)\b(?:fail(?:ed|ure|s|ing)?|inadequate(?:ly)? (?:response|controlled|control)|"
    r"insufficient (?:response|effect)|"
    r"(?:did|does|do|has|have)(?: not|n't) (?:work(?:ed)?|help(?:ed)?|respond(?:ed)?|tolerate[d]?|"
    r"been effective|been able to tolerate)|"
    r"no (?:longer )?(?:effective|effect|response|benefit|improvement)|ineffective|not effective|suboptimal response|"
    r"(?:could|can)(?: not|n't|not) (?:tolerate|take)|cannot tolerate|unable to tolerate|"
    r"intoleran(?:t|ce)|not tolerated|"
    r"(?:stopped|discontinued|d/c'?d|dc'?d|came off|quit|taken off)[^.;]{0,60}?(?:due to|because|"
    r"secondary to|after|2/2|from|for)[^.;]{0,20}?"
    r"(?:gi|diarrhea|nausea|side effects?|lack|ineffective|inadequate|no |palpitations|upset|"
    r"adverse|hypoglycemia|vomiting|intolerance|rash|lactic)|"
    r"(?:gi|severe|persistent|terrible) (?:side effects?|upset|diarrhea|nausea)|contraindicated|"
    r"allergic reaction|inadequate|did nothing|without success|unsuccessful(?:ly)?)\b"
)
"""Words for a treatment that failed or was not borne (own list)."""
TRIED = (
    r"(?i)\b(?:despite|in spite of|even though|although|even with|even on|compliant|adheren(?:t|"
    r"ce)|complian(?:t|ce)|faithfully|as prescribed|"
    r"maximum|maximally|max|maxed|full[- ]dose|optimi[sz]ed|for (?:the past |over |more than |"
    r"at least |about |nearly )*(?:\d+|a|one|two|three|four|five|six|nine|twelve|several|many) "
    r"(?:weeks?|months?|years?|yrs?|mos?)|after (?:\d+|a|one|two|three|four|six|nine|twelve|"
    r"several) (?:weeks?|months?|years?)|x ?\d+ ?(?:mo|wk|yr|months?|weeks?|years?)|"
    r"regularly|consistently|every day without|religiously|still (?:on|taking)|trial of)\b"
)
"""Words for a treatment that was really taken (own list)."""
NOT_TAKEN = (
    r"(?i)\b(?:non-?complian(?:t|ce)|non-?adheren(?:t|ce)|not (?:been )?(?:compliant|adherent|"
    r"consistent|taking|taken)|inconsistent(?:ly)?|"
    r"forgets?|forgot(?:ten)?|skip(?:s|ped|ping)|miss(?:es|ed|ing) (?:\w+ ){0,3}doses?|ran out|"
    r"never (?:started|filled|picked up|took|taken|tried|been on)|"
    r"has(?: not|n't) (?:started|tried|taken|filled)|did(?: not|n't) (?:start|take|fill|pick)|"
    r"poor (?:compliance|adherence)|newly|just started|"
    r"started (?:today|last week|two weeks|this week)|will start|start(?:ing)? (?:today|"
    r"metformin)|no (?:prior|previous) (?:trial|use|history)|no history of)\b"
)
"""Words that make a poor outcome say nothing about the treatment (own list)."""
PLANNED = (
    r"(?i)\b(?:if|unless|should (?:she|he|they|it|this|metformin)|in case|may need|might|"
    r"must (?:have )?(?:try|tried|fail)|required? to|requires?|before (?:approval|coverage)|"
    r"consider(?:ing)?|(?:could|would) (?:try|start|need|consider|add|use|benefit)|when (?:she|"
    r"he) fails|until|we will|plan to|going to|let us know|call)\b"
)
DENIED = (
    r"(?i)\b(?:no|not|never|denie[sd]|without)(?: \w+){0,3} (?:fail(?:ed|ure)|intoleran(?:ce|t)|"
    r"side effects?|adverse|problems?|issues?)\b|"
    r"\b(?:has|have|had|did)(?: not|n't|n't yet) (?:yet )?fail(?:ed)?\b|\btolerat(?:es|ing|"
    r"ed) (?:\w+ )?(?:it |this |metformin )?(?:well|without)|\bwell tolerated\b"
)
SUCCESS = (
    r"(?i)\b(?:at goal|well[- ]controlled|working well|good control|has lost|lost \d+|improv(?:ed|"
    r"ing)|excellent|responding well|doing well on)\b"
)


def trials(document: Document, therapy: str) -> list[Candidate]:
    """Candidates "true" where a treatment of `therapy` (a key of `THERAPIES`) was tried and failed or was not borne.

    A failure is one said in so many words ("failed metformin", "could not tolerate"), or a treatment really taken
    beside an aim not reached ("despite metformin for six months her A1c is 8.4"). Plans, conditions, relatives and
    doses not taken give "false" with the reason as `form`; a note without any treatment "false" at its first word.
    KeyError for an unknown therapy.
    """
    lexicon = THERAPIES[therapy]
    return document.memo(("clinical.trials", therapy), lambda: list(_trials(document, lexicon)))


def _trials(document: Document, lexicon: Therapy) -> Iterator[Candidate]:
    found = [one for place in range(len(sentences(document))) for one in _in_sentence(document, place, lexicon)]
    failed = [one for one in found if one.value == "true"]
    yield from failed or found or not_mentioned(document)


def _in_sentence(document: Document, place: int, lexicon: Therapy) -> Iterator[Candidate]:
    sentence = sentences(document)[place]
    for start, end, drug in _treatments(sentence, lexicon):
        form = _outcome(document, place, start, end, drug, lexicon)
        value = "true" if form in ("failed", "not reached") else "false"
        yield sentence.candidate("boolean", start, end, value, form)


def _treatments(sentence: Sentence, lexicon: Therapy) -> Iterator[tuple[int, int, bool]]:
    for pattern, drug in ((lexicon.drugs, True), (lexicon.lifestyle, False)):
        for start, end in spans(rf"(?i)\b(?:{pattern})\b", sentence.text):
            yield start, end, drug


def _outcome(document: Document, place: int, start: int, end: int, drug: bool, lexicon: Therapy) -> str:
    sentence = sentences(document)[place]
    text = sentence.text
    if sentence.section in ("family", "requirements") or contains(FAMILY, text[:start]):
        return "family" if sentence.section != "requirements" else "planned"
    if text.rstrip().endswith("?"):
        return "planned"
    if contains(NOT_TAKEN, text):
        return "not taken"
    if contains(PLANNED, text[:start]) or contains(DENIED, text):
        return "planned" if contains(PLANNED, text[:start]) else "tolerated"
    if _says_failed(text, start, end, drug):
        return "failed"
    return "not reached" if _not_reached(document, place, lexicon) else "taken"


def _says_failed(text: str, start: int, end: int, drug: bool) -> bool:
    """A word of failure in the clause of the treatment. "Heart failure" and the like fail by themselves."""
    for first, last in spans(FAILED, text):
        if contains(
            r"(?i)(?:heart|renal|kidney|respiratory|liver|hepatic|pump|valve|treatment-)\s*$",
            text[max(first - 12, 0) : first],
        ):
            continue
        low, high = (last, start) if last <= start else (end, first) if first >= end else (start, start)
        between = text[low:high]
        if len(between) <= (90 if drug else 60) and not contains(
            r"(?i)\bbut\b|\bhowever\b|\bfor (?:his|her) (?:back|knee|blood pressure|hypertension)", between
        ):
            return not contains(
                r"(?i)\b(?:no|not|never|without|denies)\s+(?:\w+\s+){0,2}$", text[max(first - 25, 0) : first]
            ) or contains(r"(?i)^no\b", text[first:last])
    return False


def _not_reached(document: Document, place: int, lexicon: Therapy) -> bool:
    """Whether the sentence, or it and the one after, tells of a treatment really taken and an aim not reached."""
    here = sentences(document)
    text = here[place].text
    if not contains(TRIED, text) or contains(SUCCESS, text):
        return False
    if _unmet(document, here[place], lexicon):
        return True
    before = here[place - 1] if place else None
    after = here[place + 1] if place + 1 < len(here) else None
    if (
        before
        and before.section == here[place].section
        and contains(r"(?i)\b(?:despite|even though|even with|even on)\b", text)
        and _unmet(document, before, lexicon)
    ):
        return True
    return bool(
        after
        and after.section == here[place].section
        and not contains(SUCCESS, after.text)
        and not contains(NOT_TAKEN, after.text)
        and contains(
            (
                r"(?i)^\W*(?:however|but|still|yet|despite|nevertheless|unfortunately|(?:his|her|the|my|"
                r"today's|current|most recent|latest|repeat)? ?(?:a1c|hemoglobin a1c|weight|bmi)\b)"
            ),
            after.text,
        )
        and _unmet(document, after, lexicon)
    )


def _unmet(document: Document, sentence: Sentence, lexicon: Therapy) -> bool:
    if contains(rf"(?i)\b(?:{lexicon.unmet})", sentence.text):
        return True
    limit = Decimal(lexicon.aim_from)
    return any(
        found.sentence is sentence and found.rank > 0 and limit <= found.value
        for found in document.memo(
            ("clinical.readings", lexicon.aim), lambda: readings(document, MEASURES[lexicon.aim])
        )
    )
