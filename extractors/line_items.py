"""Reading line items: proposed rows and cells, judged by learned weights.

`read_line_items(document, propose, model)` runs the compiled `line_items` function, keeps the anchors that the weights
believe in, gives each the rows around it that belong to it, and decides for the words of each item which column they
are: jointly, where one column is the product of two others.
"""

from collections.abc import Callable, Sequence

import numpy as np

from extractors.candidate import Candidate, FieldValue
from extractors.confidence import interpolate
from extractors.table import PART, ROW
from extractors.tables.assign import Cell, WordScores, assign
from extractors.tables.features import Anchor, adding_up, anchor_features, row_features, side_of_text
from extractors.tables.model import ABOVE, BELOW, LineItemModel
from extractors.tables.rows import RowFacts, row_facts
from extractors.tables.words import Item, item_features
from ocr.document import Document

__all__ = ["LineItemModel", "Propose", "anchors_of", "read_line_items"]

Propose = Callable[[Document], list[dict[str, Candidate]]]
"""A compiled `line_items` function: readings of rows, see `extractors.table`."""


def read_line_items(document: Document, propose: Propose, model: LineItemModel) -> tuple[dict[str, FieldValue], ...]:
    """The line items of a document, top to bottom; each has every column of the model.

    A cell that is not printed and cannot be derived has the status `not_found`. O(words).
    """
    items = find_items(document, anchors_of(document, propose), model)
    features = [item_features(item) for item, _ in items]
    scores = WordScores.of(model.words.log_probabilities([row for rows in features for row in rows]), model)
    read: list[dict[str, FieldValue]] = []
    start = 0
    for (item, sure), rows in zip(items, features, strict=True):
        cells = assign(item, scores, start, model)
        start += len(rows)
        read.append({name: _value(item, cells.get(name), sure, model, name) for name in model.columns})
    return tuple(read)


def anchors_of(document: Document, propose: Propose) -> list[Anchor]:
    """The rows that `propose` proposed for items, in reading order, with all that was proposed on their page."""
    facts = row_facts(document)
    offers: dict[int, tuple[dict[str, set[int]], dict[int, str]]] = {}
    roles: dict[tuple[int, int], str] = {}
    latest: Candidate | None = None
    for reading in propose(document):
        row = reading.get(ROW) or next(iter(reading.values()))
        if row is not latest:  # readings of one row follow each other
            latest, page = row, row.page
            roles[page, document.pages[page].row_of[row.words[0]]] = row.form if ROW in reading else "item"
            words, forms = offers.setdefault(page, ({}, {}))
        for column, (_, _, _, candidate_page, places, form) in reading.items():
            if column == ROW or candidate_page != page:
                continue
            if column not in words:
                words[column] = set()
            words[column].update(places)
            if len(places) == 1:
                forms[places[0]] = form.removeprefix("-")
            else:
                forms.update(zip(places, form.replace("-", "").split(" "), strict=False))
    return [
        Anchor(facts[page][row], facts[page], _since_header(role), offers[page][1], offers[page][0])
        for (page, row), role in sorted(roles.items())
        if role != PART
    ]


def _since_header(role: str) -> int | None:
    _, _, rows = role.partition(" ")
    return int(rows) if rows.isdigit() else None


def find_items(document: Document, anchors: Sequence[Anchor], model: LineItemModel) -> list[tuple[Item, float]]:
    """The anchors that are line items, each with its rows and the probability that it is one."""
    scores = model.anchors.log_probabilities(all_anchor_features(document, anchors))
    sure = np.exp(scores[:, model.anchors.classes.index("item")])
    kept = [place for place in range(len(anchors)) if sure[place] >= model.cut]
    believed = [anchors[place] for place in kept]
    blocks = attach_rows(document, believed, model)
    return [
        (Item(document.pages[anchor.facts.page], anchor, block, ordinal), float(sure[place]))
        for ordinal, (place, anchor, block) in enumerate(zip(kept, believed, blocks, strict=True), start=1)
    ]


