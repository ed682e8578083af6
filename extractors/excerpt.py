"""The smallest part of a document that should answer a question: rows around labels and likely values, no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.candidate import Candidate, Kind
from extractors.grounding import Rows
from extractors.layout import fold_word, page_index
from ocr.document import Document

CANDIDATES = 3
"""How many of a field's candidates, best first, are shown."""
CHARACTERS_PER_TOKEN = 2
"""Few, because receipts and invoices are full of digits, which small models read one by one."""
FIRST_ROWS = 12
"""Rows at the top of the document that are shown where a field has neither label nor candidate."""


@dataclass(frozen=True)
class Wanted:
    """What to look for: the field's kind, the words beside its value, and its candidates, best first."""

    kind: Kind
    labels: Sequence[str]
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Excerpt:
    """The rows that are shown, and their text."""

    rows: Rows
    text: str


def excerpt(document: Document, wanted: Iterable[Wanted], tokens: int) -> Excerpt:
    """At most about `tokens` tokens of rows: those of candidates and labels, then what stands around them."""
    ranks: dict[tuple[int, int], int] = {}
    for want in wanted:
        for place, rank in _places(document, want).items():
            ranks[place] = min(rank, ranks.get(place, rank))
    chosen: set[tuple[int, int]] = set()
    room = tokens * CHARACTERS_PER_TOKEN
    for place in sorted(ranks, key=lambda place: (ranks[place], place)):
        room -= len(row_text(document, *place)) + 1
        if room < 0:
            break
        chosen.add(place)
    return show(document, chosen)


def show(document: Document, rows: Iterable[tuple[int, int]]) -> Excerpt:
    """The text of `rows` in reading order, a line each; `…` where rows are left out."""
    ordered = sorted(rows)
    lines: list[str] = []
    for place, before in zip(ordered, [None, *ordered], strict=False):
        if before is not None and place != (before[0], before[1] + 1):
            lines.append("…")
        lines.append(row_text(document, *place))
    return Excerpt(frozenset(ordered), "\n".join(lines))


def row_text(document: Document, page: int, row: int) -> str:
    """The words of a row, segments set apart by two blanks."""
    sheet = document.pages[page]
    start, end = sheet.rows[row]
    parts = [sheet.words[start].text]
    for index in range(start + 1, end):
        gap = " " if sheet.segment_of[index] == sheet.segment_of[index - 1] else "  "
        parts.append(gap + sheet.words[index].text)
    return "".join(parts)


def label_rows(document: Document, labels: Sequence[str]) -> set[tuple[int, int]]:
    """The rows in which one of `labels` stands, as consecutive words."""
    found = set()
    for number, page in enumerate(document.pages):
        tokens = page_index(document, number).tokens
        for label in labels:
            words = [fold_word(word) for word in label.split()]
            for start in range(len(tokens) - len(words) + 1) if words else ():
                if list(tokens[start : start + len(words)]) == words:
                    found.add((number, page.row_of[start]))
    return found


def _places(document: Document, want: Wanted) -> dict[tuple[int, int], int]:
    """Rows that may hold the answer, and how soon each is needed: 0 first."""
    sure = label_rows(document, want.labels)
    for candidate in want.candidates[:CANDIDATES]:
        row_of = document.pages[candidate.page].row_of
        sure |= {(candidate.page, row_of[word]) for word in candidate.words}
    if not sure and document.pages:
        return {(0, row): 2 for row in range(min(FIRST_ROWS, len(document.pages[0].rows)))}
    reach = 3 if want.kind in ("address", "party", "text") else 1
    places = dict.fromkeys(sure, 0)
    for page, row in sure:
        for distance in range(1, reach + 1):
            for other in (row - distance, row + distance):
                if 0 <= other < len(document.pages[page].rows):
                    places.setdefault((page, other), distance)
    return places
