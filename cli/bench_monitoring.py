"""`factory bench monitoring`: what metrics and drift cost."""

from typing import Annotated

import typer

from cli.output import err, out, print_json, told
from runtime.errors import UsageError

app = typer.Typer()


@app.command()
def monitoring(
    documents: Annotated[int, typer.Option(min=50, help="Documents of the batch.")] = 2_000,
    stream: Annotated[int, typer.Option(min=100, help="Documents of the stream for memory.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same documents.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The share of metrics and drift in the processor time of a batch, and memory over a long stream."""
    with told():
        try:
            from benchmarks.drift import prepare
            from benchmarks.monitoring import SUFFIXES, memory, overhead
        except ImportError as error:
            raise UsageError(f"{error.name} is missing; pip install 'code-factory[bench]'") from None
        subject = prepare(seed)
        shares = {}
        for form in SUFFIXES:
            err.print(f"a batch of {documents} documents: {form}")
            shares[form] = overhead(subject, documents, seed, form)
        err.print(f"a stream of {stream} documents")
        held = memory(subject, stream, seed)
    if as_json:
        print_json({"overhead": shares, "memory": held})
        return
    for form, share in shares.items():
        out.print(f"{form}: {share['share']:.2%} of {share['batch_seconds']} s of processor time", highlight=False)
    out.print(f"memory {held['early_mb']} MB after a tenth of {stream} documents, {held['end_mb']} MB at the end",
              highlight=False)  # fmt: skip
