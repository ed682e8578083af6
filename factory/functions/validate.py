"""The four stages for functions: the same gates and the same sandbox, with perturbed examples as the measure."""

import ast
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.utterance.decide import with_defaults
from factory.functions.hostile import hostile_utterances
from factory.functions.load import LoadedFunctions
from factory.functions.perturb import perturb
from factory.functions.same import same_arguments
from factory.functions.several import several_perturbed
from factory.functions.spec import CallExample, UtteranceExample
from factory.sandbox import Limits, SandboxError, SandboxResult, require_sandbox, run_in_sandbox
from factory.select import Plan
from factory.validate import Verdict, judge_source
from factory.validate.syntax import Functions, syntax_findings
from factory.validate.verdict import judge
from runtime.artifact import Artifact
from security.finding import Finding

PERTURBED = 10
"""Perturbed utterances an example."""
RANDOM = 60
"""Random hostile utterances beside the fixed ones."""
LIMITS = Limits(memory_bytes=2**30, cpu_seconds=120, wall_seconds=300, output_bytes=16 * 2**20)


@dataclass(frozen=True)
class FunctionEvidence:
    """What the stages hold an artifact against. `held_out`: for each example, the artifact learned without it."""

    loaded: LoadedFunctions
    plan: Plan
    wanted: Sequence[str]
    """Names of the parameter functions."""
    held_out: Sequence[tuple[UtteranceExample, str, Artifact]]


Stage = Callable[[Artifact, FunctionEvidence], Verdict]


def security(artifact: Artifact, evidence: FunctionEvidence) -> Verdict:
    """The template is untouched, and the generated part holds nothing but what the code gate allows."""
    return judge_source(artifact.source, evidence.plan)


def syntax(artifact: Artifact, evidence: FunctionEvidence) -> Verdict:
    """The functions that the schema asks for: typed, short and simple."""
    found = syntax_findings(artifact.source, (), lambda functions: contract(functions, evidence.wanted))
    return judge("syntax", found)


def execution(artifact: Artifact, evidence: FunctionEvidence) -> Verdict:
    """Example, perturbed and hostile utterances are answered in the sandbox, the same way twice."""
    require_sandbox()
    return judge("execution", _runs(artifact, evidence))


def accuracy(artifact: Artifact, evidence: FunctionEvidence) -> Verdict:
    """Perturbed examples, and examples that were left out in turn, get the expected calls."""
    return judge("accuracy", _measures(artifact, evidence))


STAGES: tuple[tuple[str, Stage], ...] = (
    ("security", security), ("syntax", syntax), ("execution", execution), ("accuracy", accuracy),
)  # fmt: skip


def contract(functions: Functions, wanted: Sequence[str]) -> Iterator[Finding]:
    for name in wanted:
        expected = f"def {name}(utterance: Utterance) -> list[Span]"
        node = functions.get(name)
        if node is None:
            yield Finding(
                "function-missing", "medium", f"no function {name!r}", gate="syntax", fix=f"write `{expected}`"
            )
        elif not _reads_utterance(node):
            message = f"{name!r} has another signature"
            yield Finding(
                "wrong-signature", "medium", message, None, node.lineno, None, "syntax", f"write `{expected}`"
            )
    for name, node in functions.items():
        if name not in wanted and not name.startswith("_"):
            message, fix = f"{name!r} is no parameter of the spec", "begin the names of helpers with an underscore"
            yield Finding("function-unexpected", "medium", message, None, node.lineno, None, "syntax", fix)


def _reads_utterance(function: ast.FunctionDef) -> bool:
    plain = ast.arguments([], [ast.arg("utterance", ast.Name("Utterance", ast.Load()))], None, [], [], None, [])
    returns = function.returns is not None and ast.unparse(function.returns)
    return ast.unparse(function.args) == ast.unparse(plain) and returns == "list[Span]"


def _runs(artifact: Artifact, evidence: FunctionEvidence) -> Iterator[Finding]:
    parts = evidence.loaded.spec.parts
    examples = [text for part in parts for text in (*(one.utterance for one in part.examples), *part.utterances)]
    utterances = [*examples, *hostile_utterances(RANDOM)]
    first = answers(artifact, utterances, 0, several=True)
    if isinstance(first, Finding):
        yield first
        return
    seen: set[str] = set()
    for problem in first["problems"]:
        if problem["rule"] not in seen:
            seen.add(problem["rule"])
            where = "an example" if problem["utterance"] < len(examples) else "a hostile utterance"
            yield Finding(problem["rule"], "high", f"{problem['what']} on {where}", gate="execution")
    second = answers(artifact, utterances, 1, backwards=True, several=True)
    if isinstance(second, Finding):
        yield second
    elif not seen and first["answers"] != second["answers"]:
        message = "answers differently when run again"
        yield Finding("not-deterministic", "high", message, gate="execution", fix="do not depend on the order of a set")


