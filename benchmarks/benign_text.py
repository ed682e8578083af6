"""Texts in which nobody speaks to a model: golden documents, our specs and our documentation."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2

from ocr.document import load_words

ROOT = Path(__file__).parents[1]


def documents(folders: Iterable[Path]) -> list[str]:
    """Texts of the documents in these golden folders, by file name.

    Text, text layers and `.words.json` only: recognising scans would take hours and say nothing new.
    """
    files = sorted(file for folder in folders for file in (folder / "documents").iterdir())
    return [text for text in map(_text, files) if text.strip()]


def golden_folders(root: Path) -> list[Path]:
    """The golden folders in a folder or one below: those that hold `documents/`."""
    return sorted(path.parent for glob in ("*", "*/*") for path in root.glob(f"{glob}/documents") if path.is_dir())


def own_specs() -> list[str]:
    """Our specs, a file each."""
    return list(_texts((ROOT / "specs").rglob("*.yaml")))


def own_pages() -> list[str]:
    """Our documentation, a page each."""
    return [*_texts((ROOT / "docs").rglob("*.md")), (ROOT / "README.md").read_text(encoding="utf-8")]


def _texts(files: Iterable[Path]) -> Iterator[str]:
    return (file.read_text(encoding="utf-8") for file in sorted(files))


def _text(file: Path) -> str:
    if file.name.endswith(".words.json"):
        return load_words(file).text
    if file.suffix == ".txt":
        return file.read_text(encoding="utf-8")
    if file.suffix == ".pdf":
        try:
            pages = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError:
            return ""  # golden folders may hold damaged files
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return ""
