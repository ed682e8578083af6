"""Keep what was read, so that compiling, cross-validating and running do not read the same file twice.

A file in the cache is the `.words.json` form of one document, named by the hashes of the file's content, of the
options and of the reader's version. Documents are sensitive: the folder is open to its owner alone, and so is each
file. Errors are not kept.
"""

import hashlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from ocr.document import Document
from ocr.errors import TooLargeError
from ocr.options import DEFAULTS, ReadOptions
from ocr.read import read_bytes

VERSION = 1
"""Raise it when words come out differently for the same file and options."""


def read_cached(path: Path, folder: Path, options: ReadOptions = DEFAULTS) -> Document:
    """As `ocr.read.read_document`, from `folder` where it holds the document, else read and kept there."""
    if path.stat().st_size > options.max_bytes:
        raise TooLargeError(f"larger than {options.max_bytes / 1e6:.0f} MB; split the file or raise max_bytes")
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    kept = folder / f"{sha256}-{_fingerprint(options)}.words.json"
    try:
        return Document.from_json(kept.read_text(encoding="utf-8"), sha256)
    except (OSError, ValueError, KeyError, TypeError):
        document = read_bytes(data, options)
        _keep(kept, document.to_json())
        return document


def forget_cached(folder: Path, hashes: Collection[str]) -> int:
    """Delete what is kept of the documents with these hashes, and give how many files that were."""
    gone = 0
    for file in folder.glob("*.words.json"):
        if file.name.partition("-")[0] in hashes:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _fingerprint(options: ReadOptions) -> str:
    """Limits are left out: what was read within some limits is the same within wider ones."""
    settings = {name: value for name, value in asdict(options).items() if not name.startswith("max_")}
    for unimportant in ("seconds", "threads"):
        del settings[unimportant]
    return hashlib.sha256(repr((VERSION, sorted(settings.items()))).encode()).hexdigest()[:16]


def _keep(path: Path, text: str) -> None:
    """Write whole or not at all: other workers may read it meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
