"""`factory demo`: compile the shipped invoice spec and run a folder of PDFs and scans that it has never seen."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.compile_ import publish, show
from cli.output import out, told
from cli.sources import read_examples
from extractors.candidate import Record
from factory.compile import compile_spec
from factory.generate.examples import ExampleGenerator
from factory.golden import load_labels
from factory.score import is_right
from factory.spec import DocumentSpec, load_spec
from runtime.batch import BatchReport, run_batch
from runtime.registry import Registry
from runtime.store import Store

app = typer.Typer()
SHOWN = ("invoice_number", "issue_date", "grand_total", "currency")


@app.command()
def demo(
    specs: Annotated[Path, typer.Option(help="The folder of shipped specs.")] = Path("specs"),
) -> None:
    """No key, no model: examples in, signed artifact out, records from new vendors' invoices."""
    with told():
        folder = specs / "invoice"
        spec = load_spec(folder)
        start = time.perf_counter()
        examples, _ = read_examples(folder / "golden")
        text = (folder / "spec.yaml").read_text(encoding="utf-8")
        with out.status("compiling") as status:
            compiled = compile_spec(spec, text, examples, ExampleGenerator(), progress=status.update)
        address = publish(compiled, None)
        show(spec, compiled, address, time.perf_counter() - start)
        _run(spec, folder / "inbox", address)


def _run(spec: DocumentSpec, inbox: Path, address: str) -> None:
    store = Store()
    paths = sorted((inbox / "documents").iterdir())
    start = time.perf_counter()
    with out.status(f"reading {len(paths)} documents"):
        report = run_batch(Registry(), f"{spec.name}@{address}", paths, store)
    seconds = time.perf_counter() - start
    records = {Path(stored.paths[0]).name: stored.record for stored in store.records(report.batch)}
    _table(records)
    _summary(report, store, seconds)
    _scores(spec, inbox, records)
    out.print("the doubtful fields wait at `factory review serve`", highlight=False)


def _table(records: dict[str, Record]) -> None:
    table = Table(title="Records", title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("document", no_wrap=True, max_width=19)
    for column in SHOWN:
        table.add_column(column.split("_")[-1], no_wrap=True, max_width=12)
    for column in ("sure", "rows", "review"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, record in sorted(records.items()):
        values = [record.fields[field].value or "-" for field in SHOWN]
        mean = sum(found.confidence for found in record.fields.values()) / len(record.fields)
        table.add_row(name, *values, f"{mean:.2f}", str(len(record.line_items)), str(len(record.doubtful)))
    out.print(table, highlight=False)
    out.print("sure: mean confidence of the record's fields; review: fields that wait for a person", highlight=False)


def _summary(report: BatchReport, store: Store, seconds: float) -> None:
    for failure in store.failures(report.batch):
        out.print(f"[red]failed[/] {Path(failure.path).name}: {failure.message}", highlight=False)
    out.print(
        f"{report.recorded} records, {report.failed} failed; {report.pages} pages in {seconds:.1f} s, "
        f"{report.pages / seconds:.1f} pages a second (scans are read by OCR); 0 tokens",
        highlight=False,
    )


def _scores(spec: DocumentSpec, inbox: Path, records: dict[str, Record]) -> None:
    """How right the records are: the inbox has labels, which the compiler has not seen."""
    right = total = sure = sure_right = 0
    for label in load_labels(inbox):
        record = records.get(label.path.name)
        if record is None:
            continue
        for name, field in spec.fields.items():
            if label.counts(name):
                good = is_right(field.type, label.fields[name], record.fields[name].value)
                accepted = name not in record.doubtful
                right, total = right + good, total + 1
                sure, sure_right = sure + accepted, sure_right + (good and accepted)
    out.print(
        f"against the inbox's labels (vendors and layouts the compiler has not seen): {right / total:.1%} of {total} "
        f"fields right; {sure / total:.0%} accepted without review, of these {sure_right / max(sure, 1):.1%} right",
        highlight=False,
    )
