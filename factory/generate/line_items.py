"""Learning line items from labelled documents, and writing the function that proposes them.

`fit_line_items` finds the labelled rows on the pages, learns the words that head columns, and fits three linear
classifiers (L2-regularised logistic regression over sparse indicators): which rows anchor items, which rows around an
anchor belong to it, and which column each word is. Confidence is calibrated on documents left out of the fit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from extractors.candidate import Candidate, FieldValue, Kind
from extractors.line_items import Propose, all_anchor_features, all_row_features, anchors_of, between, read_line_items
from extractors.normalise import same
from extractors.table import Reading, item_rows
from extractors.tables.features import Anchor
from extractors.tables.model import ABOVE, BELOW, NEITHER, NONE, ColumnModel, Linear, LineItemModel
from extractors.tables.rows import RowFacts
from extractors.tables.words import Item, item_features
from factory.generate.line_item_headers import learn_headers, usual_headers
from factory.generate.line_item_labels import Placed, place_items
from factory.golden import Example
from factory.score_rows import pair_rows
from factory.spec import FieldSpec
from ocr.document import Document

FOLDS = 4
LEAST_COUNT = 2
"""A feature seen fewer times in the examples is left out."""
STRENGTH = 1.0
"""Inverse of the L2 penalty."""
REACH = (2, 6)
"""How many rows above and below an anchor are searched for its cells while fitting."""

Columns = Mapping[str, FieldSpec]


@dataclass(frozen=True)
class _Placing:
    """An example with its proposed anchors and the gold rows found among them."""

    example: Example
    anchors: list[Anchor]
    placed: list[Placed]


def fit_line_items(columns: Columns, examples: Sequence[Example]) -> LineItemModel:
    """Learn to read the line items that the examples' labels hold. Examples without the key `line_items` do not count.

    The result is the same on every run. Time grows linearly with the number of pages; five fits in all.
    """
    labelled = [example for example in examples if example.label.line_items is not None]
    model, placings = _fit(columns, labelled)
    if not any(placing.placed for placing in placings):
        return model
    outcomes = _outcomes(columns, labelled)
    return replace(
        model,
        columns={name: replace(column, calibration=_knots(outcomes[name])) for name, column in model.columns.items()},
    )


def proposer(columns: Columns, headers: Mapping[str, Sequence[str]], reach: tuple[int, int]) -> Propose:
    """What the generated function does, as a closure."""

    def propose(document: Document) -> list[Reading]:
        readings: list[Reading] = []
        for row in item_rows(document, headers, reach[0], reach[1]):
            cells: dict[str, list[Candidate]] = {}
            for name, column in columns.items():
                if column.type in ("number", "money"):
                    cells[name] = row.numbers(column.type)
                elif column.type == "identifier":
                    cells[name] = row.codes()
                elif column.type in ("text", "party", "address"):
                    cells[name] = row.texts(column.type)
                else:
                    cells[name] = row.words(column.type)
            readings.extend(row.readings(cells))
        return readings

    return propose


def _fit(columns: Columns, examples: Sequence[Example]) -> tuple[LineItemModel, list[_Placing]]:
    kinds = {name: column.type for name, column in columns.items()}
    propose = proposer(columns, usual_headers(columns), REACH)
    placings = [_place(example, propose, kinds) for example in examples]
    headers = learn_headers(columns, [(p.example, p.anchors, p.placed) for p in placings])
    reach = _reach(placings)
    propose = proposer(columns, headers, reach)
    placings = [_place(example, propose, kinds) for example in examples]
    product = _product(kinds, examples)
    model = LineItemModel(
        _column_models(kinds, placings, product),
        _fit_anchors(placings),
        _fit_rows(placings, reach),
        _fit_words(kinds, placings),
        headers,
        reach,
        0.5,
        product,
        1.0,
    )
    return model, placings


def _place(example: Example, propose: Propose, kinds: Mapping[str, Kind]) -> _Placing:
    anchors = anchors_of(example.document, propose)
    names = list(kinds)

    def prefer(anchor: Anchor, facts: RowFacts, place: int, name: str) -> float:
        form = anchor.forms.get(place, "")
        under = 1.0 if form == name else 0.5 if form == "~" + name else -0.5 if form.strip("~?") else 0.0
        page = example.document.pages[facts.page]
        expected = names.index(name) / max(len(names) - 1, 1)
        return under - 0.5 * abs(page.words[place].x1 / page.width - expected)

    return _Placing(example, anchors, place_items(example, anchors, kinds, REACH, prefer))


def _reach(placings: Sequence[_Placing]) -> tuple[int, int]:
    """The fewest rows above and below the anchor that hold 98 % of the cells found."""
    above: Counter[int] = Counter()
    below: Counter[int] = Counter()
    for placing in placings:
        for placed in placing.placed:
            offsets = _offsets(placing, placed)
            above[max((-offset for offset in offsets if offset < 0), default=0)] += 1
            below[max((offset for offset in offsets if offset > 0), default=0)] += 1
    return _quantile(above), _quantile(below)


def _offsets(placing: _Placing, placed: Placed) -> list[int]:
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


def _product(kinds: Mapping[str, Kind], examples: Sequence[Example]) -> tuple[str, str, str] | None:
    """The columns of which two multiply to the third in most gold rows, named as first, second, product."""
    numeric = [name for name, kind in kinds.items() if kind in ("number", "money")]
    rows = [
        {name: float(row[name]) for name in numeric if row.get(name)}  # type: ignore[arg-type]  # checked for None
        for example in examples
        for row in example.label.line_items or ()
        if all(_is_number(row.get(name)) for name in numeric)
    ]
    best: tuple[float, tuple[str, str, str] | None] = (0.5, None)
    for left in numeric:
        for right in numeric:
            for total in numeric:
                if len({left, right, total}) < 3 or numeric.index(left) > numeric.index(right):
                    continue
                full = [row for row in rows if left in row and right in row and total in row]
                telling = [row for row in full if 1 not in (abs(row[left]), abs(row[right])) and row[total]]
                if len(telling) < 3:
                    continue
                share = sum(abs(row[left] * row[right] - row[total]) <= 0.02 for row in telling) / len(telling)
                if share > best[0]:
                    best = (share, (left, right, total))
    return best[1]


def _is_number(text: str | None) -> bool:
    try:
        return text is None or float(text) is not None
    except ValueError:
        return False


def _column_models(
    kinds: Mapping[str, Kind], placings: Sequence[_Placing], product: tuple[str, str, str] | None
) -> dict[str, ColumnModel]:
    """Kinds, and what the gold rows say of cells that are not printed."""
    absent: dict[str, list[dict[str, str | None]]] = {name: [] for name in kinds}
    for placing in placings:
        label = placing.example.label
        for placed in placing.placed:
            row = (label.line_items or ())[placed.gold]
            shown = label.line_items_visible[placed.gold] if label.line_items_visible else {}
            for name in kinds:
                if name not in placed.cells and shown.get(name) is not False and kinds[name] in ("number", "money"):
                    absent[name].append(row)
    models = {}
    for name, kind in kinds.items():
        rows = absent[name]
        values = Counter(f"{float(row[name]):g}" for row in rows if row.get(name) and _is_number(row[name]))  # type: ignore[arg-type]
        constant, count = max(values.items(), key=lambda entry: (entry[1], entry[0]), default=("", 0))
        derived = sum(_derivable(row, product, name) for row in rows)
        enough = max(2, 0.5 * len(rows))
        models[name] = ColumnModel(
            kind,
            constant if count >= max(enough, 0.6 * len(rows)) and (product is None or name != product[2]) else None,
            derived >= enough,
        )
    return models


def _derivable(row: Mapping[str, str | None], product: tuple[str, str, str] | None, name: str) -> bool:
    if (
        product is None
        or name not in product
        or not all(row.get(other) and _is_number(row[other]) for other in product)
    ):
        return False
    left, right, total = (float(str(row[other])) for other in product)
    return abs(left * right - total) <= 0.02


def _fit_anchors(placings: Sequence[_Placing]) -> Linear:
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


def _fit_rows(placings: Sequence[_Placing], reach: tuple[int, int]) -> Linear:
    rows: list[list[str]] = []
    classes: list[str] = []
    for placing in placings:
        chosen = [placing.anchors[placed.anchor] for placed in placing.placed]
        owners = _owners(placing)
        open_rows = between(chosen, reach)
        rows.extend(all_row_features(placing.example.document, chosen, open_rows))
        for facts, above, below in open_rows:
            owner = owners.get((facts.page, facts.row))
            classes.append(BELOW if owner and owner is above else ABOVE if owner and owner is below else NEITHER)
    return fit_linear(rows, classes, (BELOW, ABOVE, NEITHER))


def _owners(placing: _Placing) -> dict[tuple[int, int], Anchor]:
    """For each row that holds a cell, the anchor of the item it belongs to."""
    owners: dict[tuple[int, int], Anchor] = {}
    for placed in placing.placed:
        anchor = placing.anchors[placed.anchor]
        page = placing.example.document.pages[anchor.facts.page]
        for words in placed.cells.values():
            for word in words:
                owners[(anchor.facts.page, page.row_of[word])] = anchor
    return owners


def _fit_words(kinds: Mapping[str, Kind], placings: Sequence[_Placing]) -> Linear:
    rows: list[list[str]] = []
    classes: list[str] = []
    for placing in placings:
        owners = _owners(placing)
        for ordinal, placed in enumerate(placing.placed, start=1):
            item = _item(placing, placed, owners, ordinal)
            column_of = {word: name for name, words in placed.cells.items() for word in words}
            texts_lost = any(kinds[name] == "text" for name in placed.doubtful)
            for (facts, place), features in zip(item.places, item_features(item), strict=True):
                name = column_of.get(place, NONE)
                if name == NONE and texts_lost and place not in facts.figures:
                    continue
                rows.append(features)
                classes.append(name)
    return fit_linear(rows, classes, (*kinds, NONE))


def _item(placing: _Placing, placed: Placed, owners: Mapping[tuple[int, int], Anchor], ordinal: int) -> Item:
    anchor = placing.anchors[placed.anchor]
    rows = [facts for facts in anchor.rows if owners.get((facts.page, facts.row)) is anchor or facts is anchor.facts]
    return Item(placing.example.document.pages[anchor.facts.page], anchor, tuple(rows), ordinal)


def fit_linear(rows: Sequence[Sequence[str]], classes: Sequence[str], names: tuple[str, ...]) -> Linear:
    """Logistic regression over sparse indicators; classes that never occur get no chance. Deterministic."""
    counts = Counter(feature for row in rows for feature in set(row))
    known = {feature: place for place, feature in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_COUNT))}
    present = [name for name in names if name in set(classes)]
    never = [0.0 if name in present else -20.0 for name in names]
    if len(present) < 2:
        return Linear(names, {"bias": tuple(never)})
    indices = [known[feature] for row in rows for feature in row if feature in known]
    starts = np.cumsum([0, *(sum(feature in known for feature in row) for row in rows)])
    matrix = csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(known)))
    matrix.sum_duplicates()
    targets = np.array([names.index(name) for name in classes])
    fitted = LogisticRegression(C=STRENGTH, max_iter=300, fit_intercept=False, tol=1e-4).fit(matrix, targets)
    weights = np.zeros((len(known), len(names)))
    if len(present) == 2:
        weights[:, fitted.classes_[1]] = fitted.coef_[0]
    else:
        for place, target in enumerate(fitted.classes_):
            weights[:, target] = fitted.coef_[place]
    weights[known["bias"]] += never
    return Linear(
        names, {feature: tuple(round(float(w), 4) for w in weights[place]) for feature, place in known.items()}
    )


Outcome = tuple[float, bool]


def _outcomes(columns: Columns, examples: Sequence[Example]) -> dict[str, list[Outcome]]:
    """For each column the raw probability of every cell read out of fold, and whether it was right."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in columns}
    for fold in range(FOLDS):
        train = [example for place, example in enumerate(examples) if place % FOLDS != fold]
        held = [example for place, example in enumerate(examples) if place % FOLDS == fold]
        if not train or not held:
            continue
        model, _ = _fit(columns, train)
        propose = proposer(columns, model.headers, model.reach)
        for example in held:
            for name, outcome in _cell_outcomes(columns, example, read_line_items(example.document, propose, model)):
                outcomes[name].append(outcome)
    return outcomes


