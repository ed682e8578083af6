"""A file that holds two documents: cut it, and read each part as a document of its own."""

import hashlib
import io
import json
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from sqlalchemy import select, update

from ocr.document import Document
from ocr.options import DEFAULTS
from ocr.pdf import opened
from runtime.batch import BatchOptions, run_batch
from runtime.errors import ReviewError, RunError
from runtime.files import home, write_atomic
from runtime.record import record_id
from runtime.review.guard import Services
from runtime.store import Store, now
from runtime.tables import fields, records, review_items


def split_document(services: Services, record: str, at: int, actor: str) -> list[str]:
    """Cut before page `at` (from 2), run the same artifact on both parts, and give the ids of their records.

    The whole has no values any more: what one reading said about two documents is right about neither. Raises
    ReviewError where the document has no such page, or the parts cannot be read.
    """
    if services.registry is None:
        raise ReviewError("splitting needs the registry that the document was read with")
    document = services.pages.document(record)
    if not 2 <= at <= len(document.pages):
        raise ReviewError(f"the document can be split before page 2 to {len(document.pages)}")
    source = services.pages.source(record)
    with services.store.engine.connect() as connection:
        row = connection.execute(select(records).where(records.c.id == record)).one()
    paths = [_write(data, source.path) for data in _parts(source.path.read_bytes(), document, at)]
    try:
        reference = f"{row.name}@{row.artifact}"
        report = run_batch(
            services.registry, reference, paths, services.store, options=BatchOptions(workers=1), audit=services.audit
        )
    except RunError as error:
        raise ReviewError(f"the parts were not read ({type(error).__name__}); nothing was changed") from None
    if report.failed:
        raise ReviewError("a part could not be read; nothing was changed")
    _close(services.store, record, actor)
    made = [record_id(hashlib.sha256(path.read_bytes()).hexdigest(), row.artifact) for path in paths]
    services.audit.append("review.split", (record, *made), actor)
    return made


def _parts(data: bytes, document: Document, at: int) -> list[bytes]:
    cut = [range(at - 1), range(at - 1, len(document.pages))]
    if b"%PDF-" in data[:1024]:
        return [_pdf_part(data, part) for part in cut]
    if data.startswith((b"II", b"MM")):
        return [_tiff_part(data, part) for part in cut]
    pages = json.loads(document.to_json())["pages"]
    return [json.dumps({"pages": [pages[index] for index in part]}).encode() for part in cut]


def _pdf_part(data: bytes, part: range) -> bytes:
    file = io.BytesIO()
    with opened(data, DEFAULTS) as whole, pdfium.PdfDocument.new() as made:
        made.import_pages(whole, list(part))
        made.save(file)
    return file.getvalue()


def _tiff_part(data: bytes, part: range) -> bytes:
    frames = []
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as whole:
        for index in part:
            whole.seek(index)
            frames.append(whole.copy())
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _write(data: bytes, whole: Path) -> Path:
    """Beside nothing else: in the home folder, named by content, for its owner alone."""
    suffix = whole.suffix if data.startswith((b"%PDF-", b"II", b"MM")) else ".words.json"
    path = home().resolve() / "split" / f"{hashlib.sha256(data).hexdigest()[:32]}{suffix}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(path, data, 0o600)
    return path


def _close(store: Store, record: str, actor: str) -> None:
    """Settle the open items of the whole, and take its values away; as extracted they stay with the items."""
    settled = {"state": "settled", "decision": "split", "settled_by": actor, "settled_at": now()}
    nothing = {"value": None, "status": "not_found", "confidence": 1.0, "source": "person"}
    is_open = (review_items.c.record == record, review_items.c.state == "open")
    with store.engine.begin() as connection:
        connection.execute(update(review_items).where(*is_open).values(**settled, locked_by=None, locked_until=None))
        connection.execute(update(fields).where(fields.c.record == record).values(nothing))
