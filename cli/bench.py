"""`factory bench`: measure this installation."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import err, out, print_json, told
from runtime.errors import UsageError
from runtime.registry import Registry

app = typer.Typer(no_args_is_help=True, help="Measure this installation.")


@app.command()
def speed(
    name: Annotated[str, typer.Option(help="Artifact: NAME or NAME@ADDRESS.")] = "invoice",
    folder: Annotated[Path, typer.Option(help="Documents to measure with.")] = Path("specs/invoice/golden/documents"),
    pattern: Annotated[str, typer.Option(help="Which of them.")] = "*.pdf",
    count: Annotated[int, typer.Option(min=2, help="Documents in the batch, made from those.")] = 400,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes; default: one a core.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Milliseconds a page, pages a second from file to stored record, memory, and how time grows with documents."""
    from benchmarks.speed import measure

    with told():
        paths = [path for path in sorted(folder.glob(pattern)) if "scan" not in path.name]
        if not paths:
            raise UsageError(f"{folder}: no {pattern} in it")
        result = measure(Registry(registry), name, paths, count, workers)
        if as_json:
            print_json(result)
            return
        latency, batch = result["latency_ms_a_page"], result["batch"]
        out.print(
            f"milliseconds a page: reading p50 {latency['read_p50']}, p99 {latency['read_p99']}; "
            f"extracting p50 {latency['extract_p50']}, p99 {latency['extract_p99']} ({latency['pages']} pages)\n"
            f"processor time alone: extracting p50 {latency['extract_cpu_p50']}, of this the guard "
            f"{latency['guard_cpu_p50']}; looking for hidden words {latency['hidden_cpu_p50']}\n"
            f"file to stored record: {batch['pages_per_second']} pages a second with {result['workers']} workers "
            f"({batch['documents']} documents); memory {batch['memory_start_mb']} to {batch['memory_end_mb']} MB; "
            f"twice the documents take {result['time_ratio_of_double']} times as long",
            highlight=False,
        )


@app.command()
def security(
    data: Annotated[Path | None, typer.Option(help="Folder with injection/, pii/ and leakage/ corpora.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Recall and false alarms of the gates around model calls, on our own cases and on public corpora by path."""
    from benchmarks.security import run

    with told():
        result = run(data)
        if as_json:
            print_json(result)
            return
        for name, scores in result.items():
            out.print(f"[bold]{name}[/] {scores}", highlight=False)


@app.command()
def synthetic(
    kind: Annotated[str, typer.Argument(help="invoice, invoice-inbox, receipt or ad_buy.")],
    folder: Annotated[Path, typer.Argument(help="A new folder to write labels.jsonl and documents/ into.")],
    count: Annotated[int | None, typer.Option(min=1, help="Documents; default: as shipped.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 7,
) -> None:
    """Write a golden folder of generated documents with known truth (needs the extra `bench`)."""
    with told():
        try:
            from benchmarks.synthetic.generate import KINDS, generate
        except ImportError as error:
            raise UsageError(f"{error.name} is missing; pip install 'code-factory[bench]'") from None
        if kind not in KINDS:
            raise UsageError(f"{kind}: unknown; known: {', '.join(KINDS)}")
        out.print(f"wrote {generate(kind, folder, count, seed)} documents to {folder}", highlight=False)


@app.command()
def temporal(
    documents: Annotated[int, typer.Option(min=20, help="Documents of each measurement of cost.")] = 300,
    killed: Annotated[int, typer.Option(min=20, help="Documents while workers and the server die.")] = 1000,
    many: Annotated[int, typer.Option(min=2000, help="Documents of the batch whose window is simulated.")] = 100_000,
    parts: Annotated[str, typer.Option(help="Which of cost, kills and window.")] = "cost,kills,window",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """What a document costs on Temporal against the local runner, what survives kills, and how large a batch grows."""
    from benchmarks.temporal import chaos, overhead
    from benchmarks.temporal_window import window

    with told():
        wanted = parts.split(",")
        if unknown := set(wanted) - {"cost", "kills", "window"}:
            raise UsageError(f"--parts {', '.join(sorted(unknown))}: choose of cost, kills, window")
        answer: dict[str, Any] = {}
        if "cost" in wanted:
            answer["cost"] = []
            for workers in (1, 2, 4):
                err.print(f"{documents} documents, {workers} workers")
                answer["cost"].append(overhead(documents, workers))
        if "kills" in wanted:
            err.print(f"{killed} documents, 3 workers, one killed every few seconds")
            answer["kills"] = chaos(killed)
        if "window" in wanted:
            err.print(f"{many} documents that take no time")
            answer["window"] = window(many, lambda done: err.print(f"{done} of {many}"))
    if as_json:
        print_json(answer)
    else:
        out.print(answer)
