"""Functions and examples in, a validated artifact out: the loop of `factory.compile`, on utterances."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import extractors.utterance
import templates.workflows
from extractors.utterance.model import CallModel, FunctionModel, weights_of
from extractors.utterance.route import RARITY, Router
from factory.artifact import FORMAT, library_sha256, winners_of, work_of
from factory.assemble import fill
from factory.compile import ROUNDS, CompileError, Progress
from factory.functions.load import LoadedFunctions
from factory.functions.report import write_report
from factory.functions.slots import profile_of
from factory.functions.spec import CallableSpec, FunctionPart, UtteranceExample
from factory.functions.validate import STAGES, FunctionEvidence, perturbed_score
from factory.functions.write import Planned, plan_parameters, write_parameter
from factory.generate.generator import Generated, GenerateError
from factory.select import Plan
from factory.validate import Verdict, in_order, judge_source
from runtime.artifact import ACTIVITY, MANIFEST, REPORT, SPEC, WEIGHTS, Artifact
from security.finding import Finding

THRESHOLD = 0.5
MOST_HELD_OUT = 8


@dataclass(frozen=True)
class CompiledCallable:
    """An artifact that passed every stage (not signed yet)."""

    artifact: Artifact
    verdicts: tuple[Verdict, ...]
    rounds: int
    tokens: int
    perturbed: tuple[int, int]
    """Perturbed examples that get the expected call, and all of them."""
    generated: Generated


class FunctionGenerator(Protocol):
    """Writes one function a parameter. Called again with the stages' findings."""

    @property
    def name(self) -> str: ...

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Functions by name. Raises GenerateError where it can do no better than `previous`."""
        ...


class FunctionExampleGenerator:
    """From the schema and the examples alone. The same spec gives the same text."""

    name = "examples"

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Write all functions."""
        texts = {planned.slot.function: write_parameter(planned, planned.description) for planned in plans}
        return Generated(texts, self.name)


def compile_functions(
    loaded: LoadedFunctions,
    generator: FunctionGenerator,
    rounds: int = ROUNDS,
    progress: Progress = lambda text: None,
    tokens: int = 0,
) -> CompiledCallable:
    """Generate, assemble and validate, at most `rounds` times. Raises CompileError with the verdicts.

    `tokens` are those that drafting calls took (`factory.functions.drafts`).
    """
    plan = function_plan()
    plans = plans_of(loaded.spec)
    flat = [planned for list_ in plans for planned in list_]
    generated: Generated | None = None
    findings: list[Finding] = []
    verdicts: tuple[Verdict, ...] = ()
    for attempt in range(1, rounds + 1):
        progress(f"generate ({generator.name}, round {attempt})")
        try:
            previous, generated = generated, generator.write(loaded, flat, findings, generated)
        except GenerateError as error:
            raise CompileError(str(error), verdicts) from None
        tokens += generated.tokens
        if previous is not None and previous.functions == generated.functions:
            break
        artifact = build(loaded, plan, plans, generated, tokens)
        gate = judge_source(artifact.source, plan)  # nothing generated may run before this has passed
        verdicts = (gate,)
        if gate.passed:
            evidence = FunctionEvidence(
                loaded, plan, [planned.slot.function for planned in flat], _held_out(loaded, plan, generated)
            )
            verdicts = validate(artifact, evidence, progress)
            if all(verdict.passed for verdict in verdicts):
                score = perturbed_score(artifact, loaded)
                assert not isinstance(score, Finding)
                return CompiledCallable(artifact, verdicts, attempt, tokens, score, generated)
        findings = [finding for verdict in verdicts for finding in verdict.findings]
    raise CompileError.refused(verdicts)


def validate(artifact: Artifact, evidence: FunctionEvidence, progress: Progress) -> tuple[Verdict, ...]:
    """Run the stages in order, up to and including the first that fails."""
    return in_order(((name, partial(stage, artifact, evidence)) for name, stage in STAGES), progress)


