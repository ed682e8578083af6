"""The rows of a document as a table reader sees them: a class for every word, the numbers, the shape of the row."""

from dataclasses import dataclass
from functools import lru_cache

from extractors.layout import page_index
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


@dataclass(frozen=True, slots=True)
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

    amounts: tuple[int, ...]
    """Positions of numbers with two decimals or more, left to right."""
    sums_up: bool
    """Whether a word of totals, taxes or payment stands in the row."""

    @property
    def pattern(self) -> str:
        """The classes of the words, runs of words joined and cut at ten: `ITM` for "2 green apples 3.00"."""
        return _pattern(self.shapes)

    @property
    def coarse(self) -> str:
        """Which of text, codes, whole numbers and amounts the row holds at all."""
        return _coarse(self.shapes)

    @property
    def mere_text(self) -> bool:
        """Whether words stand in the row and no amount."""
        return "T" in self.shapes and "M" not in self.shapes


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
        tuple([_facts(page, index, row, tokens, comma) for row in range(len(page.rows))])
        for index, page in enumerate(document.pages)
        for tokens in [page_index(document, index).tokens]
    )


def _facts(page: Page, index: int, row: int, page_tokens: tuple[str, ...], comma: bool) -> RowFacts:
    start, end = page.rows[row]
    figures: dict[int, Figure] = {}
    shapes: list[str] = []
    words = page.words
    tall = TALL * min([word.y1 - word.y0 for word in words[start:end]])
    for place in range(start, end):
        word = words[place]
        if word.y1 - word.y0 > tall > 0 and len(word.text) > 1:
            shapes.append("V")
            continue
        found, shape = _classify(word.text, comma)
        if found is not None:
            figures[place] = found
            if place + 1 < end and words[place + 1].text == "%":
                shape = "P"
        shapes.append(shape)
    tokens = page_tokens[start:end]
    amounts = tuple([place for place in figures if shapes[place - start] == "M"])
    sums_up = not TOTAL_WORDS.isdisjoint(tokens)
    return RowFacts(index, row, start, end, "".join(shapes), tokens, figures, amounts, sums_up)


@lru_cache(maxsize=65536)
def _classify(text: str, comma: bool) -> tuple[Figure | None, str]:
    found = figure(text, comma)
    return found, _shape(text) if found is None else found.shape


@lru_cache(maxsize=65536)
def _pattern(shapes: str) -> str:
    kept = [shape for place, shape in enumerate(shapes) if shape not in "SKV" and shape != shapes[place - 1 : place]]
    return "".join(kept)[:10]


@lru_cache(maxsize=65536)
def _coarse(shapes: str) -> str:
    classes = (("T", "T"), ("C", "CA"), ("I", "IDP"), ("M", "M"))
    return "".join([name for name, members in classes if any(shape in members for shape in shapes)])


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
