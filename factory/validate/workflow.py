"""The four stages for a workflow: as for a document, with its rules proven and its decisions measured."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory.calibrate import Answer
from factory.golden import Example
from factory.rules import Proof, prove
from factory.select import Plan
from factory.spec import DocumentSpec
from factory.validate.accuracy import answers_of, field_findings
from factory.validate.execution import execution
from factory.validate.security import judge_source
from factory.validate.syntax import Functions, reads_document, syntax_findings
from factory.validate.verdict import Evidence, Verdict, judge
from factory.workflow.load import LoadedSpec
from runtime.artifact import Artifact
from security.finding import Finding

LEAST = 3
"""Fewer labelled decisions measure nothing."""


@dataclass(frozen=True)
class WorkflowEvidence:
    """What a workflow is held against. `fields` are the fields of its bounded invocations, as a document spec."""

    loaded: LoadedSpec
    fields: DocumentSpec
    examples: Sequence[Example]
    held_out: Mapping[str, Sequence[Answer]]
    plan: Plan


HANDLERS = {
    "decision": dict[str, str](),
    "sync": {"handle": "Made"},
    "stream": {"handle": "Made"},
    "batch": {"handle": "Made"},
    "input_validator": {"check": "list[str]", "fallback": "Made | None"},
}
"""By template: the functions that it calls itself, and what they give."""
WorkflowStage = Callable[[Artifact, WorkflowEvidence], Verdict]


def security(artifact: Artifact, evidence: WorkflowEvidence) -> Verdict:
    """The template is untouched, and the generated part holds nothing but what the code gate allows."""
    return judge_source(artifact.source, evidence.plan)


def syntax(artifact: Artifact, evidence: WorkflowEvidence) -> Verdict:
    """The functions that the plan names, typed, checked, short and simple."""
    fields = set(evidence.fields.fields)
    return judge("syntax", syntax_findings(artifact.source, fields, lambda found: _contract(found, evidence)))


def run(artifact: Artifact, evidence: WorkflowEvidence) -> Verdict:
    """It answers golden and hostile documents and values at the edge, in the sandbox, the same way twice."""
    return execution(artifact, evidence.fields, Evidence(evidence.examples, evidence.held_out, evidence.plan))


def accuracy(artifact: Artifact, evidence: WorkflowEvidence) -> Verdict:
    """Every rule is proven; fields and decisions are right often enough on golden documents."""
    return judge("accuracy", _accuracy(artifact, evidence))


STAGES: tuple[tuple[str, WorkflowStage], ...] = (
    ("security", security),
    ("syntax", syntax),
    ("execution", run),
    ("accuracy", accuracy),
)


def prove_rules(loaded: LoadedSpec, source: str) -> list[Proof]:
    """The proof of every rule, about the functions as they stand in the artifact's source."""
    generated = ast.parse(source)
    kept = [node for node in generated.body if isinstance(node, ast.FunctionDef)]
    functions = "\n\n".join(ast.get_source_segment(source, node) or "" for node in kept)
    return [prove(one.rule, functions, one.assumptions, one.variables) for one in loaded.checked.rules.values()]


def _accuracy(artifact: Artifact, evidence: WorkflowEvidence) -> Iterator[Finding]:
    for proof in prove_rules(evidence.loaded, artifact.source):
        lines = evidence.loaded.checked.rules[proof.rule].lines
        for defect in proof.defects:
            line = lines[(defect.branch or 1) - 1]
            message = f"{proof.rule} (spec line {line}): {defect}"
            yield Finding(f"proof-{defect.claim}", "high", message, gate="accuracy", fix=_FIXES[defect.claim])
    if not evidence.examples:
        return
    answered = answers_of(artifact, evidence.examples)
    if isinstance(answered, Finding):
        yield answered
        return
    yield from field_findings(evidence.fields, evidence.examples, evidence.held_out, answered)
    yield from _decisions(evidence, answered)


_FIXES = {
    "equal": "write the function again, or correct the rule",
    "raises": "ask whether a value is None before it is compared",
    "unreachable": "take the branch out, or put it before the one that takes its inputs",
    "undecided": "end the rule with ELSE",
    "missing": "say what a missing value means: `IF x IS MISSING THEN ...`",
    "unproven": "use comparisons, arithmetic and the words of the rule library",
}


def _decisions(evidence: WorkflowEvidence, answered: Sequence[Mapping[str, str | None]]) -> Iterator[Finding]:
    right, labelled = decisions_right(evidence.loaded, evidence.examples, answered)
    minimum = evidence.fields.accuracy.minimum
    if labelled >= LEAST and right < minimum * labelled:
        message = f"{right} of {labelled} golden decisions are right, less than the minimum {minimum:.0%}"
        yield Finding("decision-accuracy", "high", message, gate="accuracy", fix="look at the fields it rests on")


def decisions_right(
    loaded: LoadedSpec, examples: Sequence[Example], answered: Sequence[Mapping[str, str | None]]
) -> tuple[int, int]:
    """How many golden decisions are right, of how many labelled."""
    pairs = [
        (example.label.extra["decision"], one.get(loaded.checked.decision))
        for example, one in zip(examples, answered, strict=True)
        if "decision" in example.label.extra
    ]
    return sum(label == decision for label, decision in pairs), len(pairs)


def _contract(functions: Functions, evidence: WorkflowEvidence) -> Iterator[Finding]:
    """One public function a field, condition and rule, and no other."""
    checked = evidence.loaded.checked
    conditions = [*(one for found in checked.checks.values() for one in found), *checked.whens.values()]
    wanted = {one.function: "Truth" for one in conditions} | dict.fromkeys(checked.rules, "Outcome")
    wanted |= HANDLERS[evidence.plan.template]
    for name in evidence.fields.fields:
        if name not in functions or not reads_document(functions[name]):
            yield _finding(f"no function `def {name}(document: Document) -> list[Candidate]`")
    for name, answer in wanted.items():
        given = functions[name].returns if name in functions else None
        if given is None or ast.unparse(given) != answer:
            yield _finding(f"no function {name!r} that gives {answer}")
    trusted = {one.name for one in ast.parse(evidence.plan.template_source).body if isinstance(one, ast.FunctionDef)}
    for name in functions:
        if name not in {*wanted, *trusted, *evidence.fields.fields} and not name.startswith("_"):
            yield _finding(f"{name!r} is nothing that the spec names")


def _finding(message: str) -> Finding:
    return Finding("contract", "medium", message, gate="syntax", fix="compile the spec again")
