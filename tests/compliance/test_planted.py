"""Names and numbers planted in charts are looked for wherever values must not be: none may be found.

Values may stand in three tables alone (`fields`, `review_items`, `decisions`) and in what a person asked to see.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from extractors.clinical import conditions
from ocr.document import Document
from runtime.store import Store
from runtime.tables import metadata
from security.input_gate import InputGate
from templates.modules.db import Database, DatabaseOptions
from templates.modules.health import ModuleError
from templates.modules.http import HttpClient, HttpOptions
from templates.modules.notify import Notice, Notifier

PLANTED = ("Pellinquoy", "Umbrawick-Tarn", "536-22-8714", "MRN 48819302", "48819302", "4111 1111 1111 1111")
PRIVATE = {"fields", "review_items", "decisions"}
SPEC = Path(__file__).parents[2] / "specs" / "prior_auth_glp1"

CHARTS = {
    "a.txt": "Patient: Nora Pellinquoy, MRN 48819302, SSN 536-22-8714\n\nPMH: T2DM.\nLabs: A1c 8.4\n",
    "b.txt": "Patient: Ines Umbrawick-Tarn\nCard 4111 1111 1111 1111\n\nNo history of diabetes.\nBMI 24.\n",
    "c.txt": "Pellinquoy, Nora. A1c 45. BMI 5. Type 2 diabetes.\n",
    "broken.pdf": "%PDF-1.7 Pellinquoy 536-22-8714 is no PDF\n",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A compile, a batch with a broken file among it, and every failure text that came of it."""
    base = tmp_path_factory.mktemp("planted")
    inbox = base / "inbox"
    inbox.mkdir()
    for name, text in CHARTS.items():
        (inbox / name).write_text(text, encoding="utf-8")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(base)
        patch.setenv("FACTORY_HOME", str(base / "home"))
        logs = _Capture()
        logging.getLogger().addHandler(logs)
        try:
            for arguments in (
                ("compile", str(SPEC), "--golden", str(_few(base))),
                (
                    "run",
                    "prior_auth_glp1",
                    str(inbox),
                    "--out",
                    str(base / "out.jsonl"),
                    "--metrics",
                    str(base / "run.prom"),
                ),
                ("doctor",),
                ("registry", "list"),
            ):
                result = CliRunner().invoke(app, arguments)
                said.append(result.output + repr(result.exception))
        finally:
            logging.getLogger().removeHandler(logs)
        yield base, [*said, *logs.lines]


class _Capture(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _few(base: Path) -> Path:
    """A golden folder of a dozen notes: enough to learn from, quick to compile."""
    golden = base / "golden"
    (golden / "documents").mkdir(parents=True)
    lines = (SPEC / "golden" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ".txt" in line][:24]
    (golden / "labels.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for file in (SPEC / "golden" / "documents").glob("*.txt"):
        (golden / "documents" / file.name).write_bytes(file.read_bytes())
    return golden


def clean(text: str) -> bool:
    return not any(planted.casefold() in text.casefold() for planted in PLANTED)


def test_the_run_did_what_it_should(ran: tuple[Path, list[str]]) -> None:
    base, said = ran
    assert (base / "out.jsonl").read_text(encoding="utf-8").count("\n") == 3, "\n".join(said)


def test_nothing_in_what_was_said_or_logged(ran: tuple[Path, list[str]]) -> None:
    _, said = ran
    assert len(said) >= 4
    assert all(clean(text) for text in said)


def test_nothing_in_the_audit_log_or_any_file_but_the_store(ran: tuple[Path, list[str]]) -> None:
    base, _ = ran
    files = [file for file in (base / "home").rglob("*") if file.is_file() and not file.name.startswith("store.sqlite")]
    assert any(file.name == "audit.jsonl" for file in files)
    assert [file.name for file in files if not clean(file.read_bytes().decode("utf-8", "replace"))] == []


def test_nothing_in_metrics(ran: tuple[Path, list[str]]) -> None:
    base, _ = ran
    exposed = (base / "run.prom").read_text(encoding="utf-8")
    assert "# TYPE" in exposed and "prior_auth_glp1" in exposed, "the run was measured"
    assert clean(exposed)


def test_nothing_in_public_tables(ran: tuple[Path, list[str]]) -> None:
    base, _ = ran
    store = Store(f"sqlite:///{base / 'home' / 'store.sqlite'}")
    rows = 0
    with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in PRIVATE:
                for row in connection.execute(select(table)):
                    rows += 1
                    assert clean(str(row)), table.name
    store.close()
    assert rows >= 8


def test_nothing_of_the_patient_in_decisions_that_needs_none(ran: tuple[Path, list[str]]) -> None:
    """Minimum necessary: a decision's record holds the quotes of its factors, not the chart."""
    base, _ = ran
    store = Store(f"sqlite:///{base / 'home' / 'store.sqlite'}")
    with store.engine.connect() as connection:
        found = [str(row) for row in connection.execute(select(metadata.tables["decisions"]))]
    store.close()
    assert len(found) == 3
    assert all("536-22-8714" not in text and "4111 1111" not in text for text in found)


def test_nothing_in_exceptions_of_modules() -> None:
    values = {"name": PLANTED[0], "ssn": PLANTED[2]}
    failures: list[Exception] = []
    with Database("sqlite://", DatabaseOptions(patience_s=0.1)) as database:
        for statement in ("SELECT :name FROM nowhere", "SELECT 'Pellinquoy'"):
            with pytest.raises(ModuleError) as caught:
                database.select(statement, values)
            failures.append(caught.value)
    with HttpClient(HttpOptions(("127.0.0.1:9",), 0.3, attempts=1, insecure_loopback=True)) as client:
        for url in ("http://127.0.0.1:9/x", "https://elsewhere.example/Pellinquoy"):
            with pytest.raises(ModuleError) as caught:
                client.get(url, values)
            failures.append(caught.value)
    with pytest.raises(ModuleError) as caught:
        Notifier({"desk": ("json://127.0.0.1:9/x",)}).send("desk", Notice("SSN 536-22-8714", "w", "r"))
    failures.append(caught.value)
    assert len(failures) == 5
    for error in failures:
        assert clean(str(error))
        assert clean(repr(error.__context__ if not error.__suppress_context__ else ""))


def test_card_numbers_are_masked_at_the_edge() -> None:
    verdict = InputGate().check("Card 4111 1111 1111 1111 of Nora Pellinquoy")
    assert "4111" not in verdict.text
    assert "1111" not in repr(verdict)


def test_nothing_in_candidates_but_the_mention() -> None:
    document = Document.from_text(CHARTS["a.txt"])
    assert all(clean(found.text) for found in conditions(document, "type_2_diabetes"))
