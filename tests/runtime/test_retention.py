"""Forgetting takes every row and every byte of a document, leaves the others, and is on the audit log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from extractors.candidate import FieldValue, Record
from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.outcome import Extraction, Outcome
from runtime.retention import document_of, forget, older_than
from runtime.shape import Column, Shape
from runtime.store import Store
from runtime.tables import metadata

NAME = "Quillfeather-Planted"
SHAPE = Shape({"number": Column("identifier")}, {})


def outcome(position: int) -> Outcome:
    sha = f"{position + 1:064x}"[::-1]
    record = Record({"number": FieldValue(f"{NAME}-{position}", "low_confidence", 0.3)}, doubtful=("number",))
    made = Extraction(sha, record, 1, 10, 1.0, 2.0)
    return Outcome(position, f"in/{NAME}-{position}.pdf", "recorded", sha, extraction=made)


def everything(store: Store) -> str:
    with store.engine.connect() as connection:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(select(table)))


def test_all_rows_go_and_others_stay(url: str, tmp_path: Path) -> None:
    store, audit = Store(url), AuditLog(tmp_path / "audit.jsonl")
    store.write(store.begin_batch("a" * 64, "note"), [outcome(0), outcome(1)], SHAPE)
    assert f"{NAME}-0" in everything(store)
    found = document_of(store, outcome(0).document or "")
    done = forget(store, [found], audit, "tester")
    left = everything(store)
    store.close()
    assert (done.documents, done.records) == (1, 1)
    assert f"{NAME}-0" not in left
    assert f"{NAME}-1" in left
    text = audit.path.read_text(encoding="utf-8")
    assert '"document.forget"' in text
    assert found in text
    assert NAME not in text
    assert audit.verify_chain().whole


def test_no_byte_is_left_in_a_sqlite_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    store.write(store.begin_batch("a" * 64, "note"), [outcome(0)], SHAPE)
    forget(store, [outcome(0).document or ""], AuditLog(tmp_path / "audit.jsonl"), "tester")
    store.close()
    assert all(NAME.encode() not in file.read_bytes() for file in tmp_path.glob("store.sqlite*"))


def test_by_age(url: str, tmp_path: Path) -> None:
    store = Store(url)
    store.write(store.begin_batch("a" * 64, "note"), [outcome(0)], SHAPE)
    now = datetime.now(UTC)
    assert older_than(store, 30, now) == []
    assert older_than(store, 30, now + timedelta(days=31)) == [outcome(0).document]
    with pytest.raises(UsageError, match="too short"):
        document_of(store, "0")
    with pytest.raises(UsageError, match="no documents"):
        document_of(store, "ffffff")
    store.close()
