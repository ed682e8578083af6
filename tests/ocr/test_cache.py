"""The cache gives back what was read, to its owner alone."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from ocr import cache
from ocr.cache import read_cached
from ocr.errors import ReadError
from ocr.options import ReadOptions
from ocr.read import read_document
from tests.ocr.papers import letter


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter())
    return path


def test_a_document_is_read_once(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache" / "words"
    first = read_cached(document, folder)
    assert first == read_document(document)
    monkeypatch.setattr(cache, "read_bytes", lambda *_: pytest.fail("read again"))
    assert read_cached(document, folder) == first
    assert read_cached(document, folder, ReadOptions(max_pages=9, seconds=9.0)) == first


def test_other_options_or_content_are_read_anew(document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "words"
    read_cached(document, folder)
    read_cached(document, folder, replace(ReadOptions(), dpi=150))
    document.write_bytes(letter(points=9))
    read_cached(document, folder)
    assert len(list(folder.iterdir())) == 3


def test_only_the_owner_may_look(document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "words"
    read_cached(document, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_a_damaged_entry_is_replaced(document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "words"
    first = read_cached(document, folder)
    entry = next(folder.iterdir())
    entry.write_text('{"pages": [')
    assert read_cached(document, folder) == first
    assert entry.read_text() == first.to_json()


def test_errors_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.write_bytes(b"")
    with pytest.raises(ReadError):
        read_cached(path, tmp_path / "words")
    assert not (tmp_path / "words").exists()
