"""The words that head the columns of line items: usual ones, the spec's labels, and those seen in the examples."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from extractors.layout import fold_word
from extractors.tables.features import Anchor
from extractors.tables.rows import RowFacts, row_facts
from factory.generate.line_item_labels import Placed
from factory.golden import Example
from factory.spec import FieldSpec
from ocr.document import Word

USUAL = {
    "position": "pos position positions-nr pos.nr line ligne no nr # lfd",
    "code": "code sku item-no itemno art-nr art.nr artikelnr artikelnummer artikel-nr art-nr-lief reference référence ref "
    "réf product-code part-no artnr item-code stock-code code-article",
    "description": "description desc descr item items product products article artikel artikelbezeichnung bezeichnung "
    "beschreibung leistung désignation designation libellé details particulars service position-text produit",
    "quantity": "qty quantity qnty quant menge anzahl qté qte quantité stück stk units hours std",
    "unit_price": "unit-price u.price u/price u.p u/p price unitprice s/price einzelpreis preis e-preis nettopreis rate "
    "stückpreis p.u prix pu puht prix-unitaire p.u.ht unit-cost cost unit",
    "line_total": "amount total line-total amt subtotal betrag gesamt gesamtpreis nettobetrag nettowert summe entgelt "
    "positionsbetrag montant net value extension total-ht",
    "tax_rate": "vat vat% tax gst mwst ust steuer steuersatz tva taux tax% mwst-% ust.% vat-rate taux-tva",
    "discount": "disc discount rabatt remise rebate nachlass",
    "unit": "unit uom einheit unité me",
}
"""For the names that columns often have, the words that often head them in English, German and French."""
ROWS_ABOVE = 12
"""A header is looked for this many rows above the first item."""
LEAST_PURITY = 0.6
"""Least share of a header word's places over one column."""
LEAST_SHARE = 0.3
"""Least share of the documents with the word in which it heads the column."""
MOST = 40
"""So many learned words a column, the most frequent ones."""


def usual_headers(columns: Mapping[str, FieldSpec]) -> dict[str, tuple[str, ...]]:
    """The spec's labels, and the usual words of columns that bear a usual name; no word for two columns."""
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for name, column in columns.items():
        words = [*column.labels, *USUAL.get(name, name.replace("_", " ")).split()]
        found[name] = tuple(dict.fromkeys(word for word in words if word not in taken))
        taken.update(found[name])
    return found


def learn_headers(
    columns: Mapping[str, FieldSpec], found: Sequence[tuple[Example, Sequence[Anchor], Sequence[Placed]]]
) -> dict[str, tuple[str, ...]]:
    """For each column the words that stood over its values in the examples, most frequent first, then usual ones."""
    over: dict[str, Counter[str]] = defaultdict(Counter)
    documents: Counter[str] = Counter()
    for example, anchors, placed in found:
        words = set(_header_words(example, anchors, placed))
        for token, name in words:
            over[token][name] += 1
        documents.update({token for rows in row_facts(example.document) for row in rows for token in row.tokens})
    learned: dict[str, Counter[str]] = {name: Counter() for name in columns}
    least = 1 if len(found) < 20 else 2
    for token, names in over.items():
        name, count = min(names.items(), key=lambda entry: (-entry[1], entry[0]))
        if count >= max(least, LEAST_PURITY * sum(names.values()), LEAST_SHARE * documents[token]):
            learned[name][token] = count
    taken = {token for tokens in learned.values() for token in tokens}
    return {
        name: tuple(token for token, _ in sorted(learned[name].items(), key=lambda entry: (-entry[1], entry[0]))[:MOST])
        + tuple(word for word in words if " ".join(map(fold_word, word.split())) not in taken)
        for name, words in usual_headers(columns).items()
    }


def _header_words(example: Example, anchors: Sequence[Anchor], placed: Sequence[Placed]) -> Iterable[tuple[str, str]]:
    """The words over the cells of the first item on each page, in the rows around the one that covers most columns."""
    seen: set[int] = set()
    for item in placed:
        anchor = anchors[item.anchor]
        if anchor.facts.page in seen:
            continue
        seen.add(anchor.facts.page)
        words = example.document.pages[anchor.facts.page].words
        spans = {name: (words[places[0]].x0, words[places[-1]].x1) for name, places in item.cells.items()}
        best = _header_row(anchor, words, spans)
        if best is None:
            continue
        for row in anchor.rows[max(best.row - 2, 0) : min(best.row + 3, anchor.facts.row)]:
            if _may_be_header(row):
                yield from _named(row, words, spans)


def _header_row(anchor: Anchor, words: Sequence[Word], spans: Mapping[str, tuple[float, float]]) -> RowFacts | None:
    rows = [row for row in anchor.rows[max(anchor.facts.row - ROWS_ABOVE, 0) : anchor.facts.row] if _may_be_header(row)]
    counts = [(sum(bool(_over(words, row, span)) for span in spans.values()), row) for row in rows]
    most = max((count for count, _ in counts), default=0)
    return next((row for count, row in reversed(counts) if count == most), None) if most >= 2 else None


def _may_be_header(row: RowFacts) -> bool:
    return not row.amounts and "C" not in row.shapes and row.end - row.start <= 16


def _named(row: RowFacts, words: Sequence[Word], spans: Mapping[str, tuple[float, float]]) -> Iterable[tuple[str, str]]:
    for name, span in spans.items():
        for place in _over(words, row, span):
            shape, token = row.shapes[place - row.start], row.tokens[place - row.start]
            if (shape in "TtA" and len(token) >= 2) or token in ("#", "%"):
                yield token, name


def _over(words: Sequence[Word], row: RowFacts, span: tuple[float, float]) -> list[int]:
    x0, x1 = span
    return [place for place in range(row.start, row.end) if words[place].x1 > x0 and words[place].x0 < x1]
