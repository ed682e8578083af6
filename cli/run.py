"""`factory run`: documents in, records out."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.handlers import run_handler
from cli.ladder import OnOff, ladder_json, ladder_options, show_ladder
from cli.output import FAILED, err, escape, out, print_json, told
from cli.repair import mended_json, show_mended
from cli.watched import kinds_of, repaired, watched, workshop
from runtime.batch import BatchOptions, BatchReport
from runtime.errors import UsageError
from runtime.export import check_target, export
from runtime.named import run_named, summed
from runtime.observer import NoObserver
from runtime.outcome import Outcome
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Store

app = typer.Typer()
SHOWN = 20
"""Failures listed on the terminal; `--json` lists all."""


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Artifact: NAME or NAME@ADDRESS.")],
    paths: Annotated[
        list[Path],
        typer.Argument(help="Documents, folders; a handler's file of cases, or -.", show_default=False),
    ],
    target: Annotated[
        Path | None, typer.Option("--out", help="Write the records here: .jsonl, .csv or .parquet.")
    ] = None,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes; default: one a core.")] = None,
    store: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://...; default: store.sqlite in the home folder.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds a document may take, and 60 more a megabyte.")
    ] = 25.0,
    ladder: Annotated[
        OnOff, typer.Option(help="on: doubtful fields climb the ladder (sharper OCR, model) before a person sees them.")
    ] = OnOff.on,
    model: Annotated[
        str | None,
        typer.Option(help="Model for doubtful fields, such as anthropic:claude-haiku-5-5; default: the spec's."),
    ] = None,
    budget_tokens: Annotated[
        int | None, typer.Option(min=0, help="Tokens that the whole batch may spend; default: the spec's.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many documents.")] = None,
    audit: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Share of records whose accepted answers a person checks too."),
    ] = None,
    metrics: Annotated[
        str | None, typer.Option(help="Serve metrics at this PORT of the loopback, or write them to this .prom FILE.")
    ] = None,
    repair: Annotated[
        Path | None, typer.Option(help="Where a drift alarm stands: compile its fields again from this spec folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Extract records from documents, or handle cases. What is recorded already is not done again.

    Exit code 0: every document has a record. 1: some failed, or it was interrupted. 2: a mistake in the call.
    """
    with told():
        others: dict[str, object] = {
            "--model": model,
            "--budget-tokens": budget_tokens,
            "--limit": limit,
            "--audit": audit,
        }
        others |= {"--metrics": metrics, "--workers": workers, "--repair": repair}
        if run_handler(name, Registry(registry), paths, target, as_json, others, store):
            return
        if target is not None:
            check_target(target)
        count = min(_count(paths), limit or sys.maxsize)
        options = BatchOptions(workers or os.cpu_count() or 1, timeout, audit=audit)
        records, where = Store(store), Registry(registry)
        shape = Shape.of(where.resolve(name))
        shop = None if repair is None else workshop(repair, name, where, records)
        with (
            _Bar(count, quiet=as_json) as bar,
            watched(metrics, records, bar, kinds_of(shape), always=shop is not None) as observer,
        ):
            reports = run_named(
                where,
                name,
                lambda: islice(walk(paths), limit),
                records,
                options=options,
                observer=observer,
                ladder=ladder_options(ladder, model, budget_tokens),
            )
        if target is not None:
            export(chain.from_iterable(records.records(one.batch) for one in reports), shape, target)
        mended = None if shop is None else repaired(shop, quiet=as_json)
        if as_json:
            print_json(_as_json(reports, records, target) | {"repair": mended and mended_json(mended)})
        else:
            _show(reports, records, target)
            if mended is not None:
                show_mended(mended)
        report = summed(reports)
        if report.failed or report.interrupted:
            raise typer.Exit(FAILED)


