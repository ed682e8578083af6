"""What labelled line items teach: three linear classifiers, how far items reach, what cells mean that are not printed.

The classifiers are L2-regularised logistic regressions over sparse indicators (scikit-learn, lbfgs): which proposed
rows anchor items, which rows around an anchor belong to it, and which column each word of an item is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from scipy.sparse import csr_matrix

from extractors.candidate import Kind
from extractors.line_items import all_anchor_features, all_row_features, between
from extractors.normalise import canonical
from extractors.tables.assign import TEXTS
from extractors.tables.features import Anchor
from extractors.tables.model import ABOVE, BELOW, NEITHER, NONE, ColumnModel, Linear
from extractors.tables.words import Item, item_features
from factory.generate.line_item_labels import Placed
from factory.golden import Example

LEAST_COUNT = 2
"""A feature seen fewer times in the examples is left out."""
STRENGTH = 1.0
"""Inverse of the L2 penalty."""
ROW_STRENGTH = 0.2
"""The same for the rows beside anchors, whose features overlap more (chosen on held-out vendors)."""
NEVER = -20.0
"""The score of a class that no example has."""
LEAST_PRODUCTS = 3
"""So many gold rows must be able to show a product."""
CONSTANT_SHARE = 0.6
"""Least share of the cells not printed that agree, for a constant to be filled in."""
DERIVED_SHARE = 0.5
"""Least share of the cells not printed that the product gives, for it to be used."""
CLOSE = 0.02
"""How far a product may lie from the amount labelled."""

Product = tuple[str, str, str]
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Placing:
    """An example with its proposed anchors and the gold rows found among them."""

    example: Example
    anchors: Sequence[Anchor]
    placed: Sequence[Placed]


def fit_reach(placings: Sequence[Placing]) -> tuple[int, int]:
    """The fewest rows above and below the anchor that hold 98 % of the cells found."""
    above: Counter[int] = Counter()
    below: Counter[int] = Counter()
    for placing in placings:
        for placed in placing.placed:
            offsets = _offsets(placing, placed)
            above[max((-offset for offset in offsets if offset < 0), default=0)] += 1
            below[max((offset for offset in offsets if offset > 0), default=0)] += 1
    return _quantile(above), _quantile(below)


def _offsets(placing: Placing, placed: Placed) -> list[int]:
    anchor = placing.anchors[placed.anchor].facts
    page = placing.example.document.pages[anchor.page]
    return [page.row_of[word] - anchor.row for words in placed.cells.values() for word in words]


def _quantile(counts: Counter[int], share: float = 0.98) -> int:
    total, running = sum(counts.values()), 0
    for value in sorted(counts):
        running += counts[value]
        if running >= share * total:
            return value
    return 0


def find_product(kinds: Mapping[str, Kind], examples: Sequence[Example]) -> Product | None:
    """The columns of which two multiply to the third in most gold rows, named as first, second, product."""
    rows = [numbers_of(row, kinds) for example in examples for row in example.label.line_items or ()]
    numeric = [name for name, kind in kinds.items() if kind in ("number", "money")]
    best: tuple[float, Product | None] = (0.5, None)
    for left, right, total in permutations(numeric, 3):
        telling = [row for row in rows if _telling(row, left, right, total)]
        if numeric.index(left) < numeric.index(right) and len(telling) >= LEAST_PRODUCTS:
            share = sum(_multiplies(row, (left, right, total)) for row in telling) / len(telling)
            if share > best[0]:
                best = (share, (left, right, total))
    return best[1]


def numbers_of(row: Row, kinds: Mapping[str, Kind]) -> dict[str, float]:
    """The cells of a gold row that are numbers."""
    found = {}
    for name, kind in kinds.items():
        value = row.get(name)
        text = canonical(kind, value) if value is not None and kind in ("number", "money") else None
        if text is not None:
            found[name] = float(text)
    return found


def _telling(row: Mapping[str, float], left: str, right: str, total: str) -> bool:
    """Whether the row could tell a product from a copy: one times a price is the price."""
    return {left, right, total} <= row.keys() and 1 not in (abs(row[left]), abs(row[right])) and row[total] != 0


def _multiplies(row: Mapping[str, float], product: Product) -> bool:
    if not all(name in row for name in product):
        return False
    left, right, total = (row[name] for name in product)
    return abs(left * right - total) <= CLOSE


def fit_columns(
    kinds: Mapping[str, Kind], placings: Sequence[Placing], product: Product | None
) -> dict[str, ColumnModel]:
    """Kinds, and what the gold rows say of cells that are not printed."""
    absent: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
    for placing in placings:
        label = placing.example.label
        for placed in placing.placed:
            row = numbers_of((label.line_items or ())[placed.gold], kinds)
            shown = label.line_items_visible[placed.gold] if label.line_items_visible else {}
            for name in kinds:
                if name not in placed.cells and shown.get(name) is not False:
                    absent[name].append(row)
    return {name: _column(kind, name, absent[name], product) for name, kind in kinds.items()}


def _column(kind: Kind, name: str, absent: Sequence[Mapping[str, float]], product: Product | None) -> ColumnModel:
    values = Counter(row[name] for row in absent if name in row)
    constant, count = max(values.items(), key=lambda entry: (entry[1], entry[0]), default=(0.0, 0))
    derived = sum(_multiplies(row, product) for row in absent) if product and name in product else 0
    is_constant = count >= max(2, CONSTANT_SHARE * len(absent)) and not (product and name == product[2])
    return ColumnModel(kind, f"{constant:g}" if is_constant else None, derived >= max(2, DERIVED_SHARE * len(absent)))


def fit_anchors(placings: Sequence[Placing]) -> Linear:
    """Which proposed rows anchor items. Where a gold row was not found, the other rows may be it: they are left out."""
    rows: list[list[str]] = []
    classes: list[str] = []
    for placing in placings:
        chosen = {placed.anchor for placed in placing.placed}
        complete = len(placing.placed) == len(placing.example.label.line_items or ())
        for place, features in enumerate(all_anchor_features(placing.example.document, placing.anchors)):
            if place in chosen or complete:
                rows.append(features)
                classes.append("item" if place in chosen else NONE)
    return fit_linear(rows, classes, ("item", NONE))


def fit_rows(placings: Sequence[Placing], reach: tuple[int, int]) -> Linear:
    """Which rows around an anchor belong to it, or to the anchor below: those that hold a cell."""
    rows: list[list[str]] = []
    classes: list[str] = []
    for placing in placings:
        chosen = [placing.anchors[placed.anchor] for placed in placing.placed]
        owners = owners_of(placing)
        open_rows = between(chosen, reach)
        rows.extend(all_row_features(placing.example.document, chosen, open_rows))
        for facts, above, below in open_rows:
            owner = owners.get((facts.page, facts.row))
            classes.append(BELOW if owner and owner is above else ABOVE if owner and owner is below else NEITHER)
    return fit_linear(rows, classes, (BELOW, ABOVE, NEITHER), ROW_STRENGTH)


def owners_of(placing: Placing) -> dict[tuple[int, int], Anchor]:
    """For each row that holds a cell, the anchor of the item it belongs to."""
    owners: dict[tuple[int, int], Anchor] = {}
    for placed in placing.placed:
        anchor = placing.anchors[placed.anchor]
        page = placing.example.document.pages[anchor.facts.page]
        for words in placed.cells.values():
            for word in words:
                owners[(anchor.facts.page, page.row_of[word])] = anchor
    return owners


def fit_words(kinds: Mapping[str, Kind], placings: Sequence[Placing]) -> Linear:
    """Which column each word of an item is. Where a text was not found, the item's words may be it: left out."""
    rows: list[list[str]] = []
    classes: list[str] = []
    for placing in placings:
        owners = owners_of(placing)
        for ordinal, placed in enumerate(placing.placed, start=1):
            item = _item(placing, placed, owners, ordinal)
            column_of = {word: name for name, words in placed.cells.items() for word in words}
            texts_lost = any(kinds[name] in TEXTS for name in placed.doubtful)
            for (facts, place), features in zip(item.places, item_features(item), strict=True):
                name = column_of.get(place, NONE)
                if name == NONE and texts_lost and place not in facts.figures:
                    continue
                rows.append(features)
                classes.append(name)
    return fit_linear(rows, classes, (*kinds, NONE))


