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
    "position": "pos position pos.nr line ligne no nr # lfd",
    "code": "code sku item-no art-nr art.nr artikelnr artikelnummer artikel-nr reference ref product-code part-no",
    "description": "description desc descr item items product article artikel artikelbezeichnung bezeichnung "
    "beschreibung leistung designation libelle details particulars service produit",
    "quantity": "qty quantity qnty quant menge anzahl qte quantite stuck hours std",
    "unit_price": "price u.price u/price u.p u/p unitprice s/price einzelpreis preis e-preis nettopreis rate p.u prix "
    "pu puht cost",
    "line_total": "amount total amt subtotal betrag gesamt gesamtpreis nettobetrag nettowert entgelt montant value",
    "tax_rate": "vat vat% tax gst mwst ust steuer steuersatz tva taux mwst-% ust.%",
    "discount": "disc discount rabatt remise rebate nachlass",
    "unit": "unit uom einheit unite me",
}
"""For the names that columns often have, the words that often head them in English, German and French, folded."""
ROWS_ABOVE = 12
"""A header is looked for this many rows above the first item."""
GAP = 0.8
"""Rows of one header stand no further apart than this, in heights of a word."""
LEAST_PURITY = 0.6
"""Least share of a header word's places over one column."""
RARE = 0.01
"""Least share of the documents that show a word over a column."""
LEAST_SHARE = 0.3
"""Least share of the documents with the word in which it heads the column."""
LETTERS = {7: 200, 9: 100, 99: 75}
"""How many letters the words of one column may take, up to so many columns: the function has 50 lines."""
LABEL, USUAL_WORD = 2.5, 1.5
"""What a label of the spec and a usual word count for, in documents in which a word was seen over the column."""


def usual_headers(columns: Mapping[str, FieldSpec]) -> dict[str, tuple[str, ...]]:
    """The spec's labels, and the usual words of columns that bear a usual name; no word for two columns."""
    return _choose(columns, _prior(columns))


def learn_headers(
    columns: Mapping[str, FieldSpec], found: Sequence[tuple[Example, Sequence[Anchor], Sequence[Placed]]]
) -> dict[str, tuple[str, ...]]:
    """For each column the words that stood over its values in the examples, the spec's labels and usual words;
    the best first, as many as a short function can hold."""
    over: dict[str, Counter[str]] = defaultdict(Counter)
    documents: Counter[str] = Counter()
    for example, anchors, placed in found:
        for token, name in set(_header_words(example, anchors, placed)):
            over[token][name] += 1
        documents.update({token for rows in row_facts(example.document) for row in rows for token in row.tokens})
    scores = _prior(columns)
    least = max(1 if len(found) < 20 else 2, RARE * len(found))
    for token, names in over.items():
        name, count = min(names.items(), key=lambda entry: (-entry[1], entry[0]))
        if count >= max(least, LEAST_PURITY * sum(names.values()), LEAST_SHARE * documents[token]):
            scores[token] = {name: float(count) + LABEL}
    return _choose(columns, scores)


def _prior(columns: Mapping[str, FieldSpec]) -> dict[str, dict[str, float]]:
    """For each folded word what the spec's labels and common usage say: column and weight."""
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for name, column in columns.items():
        for word in USUAL.get(name, name.replace("_", " ")).split():
            scores[_folded(word)][name] = USUAL_WORD
        for label in column.labels:
            scores[_folded(label)][name] = LABEL
    return scores


def _folded(words: str) -> str:
    return " ".join(map(fold_word, words.split()))


def _choose(columns: Mapping[str, FieldSpec], scores: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[str, ...]]:
    """Each word to the column it speaks for most; for each column its best words within the letters allowed."""
    room = next(letters for most, letters in LETTERS.items() if len(columns) <= most or most == max(LETTERS))
    order = list(columns)
    words: dict[str, list[tuple[float, str]]] = {name: [] for name in columns}
    for word, names in scores.items():
        name = min(names, key=lambda name: (-names[name], order.index(name)))
        words[name].append((-names[name], word))
    chosen = {}
    for name, found in words.items():
        kept: list[str] = []
        for _, word in sorted(found):
            if sum(len(other) + 4 for other in kept) + len(word) + 4 <= room:
                kept.append(word)
        chosen[name] = tuple(kept)
    return chosen


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
        for row in _around(best, anchor, words):
            yield from _named(row, words, spans)


def _header_row(anchor: Anchor, words: Sequence[Word], spans: Mapping[str, tuple[float, float]]) -> RowFacts | None:
    rows = [row for row in anchor.rows[max(anchor.facts.row - ROWS_ABOVE, 0) : anchor.facts.row] if _may_be_header(row)]
    counts = [(sum(bool(_over(words, row, span)) for span in spans.values()), row) for row in rows]
    most = max((count for count, _ in counts), default=0)
    return next((row for count, row in reversed(counts) if count == most), None) if most >= 2 else None


def _around(best: RowFacts, anchor: Anchor, words: Sequence[Word]) -> list[RowFacts]:
    """The rows set solid with the best header row: up to two above and below it."""
    rows = [best]
    for step in (-1, 1):
        last = best
        for row in (best.row + step, best.row + 2 * step):
            if not 0 <= row < anchor.facts.row or not _may_be_header(anchor.rows[row]):
                break
            upper, lower = sorted((last, anchor.rows[row]), key=lambda facts: facts.row)
            if words[lower.start].y0 - words[upper.start].y1 > GAP * words[lower.start].height:
                break
            last = anchor.rows[row]
            rows.append(last)
    return rows


def _may_be_header(row: RowFacts) -> bool:
    return not row.amounts and "C" not in row.shapes and row.end - row.start <= 16


def _named(row: RowFacts, words: Sequence[Word], spans: Mapping[str, tuple[float, float]]) -> Iterable[tuple[str, str]]:
    for name, span in spans.items():
        for place in _over(words, row, span):
            shape, token = row.shapes[place - row.start], row.tokens[place - row.start]
            if (shape in "TtA" and len(token) >= 2 and "@" not in token) or token in ("#", "%"):
                yield token, name


def _over(words: Sequence[Word], row: RowFacts, span: tuple[float, float]) -> list[int]:
    x0, x1 = span
    return [place for place in range(row.start, row.end) if words[place].x1 > x0 and words[place].x0 < x1]
