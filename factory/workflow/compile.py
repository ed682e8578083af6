"""A workflow spec and examples in, a validated artifact out: the loop of `factory.compile`, with rules and proofs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import Any

from factory.artifact import FORMAT, accuracy_of, library_sha256
from factory.assemble import fill
from factory.compile import ROUNDS, CompileError, Progress
from factory.folds import FOLDS, split
from factory.generate.generator import Generated, Generator
from factory.golden import Example
from factory.prompt import assemble_prompt
from factory.proposals import ProposeError, propose_sandboxed
from factory.rules import Proof
from factory.select import Plan, select_template
from factory.spec import DocumentSpec
from factory.train import Trained
from factory.validate import Verdict, in_order, judge_source
from factory.validate.workflow import STAGES, WorkflowEvidence, prove_rules
from factory.workflow.fields import write_fields
from factory.workflow.learn import learn, unlearned
from factory.workflow.load import LoadedSpec
from factory.workflow.report import write_report
from factory.workflow.write import fields_spec, joined, write_functions, write_plan
from runtime.artifact import ACTIVITY, MANIFEST, REPORT, SPEC, WEIGHTS, Artifact
from runtime.workflow_plan import PLAN
from security.finding import Finding

NOTHING = Generated({}, "rules")


@dataclass(frozen=True)
class CompiledWorkflow:
    """An artifact that passed every stage (not signed yet), the verdicts, and the proofs of its rules."""

    artifact: Artifact
    verdicts: tuple[Verdict, ...]
    proofs: tuple[Proof, ...]
    rounds: int
    tokens: int
    addresses: Mapping[str, str] = field(default_factory=dict)


def compile_workflow(
    loaded: LoadedSpec,
    examples: Sequence[Example],
    generator: Generator,
    addresses: Mapping[str, str] | None = None,
    rounds: int = ROUNDS,
    progress: Progress = lambda text: None,
) -> CompiledWorkflow:
    """Generate, learn, assemble and validate, at most `rounds` times. Raises CompileError with the verdicts.

    `addresses`: the document artifact of each `extract` step.
    """
    fields, rules = fields_spec(loaded), write_functions(loaded)
    prompt = assemble_prompt(select_template(loaded.spec.metadata.template, fields), fields, examples)
    generated, tokens = NOTHING, 0
    findings: list[Finding] = []
    verdicts: tuple[Verdict, ...] = ()
    for attempt in range(1, rounds + 1):
        if fields.fields:
            progress(f"generate ({generator.name}, round {attempt})")
            previous = generated
            generated = write_fields(prompt, generator, findings, previous if attempt > 1 else None)
            tokens += generated.tokens
            if attempt > 1 and previous.functions == generated.functions:
                break
        source = fill(prompt.plan.template_source, joined((*generated.functions.values(), rules)))
        gate = judge_source(source, prompt.plan)  # nothing generated may run before this has passed
        if not gate.passed:
            verdicts, findings = (gate,), list(gate.findings)
            continue
        try:
            trained = _learn(fields, examples, source, progress)
        except ProposeError as error:
            verdicts, findings = (gate, Verdict("execution", error.findings, 0.0)), list(error.findings)
            continue
        proofs = tuple(prove_rules(loaded, source))
        artifact = build(loaded, prompt.plan, source, generated, trained, proofs, examples, addresses or {})
        evidence = WorkflowEvidence(loaded, fields, examples, trained.held_out, prompt.plan)
        verdicts = validate(artifact, evidence, progress)
        if all(verdict.passed for verdict in verdicts):
            return CompiledWorkflow(artifact, verdicts, proofs, attempt, tokens, addresses or {})
        findings = [finding for verdict in verdicts for finding in verdict.findings]
        if not fields.fields:
            break
    raise CompileError.refused(verdicts)


def validate(
    artifact: Artifact, evidence: WorkflowEvidence, progress: Progress = lambda text: None
) -> tuple[Verdict, ...]:
    """Run the stages in order, up to and including the first that fails."""
    return in_order(((name, partial(stage, artifact, evidence)) for name, stage in STAGES), progress)


def _learn(fields: DocumentSpec, examples: Sequence[Example], source: str, progress: Progress) -> Trained:
    if not fields.fields or len(examples) < 2:
        return unlearned(fields)
    progress("propose")
    candidates = propose_sandboxed(source, list(fields.fields), examples)
    progress("learn")
    folds = split([example.label.path.name for example in examples], FOLDS)
    return learn(fields, examples, candidates, folds)


def build(
    loaded: LoadedSpec,
    plan: Plan,
    source: str,
    generated: Generated,
    trained: Trained,
    proofs: Sequence[Proof],
    examples: Sequence[Example],
    addresses: Mapping[str, str],
) -> Artifact:
    """All files but the signature. The same inputs give the same bytes."""
    steps = write_plan(loaded, source, addresses)
    manifest = _manifest(loaded, plan, generated, trained, proofs, examples, addresses)
    return Artifact(
        {
            ACTIVITY: source.encode(),
            WEIGHTS: trained.model.to_json().encode(),
            SPEC: loaded.text.encode(),
            PLAN: steps.to_json().encode(),
            REPORT: write_report(manifest, steps).encode(),
            MANIFEST: (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
        }
    )


def _manifest(
    loaded: LoadedSpec,
    plan: Plan,
    generated: Generated,
    trained: Trained,
    proofs: Sequence[Proof],
    examples: Sequence[Example],
    addresses: Mapping[str, str],
) -> dict[str, Any]:
    """Where the artifact comes from, what it reached on held-out folds, and what is proven of its rules."""
    golden = "\n".join(sorted(example.document.sha256 for example in examples))
    return {
        "format": FORMAT,
        "name": loaded.name,
        "kind": "workflow",
        "title": loaded.spec.metadata.name,
        "version": loaded.spec.metadata.version,
        "compliance": list(loaded.spec.metadata.compliance),
        "spec_sha256": _sha256(loaded.text),
        "template": {"name": plan.template, "sha256": plan.template_sha256},
        "functions": {
            name: {"sha256": _sha256(text), "note": generated.notes.get(name, "")}
            for name, text in generated.functions.items()
        },
        "generator": {"name": generated.generator, "tokens": generated.tokens},
        "golden": {"documents": len(examples), "sha256": _sha256(golden)},
        "accuracy": {name: accuracy_of(trained, name) for name in trained.model.fields},
        "target_precision": loaded.spec.accuracy.target_precision,
        "rules": {proof.rule: {"shown": list(proof.shown)} for proof in proofs},
        "documents": dict(addresses),
        "factory": version("code-factory"),
        "library_sha256": library_sha256(),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
