"""`factory new`: a first spec from labelled examples alone, or from a description with a model."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from cli.live import Live
from cli.models import client
from cli.output import escape, out, print_json, told
from cli.sources import read_examples
from factory.draft import draft_spec
from factory.infer import infer_spec, write_spec
from runtime.errors import UsageError
from runtime.files import write_atomic

app = typer.Typer()

DRAFT_TOKENS = 50_000


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the spec: lower-case letters, digits and underscores.")],
    golden: Annotated[
        Path | None, typer.Option(help="Folder with labels.jsonl, to infer a document spec from.")
    ] = None,
    describe: Annotated[str | None, typer.Option(help="What is to be read or decided, in plain words.")] = None,
    kind: Annotated[
        Literal["document", "workflow", "function"] | None, typer.Option(help="Kind of spec; default: the model says.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Who drafts, such as anthropic:claude-sonnet-5-5.")] = None,
    budget_tokens: Annotated[int, typer.Option(min=0, help="Most tokens the model may take.")] = DRAFT_TOKENS,
    cassette: Annotated[Path | None, typer.Option(help="Folder to record model calls to, or replay from.")] = None,
    folder: Annotated[Path, typer.Option("--specs", help="Where spec folders are kept.")] = Path("specs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Infer or draft a spec, and write NAME/spec.yaml to go on from."""
    with told():
        target = folder / name / "spec.yaml"
        if target.exists():
            raise UsageError(f"{target}: there is a spec already; choose another name or remove it")
        if not name.isidentifier() or name != name.lower():
            raise UsageError(f"{name!r} is no name: use lower-case letters, digits and underscores, a letter first")
        if (golden is None) == (describe is None):
            raise UsageError("give either --golden, the folder of labelled examples, or --describe with --model")
        if describe is None:
            if model or kind:
                raise UsageError("--model and --kind belong to --describe; a spec is inferred from --golden without")
            assert golden is not None  # one of the two is given
            _infer(name, golden, target, as_json)
        elif model is None:
            raise UsageError("--describe needs --model, such as anthropic:claude-sonnet-5-5 or local:/path/model.gguf")
        else:
            asked = client(model, "draft", budget_tokens, cassette)
            with Live(as_json, asked.budget) as live:
                live.step("draft")
                draft = draft_spec(name, describe, asked, kind)
            _write(target, draft.text)
            spent = asked.budget.spent
            if as_json:
                print_json({"spec": str(target), "kind": draft.kind, "confirm": draft.confirm,
                            "attempts": draft.attempts, "tokens": spent.tokens})  # fmt: skip
            else:
                out.print(f"wrote {target}: a {draft.kind} spec, {spent.tokens} tokens. Confirm:", highlight=False)
                out.print(escape("\n".join(draft.confirm)), highlight=False)
                out.print(f"Mend what is wrong, then\nfactory compile {target.parent}", highlight=False)


def _infer(name: str, golden: Path, target: Path, as_json: bool) -> None:
    examples, _ = read_examples(golden, quiet=as_json)
    try:
        spec = infer_spec(name, examples)
    except ValidationError as error:
        raise UsageError(_misnamed(error)) from None
    _write(target, write_spec(spec))
    if as_json:
        print_json({"spec": str(target), "fields": {key: field.type for key, field in spec.fields.items()}})
    else:
        out.print(f"wrote {target}: {len(spec.fields)} fields; read it, then", highlight=False)
        out.print(f"factory compile {target.parent} --golden {golden}", highlight=False)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, text.encode())


def _misnamed(error: ValidationError) -> str:
    """Types and checks are inferred, so that only the names, which the user gives, can be wrong."""
    wrong = error.errors(include_url=False)[0]
    if wrong["type"] == "string_pattern_mismatch":
        return f"{wrong['input']!r} is no name: use lower-case letters, digits and underscores, a letter first"
    return str(wrong["msg"]).removeprefix("Value error, ")
