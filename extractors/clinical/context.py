"""What the words around a mention make of it: affirmed, negated, uncertain, planned, past, or someone else's.

The method is NegEx (Chapman et al. 2001, J Biomed Inform 34:301) with ConText's further properties (Harkema et al.
2009, J Biomed Inform 42:839): a cue acts on mentions after it, or before it, up to a word that ends its scope. The
cue lists are our own.
"""

from typing import Literal

from extractors.clinical.sentences import Sentence
from extractors.pattern import contains, spans

Status = Literal["affirmed", "negated", "family", "planned", "uncertain", "resolved"]

_KIN = (
    r"(?:grand)?(?:mother|father|parents?)|mom|dad|mum|sisters?|brothers?|siblings?|sons?|daughters?|child(?:ren)?|"
    r"aunts?|uncles?|cousins?|wife|husband|spouse|partner|relatives?|nieces?|nephews?|roommate|coworker|neighbou?r|"
    r"friend|twin"
)
FAMILY = (
    rf"(?i)\b(?:family (?:medical )?(?:history|hx)|fh|fhx|fam hx|"
    rf"(?:in|on|of) (?:the|his|her|their|your|my|our|both|either|one|each)(?: sides? of (?:the|his|her|my|your))? "
    rf"family|(?:maternal|paternal|mother's|father's|mom's|dad's) sides?|family members?|blood relatives?|{_KIN})\b"
)

BEFORE: tuple[tuple[Status, str], ...] = (
    (
        "negated",
        r"(?i)\b(?:no|not|never|denie[sd]|deny(?:ing)?|without|negative for|free of|absence of|neither|nor|non|"
        r"rule[sd] out|ruling out|(?:does|do|did|has|have|is|was|are)n[o']?t|cannot|no (?:history|evidence|sign)s? of|"
        r"no (?:personal|known|prior|previous|past) [a-z ]*?(?:history|hx) of|\(-\)|neg)(?:\b|\s)",
    ),
    (
        "planned",
        r"(?i)\b(?:if|should (?:he|she|they|it)|screen(?:ed|ing)?(?: today)? for|test(?:ed|ing)? for|"
        r"check(?:ed|ing)? for|"
        r"risks? (?:of|for|factors?)|at risk|to prevent|prevent(?:ion|ing)?(?: of)?|in case|can (?:cause|lead)|"
        r"(?:will|would|may|might|could|can|going to|about to|not to|to avoid) (?:eventually |later |also |then )?"
        r"(?:cause|develop|lead|become|get(?:ting)?|turn into|progress(?:ing)?|end up|convert)|develop(?:ing)?|"
        r"becoming|(?:progress(?:es|ing|ion)?|convert(?:s|ing)?|turn(?:s|ing)?) (?:in)?to|"
        r"worr(?:y|ies|ied|ying)|afraid|scared|fear(?:s|ed|ful)?|to avoid|hopes? to avoid|"
        r"concerned about (?:getting|developing)|counsel(?:ed|ing)? (?:on|about) (?:the )?risk|"
        r"work[- ]?up for|evaluate for|"
        r"to rule out|r/o|unless|would (?:need|qualify|be|have)|education (?:on|about)|handout|"
        r"brochure|return for|watch for)\b",
    ),
    (
        "uncertain",
        r"(?i)\?\s*$|\b(?:poss\.?|prob\.?|possibl[ey]|probabl[ey]|suspect(?:ed|s)?|suspicious for|"
        r"suspicion (?:of|for)|question of|questionable|"
        r"likely|concern(?:ing|ed)? (?:for|about)|consider(?:ing)?|versus|vs\.?|cannot exclude|"
        r"presumed|may have|might have|"
        r"may be|might be|could be|borderline|impending|early signs of|differential (?:includes|diagnosis))(?:\b|\s)",
    ),
    (
        "resolved",
        r"(?i)\b(?:used to (?:have|be)|formerly|resolved|no longer (?:has|have|is|a)|reversed|"
        r"cured of|history of resolved|"
        r"previously had|while pregnant|during (?:her |the )?(?:last |first |second )?pregnancy)\b",
    ),
)
_BOX = r"(?:[\[(]\s*[x✓✔*]\s*[\])]|[☑☒✅✓✔])"
"""A box that is ticked, on forms."""
_EMPTY = r"(?:[\[(][\s_]*[\])]|[☐□])"
_ALONE = (
    r"(?:\s*$|\s*[.,;|/)\]\[]|\s{2}|\s+(?-i:[A-Z])[\w/ -]{0,24}:|"
    r"\s+(?:known|history|hx|h/o|evidence|diagnosis|prior|to date)\b)"
)
"""What may follow a "no" that is the whole answer: "diabetes: no", but not "diabetes - no complications"."""
AFTER: tuple[tuple[Status, str], ...] = (
    (
        "negated",
        rf"(?i)^[^\w\[(☐☑☒□]*(?:{_EMPTY}\s*(?:yes|y)\W*?)?{_BOX}\s*(?:no|n|none|never|neg(?:ative)?|denie[sd]|absent)\b|"
        rf"^\W*?(?:yes|y)\s*{_EMPTY}\W*(?:no|n)\s*{_BOX}|"
        rf"^(?:\s*(?::|-|–|—|=|\||\.{{2,}}|…|\s)[\s.…_]*)(?:no|none|never|n|0){_ALONE}|"
        r"^(?:\s*(?::|-|–|—|=|\||\.{2,}|…)[\s.…_]*)(?:negative|neg|denie[sd]|absent|false)\b|^\s*\((?:-|no)\)|"
        r"^[^.]{0,40}?\b(?:(?:was|were|is|has been|have been) ?(?:ruled out|excluded|denied|"
        r"negative|absent|unlikely|not (?:present|found|"
        rf"diagnosed|suspected))|ruled out|\(-\)|\(no\))|"
        rf"^[^.:;-]{{0,40}}?[:-] ?(?:(?:no|none|n){_ALONE}|(?:negative|neg|denies|denied|absent)\b)",
    ),
    (
        "resolved",
        r"(?i)^[^.]{0,40}?\b(?:resolved|in (?:the )?past only|has gone away|went away|reversed|no longer present)\b",
    ),
    (
        "uncertain",
        r"(?i)^\s*(?:\?|is (?:possible|suspected|likely|a possibility)|(?:cannot be|not yet) (?:excluded|confirmed))",
    ),
)
SCOPE_ENDS = (
    r"(?i)\b(?:but|however|although|though|except|aside from|apart from|other than|besides|yet|"
    r"nevertheless|whereas|while|"
    r"which|who|because|since|presents?|presenting|secondary to|due to|has a history|"
    r"reports?|endorses?|positive for|admits|status post)\b|[:;]|(?:,|\band) (?:he|she|they|i|"
    r"patient) (?:has|have|had|is|was|am|takes|developed|became|got)\b"
)
CLAUSE_ENDS = r"(?i)\b(?:but|however|although|though|except|presents?|reports?|endorses?)\b|;"
PSEUDO = (
    r"(?i)\b(?:not only|no (?:change|increase|significant change|doubt)|without (?:difficulty|complications?)|"
    r"not (?:well|adequately|optimally|fully|at goal|controlled|consistent(?:ly)?|always|"
    r"yet controlled|checking|taking|"
    r"monitoring|watching)|no need|gram negative|if (?:possible|able|needed)|does not check|not check(?:ing|ed)?|"
    r"never (?:well )?controlled|(?:if|when) you like)\b"
)
_YES = (
    r"(?i)^\W*(?:(?:patient|pt)\s*:\s*)?\W*(?:yes|yeah|yep|yup|correct|that's right|i do|i am|"
    r"sure do|mm-?hmm|uh-?huh)\b"
)
_NO = r"(?i)^\W*(?:(?:patient|pt)\s*:\s*)?\W*(?:no|nope|nah|never|not that i know|i don't|i do not)\b"


