"""Golden folders: labels, groups, and errors that name the line."""

import json
from pathlib import Path

import pytest

from factory.golden import GoldenError, load_golden, load_labels
from ocr.document import load_words

WORDS = '{"pages": [{"number": 1, "width": 10, "height": 10, "words": []}]}'


def folder(tmp_path: Path, *lines: str) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.words.json").write_text(WORDS, encoding="utf-8")
    (tmp_path / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_labels(tmp_path: Path) -> None:
    line = {
        "document": "documents/a.words.json",
        "fields": {"total": 9.5, "paid": True, "note": ""},
        "visible": {"paid": False},
        "layout": 7,
    }
    (example,) = load_golden(folder(tmp_path, json.dumps(line)), load_words)
    label = example.label
    assert label.fields == {"total": "9.5", "paid": "true", "note": None}
    assert label.counts("total") and not label.counts("paid") and not label.counts("other")
    assert label.group("layout") == "7"
    assert label.group("total") == "9.5"
    assert label.line_items is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "labels.jsonl:2: not valid JSON"),
        ('{"fields": {}}', "labels.jsonl:2: 'document' is missing"),
        ('{"document": "documents/b.pdf", "fields": {}}', "no such document"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, line: str, message: str) -> None:
    good = '{"document": "documents/a.words.json", "fields": {}}'
    with pytest.raises(GoldenError) as caught:
        load_labels(folder(tmp_path, good, line))
    assert message in str(caught.value)


def test_empty_and_missing(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="no such file"):
        load_labels(tmp_path)
    (tmp_path / "labels.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(GoldenError, match="no examples"):
        load_labels(tmp_path)
