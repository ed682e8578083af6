"""The rows of a document as a table reader sees them: a class for every word, the numbers, the shape of the row."""

from dataclasses import dataclass
from functools import cached_property

from extractors.layout import fold_word
from extractors.tables.figures import CODE_DIGITS, CURRENCIES, TIMES, Figure, decimal_comma, figure
from ocr.document import Document, Page

_TOTAL_WORDS = (
    "total totals subtotal sub-total totaal totale suma summe zwischensumme gesamt gesamtsumme gesamtbetrag endbetrag "
    "bruttosumme nettosumme rechnungssumme rechnungsbetrag zahlbetrag positionssumme belegsummen ubertrag somme sous- "
    "total montant net net-total nett payable rounding rounded cash change tendered paid balance due amount-due visa "
    "mastercard card credit debit gst vat tva mwst ust tax taxes steuer umsatzsteuer mehrwertsteuer iva discount disc "
    "rabatt remise skonto rebate charge service carried forward report reporter"
)
TOTAL_WORDS = frozenset(_TOTAL_WORDS.split())
"""Words that usually stand in rows that sum up a table rather than in the rows of items."""


@dataclass(frozen=True)
class RowFacts:
    """One row of a page. Word positions are indices into `Page.words`; `start` to `end` (exclusive) are the row's."""

    page: int
    row: int
    start: int
    end: int
    shapes: str
    """A class for each word: M D I C P as in `Figure.shape`, A a code of letters and digits, X a times mark,
    K a currency mark, S punctuation, T a word, t a short word, V a word that runs upwards in the margin."""
    tokens: tuple[str, ...]
    figures: dict[int, Figure]

    @cached_property
    def amounts(self) -> tuple[int, ...]:
        """Positions of numbers with two decimals or more, left to right."""
        return tuple(self.start + place for place, shape in enumerate(self.shapes) if shape == "M")

    @cached_property
    def pattern(self) -> str:
        """The classes of the words, runs of words joined and cut at ten: `ITM` for "2 green apples 3.00"."""
        kept = [
            shape
            for place, shape in enumerate(self.shapes)
            if shape not in "SKV" and shape != self.shapes[place - 1 : place]
        ]
        return "".join(kept)[:10]

    @cached_property
    def coarse(self) -> str:
        """Which of text, codes, whole numbers and amounts the row holds at all."""
        shapes = set(self.shapes)
        return "".join(
            (
                "T" if "T" in shapes else "",
                "C" if shapes & {"C", "A"} else "",
                "I" if shapes & {"I", "D", "P"} else "",
                "M" if "M" in shapes else "",
            )
        )

    @cached_property
    def mere_text(self) -> bool:
        """Whether words stand in the row and no amount."""
        return "T" in self.shapes and "M" not in self.shapes

    @cached_property
    def sums_up(self) -> bool:
        """Whether a word of totals, taxes or payment stands in the row."""
        return not TOTAL_WORDS.isdisjoint(self.tokens)


SHORT = 2
"""A word of so many letters or less is as often a unit or a tax code as part of a text."""
TALL = 3.0
"""A word this many times as high as the lowest of its row runs upwards."""


def row_facts(document: Document) -> tuple[tuple[RowFacts, ...], ...]:
    """The rows of each page, made once a document. O(words)."""
    return document.memo("row_facts", lambda: _row_facts(document))


def _row_facts(document: Document) -> tuple[tuple[RowFacts, ...], ...]:
    comma = decimal_comma(document)
    return tuple(
        tuple(_facts(page, index, row, comma) for row in range(len(page.rows)))
        for index, page in enumerate(document.pages)
    )


def _facts(page: Page, index: int, row: int, comma: bool) -> RowFacts:
    start, end = page.rows[row]
    figures: dict[int, Figure] = {}
    shapes: list[str] = []
    heights = sorted(word.height for word in page.words[start:end])
    tall = TALL * heights[0] if heights[-1] > TALL * heights[0] else 0.0
    for place in range(start, end):
        text = page.words[place].text
        if tall and page.words[place].height > tall and len(text) > 1:
            shapes.append("V")
            continue
        found = figure(text, comma)
        if found is not None:
            figures[place] = found
            following = page.words[place + 1].text if place + 1 < end else ""
            shapes.append("P" if following == "%" else found.shape)
        else:
            shapes.append(_shape(text))
    tokens = tuple(fold_word(word.text) for word in page.words[start:end])
    return RowFacts(index, row, start, end, "".join(shapes), tokens, figures)


def _shape(text: str) -> str:
    lower = text.lower().strip(".:()")
    if lower in TIMES:
        return "X"
    if lower in CURRENCIES and text != "s":
        return "K"
    if text.isalpha():
        return "T" if len(text) > SHORT else "t"
    if not any(char.isalnum() for char in text):
        return "S"
    digits = sum(char.isdigit() for char in text)
    if digits >= 2 and (digits * 2 >= len(text) or len(text) >= CODE_DIGITS):
        return "A"
    return "T" if len(text) > SHORT or digits else "t"