def function_plan() -> Plan:
    """The trusted template."""
    path = Path(templates.workflows.__file__).with_name("function.py")
    return Plan("function", path.read_text(encoding="utf-8"), {})


def plans_of(spec: CallableSpec) -> list[list[Planned]]:
    """For each function its parameters; in a toolset each parameter's function is named after both."""
    several = len(spec.parts) > 1
    return [plan_parameters(part, part.function.name if several else "") for part in spec.parts]


def model_of(parts: Sequence[FunctionPart], plans: Sequence[Sequence[Planned]]) -> CallModel:
    """The model: schemas, slots and the learned weights, which are the same for all functions."""
    learned = default_weights()
    functions = tuple(
        FunctionModel(
            part.function.name, dict(part.function.parameters), tuple(one.slot for one in list_), profile_of(part)
        )
        for part, list_ in zip(parts, plans, strict=True)
    )
    knots = tuple((float(raw), float(share)) for raw, share in learned["calibration"])
    router = Router(learned["router"], RARITY)
    return CallModel(functions, weights_of(learned["weights"]), router, knots, THRESHOLD, float(learned["least"]))


@cache
def default_weights() -> dict[str, Any]:
    """What `benchmarks.train_utterances` learned."""
    path = Path(extractors.utterance.__file__).with_name("default_weights.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def build(
    loaded: LoadedFunctions, plan: Plan, plans: Sequence[Sequence[Planned]], generated: Generated, tokens: int
) -> Artifact:
    """All files but the signature. The same spec and functions give the same bytes."""
    source = fill(plan.template_source, generated.source)
    spec = loaded.spec
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": loaded.name,
        "kind": spec.kind,
        "version": spec.version,
        "spec_sha256": _sha256(loaded.text),
        "template": {"name": plan.template, "sha256": plan.template_sha256},
        "functions": {
            name: {"sha256": _sha256(text), "note": generated.notes.get(name, "")}
            for name, text in generated.functions.items()
        },
        "calls": [part.function.name for part in spec.parts],
        "generator": {"name": generated.generator, "tokens": tokens, **work_of(generated)},
        **({"winners": winners_of(generated)} if generated.contests else {}),
        "examples": sum(len(part.examples) for part in spec.parts) - len(loaded.drafted),
        "drafted": [
            {"function": one.function, **one.example.model_dump(), "disputed": list(one.disputed)}
            for one in loaded.drafted
        ],
        "factory": version("code-factory"),
        "library_sha256": library_sha256(),
    }
    return Artifact(
        {
            ACTIVITY: source.encode(),
            WEIGHTS: model_of(spec.parts, plans).to_json().encode(),
            SPEC: loaded.text.encode(),
            REPORT: write_report(manifest, loaded, plans).encode(),
            MANIFEST: (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
        }
    )


def _held_out(
    loaded: LoadedFunctions, plan: Plan, generated: Generated
) -> list[tuple[UtteranceExample, str, Artifact]]:
    """Each example (at most `MOST_HELD_OUT`) with the artifact that learned from the others of its function.

    None where another author wrote a function: it has seen all examples.
    """
    if generated.generator != "examples" and any(one.winner != "examples" for one in generated.contests.values()):
        return []
    if generated.generator not in ("examples", "auto"):
        return []
    generator = FunctionExampleGenerator()
    found = []
    for place, part in enumerate(loaded.spec.parts):
        if len(part.examples) < 2:
            continue
        for example in part.examples:
            others = tuple(one for one in part.examples if one is not example)
            rest = replace(loaded, spec=loaded.spec.with_examples(place, others))
            plans = plans_of(rest.spec)
            flat = [planned for list_ in plans for planned in list_]
            found.append(
                (example, part.function.name, build(rest, plan, plans, generator.write(rest, flat, (), None), 0))
            )
    return found[:MOST_HELD_OUT]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
