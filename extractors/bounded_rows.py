"""Line items that break a check, such as quantity × unit price = amount, are asked for again; only they."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import create_model

from extractors.bounded import (
    INSTRUCTIONS,
    RELIABILITY,
    TOKENS_PER_FIELD,
    Question,
    answer_model,
    answers_of,
    describe,
    to_value,
    unreadable,
)
from extractors.candidate import FieldValue
from extractors.checks import Check, evaluate
from extractors.excerpt import label_rows, show
from extractors.grounding import Rows
from inference.client import Asker
from inference.request import Request
from inference.usage import Usage
from ocr.document import Document

MOST_ITEMS = 8
"""Line items in one call."""

Item = Mapping[str, FieldValue]


@dataclass(frozen=True)
class ItemsReply:
    """All line items; `mended` are the places (from 0) of those that the model's answer replaced."""

    items: tuple[dict[str, FieldValue], ...]
    mended: tuple[int, ...] = ()
    usage: Usage = field(default_factory=Usage)
    skipped: str = ""


def failing_items(checks: Sequence[Check], items: Sequence[Item]) -> tuple[int, ...]:
    """The places (from 0) of the line items that break one of `checks`; checks on header fields are left out."""
    of_items = [check for check in checks if check.columns and not check.fields]
    return tuple(place for place, item in enumerate(items) if any(_holds(check, item) is False for check in of_items))


def ask_items(
    document: Document,
    columns: Sequence[Question],
    items: Sequence[Item],
    checks: Sequence[Check],
    client: Asker | None,
    *,
    places: Sequence[int] | None = None,
    reliability: float = RELIABILITY,
    retries: int = 2,
) -> ItemsReply:
    """Ask again for the line items (the first 8) that break one of `checks`, or for those at `places`.

    An answer replaces an item only where each value is printed in that item's own rows and the checks then hold.
    Raises what `inference.complete` raises.
    """
    kept = [dict(item) for item in items]
    wanted = failing_items(checks, items) if places is None else places
    found = {place: rows for place in wanted if (rows := _rows_of(document, items[place]))}
    found = dict(list(found.items())[:MOST_ITEMS])
    if not found or client is None:
        return ItemsReply(tuple(kept), skipped="no line item fails a check" if client else "no model is configured")
    done = client.ask(_request(document, columns, found, retries))
    mended = []
    for (place, rows), answer in zip(found.items(), answers_of(done.value), strict=True):
        item = {
            one.name: to_value(document, one, text, (), rows, reliability)
            for one, text in zip(columns, answers_of(answer), strict=True)
        }
        if _mends(checks, item):
            kept[place] = kept[place] | item
            mended.append(place)
    return ItemsReply(tuple(kept), tuple(mended), done.usage)


def _request(document: Document, columns: Sequence[Question], places: Mapping[int, Rows], retries: int) -> Request[Any]:
    heading = _heading(document, columns, places)
    item = answer_model("Item", columns)
    shape: dict[str, Any] = {f"item_{number}": (item, ...) for number in range(1, len(places) + 1)}
    names = ", ".join(shape)
    return Request(
        "line items",
        INSTRUCTIONS,
        f"Each document holds one item of a table, under the table's heading; in order: {names}.\n{describe(columns)}",
        create_model("Items", **shape),
        tuple(show(document, heading | rows).text for rows in places.values()),
        max_output_tokens=TOKENS_PER_FIELD * (len(columns) + 1) * len(places),
        retries=retries,
        check=lambda answer: [name for item in answers_of(answer) for name in unreadable(columns, item)],
        lenient=True,
    )


def _rows_of(document: Document, item: Item) -> Rows:
    """The rows that the item's cells stand in, and those between them."""
    boxes = [cell.box for cell in item.values() if cell.box is not None]
    rows = set()
    for number, page in enumerate(document.pages):
        inside = [box for box in boxes if box.page == page.number]
        if inside:
            top, bottom = min(box.y0 for box in inside), max(box.y1 for box in inside)
            for row, (start, _) in enumerate(page.rows):
                if top <= page.words[start].middle <= bottom:
                    rows.add((number, row))
    return frozenset(rows)


def _heading(document: Document, columns: Sequence[Question], places: Mapping[int, Rows]) -> Rows:
    """The row, above the first item, that holds the most labels of the columns."""
    first = min(min(rows) for rows in places.values())
    votes: dict[tuple[int, int], int] = {}
    for column in columns:
        for row in label_rows(document, column.labels):
            if row < first:
                votes[row] = votes.get(row, 0) + 1
    return frozenset([max(votes, key=lambda row: (votes[row], row))]) if votes else frozenset()


def _mends(checks: Sequence[Check], item: Item) -> bool:
    of_items = [check for check in checks if check.columns and not check.fields]
    grounded = all(cell.status != "ungrounded" for cell in item.values())
    outcomes = [_holds(check, item) for check in of_items]
    return grounded and False not in outcomes and (True in outcomes or not of_items)


def _holds(check: Check, item: Item) -> bool | None:
    return evaluate(check, {}, [{name: cell.value for name, cell in item.items()}]).passed