def all_anchor_features(document: Document, anchors: Sequence[Anchor]) -> list[list[str]]:
    """Features of every anchor, each in the light of those above it on its page and of the sums they form."""
    found: list[list[str]] = []
    before: list[RowFacts] = []
    sums = adding_up([anchor.facts for anchor in anchors])
    for place, anchor in enumerate(anchors):
        if before and before[-1].page != anchor.facts.page:
            before = []
        page = document.pages[anchor.facts.page]
        features = anchor_features(page, anchor, before, anchor.facts.page == len(document.pages) - 1)
        features.append(f"adds up:{sums.get(place, 'no')}")
        features.append(f"adds up:{sums.get(place, 'no')} {anchor.facts.sums_up} {anchor.facts.coarse}")
        found.append(features)
        before.append(anchor.facts)
    return found


OpenRow = tuple[RowFacts, Anchor | None, Anchor | None]
"""A row that may belong to an item, the anchor above it and the anchor below it that are within reach."""


def between(anchors: Sequence[Anchor], reach: tuple[int, int]) -> list[OpenRow]:
    """The rows within reach of anchors, with the anchor above and the anchor below that each may belong to."""
    found: list[OpenRow] = []
    reach_above, reach_below = reach
    taken = {(anchor.facts.page, anchor.facts.row) for anchor in anchors}
    for place, anchor in enumerate(anchors):
        facts, rows = anchor.facts, anchor.rows
        previous = anchors[place - 1] if place else None
        if previous is None or previous.facts.page != facts.page:
            for row in range(max(facts.row - reach_above, 0), facts.row):
                found.append((rows[row], None, anchor))
        following = anchors[place + 1] if place + 1 < len(anchors) else None
        if following is not None and following.facts.page != facts.page:
            following = None
        end = following.facts.row if following else len(rows)
        for row in range(facts.row + 1, end):
            up = row - facts.row <= reach_below
            down = following is not None and following.facts.row - row <= reach_above
            if (up or down) and (facts.page, row) not in taken:
                found.append((rows[row], anchor if up else None, following if down else None))
    return found


def all_row_features(document: Document, anchors: Sequence[Anchor], rows: Sequence[OpenRow]) -> list[list[str]]:
    """Features of the rows between anchors, in the light of where the document keeps its descriptions."""
    side = side_of_text(anchors)
    return [
        row_features(document.pages[facts.page], facts, (above or below).rows, above, below, side)  # type: ignore[union-attr]  # one is there
        for facts, above, below in rows
    ]


def attach_rows(document: Document, anchors: Sequence[Anchor], model: LineItemModel) -> list[tuple[RowFacts, ...]]:
    """For each anchor its own row and the rows that the weights say belong to it, top to bottom."""
    open_rows = between(anchors, model.reach)
    scores = model.rows.log_probabilities(all_row_features(document, anchors, open_rows))
    places = {id(anchor): place for place, anchor in enumerate(anchors)}
    blocks: list[list[RowFacts]] = [[anchor.facts] for anchor in anchors]
    names = model.rows.classes
    for (facts, above, below), row_scores in zip(open_rows, scores, strict=True):
        allowed = {BELOW: above, ABOVE: below}
        best = max(
            names, key=lambda name: row_scores[names.index(name)] if name not in allowed or allowed[name] else -np.inf
        )
        owner = allowed.get(best)
        if owner is not None:
            blocks[places[id(owner)]].append(facts)
    return [tuple(sorted(block, key=lambda facts: facts.row)) for block in blocks]


def _value(item: Item, cell: Cell | None, sure: float, model: LineItemModel, name: str) -> FieldValue:
    column = model.columns[name]
    if cell is None:
        return FieldValue(None, "not_found", interpolate(sure, column.calibration))
    confidence = interpolate(sure * cell.probability, column.calibration)
    accepted = column.threshold is not None and confidence >= column.threshold
    return FieldValue(
        cell.value,
        "found" if accepted else "low_confidence",
        confidence,
        item.page.number,
        item.page.box_of(cell.words),
        "compiled",
        cell.explanation,
    )
