"""Spec and examples in, validated artifact out: Algorithm 1 of the paper, with one change.

After any repair the stages start again from the first; the paper goes on with the next one, so that code repaired
after Accuracy would never pass Security again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from factory.artifact import build
from factory.assemble import fill
from factory.folds import Folds, folds_of
from factory.generate.generator import Generated, GenerateError, Generator
from factory.golden import Example
from factory.prompt import Prompt, assemble_prompt
from factory.proposals import ProposeError, propose_sandboxed
from factory.select import select
from factory.spec import DocumentSpec
from factory.train import Trained, train
from factory.validate import STAGES, Evidence, Verdict, in_order, judge_source
from runtime.artifact import Artifact
from security.finding import Finding

ROUNDS = 3

Progress = Callable[[str], None]


class CompileError(RuntimeError):
    """A spec that did not pass the stages; `verdicts` say why."""

    def __init__(self, message: str, verdicts: Sequence[Verdict] = ()) -> None:
        super().__init__(message)
        self.verdicts = tuple(verdicts)

    @staticmethod
    def refused(verdicts: Sequence[Verdict]) -> "CompileError":
        """What the stages that failed have found."""
        failed = [verdict for verdict in verdicts if not verdict.passed]
        return CompileError("\n".join(str(finding) for verdict in failed for finding in verdict.findings), verdicts)


@dataclass(frozen=True)
class Compiled:
    """An artifact that passed every stage (not signed yet), with the verdicts and how many rounds it took."""

    artifact: Artifact
    verdicts: tuple[Verdict, ...]
    trained: Trained
    rounds: int
    """How often functions were written and put to the stages."""
    tokens: int
    generated: Generated
    first_round: tuple[Verdict, ...]
    """What the stages said of the first functions, up to and including the first that failed."""


def compile_spec(
    spec: DocumentSpec,
    spec_text: str,
    examples: Sequence[Example],
    generator: Generator,
    rounds: int = ROUNDS,
    progress: Progress = lambda text: None,
) -> Compiled:
    """Generate, learn, assemble and validate, at most `rounds` times. Raises CompileError with the verdicts."""
    prompt = assemble_prompt(select(spec), spec, examples)
    folds = folds_of(spec, examples)
    generated: Generated | None = None
    findings: Sequence[Finding] = ()
    verdicts: tuple[Verdict, ...] = ()
    first: tuple[Verdict, ...] = ()
    tokens = 0
    for attempt in range(1, rounds + 1):
        progress(f"generate ({generator.name}, round {attempt})")
        try:
            previous, generated = generated, generator.write(prompt, findings, generated)
        except GenerateError as error:
            raise CompileError(str(error), verdicts) from None
        tokens += generated.tokens
        generated = replace(generated, tokens=tokens)
        if previous is not None and generated.functions == previous.functions:
            break
        made, verdicts = _judge(prompt, spec_text, generated, folds, progress)
        first = first or verdicts
        if made is not None and all(verdict.passed for verdict in verdicts):
            artifact, trained = made
            return Compiled(artifact, verdicts, trained, attempt, tokens, generated, first)
        findings = [finding for verdict in verdicts for finding in verdict.findings]
    raise CompileError.refused(verdicts)


def _judge(
    prompt: Prompt, spec_text: str, generated: Generated, folds: Folds, progress: Progress
) -> tuple[tuple[Artifact, Trained] | None, tuple[Verdict, ...]]:
    """What was learned with these functions, if they could be run, and the verdicts of the stages."""
    source = fill(prompt.plan.template_source, generated.source)
    gate = judge_source(source, prompt.plan)  # nothing generated may run before this has passed
    if not gate.passed:
        return None, (gate,)
    try:
        made = _learn(prompt, spec_text, source, generated, folds, progress)
    except ProposeError as error:
        return None, (gate, Verdict("execution", error.findings, 0.0))
    artifact, trained = made
    evidence = Evidence(prompt.examples, trained.held_out, prompt.plan)
    return made, validate(artifact, prompt.spec, evidence, progress)


def validate(
    artifact: Artifact, spec: DocumentSpec, evidence: Evidence, progress: Progress = lambda text: None
) -> tuple[Verdict, ...]:
    """Run the stages in order, up to and including the first that fails."""
    return in_order(((stage.__name__, partial(stage, artifact, spec, evidence)) for stage in STAGES), progress)


def _learn(
    prompt: Prompt, spec_text: str, source: str, generated: Generated, folds: Folds, progress: Progress
) -> tuple[Artifact, Trained]:
    progress("propose")
    candidates = propose_sandboxed(source, list(prompt.spec.fields), prompt.examples)
    progress("learn")
    trained = train(prompt.spec, prompt.examples, candidates, folds, generated.line_items)
    return build(prompt, spec_text, source, generated, trained), trained
