"""The passages of a document in which an order to its reader may stand: sentences, and lines over which one runs on.

A row of a table orders nobody. A passage is prose (letters more than figures) that holds a word of doing, asking,
telling or answering; a sentence that a page breaks over several lines is one passage, as is each part of it.

Specs, manuals and requests give orders by right: they are told from documents by their form. A document has rows of
figures, addresses or dates between its sentences, or is long; what has keys, code or marks of a markup language in
much of its lines is written for programs and programmers.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from security.concepts import TOKEN, concepts
from security.text import fold
from security.windows import Sentence

LINES = 4
"""Lines over which a sentence is followed."""
_LEAST_WORDS, _LEAST_TOKENS = 2, 4
_ORDERING = "MACHINE ORDERS OUTPUT YOU SETTING SAYING JUDGING STOPPING PERSONA SECRET NOW TOOLS MODELTALK AUTHORITY"
_ACTIVE = frozenset([*_ORDERING.split(), "OFFTOPIC", "MUST", "POLITE"])
"""Concepts of which an order needs one (`data/concepts.txt`)."""

LEAST_ROWS, LONG = 2, 20
"""Rows without prose, or else sentences, that make a document."""
MARKED = 0.2
"""Share of lines with marks of code or markup from which on a text is none."""

_MARKS = re.compile(
    r"^\s*(?:- )*[a-z][a-z0-9]*(?:_[a-z0-9]+)+:|^\s*(?:- )*[a-z]+:(?:\s*$| [\[{|>a-z\"'\d])"  # keys
    r"|`|^\s*#+ |^\s*\|.*\|\s*$|^\s*[-*] "  # code, headings, tables, lists
)
_ADDRESS = re.compile(
    r"\S*(?:https?:|www\.|@)\S*"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+){0,2}\.(?:com|org|net|info|eu|de|at|ch|fr|be|nl|it|es|pt|uk|ie|us|ca|au|my|sg|in)"
    r"(?:\.[a-z]{2})?(?![\w-]|\.\w)",
    re.IGNORECASE,
)
"""Of the web and of mail, also where a scan lost the `@`."""
_MAYBE_ADDRESS = re.compile(r"@|https?:|www\.|\w\.\w", re.IGNORECASE)
"""Quick; stands in every text that holds an address."""
_PROSE_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
"""Codes, which mix letters with digits, hold none."""
_END = re.compile(r"[.!?;:。]\W*$")


def passages(parts: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """(first, last + 1) of each passage, one line or several, as places among the sentences."""
    prose = [_is_prose(part.text) for part in parts]
    active = [yes and _is_active(part.text) for yes, part in zip(prose, parts, strict=True)]
    for first in range(len(parts)):
        for last in range(first + 1, min(first + LINES, len(parts)) + 1):
            if not prose[last - 1]:
                break
            if any(active[first:last]):
                yield first, last
            if _END.search(parts[last - 1].text):
                break


def is_document(parts: Sequence[Sentence]) -> bool:
    """Whether a text with these sentences looks like a paper rather than a spec, a manual or a request."""
    marked = sum(bool(_MARKS.search(part.text)) for part in parts)
    rows = sum(not _is_prose(part.text) for part in parts)
    return marked < MARKED * len(parts) and (rows >= LEAST_ROWS or len(parts) >= LONG)


def _is_prose(text: str) -> bool:
    text = _unaddressed(text)
    found = _PROSE_WORD.findall(text)
    return len(found) >= _LEAST_WORDS and 2 * sum(map(len, found)) >= len(text.replace(" ", ""))


def _unaddressed(text: str) -> str:
    return _ADDRESS.sub("", text) if _MAYBE_ADDRESS.search(text) else text


def _is_active(text: str) -> bool:
    tokens = TOKEN.findall(fold(_unaddressed(text)))
    return len(tokens) >= _LEAST_TOKENS and any(map(_acts, tokens))


@lru_cache(maxsize=1 << 14)
def _acts(token: str) -> bool:
    return not _ACTIVE.isdisjoint(concepts(token))
