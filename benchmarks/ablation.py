"""What each stage alone catches: planted defects, each judged by all four stages independently.

A real ablation (the paper's is simulated): every stage runs on every defect, whatever the others say. A class that
only one stage flags is what would be deployed if that stage were missing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors.model import ExtractorModel
from factory.assemble import fill
from factory.calibrate import Answer
from factory.folds import split
from factory.generate.examples import ExampleGenerator
from factory.golden import Example, Label
from factory.prompt import assemble_prompt
from factory.propose import propose_all
from factory.select import select
from factory.spec import DocumentSpec, parse_spec
from factory.train import Trained, train
from factory.validate import STAGES, Evidence
from ocr.document import Document
from runtime.artifact import ACTIVITY, MANIFEST, REPORT, SPEC, WEIGHTS, Artifact

SPEC_TEXT = """kind: document
name: slip
fields:
  total: {type: money, labels: [total]}
  day: {type: date, labels: [date]}
"""
GOOD = "return money(document)"
DEFECTS: Mapping[str, str] = {
    "none": GOOD,
    # security
    "reads a file": "open('/etc/passwd')\n    return money(document)",
    "evaluates text": "eval('1')\n    return money(document)",
    "reaches for builtins": "().__class__.__bases__\n    return money(document)",
    # syntax
    "wrong type": "found: int = money(document)\n    return found",
    "undefined name": "return money(document) if document.pages else nothing",
    "too complex": "n = 0\n" + "".join(f"    if len(document.pages) == {i}:\n        n = {i}\n" for i in range(2, 14))
    + "    return money(document)[n - n:]",
    # execution
    "fails without words": "first = document.pages[0].words[0]\n    return money(document) if first else []",
    "grows with the square": "words = [w.text for p in document.pages for w in p.words]\n"
    "    pairs = [(a, b) for a in words for b in words]\n    return money(document) if pairs is not None else []",
    "outside the document": "return [Candidate('money', c.value, c.text, c.page, (10**6,), c.form) "
    "for c in money(document)]",
    # accuracy
    "wrong kind of value": "return [c for c in money(document) if c.value == '0.01']",
    "only the last amount but one": "return money(document)[-2:-1]",
    "proposes nothing": "return money(document)[:0]",
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A defect and the stages that flag it."""

    defect: str
    stages: tuple[str, ...]


def run() -> dict[str, Any]:
    """All defects under all stages; takes about a minute. `only` lists, by stage, the classes that it alone catches."""
    spec, examples = _golden()
    judged = [Judged(name, _judge(spec, examples, body)) for name, body in DEFECTS.items()]
    defects = [one for one in judged if one.defect != "none"]
    names = [stage.__name__ for stage in STAGES]
    return {
        "defects": {one.defect: list(one.stages) for one in defects},
        "clean_passes": not next(one for one in judged if one.defect == "none").stages,
        "only": {name: [one.defect for one in defects if one.stages == (name,)] for name in names},
        "missed_without": {name: [one.defect for one in defects if not set(one.stages) - {name}] for name in names},
        "caught_by_all": sum(bool(one.stages) for one in defects),
        "planted": len(defects),
    }


def _judge(spec: DocumentSpec, examples: list[Example], body: str) -> tuple[str, ...]:
    plan = select(spec)
    prompt = assemble_prompt(plan, spec, examples)
    generated = ExampleGenerator().write(prompt, (), None)
    functions = {**generated.functions, "total": f"def total(document: Document) -> list[Candidate]:\n    {body}\n"}
    source = fill(plan.template_source, "\n\n\n".join(functions.values()) + "\n")
    model, held_out = _learned(spec, examples, source, generated.source, plan.template_source)
    artifact = Artifact(
        {
            ACTIVITY: source.encode(), WEIGHTS: model.to_json().encode(), SPEC: SPEC_TEXT.encode(), REPORT: b"",
            MANIFEST: json.dumps({"name": spec.name}).encode(),
        }
    )  # fmt: skip
    evidence = Evidence(examples, held_out, plan)
    return tuple(stage.__name__ for stage in STAGES if not stage(artifact, spec, evidence).passed)


def _learned(
    spec: DocumentSpec, examples: list[Example], source: str, good: str, template: str
) -> tuple[ExtractorModel, Mapping[str, list[Answer]]]:
    """What the defective code reaches on held-out folds; weights of the good code where it cannot even be run here.

    Our own defects are harmless to run outside the sandbox, but for those that fail: these learn nothing.
    """
    try:
        trained = _train(spec, examples, source)
    except Exception:  # a defect that fails on the golden documents is what the stages are asked about
        return _train(spec, examples, fill(template, good)).model, {}
    return trained.model, {name: list(answers) for name, answers in trained.held_out.items()}


def _train(spec: DocumentSpec, examples: list[Example], source: str) -> Trained:
    candidates = propose_all(source, list(spec.fields), examples)
    return train(spec, examples, candidates, split([one.label.path.name for one in examples], 5), None)


def _golden() -> tuple[DocumentSpec, list[Example]]:
    """Thirty slips whose total is the largest of three amounts."""
    spec = parse_spec(SPEC_TEXT)
    assert isinstance(spec, DocumentSpec)
    examples = []
    for number in range(30):
        net, day = 10 + 3 * number, 1 + number % 28
        tax = round(net * 0.2, 2)
        text = (
            f"Slip {number + 100}\nDate {day:02}.03.2024\nNet {net}.00\nTax {tax:.2f}\nTotal {net + tax:.2f}\n"
            f"Thank you and come again\n"
        )
        fields: dict[str, str | None] = {"total": f"{net + tax:.2f}", "day": f"2024-03-{day:02}"}
        examples.append(Example(Label(Path(f"slip-{number}.txt"), fields), Document.from_text(text)))
    return spec, examples
