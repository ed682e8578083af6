"""`factory`: compile specs into artifacts, run them, look at them."""

import typer

from cli import (
    bench,
    bench_bfcl,
    bench_drift,
    bench_monitoring,
    bench_suite,
    compile_,
    crossval,
    demo,
    doctor,
    durable,
    evaluate,
    explain,
    forget,
    functions,
    monitor,
    new_,
    registry,
    repair,
    restate,
    review,
    rollout,
    run,
    schema,
    serve,
    workflow,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="A language model is a compiler, not an interpreter: a spec and examples in, a signed artifact out.",
)
for module in (
    new_,
    restate,
    compile_,
    run,
    repair,
    functions,
    evaluate,
    crossval,
    explain,
    workflow,
    schema,
    doctor,
    demo,
):
    app.add_typer(module.app)
app.add_typer(demo.app)
app.add_typer(durable.app)
app.add_typer(serve.app, name="serve")
app.add_typer(forget.app)
app.add_typer(registry.app, name="registry")
app.add_typer(review.app, name="review")
app.add_typer(rollout.app, name="rollout")
app.add_typer(rollout.codec, name="codec")
bench.app.add_typer(bench_suite.app)
bench.app.add_typer(bench_bfcl.app)
bench.app.add_typer(bench_drift.app)
bench.app.add_typer(bench_monitoring.app)
app.add_typer(monitor.app, name="monitor")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Entry point of the `factory` command."""
    app()