def _measures(artifact: Artifact, evidence: FunctionEvidence) -> Iterator[Finding]:
    minimum = evidence.loaded.spec.accuracy
    score = perturbed_score(artifact, evidence.loaded)
    if isinstance(score, Finding):
        yield score
        return
    right, count = score
    if right < minimum.minimum * count:
        message = (
            f"{right} of {count} perturbed examples get the expected call, less than the minimum {minimum.minimum:.0%}"
        )
        fix = "read the values out of the utterance; add examples, or lower accuracy.minimum"
        yield Finding("perturbed-accuracy", "high", message, gate="accuracy", fix=fix)
    yield from _several(artifact, evidence.loaded)
    held = [_held_out(evidence.loaded, example, name, without) for example, name, without in evidence.held_out]
    if held and sum(held) < minimum.held_out * len(held):
        message = (
            f"{sum(held)} of {len(held)} examples left out get the expected call, less than {minimum.held_out:.0%}"
        )
        yield Finding("held-out-accuracy", "high", message, gate="accuracy", fix="add examples of more phrasings")


def perturbed_score(artifact: Artifact, loaded: LoadedFunctions) -> tuple[int, int] | Finding:
    """How many perturbed examples get exactly the expected call, of how many; run in the sandbox."""
    made = [
        (part.function.name, perturbed.example)
        for part in loaded.spec.parts
        for example in part.examples
        for perturbed in perturb(part, example, PERTURBED)
    ]
    found = answers(artifact, [example.utterance for _, example in made], 0)
    if isinstance(found, Finding):
        return found
    right = sum(
        is_expected(loaded, found["answers"].get(str(place), {}), name, example.arguments)
        for place, (name, example) in enumerate(made)
    )
    return right, len(made)


def _several(artifact: Artifact, loaded: LoadedFunctions) -> Iterator[Finding]:
    minimum = loaded.spec.accuracy.several
    score = several_score(artifact, loaded)
    if isinstance(score, Finding):
        yield score
    elif score[0] < minimum * score[1]:
        message = (
            f"{score[0]} of {score[1]} perturbed utterances that ask for several calls get all of them, less than the "
            f"minimum {minimum:.0%}"
        )
        fix = "add examples to `several`, or lower accuracy.several"
        yield Finding("several-accuracy", "high", message, gate="accuracy", fix=fix)


def several_score(artifact: Artifact, loaded: LoadedFunctions) -> tuple[int, int] | Finding:
    """How many perturbed utterances that ask for several calls get exactly those, of how many; run in the sandbox."""
    made = several_perturbed(loaded.spec, PERTURBED)
    if not made:
        return 0, 0
    found = answers(artifact, [one.utterance for one in made], 0, several=True)
    if isinstance(found, Finding):
        return found
    read = [found["answers"].get(str(place), {}).get("several", []) for place in range(len(made))]
    return sum(_all_expected(loaded, calls, one.calls) for calls, one in zip(read, made, strict=True)), len(made)


def _all_expected(loaded: LoadedFunctions, calls: object, wanted: Sequence[CallExample]) -> bool:
    if not isinstance(calls, list) or len(calls) != len(wanted):
        return False
    return all(
        isinstance(made, dict) and is_expected(loaded, made, one.function, one.arguments)
        for made, one in zip(calls, wanted, strict=True)
    )


def is_expected(loaded: LoadedFunctions, answer: Mapping[str, Any], name: str, arguments: Mapping[str, Any]) -> bool:
    """Whether an answer is a call of this function with these arguments; the schema's defaults need not be written."""
    schema = next(part.function.parameters for part in loaded.spec.parts if part.function.name == name)
    return answer.get("function") == name and same_arguments(answer.get("arguments"), with_defaults(arguments, schema))


def _held_out(loaded: LoadedFunctions, example: UtteranceExample, name: str, without: Artifact) -> bool:
    found = answers(without, [example.utterance], 0)
    if isinstance(found, Finding):
        return False
    return is_expected(loaded, found["answers"].get("0", {}), name, example.arguments)


def answers(
    artifact: Artifact,
    utterances: Sequence[str],
    hash_seed: int,
    backwards: bool = False,
    names: Sequence[str | None] = (),
    several: bool = False,
    limits: Limits = LIMITS,
) -> dict[str, Any] | Finding:
    """What the artifact answers in the sandbox, or why it does not. What comes out is checked, not believed.

    `names` are the functions that are read, one an utterance; without them the router picks. With `several`, all calls
    of each utterance come, too.
    """
    order = list(range(len(utterances)))
    request = {
        "files": {name: data.decode("utf-8", "replace") for name, data in artifact.files.items()},
        "utterances": list(utterances),
        "names": list(names) or [None] * len(utterances),
        "several": several,
        "order": order[::-1] if backwards else order,
    }
    result = run_in_sandbox("factory.functions.trial:run", json.dumps(request).encode(), limits, hash_seed=hash_seed)
    return _read(result)


def _read(result: SandboxResult) -> dict[str, Any] | Finding:
    if result.outcome == "closed" and not result.layers:
        raise SandboxError(f"the sandbox did not start: {result.reason}; `factory doctor` tells more")
    if not result.ok:
        return Finding(result.outcome, "high", f"the functions did not run: {result.reason}", gate="execution")
    try:
        answer = json.loads(result.output)
        problems = [
            {"rule": str(one["rule"]), "what": str(one["what"]), "utterance": int(one["utterance"])}
            for one in answer["problems"]
        ]
        return {"problems": problems, "answers": {str(key): dict(value) for key, value in answer["answers"].items()}}
    except (ValueError, KeyError, TypeError, AttributeError):
        return Finding("unreadable-answer", "high", "what came out of the sandbox is no answer", gate="execution")
