from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from runtime.errors import ReviewError
from runtime.review import holds
from runtime.review.holds import HeldError, hold, release
from runtime.review.queue import list_open, settle
from runtime.review.waiting import Filter, next_record, totals
from runtime.review.waiting import waiting as listed
from tests.runtime.review.conftest import Waiting


def test_of_many_who_ask_at_once_one_gets_the_document(waiting: Waiting) -> None:
    def ask(name: str) -> str | None:
        try:
            hold(waiting.store, waiting.audit, waiting.records[0], name)
        except HeldError:
            return None
        return name

    names = [f"person-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = [name for name in pool.map(ask, names) if name]
    assert len(got) == 1
    opened = [entry for entry in waiting.audit.entries() if entry.action == "review.open"]
    assert [(entry.actor, entry.subjects) for entry in opened] == [(got[0], (waiting.records[0],))]
    items = [item for item in list_open(waiting.store) if item.record == waiting.records[0]]
    with pytest.raises(HeldError, match=got[0]):
        settle(waiting.store, waiting.audit, items[0].id, "accept", "someone-else")
    assert settle(waiting.store, waiting.audit, items[0].id, "accept", got[0]) == items[0].id


def test_the_next_document_is_one_that_nobody_else_holds(waiting: Waiting) -> None:
    hold(waiting.store, waiting.audit, waiting.records[0], "ann")
    assert next_record(waiting.store, Filter(), "bob") == waiting.records[1]
    assert next_record(waiting.store, Filter(), "ann") == waiting.records[0]
    assert {one.record: one.holder for one in listed(waiting.store, Filter(), "bob")} == {
        waiting.records[0]: "ann",
        waiting.records[1]: None,
    }
    assert [one.record for one in listed(waiting.store, Filter(free=True), "bob")] == [waiting.records[1]]
    release(waiting.store, waiting.records[0], "bob")  # not his to give back
    assert next_record(waiting.store, Filter(), "bob", waiting.records[1]) is None
    release(waiting.store, waiting.records[0], "ann")
    assert next_record(waiting.store, Filter(), "bob", waiting.records[1]) == waiting.records[0]


def test_a_hold_lapses(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "HOLD", timedelta(seconds=-1))
    hold(waiting.store, waiting.audit, waiting.records[0], "ann")
    assert hold(waiting.store, waiting.audit, waiting.records[0], "bob") == 2


def test_filters_and_totals(waiting: Waiting) -> None:
    figures = totals(waiting.store)
    assert (figures.documents, figures.items) == (2, 4)
    assert figures.fields == (("order_number", 2), ("total", 2)) and figures.names == (("order", 4),)
    for chosen, count in (
        (Filter(), 2),
        (Filter(name="order", reason="low_confidence", field="total"), 2),
        (Filter(name="other"), 0),
        (Filter(reason="check"), 0),
        (Filter(field="kind"), 0),
        (Filter(hours=1), 0),
    ):
        assert len(listed(waiting.store, chosen, "ann")) == count, chosen
    one = listed(waiting.store, Filter(), "ann")[0]
    assert (one.file, one.items, one.fields) == ("order-1.pdf", 2, ("order_number", "total"))


def test_settled_twice_is_refused(waiting: Waiting) -> None:
    item = list_open(waiting.store)[0].id
    settle(waiting.store, waiting.audit, item, "reject", "ann")
    with pytest.raises(ReviewError):
        settle(waiting.store, waiting.audit, item, "accept", "ann")