def _item(placing: Placing, placed: Placed, owners: Mapping[tuple[int, int], Anchor], ordinal: int) -> Item:
    anchor = placing.anchors[placed.anchor]
    rows = [facts for facts in anchor.rows if owners.get((facts.page, facts.row)) is anchor or facts is anchor.facts]
    return Item(placing.example.document.pages[anchor.facts.page], anchor, tuple(rows), ordinal)


def fit_linear(
    rows: Sequence[Sequence[str]], classes: Sequence[str], names: tuple[str, ...], strength: float = STRENGTH
) -> Linear:
    """Logistic regression over sparse indicators; classes that never occur get no chance. Deterministic."""
    counts = Counter(feature for row in rows for feature in row)
    known = {feature: place for place, feature in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_COUNT))}
    present = [name for name in names if name in set(classes)]
    never = [0.0 if name in present else NEVER for name in names]
    if len(present) < 2:
        return Linear(names, {"bias": tuple(never)})
    targets = np.array([names.index(name) for name in classes])
    from sklearn.linear_model import LogisticRegression  # imported late: it takes longer than most commands

    solver = LogisticRegression(C=strength, max_iter=300, fit_intercept=False, tol=1e-4)
    fitted = solver.fit(_matrix(rows, known), targets)
    weights = np.zeros((len(known), len(names)))
    if len(present) == 2:
        weights[:, fitted.classes_[1]] = fitted.coef_[0]
    else:
        weights[:, fitted.classes_] = fitted.coef_.T
    weights[known["bias"]] += never
    return Linear(
        names, {feature: tuple(round(float(w), 4) for w in weights[place]) for feature, place in known.items()}
    )


def _matrix(rows: Sequence[Sequence[str]], known: Mapping[str, int]) -> csr_matrix:
    indices = [known[feature] for row in rows for feature in row if feature in known]
    starts = np.cumsum([0, *(sum(feature in known for feature in row) for row in rows)])
    matrix = csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(known)))
    matrix.sum_duplicates()
    return matrix