def status(sentence: Sentence, start: int, end: int, following: Sentence | None) -> Status:
    """What is said of the mention at `start` to `end` of the sentence; `following` may answer a question."""
    text = sentence.text
    if sentence.section == "requirements":
        return "planned"
    before, after = _scope(text, start), text[end:]
    if sentence.section == "family" or _of_family(text, start, end):
        return "family"
    if _unticked(text, start, end):
        return "negated"
    if text.rstrip().endswith("?"):
        answer = following.text if following else ""
        return "affirmed" if contains(_YES, answer) else "negated" if contains(_NO, answer) else "planned"
    return _cued(before, after)


def _unticked(text: str, start: int, end: int) -> bool:
    """Whether the mention is an item of a form whose box is empty: boxes stand before all items, or after all."""
    if contains(rf"^\s*(?:{_BOX}|{_EMPTY})", text):
        return contains(rf"{_EMPTY}\s*$", text[:start])
    return contains(rf"^\s*:?\s*{_EMPTY}\s*(?:$|[^\sYyNn])", text[end:])


def _cued(before: str, after: str) -> Status:
    plain = _without(before, PSEUDO)
    found = [name for name, pattern in BEFORE if contains(pattern, plain)]
    if found:
        return found[0]
    near = after[: _first(CLAUSE_ENDS, after)]
    return next((name for name, pattern in AFTER if contains(pattern, near)), "affirmed")


def _scope(text: str, start: int) -> str:
    """The words before a mention that can act on it: back to the last word that ends a scope."""
    ends = [stop for _, stop in spans(SCOPE_ENDS, text[:start])]
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
            rf"the) (?:{_KIN})\b(?: (?:today|who))?"
        ),
    )
    if contains(FAMILY, clause) or contains(rf"(?i)\b(?:{_KIN}),? (?:who|that) [^.;]*$", before):
        return True
    return contains(
        (
            rf"(?i)^[^.,;]{{0,30}}?\b(?:in|of|on|\() ?(?:(?:his|her|their|the|my|both|a|maternal|"
            rf"paternal) )*(?:{_KIN}|family)\b|^\s*\((?:{_KIN})"
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
