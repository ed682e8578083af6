"""A file that holds two documents."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from extractors.model import ExtractorModel, FieldModel
from ocr.document import Document, Page
from ocr.read import read_document
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, run_batch
from runtime.registry import Registry
from runtime.review.app import review_app
from runtime.review.queue import list_open
from runtime.store import Store
from tests.runtime.conftest import SOURCE, make_artifact, make_document
from tests.runtime.review.conftest import sign_in, write_pdf

UNSURE = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=1.01)})
"""Nothing is sure enough, so that every document waits."""


def two_in_one(folder: Path, suffix: str) -> Path:
    """A document of two pages."""
    if suffix == ".pdf":
        return write_pdf(folder / "both.pdf", 7, pages=2)
    words = [make_document(f"Number N-{number}").pages[0].words for number in (1, 2)]
    whole = Document(tuple(Page.of(number, 600.0, 800.0, some) for number, some in enumerate(words, start=1)))
    path = folder / "both.words.json"
    path.write_text(whole.to_json())
    return path


@pytest.mark.parametrize("suffix", [".pdf", ".words.json"])
def test_both_parts_become_documents_of_their_own(registry: Registry, tmp_path: Path, suffix: str) -> None:
    source = SOURCE.replace('"Number"', '"number"') if suffix == ".pdf" else SOURCE
    registry.publish(make_artifact(source, model=UNSURE))
    store, audit = Store(), AuditLog()
    run_batch(registry, "note", [two_in_one(tmp_path, suffix)], store, options=BatchOptions(workers=1), audit=audit)
    (item,) = list_open(store)
    client = TestClient(
        review_app(store, audit, registry), base_url="http://localhost", follow_redirects=False, client=("127.0.0.1", 1)
    )
    token = sign_in(client, "ann")
    for at in ("1", "3", "x", ""):
        assert client.post(f"/documents/{item.record}/split", data={"csrf": token, "at": at}).status_code == 422
    assert [one.id for one in list_open(store)] == [item.id]

    answer = client.post(f"/documents/{item.record}/split", data={"csrf": token, "at": "2"})
    assert answer.status_code == 303
    made = {one.record for one in list_open(store)}
    assert len(made) == 2 and item.record not in made and answer.headers["location"].rsplit("/", 1)[1] in made
    parts = [store.record(record) for record in made]
    for part in parts:
        assert len(read_document(Path(part.paths[0])).pages) == 1
        assert Path(part.paths[0]).stat().st_mode & 0o777 == 0o600
        assert client.get(f"/documents/{part.id}/pages/1").status_code == 200
    expected = {"HL-007"} if suffix == ".pdf" else {"N-1", "N-2"}
    assert {part.record.fields["number"].value for part in parts} == expected
    whole = store.record(item.record).record.fields["number"]
    assert (whole.value, whole.status, whole.source) == (None, "not_found", "person")
    entry = next(entry for entry in audit.entries() if entry.action == "review.split")
    assert entry.actor == "ann" and set(entry.subjects) == {item.record, *made}
    assert audit.verify_chain().whole
