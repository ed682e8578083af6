import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.document import Box
from runtime.errors import StoreError, UsageError
from runtime.outcome import Extraction, Outcome
from runtime.record import record_id
from runtime.shape import Column, Shape
from runtime.store import Store

SHAPE = Shape({"number": Column("identifier"), "total": Column("money")}, {"quantity": Column("number")})
ARTIFACT = "a" * 64
RECORD = Record(
    {
        "number": FieldValue("N-1", "found", 0.9, 1, Box(1, 1.5, 2.0, 3.0, 4.25), "compiled", (("left:no", 1.5),)),
        "total": FieldValue(None, "low_confidence", 0.2),
    },
    ({"quantity": FieldValue("2", "low_confidence", 0.4, 2, Box(2, 0.0, 0.0, 1.0, 1.0))}, {}),
    (CheckResult("sum", False, "differs"), CheckResult("dates", None)),
    ("number", "total", "line_items[0].quantity"),
)


def outcome(position: int, record: Record = RECORD, document: str | None = None) -> Outcome:
    sha = document or f"{position:064x}"
    return Outcome(position, f"in/{position}.pdf", "recorded", sha, extraction=Extraction(sha, record, 1, 10, 1.0, 2.0))


def test_a_record_comes_back_as_it_was(url: str) -> None:
    store = Store(url)
    batch = store.begin_batch(ARTIFACT, "note")
    store.write(batch, [outcome(0)], SHAPE)
    [stored] = store.records(batch)
    assert stored.record.fields == RECORD.fields
    assert stored.record.line_items == RECORD.line_items[:1]
    assert stored.record.checks == RECORD.checks
    assert stored.record.doubtful == ("number", "total", "line_items[0].quantity")
    assert stored.paths == ("in/0.pdf",)
    assert stored.id == record_id(stored.document, ARTIFACT)
    assert store.record(stored.id[:8]).record == stored.record
    assert store.open_items(batch) == 3
    store.close()


def test_writing_again_changes_nothing(url: str) -> None:
    store = Store(url)
    first = store.begin_batch(ARTIFACT, "note")
    store.write(first, [outcome(0), outcome(1)], SHAPE)
    other = Record({"number": FieldValue("changed", "found", 1.0)})
    second = store.begin_batch(ARTIFACT, "note")
    store.write(second, [outcome(0, other), outcome(1, other)], SHAPE)
    assert len(store.ids()) == 2
    assert [stored.record.fields["number"].value for stored in store.records(second)] == ["N-1", "N-1"]
    assert store.open_items(first) == 6
    store.close()


def test_what_another_wrote_in_the_meantime_is_listed_as_such(url: str) -> None:
    store = Store(url)
    first, second = (store.begin_batch(ARTIFACT, "note") for _ in range(2))
    same = "c" * 64
    store.write(first, [outcome(0, document=same)], SHAPE)
    store.write(first, [outcome(0, document=same)], SHAPE)  # a retry: the first answer stands
    store.write(first, [outcome(1, document=same), outcome(2)], SHAPE)
    store.write(second, [outcome(0, document=same)], SHAPE)
    assert store.counts(first) == {"recorded": 2, "known": 0, "duplicate": 1, "failed": 0}
    assert store.counts(second) == {"recorded": 0, "known": 1, "duplicate": 0, "failed": 0}
    assert [one.paths for one in store.records(first)] == [("in/0.pdf", "in/1.pdf"), ("in/2.pdf",)]
    store.close()


def test_another_artifact_makes_its_own_record(url: str) -> None:
    store = Store(url)
    for artifact in ("a" * 64, "b" * 64):
        store.write(store.begin_batch(artifact, "note"), [outcome(0)], SHAPE)
    assert len(store.ids()) == 2
    store.close()


def test_listings_counts_and_paging(url: str) -> None:
    store = Store(url)
    batch = store.begin_batch(ARTIFACT, "note")
    outcomes = [outcome(position) for position in range(450)]
    outcomes.append(Outcome(450, "in/copy.pdf", "duplicate", outcomes[3].document))
    outcomes.append(Outcome(451, "in/bad.pdf", "failed", "f" * 64, "encrypted", "needs a password"))
    store.write(batch, outcomes, SHAPE)
    stored = list(store.records(batch))
    assert [item.paths[0] for item in stored] == [f"in/{position}.pdf" for position in range(450)]
    assert stored[3].paths == ("in/3.pdf", "in/copy.pdf")
    assert store.counts(batch) == {"recorded": 450, "known": 0, "duplicate": 1, "failed": 1}
    assert [(bad.path, bad.reason, bad.message) for bad in store.failures(batch)] == [
        ("in/bad.pdf", "encrypted", "needs a password")
    ]
    assert [copy.path for copy in store.duplicates(batch)] == ["in/copy.pdf"]
    known = store.recorded(batch, [f"{0:064x}", "0" * 63 + "z"])
    assert known == {f"{0:064x}": True}
    assert store.recorded(store.begin_batch(ARTIFACT, "note"), [f"{0:064x}"]) == {f"{0:064x}": False}
    store.close()


def test_a_failed_transaction_leaves_nothing(url: str) -> None:
    store = Store(url)
    batch = store.begin_batch(ARTIFACT, "note")
    broken = Record({"number": FieldValue("x", "found", 1.0, source=None)})  # type: ignore[arg-type]
    with pytest.raises(Exception):  # noqa: B017  # the driver's own, whichever driver it is
        store.write(batch, [outcome(0), outcome(1, broken)], SHAPE)
    assert store.ids() == []
    assert sum(store.counts(batch).values()) == 0
    store.close()


def test_unknown_records_are_the_callers_mistake(url: str) -> None:
    store = Store(url)
    store.write(store.begin_batch(ARTIFACT, "note"), [outcome(place) for place in range(40)], SHAPE)
    for prefix in ("zz", "", "%"):
        with pytest.raises(UsageError, match=r"no record|more than one"):
            store.record(prefix)
    store.close()


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/d", "nonsense", "postgresql://u:secret@127.0.0.1:1/d", "sqlite:////proc/no/s"]
)
def test_unusable_urls_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_a_store_of_a_later_program_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    Store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="revision 9999"):
        Store(f"sqlite:///{file}")


def test_a_new_store_may_be_opened_many_times_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(Store, [url] * 4))
    assert all(store.ids() == [] for store in stores)
    for store in stores:
        store.close()
