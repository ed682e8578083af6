from concurrent.futures import ThreadPoolExecutor

import pytest

from extractors.candidate import FieldValue, Kind, Record
from ocr.document import Box
from runtime.audit import AuditLog
from runtime.errors import ReviewError
from runtime.outcome import Extraction, Outcome
from runtime.review.queue import Decision, count_open, list_open, settle, typed
from runtime.shape import Column, Shape
from runtime.store import Batch, Store

SHAPE = Shape(
    {"day": Column("date"), "kind": Column("enum", ("invoice", "credit note")), "iban": Column("identifier")},
    {"price": Column("money")},
)
RECORD = Record(
    {
        "day": FieldValue("2026-02-01", "low_confidence", 0.4, 1, Box(1, 0.0, 0.0, 1.0, 1.0)),
        "kind": FieldValue("invoice", "found", 0.99),
        "iban": FieldValue(None, "low_confidence", 0.3),
    },
    ({"price": FieldValue("3.50", "low_confidence", 0.2)},),
    (),
    ("day", "kind", "iban", "line_items[0].price"),
)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def batch(store: Store) -> Batch:
    batch = store.begin_batch("a" * 64, "note")
    extraction = Extraction("d" * 64, RECORD, 1, 1, 0.0, 0.0)
    store.write(batch, [Outcome(0, "in/1.pdf", "recorded", "d" * 64, extraction=extraction)], SHAPE)
    return batch


def item_of(store: Store, field: str) -> str:
    return next(item.id for item in list_open(store) if item.field == field)


def test_items_say_what_and_why(store: Store, batch: Batch) -> None:
    items = {item.field: item for item in list_open(store)}
    assert {field: (item.reason, item.kind) for field, item in items.items()} == {
        "day": ("low_confidence", "date"),
        "kind": ("check", "enum"),
        "iban": ("low_confidence", "identifier"),
        "line_items[0].price": ("low_confidence", "money"),
    }
    assert items["kind"].choices == ("invoice", "credit note")
    assert items["day"].value == RECORD.fields["day"]
    assert list_open(store, "other") == [] and len(list_open(store, "note", limit=2)) == 2
    rest = list_open(store, after=list_open(store, limit=2)[-1].id)
    assert len(rest) == 2


@pytest.mark.parametrize(
    ("field", "decision", "text", "value", "status", "source"),
    [
        ("day", "accept", None, "2026-02-01", "found", "compiled"),
        ("day", "correct", "3. Februar 2026", "2026-02-03", "corrected", "person"),
        ("day", "reject", None, None, "not_found", "person"),
        ("iban", "accept", None, None, "not_found", "person"),
        ("iban", "correct", "DE1", "DE1", "corrected", "person"),
        ("kind", "correct", "Credit Note ", "credit note", "corrected", "person"),
        ("line_items[0].price", "correct", "3,75", "3.75", "corrected", "person"),
    ],
)
def test_settling_changes_record_item_and_log(
    store: Store,
    batch: Batch,
    field: str,
    decision: Decision,
    text: str | None,
    value: str | None,
    status: str,
    source: str,
) -> None:
    item = item_of(store, field)
    assert settle(store, AuditLog(), item[:10], decision, "ada", text) == item
    [stored] = store.records(batch)
    found = (stored.record.line_items[0]["price"]) if "price" in field else stored.record.fields[field]
    assert (found.value, found.status, found.source) == (value, status, source)
    assert field not in stored.record.doubtful and count_open(store) == 3
    [entry] = AuditLog().entries()
    assert (entry.action, entry.actor, entry.subjects) == (f"review.{decision}", "ada", (item, stored.id))
    assert "2026" not in "".join(entry.subjects)
    with pytest.raises(ReviewError, match="not one open item"):
        settle(store, AuditLog(), item, "accept", "bob")


@pytest.mark.parametrize(
    ("field", "decision", "text", "message"),
    [
        ("day", "correct", "soon", "not readable as date"),
        ("day", "correct", None, "needs the right value"),
        ("day", "accept", "2026-01-01", "only `correct`"),
        ("kind", "correct", "receipt", "invoice, credit note"),
        ("line_items[0].price", "correct", "much", "not readable as money"),
    ],
)
def test_decisions_that_do_not_fit_change_nothing(
    store: Store, batch: Batch, field: str, decision: Decision, text: str | None, message: str
) -> None:
    with pytest.raises(ReviewError, match=message):
        settle(store, AuditLog(), item_of(store, field), decision, "ada", text)
    assert count_open(store) == 4 and list(AuditLog().entries()) == []


@pytest.mark.parametrize("item", ["", "%", "zz"])
def test_unknown_items(store: Store, batch: Batch, item: str) -> None:
    with pytest.raises(ReviewError, match="not one open item"):
        settle(store, AuditLog(), item, "accept", "ada")


def test_two_people_at_once_settle_it_once(store: Store, batch: Batch) -> None:
    item = item_of(store, "day")

    def decide(person: str) -> bool:
        try:
            settle(Store(), AuditLog(), item, "correct", person, "2026-05-05")
        except ReviewError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, "abcd")) == 1
    assert len(list(AuditLog().entries())) == 1


def test_a_later_run_does_not_undo_a_correction(store: Store, batch: Batch) -> None:
    settle(store, AuditLog(), item_of(store, "day"), "correct", "ada", "2026-05-05")
    extraction = Extraction("d" * 64, RECORD, 1, 1, 0.0, 0.0)
    again = store.begin_batch("a" * 64, "note")
    store.write(again, [Outcome(0, "in/1.pdf", "recorded", "d" * 64, extraction=extraction)], SHAPE)
    [stored] = store.records(again)
    assert stored.record.fields["day"].value == "2026-05-05" and count_open(store) == 3


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1.234,50 €", "money", "1234.50"),
        ("ja", "boolean", "true"),
        ("  A  B ", "party", "A B"),
        ("12", "number", "12"),
    ],
)
def test_typed_values_are_canonical(text: str, kind: Kind, value: str) -> None:
    assert typed(text, kind) == value
