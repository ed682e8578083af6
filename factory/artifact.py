"""Build the files of an artifact. The same inputs give the same bytes: no times, no paths, no random order."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import extractors
import ocr
import templates
from extractors.confidence import accepted as accepted_by
from factory.generate.generator import Generated
from factory.prompt import Prompt
from factory.report import write_report
from factory.score import wilson
from factory.train import Trained
from runtime.artifact import ACTIVITY, MANIFEST, REPORT, SPEC, WEIGHTS, Artifact

FORMAT = 1


def build(prompt: Prompt, spec_text: str, source: str, generated: Generated, trained: Trained) -> Artifact:
    """All files but the signature."""
    weights = trained.model.to_json()
    manifest = make_manifest(prompt, spec_text, source, generated, trained)
    return Artifact(
        {
            ACTIVITY: source.encode(),
            WEIGHTS: weights.encode(),
            SPEC: spec_text.encode(),
            REPORT: write_report(manifest, prompt.spec).encode(),
            MANIFEST: (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
        }
    )


def make_manifest(
    prompt: Prompt, spec_text: str, source: str, generated: Generated, trained: Trained
) -> dict[str, Any]:
    """Where the artifact comes from and what it reached on held-out folds."""
    return {
        "format": FORMAT,
        "name": prompt.spec.name,
        "kind": prompt.spec.kind,
        "version": prompt.spec.version,
        "spec_sha256": _sha256(spec_text),
        "template": {"name": prompt.plan.template, "sha256": prompt.plan.template_sha256},
        "functions": {
            name: {"sha256": _sha256(text), "note": generated.notes.get(name, "")}
            for name, text in generated.functions.items()
        },
        "generator": {"name": generated.generator, "tokens": generated.tokens, **work_of(generated)},
        **({"winners": winners_of(generated)} if generated.contests else {}),
        "golden": {
            "documents": len(prompt.examples),
            "sha256": _sha256("\n".join(sorted(example.document.sha256 for example in prompt.examples))),
        },
        "accuracy": {name: accuracy_of(trained, name) for name in prompt.spec.fields},
        "target_precision": prompt.spec.accuracy.target_precision,
        "factory": version("code-factory"),
        "library_sha256": library_sha256(),
    }


def work_of(generated: Generated) -> dict[str, Any]:
    """What a model did, as plain JSON values; nothing where none was asked."""
    work = generated.work
    if work is None:
        return {}
    spent = asdict(work.spent)
    return {"model": work.model, "rounds": work.rounds, "calls": spent.pop("requests"), **spent,
            "prompt_sha256": work.prompt_sha256, "blocks": list(work.blocks), "stopped": work.stopped}  # fmt: skip


def winners_of(generated: Generated) -> dict[str, Any]:
    """For each field that several authors wrote: who won, by how many held-out answers, and why others were out."""
    return {
        name: {
            "winner": contest.winner,
            "right": dict(contest.right),
            "documents": contest.labelled,
            "margin": contest.margin,
            "refused": dict(contest.refused),
        }
        for name, contest in generated.contests.items()
    }


@cache
def library_sha256() -> str:
    """One hash over the source of everything that compiled code calls: another library is another artifact."""
    digest = hashlib.sha256()
    for package in (extractors, ocr, templates):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{package.__name__}/{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def accuracy_of(trained: Trained, name: str) -> Mapping[str, Any]:
    """What a field reached on held-out folds, and where its threshold lies."""
    answers = trained.held_out[name]
    right = sum(answer.right for answer in answers)
    field = trained.model.fields[name]
    accepted = [answer.right for answer in answers if accepted_by(field, answer.score, answer.given)]
    low, high = wilson(right, len(answers))
    reachable, labelled = trained.reachable[name]
    return {
        "documents": len(answers),
        "exact": round(right / len(answers), 6) if answers else None,
        "interval": [round(low, 6), round(high, 6)],
        "reachable": reachable,
        "labelled": labelled,
        "threshold": field.threshold,
        "threshold_note": field.threshold_note,
        "absent_threshold": field.limit(given=False),
        "absent_note": "" if field.absence is None else field.absence.threshold_note,
        "accepted": len(accepted),
        "accepted_right": sum(accepted),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
