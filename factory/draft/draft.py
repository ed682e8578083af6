"""Ask a model for the parts of a spec, put them into YAML, and send the loader's errors back until it loads.

The description is text from outside: it passes the input gate and is set apart from the question. What comes back is a
draft. Nothing is compiled from it until a person has read it; a workflow's rules are written out so that they can be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from pydantic import BaseModel

from factory.draft.document import DOCUMENT, DocumentDraft
from factory.draft.function import FUNCTION, FunctionDraft
from factory.draft.workflow import WORKFLOW, WorkflowDraft
from factory.functions.load import parse_functions_spec
from factory.spec import parse_spec
from factory.spec_file import SpecError
from factory.workflow.load import parse_workflow_spec
from inference.client import Client
from inference.request import Request

Kind = Literal["document", "workflow", "function"]
OUTPUT_TOKENS = 1800
RETRIES = 4
"""How often a draft that does not load is sent back with the loader's errors."""
MOST_ERRORS = 6

SORT = (
    "You sort descriptions of work. `document`: values are to be read from documents of one type, such as invoices. "
    "`workflow`: something is to be decided or done, by steps or rules, such as an approval. `function`: what people "
    "say is to become a call with arguments, such as booking a table."
)


class Sort(BaseModel):
    """Which kind of spec a description asks for."""

    kind: Kind


@dataclass(frozen=True)
class Draft:
    """A spec that loads, and what a person should confirm."""

    kind: Kind
    text: str
    """The spec file."""
    confirm: tuple[str, ...]
    """Rules and choices of the model, a line each."""
    attempts: int
    """How many answers it took until one loaded."""


@dataclass(frozen=True)
class _Form:
    instructions: str
    answer: type[DocumentDraft] | type[WorkflowDraft] | type[FunctionDraft]
    load: Callable[[str, str], object]


_FORMS: dict[Kind, _Form] = {
    "document": _Form(DOCUMENT, DocumentDraft, lambda text, name: parse_spec(text, default_name=name)),
    "workflow": _Form(WORKFLOW, WorkflowDraft, lambda text, name: parse_workflow_spec(text, name=name)),
    "function": _Form(FUNCTION, FunctionDraft, lambda text, name: parse_functions_spec(text, name=name)),
}


def draft_spec(name: str, description: str, client: Client, kind: Kind | None = None) -> Draft:
    """Draft a spec of `kind`; without one the model says which kind the description asks for.

    Raises what `inference.complete` raises: AnswerInvalid where no draft loads, with the loader's errors.
    """
    if kind is None:
        ask = Request("kind of spec", SORT, "Which kind?", Sort, (description,), max_output_tokens=20)
        kind = client.ask(ask).value.kind
    form = _FORMS[kind]
    request: Request[Any] = Request(
        f"draft of a {kind} spec",
        form.instructions,
        f"Draft the {kind} spec `{name}` for what the text describes.",
        form.answer,
        (description,),
        public_instructions=True,
        max_output_tokens=OUTPUT_TOKENS,
        retries=RETRIES,
        check=lambda answer: errors(form.load, name, answer.to_spec(name)),
    )
    done = client.ask(request)
    return Draft(kind, write(done.value.to_spec(name), kind), tuple(done.value.confirm()), done.attempts)


def errors(load: Callable[[str, str], object], name: str, spec: dict[str, Any]) -> list[str]:
    """What the loader objects to, without file, line and column, which the model does not know."""
    try:
        load(_yaml(spec), name)
    except SpecError as error:
        return [_plain(line) for line in str(error).splitlines()[:MOST_ERRORS]]
    return []


def write(spec: dict[str, Any], kind: Kind) -> str:
    """The spec file, with a line on top that says what it is."""
    return f"# Drafted by a model from a description: read every line before you compile it.\n{_yaml(spec)}"


def _plain(line: str) -> str:
    parts = line.split(": ", 1)
    return parts[1] if len(parts) == 2 and parts[0].startswith("spec.yaml") else line


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, as people do."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _yaml(spec: dict[str, Any]) -> str:
    return yaml.dump(spec, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
