"""Pages of recorded documents as people see them: pictures, and words with their places.

A document is named by its record, never by a path: the path comes from the store, and the file is shown only while
its content has the hash that was recorded.
"""

import hashlib
import io
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import re2
from sqlalchemy import select

from ocr.cache import read_cached
from ocr.document import Document
from ocr.errors import ReadError
from ocr.options import ReadOptions
from ocr.picture import upright_picture
from runtime.errors import ReviewError
from runtime.files import home
from runtime.store import Store
from runtime.tables import documents, records

OPTIONS = ReadOptions(dpi=150)
"""A4 is then 1240 pixels wide: sharp at twice the size it has beside the fields."""
KEPT_DOCUMENTS, KEPT_PICTURES = 24, 48
_RECORD = re2.compile(r"^[0-9a-f]{32}$")


@dataclass(frozen=True)
class Source:
    """Where a record's document lies."""

    path: Path
    sha256: str


class Pages:
    """Reads and draws pages, the last few kept in memory; what OCR read is kept in the home folder."""

    def __init__(self, store: Store, cache: Path | None = None) -> None:
        self.store = store
        self.cache = cache or home() / "cache" / "words"
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._one_at_a_time = threading.Lock()  # PDFium is not safe to call from two threads
        self._ahead = ThreadPoolExecutor(1, "read-ahead")

    def source(self, record: str) -> Source:
        """The document of a record. Raises ReviewError where there is no such record."""
        if not _RECORD.match(record):
            raise ReviewError("no such document")
        query = select(documents.c.path, documents.c.sha256).join(records, records.c.document == documents.c.sha256)
        with self.store.engine.connect() as connection:
            row = connection.execute(query.where(records.c.id == record)).first()
        if row is None:
            raise ReviewError("no such document")
        return Source(Path(row.path), row.sha256)

    def document(self, record: str) -> Document:
        """Words of a record's document. Raises ReviewError where the file cannot be shown."""
        source = self.source(record)
        with self._one_at_a_time:
            return self._document(source)

    def picture(self, record: str, number: int) -> bytes:
        """Page `number` (from 1) as WebP. Raises ReviewError."""
        source = self.source(record)
        key = (source.sha256, number)
        if (drawn := self._pictures.get(key)) is not None:
            return drawn
        with self._one_at_a_time:
            if key not in self._pictures:
                document = self._document(source)
                if not 1 <= number <= len(document.pages):
                    raise ReviewError("no such page")
                self._pictures[key] = self._drawn(source, document, number)
            self._pictures.move_to_end(key)
            while len(self._pictures) > KEPT_PICTURES:
                self._pictures.popitem(last=False)
            return self._pictures[key]

    def read_ahead(self, record: str) -> None:
        """Read and draw a document's first page in the background: it is likely the next to be asked for."""
        self._ahead.submit(self._try_picture, record)

    def close(self) -> None:
        """Stop reading ahead."""
        self._ahead.shutdown(wait=True, cancel_futures=True)

    def _try_picture(self, record: str) -> bool:
        try:
            self.picture(record, 1)
        except ReviewError:
            return False  # whoever opens the document is told
        return True

    def _document(self, source: Source) -> Document:
        if source.sha256 not in self._documents:
            _content(source)
            try:
                self._documents[source.sha256] = read_cached(source.path, self.cache)
            except (OSError, ReadError) as error:
                raise ReviewError(f"the document cannot be read again ({type(error).__name__})") from None
        self._documents.move_to_end(source.sha256)
        while len(self._documents) > KEPT_DOCUMENTS:
            self._documents.popitem(last=False)
        return self._documents[source.sha256]

    def _drawn(self, source: Source, document: Document, number: int) -> bytes:
        try:
            picture = upright_picture(_content(source), document.pages[number - 1], OPTIONS)
        except ReadError as error:
            raise ReviewError(f"the page cannot be drawn ({type(error).__name__})") from None
        picture.thumbnail((2000, 2800))
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=82, method=1)
        return file.getvalue()


def _content(source: Source) -> bytes:
    """The file's bytes, if they are still those that were recorded."""
    try:
        if source.path.stat().st_size > OPTIONS.max_bytes:
            raise ReviewError("the document is too large to show")
        data = source.path.read_bytes()
    except OSError:
        raise ReviewError("the document is no longer where it was recorded from") from None
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise ReviewError("the file has changed since it was recorded, so it is not shown")
    return data
