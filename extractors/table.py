"""Rows of tables, for code that proposes line items.

`item_rows` finds the rows that may hold a line item or a part of one, `ItemRow` gives every reading of their cells:

    rows = item_rows(document, {"quantity": ("qty", "menge"), "line_total": ("amount", "betrag")}, above=1, below=4)
    for row in rows:
        readings += row.readings({"quantity": row.numbers(), "line_total": row.numbers("money"), "code": row.codes(),
                                  "description": row.texts()})

A reading maps column names to candidates of one row; it also holds, under `ROW`, the row itself. Several readings of
one row are alternatives, cell by cell: the weights choose among all that were proposed, and which rows make an item.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractors.candidate import Candidate, Kind
from extractors.normalise import canonical
from extractors.tables.headers import Header, find_headers
from extractors.tables.rows import RowFacts, row_facts
from ocr.document import Document, Page

ROW = "@row"
"""Key of a reading's row; no column can have this name. The form of this candidate says what the row may be: `item`,
`item 3` where the header stands three rows above, `part` where it can only belong to an item in a row nearby."""
PART = "part"
EDGE = ".,:;#()[]*"
"""What may stand around a code without belonging to it."""

Reading = dict[str, Candidate]


@dataclass(frozen=True)
class ItemRow:
    """A row that may hold a line item, or a part of one that stands in a row nearby.

    Every candidate's `form` names the column whose header it stands under: `quantity`, `~quantity` where the header
    is only near, `>quantity` right of it and left of the next one, `?` for a header word that names no column, empty
    where there is no header.
    """

    page: Page
    facts: RowFacts
    role: str
    """What `ROW` says of it."""
    forms: Sequence[str]
    """For each word of the page, the column it stands under."""
    segments: Sequence[tuple[int, int]]
    """Start and end (exclusive) of the row's segments."""
    made: dict[Kind, list[Candidate]] = field(default_factory=dict, repr=False, compare=False)
    """The numbers of each kind that were asked for: several columns share them."""

    def numbers(self, kind: Kind = "number") -> list[Candidate]:
        """Every number in the row, left to right."""
        found = self.made.get(kind)
        if found is None:
            figures = self.facts.figures.items()
            found = self.made[kind] = [self._candidate(kind, figure.text, place) for place, figure in figures]
        return list(found)

    def codes(self, kind: Kind = "identifier") -> list[Candidate]:
        """Every whole number, and every word that is not letters alone: what may be an article number or a position."""
        texts = [(place, self.page.words[place].text) for place in range(self.facts.start, self.facts.end)]
        return [
            self._candidate(kind, text.strip(EDGE), place)
            for (place, text), shape in zip(texts, self.facts.shapes, strict=True)
            if (shape in "ACI" or (shape in "Tt" and not text.isalpha())) and text.strip(EDGE)
        ]

    def texts(self, kind: Kind = "text") -> list[Candidate]:
        """Every segment of the row: what stands side by side without a wide gap. The weights trim and join them.

        The `form` has a part for each word, a blank between them, `-` for a word without a header.
        """
        found = []
        for start, end in self.segments:
            words = tuple(place for place in range(start, end) if self.facts.shapes[place - self.facts.start] != "V")
            if words:
                text = " ".join([self.page.words[place].text for place in words])
                form = " ".join([self.forms[place] or "-" for place in words])
                found.append(Candidate(kind, text, text, self.facts.page, words, form))
        return found

    def words(self, kind: Kind) -> list[Candidate]:
        """Every single word that can be read as `kind`: dates, booleans, values of an enum."""
        return [
            self._candidate(kind, value, place)
            for place in range(self.facts.start, self.facts.end)
            if (value := canonical(kind, self.page.words[place].text)) is not None
        ]

    def readings(self, cells: Mapping[str, Sequence[Candidate]]) -> list[Reading]:
        """Readings that hold all the candidates of `cells`: the k-th has the k-th candidate of each column."""
        start, end = self.facts.start, self.facts.end
        text = self.page.text_of(start, end)
        row = Candidate("text", text, text, self.facts.page, tuple(range(start, end)), self.role)
        readings: list[Reading] = [{ROW: row} for _ in range(max(map(len, cells.values()), default=0))]
        for column, found in cells.items():
            for reading, candidate in zip(readings, found, strict=False):
                reading[column] = candidate
        return readings

    def _candidate(self, kind: Kind, value: str, place: int) -> Candidate:
        return Candidate(kind, value, self.page.words[place].text, self.facts.page, (place,), self.forms[place])


def item_rows(
    document: Document, headers: Mapping[str, Iterable[str]], above: int = 1, below: int = 3
) -> list[ItemRow]:
    """The rows that may hold a line item, that is an amount, or two numbers below a header; and the rows around them.

    `headers`: for each column the words, or pairs of words, that may head it, in any language and case. `above`,
    `below`: how many rows before and after the row with the amount may belong to the item. A page without a header
    goes on under the header of the page before. O(words).
    """
    found = find_headers(document, {column: tuple(words) for column, words in headers.items()})
    rows: list[ItemRow] = []
    carried: Header | None = None
    for index, (page, page_rows) in enumerate(zip(document.pages, row_facts(document), strict=True)):
        here = [header for header in found if header.page == index]
        roles = _roles(page_rows, here, carried, above, below)
        if roles:
            forms = _forms(page, page_rows, here, carried)
            segments: list[list[tuple[int, int]]] = [[] for _ in page.rows]
            for segment in page.segments:
                segments[segment.row].append((segment.start, segment.end))
            rows += [ItemRow(page, page_rows[row], roles[row], forms, segments[row]) for row in sorted(roles)]
        carried = here[-1] if here else carried
    return rows


def _roles(
    rows: Sequence[RowFacts], headers: Sequence[Header], carried: Header | None, above: int, below: int
) -> dict[int, str]:
    """For each row of a page that may hold an item or a part of one: what `ROW` says of it."""
    inside = {row for header in headers for row in range(header.first, header.last + 1)}
    roles: dict[int, str] = {}
    header, since = carried, 0 if carried is None else 1
    place = 0
    for facts in rows:
        while place < len(headers) and headers[place].last < facts.row:
            header, since = headers[place], -headers[place].last
            place += 1
        if facts.row not in inside and (facts.amounts or (header and len(facts.figures) >= 2)):
            roles[facts.row] = f"item {facts.row + since}" if header else "item"
    for row in list(roles):
        for other in range(max(row - above, 0), min(row + below + 1, len(rows))):
            if other not in inside:
                roles.setdefault(other, PART)
    return roles


def _forms(page: Page, rows: Sequence[RowFacts], headers: Sequence[Header], carried: Header | None) -> list[str]:
    """For each word of the page the column it stands under, by the last header above it."""
    forms = [""] * len(page.words)
    starts = [header.last + 1 for header in headers] + [len(rows)]
    areas = [(carried, 0, starts[0]), *zip(headers, starts, starts[1:], strict=False)]
    for header, first, last in areas:
        if header is not None and first < last:
            start, end = rows[first].start, rows[last - 1].end
            forms[start:end] = header.over(page.words[start:end])
    return forms
