"""An utterance as tokens, and what is read from it: spans with a typed value.

Tokens are found by one walk over the text: blanks part chunks, a chunk of letters alone is a word, anything else goes
through one linear pattern. No step is worse than linear, and an utterance has a greatest length, so that nothing a
user types can hold a caller up.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from extractors.utterance.words import readable, shape, stem

MAX_CHARACTERS = 4_000
MAX_TOKENS = 600
WORD, NUMBER, MARK, DATE, CODE = "word", "number", "mark", "date", "code"

_GRAMMAR = (
    r"(?P<code>https?://[^\s\"'<>]+[^\s\"'<>.,;:!?)\]]|[\w.+-]+@[\w-]+\.[\w.-]*\w|[A-Za-z]:[/\\][\w./\\-]*\w|\w*[\d_]\w*\.[A-Za-z]\w{1,3}\b|[~.]{0,2}(?:/[\w.-]*[\w-]){2,}/?)"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2}(?:T\d{1,2}:\d{2}(?::\d{2})?Z?)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}/\d{1,2}/\d{1,2}"
    r"|\d{1,2}[/]\d{1,2}[/]\d{2}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}:\d{2}(?::\d{2})?)"
    r"|(?P<exponent>\d+(?:\.\d+)?[eE][+-]?\d{1,3}\b)"
    r"|(?P<comma>\d{1,3}(?:\.\d{3})+,\d{1,2}\b)"
    r"|(?P<mixed>[A-Za-z_]+[-_]?\d[\w-]*|\d+[A-Za-z_]+\d[\w]*|\d+(?:\.\d+){2,})"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<word>[LETTERS][LETTERSMARKS]*(?:(?:['’._&-]|_+|-+)[LETTERS_]+)*|\w)"
    r"|(?P<mark>.)"
)
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_PARTS = re2.compile(_GRAMMAR.replace("LETTERS", r"\pL").replace("MARKS", r"\pM"), _OPTIONS)
_SHORT_PARTS = re.compile(_GRAMMAR.replace("LETTERS", "A-Za-z").replace("MARKS", ""), re.ASCII)
SHORT = 24
"""Characters of ASCII up to which `re` reads a chunk: it begins sooner than RE2, and so little cannot hold it up."""
_KINDS = (MARK, CODE, DATE, NUMBER, NUMBER, CODE, NUMBER, WORD, MARK)
"""By the number of the group that matched."""
OPENING, MINUS = frozenset("[("), frozenset("-−")
_LEADING = frozenset("$€£\"'“‘(")
_TRAILING = frozenset(".,;:!?%)\"'”’")


class UtteranceError(ValueError):
    """An utterance that is not read: too long, or no text. The message never holds the text itself."""


class Span(NamedTuple):
    """A run of tokens read as a value: `value` is a JSON value, `form` the way it was read ("digits", "percent")."""

    kind: str
    value: Any
    start: int
    """First token."""
    end: int
    """The token after the last."""
    form: str = ""


@dataclass(slots=True)
class Utterance:
    """Text with its tokens. `lowers` are the tokens case-folded; `found` keeps what proposers found, by name."""

    text: str
    tokens: list[str]
    lowers: list[str]
    kinds: list[str]
    starts: list[int]
    """Character where each token begins."""
    ends: list[int]
    found: dict[str, Any]

    @staticmethod
    def of(text: str) -> "Utterance":
        """Raises UtteranceError where the text is longer than `MAX_CHARACTERS` or has more than `MAX_TOKENS`."""
        return _read(text)

    @property
    def stem_set(self) -> frozenset[str]:
        """The stems, each once."""
        if "stem set" not in self.found:
            self.found["stem set"] = frozenset(self.stems)
        found: frozenset[str] = self.found["stem set"]
        return found

    @property
    def stems(self) -> list[str]:
        """The stems of the tokens."""
        if "stems" not in self.found:
            self.found["stems"] = [stem(low) for low in self.lowers]
        found: list[str] = self.found["stems"]
        return found

    def text_of(self, start: int, end: int) -> str:
        """The characters of the tokens `start` to `end` (exclusive), as they were typed."""
        return self.text[self.starts[start] : self.ends[end - 1]] if end > start else ""

    def shape_of(self, start: int, end: int) -> str:
        """The shape of these tokens."""
        shapes: dict[tuple[int, int], str] = self.found.setdefault("shapes", {})
        if (start, end) not in shapes:
            shapes[start, end] = shape(self.text_of(start, end))
        return shapes[start, end]


def _read(text: str) -> Utterance:
    if not isinstance(text, str):
        raise UtteranceError("an utterance is text")
    if len(text) > MAX_CHARACTERS:
        raise UtteranceError(f"an utterance has at most {MAX_CHARACTERS} characters; send the request alone")
    made = Utterance(text, [], [], [], [], [], {})
    tokens, lowers, kinds, starts, ends = made.tokens, made.lowers, made.kinds, made.starts, made.ends
    place = 0
    for chunk in text.split():
        start = text.index(chunk, place)
        place = start + len(chunk)
        if chunk.isalpha():
            tokens.append(chunk)
            lowers.append(chunk.lower())
            kinds.append(WORD)
            starts.append(start)
            ends.append(place)
        else:
            _read_chunk(made, chunk, start)
            if len(tokens) > MAX_TOKENS:
                break
    if len(tokens) > MAX_TOKENS:
        raise UtteranceError(f"an utterance has at most {MAX_TOKENS} words and marks; send the request alone")
    return made


def _read_chunk(made: Utterance, chunk: str, start: int) -> None:
    """A chunk with marks or digits: a plain word or number with marks around it needs no pattern."""
    first, last = 0, len(chunk)
    while first < last and chunk[first] in _LEADING:
        first += 1
    while last > first and chunk[last - 1] in _TRAILING:
        last -= 1
    core = chunk[first:last]
    kind = WORD if core.isalpha() else NUMBER if core.isascii() and core.isdecimal() else None
    if kind is None and core[-2:] == "'s" and core[:-2].isalpha():
        kind, last = WORD, last - 2
    if kind is None:
        _split(made, chunk, start)
        return
    for at in range(first):
        _add(made, chunk[at], MARK, start + at)
    _add(made, chunk[first:last], kind, start + first)
    if core[-2:] == "'s":
        _add(made, "'s", WORD, start + last)
        last += 2
    for at in range(last, len(chunk)):
        _add(made, chunk[at], MARK, start + at)


def _add(made: Utterance, token: str, kind: str, start: int) -> None:
    made.tokens.append(token)
    made.lowers.append(token.lower())
    made.kinds.append(kind)
    made.starts.append(start)
    made.ends.append(start + len(token))


def _split(made: Utterance, chunk: str, start: int) -> None:
    """A chunk with marks or digits in it. A minus belongs to its number where nothing readable stands before it."""
    sign = -1
    in_list = False
    short = len(chunk) <= SHORT and chunk.isascii()
    for match in _SHORT_PARTS.finditer(chunk) if short else _PARTS.finditer(readable(chunk)):
        kind = _KINDS[match.lastindex or 0]
        first, last = match.span()
        token = chunk[first:last]
        if kind is NUMBER and in_list and "," in token:
            _split_list(made, token, start + first)
            continue
        if kind is NUMBER and sign >= 0 and sign == first - 1:
            made.tokens.pop(), made.lowers.pop(), made.kinds.pop(), made.starts.pop(), made.ends.pop()
            first -= 1
            token = chunk[first:last]
        elif kind is WORD and token[-2:].lower() in ("'s", "’s") and len(token) > 2:
            _add(made, token[:-2], WORD, start + first)
            first, token = last - 2, token[-2:]
        if kind is MARK:
            in_list = in_list or token in OPENING
            sign = first if token in MINUS and (first == 0 or chunk[first - 1] in "=([{,:$<>~") else -1
        _add(made, token, kind, start + first)
        if len(made.tokens) > MAX_TOKENS:
            return


def _split_list(made: Utterance, token: str, start: int) -> None:
    """`1,200,300` between brackets: three numbers."""
    for place, number in enumerate(token.split(",")):
        if place:
            _add(made, ",", MARK, start - 1)
        _add(made, number, NUMBER, start)
        start += len(number) + 1
