"""A store with documents that wait, and the review page over it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from extractors.candidate import CheckResult, FieldValue, Record
from extractors.model import CheckModel, ExtractorModel
from ocr.document import Box, Document
from ocr.read import read_document
from runtime.audit import AuditLog
from runtime.outcome import Extraction, Outcome
from runtime.record import record_id
from runtime.review.app import review_app
from runtime.review.guard import Services, Settings
from runtime.shape import Column, Shape
from runtime.store import Store
from tests.runtime.conftest import make_artifact

MODEL = ExtractorModel(
    {}, checks=(CheckModel("paid", "total == 96.50", 0.02, 0.9), CheckModel("named", "order_number == 'HL'", 0.02, 0.9))
)
CHECKED = make_artifact(name="order", model=MODEL)
ARTIFACT = CHECKED.address
"""What the documents were read with: only its checks matter here."""
SHAPE = Shape(
    {
        "order_number": Column("identifier"),
        "order_date": Column("date"),
        "total": Column("money"),
        "kind": Column("enum", ("order", "quote")),
    },
    {"price": Column("money")},
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def write_pdf(path: Path, number: int, pages: int = 1) -> Path:
    """An order with a number, a date, a total and one row; every page the same but for its number."""
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    for page in range(pages):
        for x, y, text in (
            (70, 770, "Harbour Lane Supplies"),
            (70, 700, f"Order number HL-{number:03}"),
            (70, 680, "Order date 4 March 2026"),
            (70, 600, "Rope 12 mm"),
            (400, 600, "80.00"),
            (340, 560, "Net"),
            (400, 560, "80.00"),
            (340, 540, "Total"),
            (400, 540, "96.50"),
            (70, 100, f"Page {page + 1} of {pages}, delivered to the harbour office by hand"),
        ):
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return path


def box_of(document: Document, text: str) -> Box:
    """Where a word stands on the first page; the last place where it stands more than once."""
    page = document.pages[0]
    return page.box_of([max(place for place, word in enumerate(page.words) if word.text == text)])


def record_of(document: Document) -> Record:
    """Two doubtful fields, one of them wrong, and a doubtful cell where `cell` is asked for."""
    net, number = box_of(document, "80.00"), box_of(document, "Order")
    return Record(
        {
            "order_number": FieldValue("HL", "low_confidence", 0.61, 1, number, "compiled", (("left=number", 1.25),)),
            "order_date": FieldValue("2026-03-04", "found", 0.99, 1, box_of(document, "March")),
            "total": FieldValue("80.00", "low_confidence", 0.42, 1, net),
            "kind": FieldValue("order", "found", 0.98),
        },
        ({"price": FieldValue("80.00", "found", 0.97, 1, net)},),
        (CheckResult("paid", False, "total == 96.50"), CheckResult("named", True)),
        ("order_number", "total"),
    )


@dataclass(frozen=True)
class Waiting:
    """A store with documents in it: their record ids in the order in which they were written."""

    store: Store
    audit: AuditLog
    records: tuple[str, ...]
    paths: tuple[Path, ...]


def fill(store: Store, paths: list[Path], make: Callable[[Document], Record] = record_of) -> tuple[str, ...]:
    """Record these files."""
    batch = store.begin_batch(ARTIFACT, "order")
    made = []
    for place, path in enumerate(paths):
        document = read_document(path)
        extraction = Extraction(document.sha256, make(document), len(document.pages), 1, 0.0, 0.0)
        store.write(batch, [Outcome(place, str(path), "recorded", document.sha256, extraction=extraction)], SHAPE)
        made.append(record_id(document.sha256, ARTIFACT))
    return tuple(made)


@pytest.fixture
def waiting(url: str, tmp_path: Path) -> Iterator[Waiting]:
    """Two documents that wait, in a store of each kind."""
    store = Store(url)
    paths = [write_pdf(tmp_path / f"order-{number}.pdf", number) for number in (1, 2)]
    yield Waiting(store, AuditLog(), fill(store, paths), tuple(paths))
    store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Waiting]:
    """The same in SQLite alone."""
    store = Store()
    paths = [write_pdf(tmp_path / f"order-{number}.pdf", number) for number in (1, 2)]
    yield Waiting(store, AuditLog(), fill(store, paths), tuple(paths))
    store.close()


def client_of(waiting: Waiting, settings: Settings | None = None, address: str = "127.0.0.1") -> TestClient:
    """The page without a network; whoever asks has this address."""
    app = review_app(waiting.store, waiting.audit, settings=settings)
    base = "https://localhost" if settings and settings.secure else "http://localhost"
    return TestClient(app, base_url=base, follow_redirects=False, client=(address, 50_000))


def services_of(client: TestClient) -> Services:
    services: Services = client.app.state.services  # type: ignore[attr-defined]  # a Starlette application
    return services


def sign_in(client: TestClient, name: str, role: str = "reviewer") -> str:
    """Begin a session without a password; the token that its forms carry."""
    services = services_of(client)
    user = services.users.get(name) or services.users.add(name, None, role, "test")
    cookie, session = services.sessions.begin(user)
    client.cookies.clear()
    client.cookies.set(services.cookie, cookie)
    return session.csrf


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