def walk(paths: list[Path]) -> Iterator[Path]:
    """Files as given; of folders all files below, in sorted order, but hidden ones."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))


def _count(paths: list[Path]) -> int:
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    count = sum(1 for _ in walk(paths))
    if count == 0:
        raise UsageError("no documents in " + ", ".join(str(path) for path in paths))
    return count


class _Bar(NoObserver):
    """Progress on stderr, with rate and time left; nothing where no one looks."""

    def __init__(self, total: int, quiet: bool) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
        )
        self._bar = Progress(*columns, TimeRemainingColumn(), console=err, disable=quiet or not err.is_terminal)
        self._task = self._bar.add_task("documents", total=total, rate="")
        self._start, self._pages = time.monotonic(), 0

    def __enter__(self) -> "_Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def document_finished(self, outcome: Outcome) -> None:
        """One more done."""
        self._pages += outcome.extraction.pages if outcome.extraction else 0
        rate = self._pages / max(0.001, time.monotonic() - self._start)
        self._bar.update(self._task, advance=1, rate=f"{rate:.0f} pages/s")

    def document_failed(self, outcome: Outcome) -> None:
        """One more that has no record."""
        self._bar.update(self._task, advance=1)


def _as_json(reports: Sequence[BatchReport], store: Store, target: Path | None) -> dict[str, Any]:
    report = summed(reports)
    return {
        "name": report.batch.name,
        "artifact": report.batch.artifact,
        "batch": report.batch.id,
        "canary": [_share(one) for one in reports[1:]],
        "documents": report.recorded + report.known + report.duplicates + report.failed,
        "recorded": report.recorded,
        "known": report.known,
        "duplicates": report.duplicates,
        "failed": report.failed,
        "review": report.review,
        "pages": report.pages,
        "seconds": round(report.seconds, 3),
        "pages_per_second": round(report.pages / report.seconds, 2),
        "interrupted": report.interrupted,
        "ladder": ladder_json(reports, store),
        "store": store.where,
        "out": target,
        "failures": [{"path": f.path, "reason": f.reason, "message": f.message} for f in _failures(reports, store)],
        "duplicate_paths": [path.path for one in reports for path in store.duplicates(one.batch)],
    }


def _share(report: BatchReport) -> dict[str, Any]:
    """What a canary did: those of the documents that were its."""
    return {"artifact": report.batch.artifact, "batch": report.batch.id, "recorded": report.recorded,
            "known": report.known, "failed": report.failed, "review": report.review}  # fmt: skip


def _failures(reports: Sequence[BatchReport], store: Store) -> Iterator[Outcome]:
    return chain.from_iterable(store.failures(one.batch) for one in reports)


def _show(reports: Sequence[BatchReport], store: Store, target: Path | None) -> None:
    report = summed(reports)
    table = Table("", "documents", title=f"{report.batch.name} @ {report.batch.artifact[:12]}", title_justify="left")
    rows = (
        ("recorded now", report.recorded),
        ("recorded before", report.known),
        ("same bytes as another", report.duplicates),
        ("failed", report.failed),
    )
    for label, number in rows:
        table.add_row(label, str(number))
    out.print(table)
    for one in reports[1:]:
        out.print(f"of these {one.recorded + one.known} by the canary {one.batch.artifact[:12]}", highlight=False)
    rate = f"{report.pages} pages in {report.seconds:.1f} s ({report.pages / report.seconds:.1f} pages/s)"
    out.print(f"{rate}, {report.review} fields wait for review (factory review list)")
    show_ladder(reports, store)
    if report.failed:
        failed = Table("document", "reason", "what to do", title="failed", title_justify="left")
        for failure in islice(_failures(reports, store), SHOWN):
            failed.add_row(escape(failure.path), failure.reason, escape(failure.message))
        out.print(failed)
        if report.failed > SHOWN:
            out.print(f"and {report.failed - SHOWN} more (--json lists all)")
    if report.interrupted:
        out.print("interrupted: run the same command again to go on")
    if target is not None:
        out.print(f"written to {escape(str(target))}")
