"""Keep what OCR read, so that compiling twice reads scans once. Documents with a text layer are read faster than kept.

Entries are named by the hash of file, options and reader version; files can be read by their owner only.
"""

import contextlib
import hashlib
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

from ocr.document import Document
from ocr.options import DEFAULTS, ReadOptions
from ocr.read import read_document

OCR = frozenset({"tesseract", "rapidocr"})


def read_cached(path: Path, folder: Path, options: ReadOptions = DEFAULTS) -> Document:
    """As `read_document`, but what OCR read is taken from `folder` where it is there, and put there where not."""
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    key = hashlib.sha256(repr((sha256, options, version("rapidocr"), version("code-factory"))).encode()).hexdigest()
    entry = folder / f"{key}.words.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return Document.from_json(entry.read_text(encoding="utf-8"), sha256)
    document = read_document(path, options)
    if any(page.source in OCR for page in document.pages):
        _keep(entry, document)
        # Read back, so that the first run sees the very numbers that later runs will see.
        return Document.from_json(document.to_json(), sha256)
    return document


def _keep(entry: Path, document: Document) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=entry.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(document.to_json())
    Path(name).replace(entry)
