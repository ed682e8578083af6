"""Compiling functions, and `factory call`: utterances in, checked calls out."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import compile_
from cli.live import Live
from cli.output import FAILED, escape, out, print_json, told
from extractors.utterance import UtteranceError
from extractors.utterance.call import Call
from factory.compile import CompileError, Progress
from factory.functions.compile import (
    CompiledCallable,
    FunctionExampleGenerator,
    FunctionGenerator,
    compile_functions,
    plans_of,
)
from factory.functions.drafts import draft_examples
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.load import LoadedFunctions, load_functions_spec
from factory.functions.portfolio import MEASURE, FunctionPortfolio
from factory.functions.report import unconfirmed
from factory.generate.portfolio import describe
from inference.client import Client
from runtime.call import CompiledFunctions, open_functions
from runtime.errors import UsageError

app = typer.Typer()


def compile_callable_spec(
    spec: Path, registry: Path | None, generator: str, asked: Client | None, rounds: int, as_json: bool
) -> None:
    """Compile a function or toolset, publish it, and say so. Raises SpecError, UsageError, typer.Exit."""
    start = time.perf_counter()
    loaded = load_functions_spec(spec)
    with Live(as_json, asked.budget if asked else None) as live:
        refused: tuple[str, ...] = ()
        if asked is not None:
            drafts = draft_examples(loaded, asked, live.step)
            loaded, refused = drafts.loaded, drafts.refused
        drafting = asked.budget.spent.tokens if asked else 0
        running = compile_.running(loaded.name, registry) if generator == "auto" else ""
        writer = _writer(generator, asked, rounds, running, live.step)
        try:
            compiled = compile_functions(loaded, writer, rounds, live.step, drafting)
        except CompileError as error:
            live.end()
            compile_.refuse(error, as_json, asked)
    address = compile_.publish(compiled, registry)
    seconds = time.perf_counter() - start
    if as_json:
        print_json(_as_json(compiled, loaded, refused, address, seconds))
    else:
        _show_compiled(compiled, loaded, refused, address, seconds)


def _writer(name: str, asked: Client | None, rounds: int, previous: str, progress: Progress) -> FunctionGenerator:
    """By example; with a model its functions; or the best of both and of the version that runs now."""
    if name == "examples":
        return FunctionExampleGenerator()
    llm = FunctionLLMGenerator(asked, rounds, progress) if asked else None
    return llm if name == "llm" and llm is not None else FunctionPortfolio(llm, previous, progress)


def _as_json(
    compiled: CompiledCallable, loaded: LoadedFunctions, refused: Sequence[str], address: str, seconds: float
) -> dict[str, Any]:
    right, count = compiled.perturbed
    manifest = compiled.artifact.manifest
    return {
        "published": address,
        "name": loaded.name,
        "rounds": compiled.rounds,
        "tokens": compiled.tokens,
        "model": manifest["generator"] if compiled.generated.work else None,
        "winners": manifest.get("winners", {}),
        "drafted": manifest["drafted"],
        "not_drafted": list(refused),
        "seconds": round(seconds, 3),
        "stages": [{**verdict.to_dict(), "seconds": round(verdict.seconds, 3)} for verdict in compiled.verdicts],
        "accuracy": {"perturbed": count, "exact": right},
    }


def _show_compiled(
    compiled: CompiledCallable, loaded: LoadedFunctions, refused: Sequence[str], address: str, seconds: float
) -> None:
    for line in unconfirmed(loaded, plans_of(loaded.spec)):
        out.print(f"[yellow]confirm:[/] {escape(line)}", highlight=False, soft_wrap=True)
    for line in refused:
        out.print(f"[yellow]not drafted:[/] {escape(line)}", highlight=False, soft_wrap=True)
    for name, contest in compiled.generated.contests.items():
        out.print(escape(f"{name}: {describe(contest, MEASURE)}"), highlight=False, soft_wrap=True)
    for verdict in compiled.verdicts:
        out.print(f"[green]passed[/] {verdict.stage} ({verdict.seconds:.1f} s)", highlight=False)
    right, count = compiled.perturbed
    measured = f"{right} of {count} perturbed examples get the expected call" if count else "no example to perturb"
    out.print(measured, highlight=False)
    if compiled.generated.work is not None:
        out.print(compile_.asked_line(compiled.generated.work), highlight=False)
    out.print(f"published {loaded.name}@{address[:12]} after {compiled.rounds} round(s), {compiled.tokens} tokens, "
              f"{seconds:.0f} s", highlight=False)  # fmt: skip


@app.command("call")
def call_command(
    name: Annotated[str, typer.Argument(help="Function or toolset artifact: NAME or NAME@ADDRESS.")],
    utterance: Annotated[str | None, typer.Argument(help="What is asked.", show_default=False)] = None,
    stdin: Annotated[
        bool, typer.Option("--stdin", help='Read JSON lines {"utterance": ...}, answer one by one.')
    ] = False,
    several: Annotated[bool, typer.Option("--several", help="All calls that one utterance asks for.")] = False,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Turn an utterance into a checked call of a compiled function.

    Exit code 0: a call. 1: none (incomplete, irrelevant or refused). 2: a mistake in the call.
    """
    with told():
        opened = open_functions(name, registry)
        if stdin == (utterance is not None):
            raise UsageError("give either an utterance or --stdin")
        if stdin and several:
            raise UsageError("--several is for one utterance, not for --stdin")
        if utterance is None:
            _stream(opened)
            return
        try:
            answers = opened.calls(utterance) if several else [opened.call(utterance)]
        except UtteranceError as error:
            raise UsageError(str(error)) from None
        if as_json:
            print_json({"calls": [as_dict(one) for one in answers]} if several else as_dict(answers[0]))
        else:
            for one in answers:
                _show(one)
        if not answers or any(one.status in ("incomplete", "irrelevant") for one in answers):
            raise typer.Exit(FAILED)


def as_dict(call: Call) -> dict[str, Any]:
    """A call as plain JSON values."""
    return {
        "function": call.function,
        "arguments": call.arguments,
        "status": call.status,
        "confidence": call.confidence,
        "missing": list(call.missing),
        "evidence": {
            path: {"text": one.text, "form": one.form, "probability": one.probability}
            for path, one in call.evidence.items()
        },
    }


def _stream(functions: CompiledFunctions) -> None:
    """JSON lines in, JSON lines out, each as soon as it is there; a line that cannot be read is answered with why."""
    for line in sys.stdin:
        if line.strip():
            typer.echo(json.dumps(_answer_line(functions, line), ensure_ascii=False))
            sys.stdout.flush()


def _answer_line(functions: CompiledFunctions, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
        text = data if isinstance(data, str) else data["utterance"]
        return as_dict(functions.call(text))
    except (ValueError, KeyError, TypeError) as error:
        known = isinstance(error, UtteranceError)
        return {"error": str(error) if known else 'not a line {"utterance": TEXT}'}


def _show(answer: Call) -> None:
    if answer.function is None:
        out.print("no function fits", highlight=False)
        return
    arguments = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in answer.arguments.items())
    out.print(f"{escape(answer.function)}({escape(arguments)})", highlight=False, soft_wrap=True)
    said = f"missing: {', '.join(answer.missing)}" if answer.missing else f"confidence {answer.confidence:.2f}"
    out.print(f"{answer.status}, {said}", highlight=False)
