"""Rows of tables, for code that proposes line items.

`item_rows` finds the rows that may hold a line item, `ItemRow` gives every reading of its cells:

    rows = item_rows(document, {"quantity": ("qty", "menge"), "line_total": ("amount", "betrag")}, above=1, below=4)
    for row in rows:
        readings += row.readings({"quantity": row.numbers(), "line_total": row.numbers("money"), "code": row.codes(),
                                  "description": row.texts()})

A reading maps column names to candidates; it also holds, under `ROW`, the anchor: the row in which most cells stand.
Several readings of one anchor are alternatives, cell by cell: the weights choose among all that were proposed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractors.candidate import Candidate, Kind
from extractors.normalise import canonical
from extractors.tables.headers import Header, find_headers
from extractors.tables.rows import RowFacts, row_facts
from ocr.document import Document, Page, Segment

ROW = "@row"
"""Key of a reading's anchor row; no column can have this name."""

EDGE = ".,:;#()[]*"
"""What may stand around a code without belonging to it."""

Reading = dict[str, Candidate]


@dataclass(frozen=True)
class ItemRow:
    """A row that may hold a line item, with the rows around it that may belong to it.

    Every candidate's `form` names the column whose header it stands under: `quantity`, `~quantity` where the header
    is only near, `>quantity` right of it and left of the next one, `?` for a header word that names no column, empty
    where there is no header.
    """

    page: Page
    anchor: RowFacts
    block: tuple[RowFacts, ...]
    """The rows that may belong to the item, the anchor among them, top to bottom."""
    headers: tuple[Header | None, ...]
    """For each row of the page the header it stands under."""
    segments: tuple[tuple[Segment, ...], ...]
    """The segments of each row of the page."""
    made: dict[tuple[str, Kind, int], list[Candidate]] = field(default_factory=dict, repr=False, compare=False)
    """What was proposed in each row: neighbouring blocks share it."""

    def numbers(self, kind: Kind = "number") -> list[Candidate]:
        """Every number in the rows of the block, in reading order."""
        return self._of_rows("numbers", kind, self._numbers)

    def codes(self, kind: Kind = "identifier") -> list[Candidate]:
        """Every whole number, and every word that is not letters alone: what may be an article number or a position."""
        return self._of_rows("codes", kind, self._codes)

    def texts(self, kind: Kind = "text") -> list[Candidate]:
        """Every segment of the block: what stands side by side without a wide gap. The weights trim and join them.

        The `form` has a part for each word, a blank between them, `-` for a word without a header.
        """
        return self._of_rows("texts", kind, self._texts)

    def words(self, kind: Kind) -> list[Candidate]:
        """Every single word that can be read as `kind`: dates, booleans, values of an enum."""
        return self._of_rows("words", kind, self._words)

    def readings(self, cells: Mapping[str, Sequence[Candidate]]) -> list[Reading]:
        """Readings that hold all the candidates of `cells`: the k-th has the k-th candidate of each column."""
        start, end = self.anchor.start, self.anchor.end
        header = self.headers[self.anchor.row]
        away = "" if header is None else str(_rows_since(header, self.anchor))
        text = self.page.text_of(start, end)
        anchor = Candidate("text", text, text, self.anchor.page, tuple(range(start, end)), away)
        readings: list[Reading] = [{ROW: anchor} for _ in range(max(map(len, cells.values()), default=0))]
        for column, found in cells.items():
            for reading, candidate in zip(readings, found, strict=False):
                reading[column] = candidate
        return readings

    def _of_rows(self, what: str, kind: Kind, make: Callable[[Kind, RowFacts], list[Candidate]]) -> list[Candidate]:
        found: list[Candidate] = []
        for facts in self.block:
            key = (what, kind, facts.row)
            if key not in self.made:
                self.made[key] = make(kind, facts)
            found += self.made[key]
        return found

    def _numbers(self, kind: Kind, facts: RowFacts) -> list[Candidate]:
        return [self._candidate(kind, figure.text, place, facts) for place, figure in facts.figures.items()]

    def _codes(self, kind: Kind, facts: RowFacts) -> list[Candidate]:
        texts = [(place, self.page.words[place].text) for place in range(facts.start, facts.end)]
        return [
            self._candidate(kind, text.strip(EDGE), place, facts)
            for (place, text), shape in zip(texts, facts.shapes, strict=True)
            if (shape in "ACI" or (shape in "Tt" and not text.isalpha())) and text.strip(EDGE)
        ]

    def _texts(self, kind: Kind, facts: RowFacts) -> list[Candidate]:
        found = []
        for segment in self.segments[facts.row]:
            places = range(segment.start, segment.end)
            words = tuple(place for place in places if facts.shapes[place - facts.start] != "V")
            if words:
                text = " ".join([self.page.words[place].text for place in words])
                form = " ".join([self._form(place, facts) or "-" for place in words])
                found.append(Candidate(kind, text, text, facts.page, words, form))
        return found

    def _words(self, kind: Kind, facts: RowFacts) -> list[Candidate]:
        return [
            self._candidate(kind, value, place, facts)
            for place in range(facts.start, facts.end)
            if (value := canonical(kind, self.page.words[place].text)) is not None
        ]

    def _form(self, place: int, facts: RowFacts) -> str:
        word, header = self.page.words[place], self.headers[facts.row]
        return header.over(word.x0, word.x1, word.height) if header else ""

    def _candidate(self, kind: Kind, value: str, place: int, facts: RowFacts) -> Candidate:
        text = self.page.words[place].text
        return Candidate(kind, value, text, facts.page, (place,), self._form(place, facts))


def item_rows(
    document: Document, headers: Mapping[str, Iterable[str]], above: int = 1, below: int = 3
) -> list[ItemRow]:
    """The rows that may hold a line item: those that hold an amount, or two numbers below a header.

    `headers`: for each column the words, or pairs of words, that may head it, in any language and case. `above`,
    `below`: how many rows before and after the anchor may belong to the item. A page without a header goes on under
    the header of the page before. O(words).
    """
    found = find_headers(document, {column: tuple(words) for column, words in headers.items()})
    rows: list[ItemRow] = []
    carried: Header | None = None
    for index, page_rows in enumerate(row_facts(document)):
        here = [header for header in found if header.page == index]
        inside = {row for header in here for row in range(header.first, header.last + 1)}
        over: list[Header | None] = []
        for row in range(len(page_rows)):
            carried = next((header for header in here if header.last + 1 == row), carried)
            over.append(carried)
        headers_over = tuple(over)
        segments = _segments(document.pages[index])
        made: dict[tuple[str, Kind, int], list[Candidate]] = {}
        for facts in page_rows:
            if facts.row in inside or not (facts.amounts or (over[facts.row] and len(facts.figures) >= 2)):
                continue
            block = page_rows[max(facts.row - above, 0) : facts.row + below + 1]
            kept = tuple(other for other in block if other.row not in inside)
            rows.append(ItemRow(document.pages[index], facts, kept, headers_over, segments, made))
    return rows


def _segments(page: Page) -> tuple[tuple[Segment, ...], ...]:
    rows: list[list[Segment]] = [[] for _ in page.rows]
    for segment in page.segments:
        rows[segment.row].append(segment)
    return tuple(map(tuple, rows))


def _rows_since(header: Header, facts: RowFacts) -> int:
    return facts.row - header.last if header.page == facts.page else facts.row + 1
