"""Rows of tables, for code that proposes line items.

`item_rows` finds the rows that may hold a line item, `ItemRow` gives every reading of its cells:

    rows = item_rows(document, {"quantity": ("qty", "menge"), "line_total": ("amount", "betrag")}, above=1, below=4)
    for row in rows:
        readings += row.readings({"quantity": row.numbers(), "line_total": row.numbers("money"), "code": row.codes(),
                                  "description": row.texts()})

A reading maps column names to candidates; it also holds, under `ROW`, the anchor: the row in which most cells stand.
Several readings of one anchor are alternatives, cell by cell: the weights choose among all that were proposed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractors.candidate import Candidate, Kind
from extractors.normalise import canonical
from extractors.tables.headers import Header, find_headers
from extractors.tables.rows import RowFacts, row_facts
from ocr.document import Document, Page

ROW = "@row"
"""Key of a reading's anchor row; no column can have this name."""

Reading = dict[str, Candidate]


@dataclass(frozen=True)
class ItemRow:
    """A row that may hold a line item, with the rows around it that may belong to it.

    Every candidate's `form` names the column whose header it stands under: `quantity`, `~quantity` where the header
    is only near, `?` under a header word that names no column, empty where there is no header.
    """

    document: Document
    anchor: RowFacts
    block: tuple[RowFacts, ...]
    """The rows that may belong to the item, the anchor among them, top to bottom."""
    header: Header | None

    @property
    def page(self) -> Page:
        return self.document.pages[self.anchor.page]

    def numbers(self, kind: Kind = "number") -> list[Candidate]:
        """Every number in the rows of the block, in reading order."""
        return [
            self._candidate(kind, figure.text, (place,))
            for facts in self.block
            for place, figure in facts.figures.items()
        ]

    def codes(self, kind: Kind = "identifier") -> list[Candidate]:
        """Every word with a digit in it, and every number: what may be an article number or a position."""
        return [
            self._candidate(kind, text.strip(".,:;#()[]*"), (place,))
            for facts in self.block
            for place in range(facts.start, facts.end)
            if facts.shapes[place - facts.start] in "ACID" and (text := self.page.words[place].text).strip(".,:;#()[]*")
        ]

    def texts(self, kind: Kind = "text") -> list[Candidate]:
        """One candidate: all words of the block. The weights trim it to the words that belong to the cell."""
        words = tuple(place for facts in self.block for place in range(facts.start, facts.end))
        text = " ".join(self.page.words[place].text for place in words)
        return [Candidate(kind, text, text, self.anchor.page, words)]

    def words(self, kind: Kind) -> list[Candidate]:
        """Every single word that can be read as `kind`: dates, booleans, values of an enum."""
        found = []
        for facts in self.block:
            for place in range(facts.start, facts.end):
                value = canonical(kind, self.page.words[place].text)
                if value is not None:
                    found.append(self._candidate(kind, value, (place,)))
        return found

    def readings(self, cells: Mapping[str, Sequence[Candidate]]) -> list[Reading]:
        """Readings that hold all the candidates of `cells`: the k-th has the k-th candidate of each column."""
        start, end = self.anchor.start, self.anchor.end
        away = "" if self.header is None else str(self.anchor.row - self.header.last)
        text = self.page.text_of(start, end)
        anchor = Candidate("text", text, text, self.anchor.page, tuple(range(start, end)), away)
        count = max((len(found) for found in cells.values()), default=0)
        return [
            {ROW: anchor, **{column: found[place] for column, found in cells.items() if place < len(found)}}
            for place in range(count)
        ]

    def _candidate(self, kind: Kind, value: str, words: tuple[int, ...]) -> Candidate:
        page = self.page
        form = ""
        if self.header is not None:
            first, last = page.words[words[0]], page.words[words[-1]]
            form = self.header.over(first.x0, last.x1, first.height)[0]
        return Candidate(kind, value, page.text_of(words[0], words[-1] + 1), self.anchor.page, words, form)


def item_rows(
    document: Document,
    headers: Mapping[str, Iterable[str]],
    above: int = 1,
    below: int = 3,
    without: Iterable[str] = (),
) -> list[ItemRow]:
    """The rows that may hold a line item: those with a number in them that are no header, in reading order.

    `headers`: for each column the words, or pairs of words, that may head it, in any language and case; OCR may have
    damaged them a little. `above`, `below`: how many rows before and after the anchor may belong to the item.
    `without`: words that never stand in the row of an item. A page without a header goes on under the header of the
    page before. O(words).
    """
    found = find_headers(document, {column: tuple(words) for column, words in headers.items()})
    banned = frozenset(word.casefold() for word in without)
    rows: list[ItemRow] = []
    carried: Header | None = None
    for page_rows in row_facts(document):
        for facts in page_rows:
            header = _header_above(found, facts) or carried
            if not facts.figures or not banned.isdisjoint(facts.tokens) or _is_header(found, facts):
                continue
            first = max(facts.row - above, 0)
            block = tuple(other for other in page_rows[first : facts.row + below + 1] if not _is_header(found, other))
            rows.append(ItemRow(document, facts, block, header))
        if page_rows:
            carried = _header_above(found, page_rows[-1]) or carried
    return rows


def _header_above(headers: Sequence[Header], facts: RowFacts) -> Header | None:
    above = [header for header in headers if header.page == facts.page and header.last < facts.row]
    return above[-1] if above else None


def _is_header(headers: Sequence[Header], facts: RowFacts) -> bool:
    return any(header.page == facts.page and header.first <= facts.row <= header.last for header in headers)
