"""Accuracy: every field reads held-out documents well enough, and the artifact answers as what was measured.

Two things are held against the spec. First the held-out answers of the compilation: rankers that had not learned from
a vendor's documents must reach the field's minimum. Then the artifact itself, run in the sandbox on golden documents
through the deployed path: it has learned from them, so it may not do worse than the minimum either; if it does, what
was measured is not what would be deployed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from factory.calibrate import Answer
from factory.golden import Example
from factory.sandbox import Limits, run_in_sandbox
from factory.score import is_right
from factory.spec import DocumentSpec
from factory.validate.verdict import Evidence, Verdict, judge
from runtime.artifact import Artifact
from security.finding import Finding

DOCUMENTS = 200
"""At most so many golden documents are run, evenly spread."""
LEAST = 3
"""A field with fewer labelled values cannot be judged; the report says how few there are."""
LIMITS = Limits(memory_bytes=2**31, cpu_seconds=300, wall_seconds=600, output_bytes=32 * 2**20)


def accuracy(artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Verdict:
    """Judge by golden labels. Raises SandboxError where this machine cannot sandbox and the user did not allow it."""
    return judge("accuracy", _findings(artifact, spec, evidence))


def _findings(artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Iterator[Finding]:
    step = max(1, -(-len(evidence.examples) // DOCUMENTS))
    examples = list(evidence.examples)[::step]
    answered = answers_of(artifact, examples)
    if isinstance(answered, Finding):
        yield answered
        return
    yield from field_findings(spec, examples, evidence.held_out, answered)


def field_findings(
    spec: DocumentSpec,
    examples: Sequence[Example],
    held_out: Mapping[str, Sequence[Answer]],
    answered: Sequence[Mapping[str, str | None]],
) -> Iterator[Finding]:
    """Fields below their minimum, held out or as deployed. `answered`: the artifact's answers to the examples."""
    for name in spec.fields:
        yield from _held_out(spec, name, held_out.get(name, ()))
    for name in spec.fields:
        yield from _deployed(spec, name, examples, answered)


def _held_out(spec: DocumentSpec, name: str, answers: Sequence[Answer]) -> Iterator[Finding]:
    minimum = _minimum(spec, name)
    right = sum(answer.right for answer in answers)
    if len(answers) >= LEAST and right < minimum * len(answers):
        message = f"{name!r}: {right} of {len(answers)} held-out answers are right, less than the minimum {minimum:.0%}"
        fix = f"propose more of the labelled values, add examples, or lower accuracy.minimum_per_field.{name}"
        yield Finding("held-out-accuracy", "high", message, gate="accuracy", fix=fix)


def _deployed(
    spec: DocumentSpec, name: str, examples: Sequence[Example], answered: Sequence[Mapping[str, str | None]]
) -> Iterator[Finding]:
    kind, minimum = spec.fields[name].type, _minimum(spec, name)
    pairs = [
        (one.label.fields[name], got.get(name))
        for one, got in zip(examples, answered, strict=True)
        if one.label.counts(name)
    ]
    right = sum(is_right(kind, label, value) for label, value in pairs)
    if len(pairs) >= LEAST and right < minimum * len(pairs):
        message = (
            f"{name!r}: run as deployed, {right} of {len(pairs)} golden answers are right, less than {minimum:.0%}"
        )
        yield Finding(
            "deployed-accuracy", "high", message, gate="accuracy", fix="compile again; weights and code must match"
        )


def answers_of(artifact: Artifact, examples: Sequence[Example]) -> list[dict[str, str | None]] | Finding:
    """The artifact's answers, or why there are none. What comes out of the sandbox is checked, not believed."""
    request = {
        "files": {name: data.decode() for name, data in artifact.files.items()},
        "documents": [example.document.to_json() for example in examples],
    }
    result = run_in_sandbox("factory.answers:answers", json.dumps(request).encode(), LIMITS)
    if not result.ok:
        return Finding("deployed-run", "high", f"the artifact did not run: {result.reason}", gate="accuracy")
    try:
        found = json.loads(result.output)
        answered = [{str(name): None if value is None else str(value) for name, value in one.items()} for one in found]
    except (ValueError, AttributeError, TypeError):
        return Finding("deployed-run", "high", "what came out of the sandbox is not an answer", gate="accuracy")
    if len(answered) != len(examples):
        return Finding("deployed-run", "high", "the artifact did not answer every document", gate="accuracy")
    return answered


def _minimum(spec: DocumentSpec, name: str) -> float:
    return spec.accuracy.minimum_per_field.get(name, spec.accuracy.minimum)
