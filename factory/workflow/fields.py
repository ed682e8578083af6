"""Who writes a bounded invocation's functions: specialists for the fields they know, the generator for the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from factory.generate import clinical
from factory.generate.generator import Generated, Generator
from factory.golden import Example
from factory.prompt import Prompt
from factory.spec import DocumentSpec
from security.finding import Finding

Specialist = Callable[[DocumentSpec, Sequence[Example]], Mapping[str, str]]
"""The source of a function for every field it knows, by name: `def NAME(document: Document) -> list[Candidate]`."""
SPECIALISTS: tuple[Specialist, ...] = (clinical.functions,)
"""The first that knows a field writes it."""


def write_fields(
    prompt: Prompt,
    generator: Generator,
    findings: Sequence[Finding],
    previous: Generated | None,
    specialists: Sequence[Specialist] = SPECIALISTS,
) -> Generated:
    """All functions of the prompt's fields. Raises what the generator raises."""
    known: dict[str, str] = {}
    for specialist in specialists:
        known = {**specialist(prompt.spec, prompt.examples), **known}
    rest = {name: field for name, field in prompt.spec.fields.items() if name not in known}
    written = Generated({}, "specialists")
    if rest:
        part = replace(prompt, spec=prompt.spec.model_copy(update={"fields": rest}))
        written = generator.write(part, findings, previous)
    functions = {name: known.get(name) or written.functions[name] for name in prompt.spec.fields}
    return replace(written, functions=functions)
