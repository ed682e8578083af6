"""Compiling functions, and `factory call`: utterances in, checked calls out."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import compile_
from cli.output import FAILED, err, escape, out, print_json, told
from extractors.utterance import UtteranceError
from extractors.utterance.call import Call
from factory.compile import CompileError
from factory.functions.compile import FunctionExampleGenerator, compile_functions
from factory.functions.load import load_functions_spec
from runtime.call import CompiledFunctions, open_functions
from runtime.errors import UsageError

app = typer.Typer()


def compile_callable_spec(spec: Path, registry: Path | None, as_json: bool) -> None:
    """Compile a function or toolset, publish it, and say so. Raises SpecError, typer.Exit."""
    start = time.perf_counter()
    loaded = load_functions_spec(spec)
    with err.status("compiling") as status:
        try:
            compiled = compile_functions(loaded, FunctionExampleGenerator(), progress=status.update)
        except CompileError as error:
            compile_.refuse(error, as_json)
    address = compile_.publish(compiled, registry)
    seconds = time.perf_counter() - start
    right, count = compiled.perturbed
    if as_json:
        print_json(
            {
                "published": address,
                "name": loaded.name,
                "rounds": compiled.rounds,
                "tokens": compiled.tokens,
                "seconds": round(seconds, 3),
                "stages": [
                    {**verdict.to_dict(), "seconds": round(verdict.seconds, 3)} for verdict in compiled.verdicts
                ],
                "accuracy": {"perturbed": count, "exact": right},
            }
        )
        return
    for verdict in compiled.verdicts:
        out.print(f"[green]passed[/] {verdict.stage} ({verdict.seconds:.1f} s)", highlight=False)
    measured = f"{right} of {count} perturbed examples get the expected call" if count else "no example to perturb"
    out.print(measured, highlight=False)
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
