"""Try one function of a field by itself: is it allowed, is it well made, what does it bring within reach?

Cheapest first: the code gate reads it, then ruff and mypy, and only then it runs, in the sandbox, on golden documents.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.candidate import Candidate
from factory.assemble import fill, split_generated
from factory.prompt import Prompt
from factory.proposals import ProposeError, propose_sandboxed
from factory.score import is_right
from factory.spec import DocumentSpec
from factory.validate.security import judge_source
from factory.validate.syntax import judge_syntax
from security.finding import Finding

ENOUGH = 0.99
"""Share of labelled values within reach from which on a function is not sent back for those it misses."""


@dataclass(frozen=True)
class Attempt:
    """A function, and what became of it."""

    source: str
    findings: tuple[Finding, ...]
    candidates: tuple[Sequence[Candidate], ...] = ()
    """For each example; empty where it was not run."""
    missed: tuple[int, ...] = ()
    """Examples whose labelled value is not among the candidates."""
    labelled: int = 0
    """Examples that have a labelled value."""

    @property
    def sound(self) -> bool:
        return not self.findings

    @property
    def reached(self) -> int:
        """Labelled values among the candidates."""
        return self.labelled - len(self.missed)

    @property
    def score(self) -> int:
        return self.reached

    @property
    def enough(self) -> bool:
        return self.reached >= ENOUGH * self.labelled


def attempt(prompt: Prompt, name: str, function: str) -> Attempt:
    """Judge `function` and run it on all examples. Raises SandboxError where this machine cannot sandbox."""
    source = fill(prompt.plan.template_source, function)
    findings = moved(judge_source(source, prompt.plan).findings, source)
    if not findings:
        findings = moved(judge_syntax(source, _alone(prompt, name)).findings, source)
    if findings:
        return Attempt(function, findings)
    try:
        candidates = propose_sandboxed(source, [name], prompt.examples)[name]
    except ProposeError as error:
        return Attempt(function, moved(error.findings, source))
    return _reached(prompt, name, function, candidates)


def attempt_all(prompt: Prompt, functions: Mapping[str, str]) -> dict[str, Attempt]:
    """The same for the functions of all fields, in one run where they are allowed; ruff and mypy are left out."""
    source = fill(prompt.plan.template_source, "\n\n\n".join(functions.values()))
    if judge_source(source, prompt.plan).passed:
        try:
            found = propose_sandboxed(source, list(functions), prompt.examples)
            return {name: _reached(prompt, name, text, found[name]) for name, text in functions.items()}
        except ProposeError:
            pass  # one of them breaks a promise: each by itself tells which
    return {name: attempt(prompt, name, text) for name, text in functions.items()}


def _reached(prompt: Prompt, name: str, function: str, candidates: Sequence[Sequence[Candidate]]) -> Attempt:
    kind = prompt.spec.fields[name].type
    wanted = [
        (place, example.label.fields[name])
        for place, example in enumerate(prompt.examples)
        if example.label.counts(name) and example.label.fields[name] is not None
    ]
    missed = [
        place for place, label in wanted if not any(is_right(kind, label, one.value) for one in candidates[place])
    ]
    return Attempt(function, (), tuple(candidates), tuple(missed), len(wanted))


def _alone(prompt: Prompt, name: str) -> DocumentSpec:
    """The spec with this field only."""
    return prompt.spec.model_copy(update={"fields": {name: prompt.spec.fields[name]}, "line_items": None})


def functions_of(source: str, names: Sequence[str]) -> dict[str, str]:
    """The functions of a filled template by field, each with its private helpers (`_FIELD_…`) before it."""
    _, generated, _ = split_generated(source)
    parts: dict[str, list[str]] = {}
    for node in ast.parse(generated).body:
        if isinstance(node, ast.FunctionDef):
            owners = [name for name in names if node.name == name or node.name.startswith(f"_{name}_")]
            if owners:
                parts.setdefault(max(owners, key=len), []).append(ast.get_source_segment(generated, node) or "")
    return {name: "\n\n\n".join(found) + "\n" for name, found in parts.items()}


def implicated(findings: Sequence[Finding], source: str, names: Sequence[str]) -> dict[str, list[Finding]]:
    """For each field, the findings that are about its function: by line, else by the name in the message."""
    spans = [
        (node.name, range(node.lineno, (node.end_lineno or node.lineno) + 1))
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    ]
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        at = [name for name, lines in spans if finding.line is not None and finding.line in lines]
        for name in names:
            if any(one == name or one.startswith(f"_{name}_") for one in at) or f"{name!r}" in finding.message:
                found.setdefault(name, []).append(finding)
    return found


def moved(findings: Sequence[Finding], source: str) -> tuple[Finding, ...]:
    """Findings with lines counted from the first of the generated function."""
    offset = source[: source.index(split_generated(source)[1].lstrip() or source)].count("\n")
    return tuple(finding.moved(-offset) for finding in findings)