def _cell_outcomes(
    columns: Columns, example: Example, read: Sequence[Mapping[str, FieldValue]]
) -> Iterable[tuple[str, Outcome]]:
    gold = example.label.line_items or ()
    shown = example.label.line_items_visible
    values = [{name: cell.value for name, cell in row.items()} for row in read]
    partner = {column: row for row, column in pair_rows(gold, values, {n: c.type for n, c in columns.items()})}
    for place, row in enumerate(read):
        for name, cell in row.items():
            pair = partner.get(place)
            if cell.value is None or (pair is not None and shown and shown[pair].get(name) is False):
                continue
            yield (
                name,
                (cell.confidence, pair is not None and same(columns[name].type, gold[pair].get(name), cell.value)),
            )


def _knots(outcomes: Sequence[Outcome]) -> tuple[tuple[float, float], ...]:
    """Isotonic regression, thinned to its corners; the prior of one right and one wrong keeps it off 0 and 1."""
    if len(outcomes) < 10:
        return ((0.0, 0.0), (1.0, 0.9))
    raw = np.array([0.0, *(score for score, _ in outcomes), 1.0])
    right = np.array([0.0, *(float(good) for _, good in outcomes), 0.0])
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit(raw, right)
    knots = list(zip(fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist(), strict=True))
    return tuple((round(x, 6), round(y, 6)) for x, y in knots)
