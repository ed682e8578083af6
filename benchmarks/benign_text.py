"""Benign text to train the injection classifier on: what is installed beside us, and golden folders by path.

A classifier that has only seen chat messages takes every document for an attack. Whatever prose a Python
installation carries (the language reference, docstrings, package descriptions, licences) shows it how people write
for people; golden folders show it what receipts, orders and visit notes look like.
"""

import ast
import importlib.metadata
import sysconfig
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from pydoc_data.topics import topics

import pypdfium2

from ocr.document import load_words

_LEAST = 60
"""Characters below which a docstring says too little."""


def installed_prose() -> list[str]:
    """The language reference, docstrings of the standard library, package descriptions and licences, sorted."""
    return [*topics.values(), *sorted({*_docstrings(), *_descriptions(), *_licences()})]


def documents(folders: Sequence[Path], held_out: bool) -> list[str]:
    """Texts of one half of the documents in these golden folders, chosen by file name.

    Text, text layers and `.words.json` only: recognising scans would take hours and teach nothing new.
    """
    files = sorted(file for folder in folders for file in (folder / "documents").iterdir())
    chosen = (file for file in files if bool(zlib.crc32(file.name.encode()) >> 8 & 1) == held_out)
    return [text for text in map(_text, chosen) if text.strip()]


def _text(file: Path) -> str:
    if file.name.endswith(".words.json"):
        return load_words(file).text
    if file.suffix == ".txt":
        return file.read_text(encoding="utf-8")
    if file.suffix == ".pdf":
        pages = pypdfium2.PdfDocument(file)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return ""


def _docstrings() -> Iterator[str]:
    library = Path(sysconfig.get_paths()["stdlib"])
    for file in library.rglob("*.py"):
        if {"site-packages", "test", "tests"} & set(file.parts):
            continue
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                text = ast.get_docstring(node) or ""
                if len(text) >= _LEAST:
                    yield text


def _descriptions() -> Iterator[str]:
    for package in importlib.metadata.distributions():
        text = package.read_text("METADATA") or ""
        yield text.partition("\n\n")[2]


def _licences() -> Iterator[str]:
    for package in importlib.metadata.distributions():
        for file in package.files or []:
            path = Path(str(file.locate()))
            if "licenses" in file.parts and path.suffix in ("", ".txt", ".md") and path.is_file():
                yield path.read_text(encoding="utf-8", errors="ignore")
