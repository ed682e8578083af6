"""Try functions of parameters: are they allowed, are they well made, do they read examples with fresh values?

Cheapest first, as for documents: the code gate reads each, then ruff and mypy all together, and only then they run, in
the sandbox, on the examples and on perturbed ones. A parameter counts by itself, whatever its neighbours read.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from extractors.utterance.call import read
from extractors.utterance.decide import with_defaults
from factory.assemble import fill
from factory.functions.compile import build, function_plan, model_of, plans_of
from factory.functions.load import LoadedFunctions
from factory.functions.perturb import perturb
from factory.functions.same import same_arguments
from factory.functions.sources import pattern_findings
from factory.functions.validate import PERTURBED, answers, contract
from factory.functions.write import Planned, value_at, write_parameter
from factory.generate.attempt import implicated, moved
from factory.generate.generator import Generated
from factory.sandbox import Limits
from factory.validate.security import judge_source
from factory.validate.syntax import syntax_findings
from security.finding import Finding

LIMITS = Limits(memory_bytes=2**30, cpu_seconds=30, wall_seconds=90, output_bytes=16 * 2**20)


@dataclass(frozen=True)
class Miss:
    """An utterance whose argument was read wrongly."""

    utterance: str
    expected: Any
    got: Any


@dataclass(frozen=True)
class FunctionAttempt:
    """A parameter's function, and what became of it."""

    source: str
    findings: tuple[Finding, ...] = ()
    rows: int = 0
    """Utterances of the trial that belong to the parameter's function."""
    missed: tuple[Miss, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.findings

    @property
    def perfect(self) -> bool:
        """Sound, and right on every utterance."""
        return self.sound and not self.missed

    @property
    def right(self) -> int:
        """Utterances whose argument is as expected."""
        return self.rows - len(self.missed)

    @property
    def score(self) -> int:
        return self.right

    @property
    def enough(self) -> bool:
        return not self.missed


@dataclass(frozen=True)
class Row:
    """An utterance of the trial: the function it calls, and the arguments that are expected, defaults among them."""

    part: int
    function: str
    utterance: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What functions read: arguments a row; or why nothing was read."""

    read: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The examples of a spec and their perturbed likes: the measure that all authors' functions are put to."""

    loaded: LoadedFunctions

    @cached_property
    def plans(self) -> list[list[Planned]]:
        """For each function its parameters."""
        return plans_of(self.loaded.spec)

    @cached_property
    def planned(self) -> dict[str, tuple[int, Planned]]:
        """Parameters by the name of their function, each with the place of the function it belongs to."""
        return {one.slot.function: (place, one) for place, list_ in enumerate(self.plans) for one in list_}

    @cached_property
    def by_example(self) -> dict[str, str]:
        """What the examples alone give."""
        return {name: write_parameter(one, one.description) for name, (_, one) in self.planned.items()}

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Each example, then its perturbed likes."""
        found = []
        for place, part in enumerate(self.loaded.spec.parts):
            schema = part.function.parameters
            for example in part.examples:
                likes = [one.example for one in perturb(part, example, PERTURBED)]
                found += [
                    Row(place, part.function.name, one.utterance, with_defaults(one.arguments, schema))
                    for one in (example, *likes)
                ]
        return tuple(found)

    @cached_property
    def read_by_example(self) -> Outcome:
        """What the functions by example read. They are our own calls of proposers, so they run here."""
        model = model_of(self.loaded.spec.parts, self.plans)
        proposers = {name: planned.bind() for name, (_, planned) in self.planned.items()}
        return Outcome(tuple(read(row.utterance, row.function, proposers, model).arguments for row in self.rows))

    def run(self, functions: Mapping[str, str]) -> Outcome:
        """Read all rows in the sandbox, with these functions and those by example for the others."""
        whole = Generated({**self.by_example, **functions}, "trial")
        artifact = build(self.loaded, function_plan(), self.plans, whole, 0)
        names = [row.function for row in self.rows]
        found = answers(artifact, [row.utterance for row in self.rows], 0, names=names, limits=LIMITS)
        if isinstance(found, Finding):
            return Outcome(findings=(found,))
        if found["problems"]:
            return Outcome(findings=tuple(_problems(found["problems"])))
        return Outcome(tuple(dict(found["answers"][str(at)].get("arguments", {})) for at in range(len(names))))

    def score(self, name: str, source: str, outcome: Outcome) -> FunctionAttempt:
        """How one parameter fared."""
        place, planned = self.planned[name]
        rows = [(row, made) for row, made in zip(self.rows, outcome.read, strict=True) if row.part == place]
        values = [
            (row, value_at(row.arguments, planned.slot.path), value_at(made, planned.slot.path)) for row, made in rows
        ]
        missed = [Miss(row.utterance, wanted, got) for row, wanted, got in values if not same_arguments(wanted, got)]
        return FunctionAttempt(source, (), len(rows), tuple(missed))

    def exact(self, outcome: Outcome) -> int:
        """Rows whose arguments are all as expected."""
        pairs = zip(self.rows, outcome.read, strict=True)
        return sum(same_arguments(row.arguments, made) for row, made in pairs)


def attempt_functions(trial: Trial, functions: Mapping[str, str]) -> dict[str, FunctionAttempt]:
    """Judge these functions and run those that pass. Raises SandboxError where this machine cannot sandbox."""
    found: dict[str, FunctionAttempt] = {}
    for name, source in functions.items():
        findings = _gate(source)
        if findings:
            found[name] = FunctionAttempt(source, findings)
    passed = {name: source for name, source in functions.items() if name not in found}
    for name, about in _syntax(passed).items():
        found[name] = FunctionAttempt(passed.pop(name), tuple(about))
    return {**found, **_ran(trial, passed)}


def example_attempts(trial: Trial) -> dict[str, FunctionAttempt]:
    """How the functions by example fare."""
    return {name: trial.score(name, text, trial.read_by_example) for name, text in trial.by_example.items()}


def _ran(trial: Trial, functions: Mapping[str, str]) -> dict[str, FunctionAttempt]:
    if not functions:
        return {}
    outcome = trial.run(functions)
    if not outcome.findings:
        return {name: trial.score(name, text, outcome) for name, text in functions.items()}
    if len(functions) == 1:
        return {name: FunctionAttempt(text, outcome.findings) for name, text in functions.items()}
    # One of them broke a promise: each by itself tells which.
    alone = [_ran(trial, {name: text}) for name, text in functions.items()]
    return {name: one for part in alone for name, one in part.items()}


def _gate(source: str) -> tuple[Finding, ...]:
    """What the code gate says, and of its patterns and calls what can be told without running them."""
    plan = function_plan()
    whole = fill(plan.template_source, source)
    return moved(judge_source(whole, plan).findings, whole) or tuple(pattern_findings(source))


def _syntax(functions: Mapping[str, str]) -> dict[str, Sequence[Finding]]:
    """What ruff, mypy and the contract object to, by function; what they cannot place counts against all."""
    if not functions:
        return {}
    whole = fill(function_plan().template_source, "\n\n\n".join(functions.values()))
    findings = list(syntax_findings(whole, (), lambda found: contract(found, list(functions))))
    about = implicated(findings, whole, list(functions))
    placed = {id(finding) for list_ in about.values() for finding in list_}
    rest = [finding for finding in findings if id(finding) not in placed]
    if rest and not about:
        return dict.fromkeys(functions, rest)
    first = {node.name: node.lineno - 1 for node in ast.parse(whole).body if isinstance(node, ast.FunctionDef)}
    return {name: [finding.moved(-first[name]) for finding in list_] for name, list_ in about.items()}


def _problems(problems: Sequence[Mapping[str, Any]]) -> list[Finding]:
    rules = {(str(one["rule"]), str(one["what"])): None for one in problems}
    return [Finding(rule, "high", f"{what} on an example", gate="execution") for rule, what in rules]
