"""Measure a workflow: what it reads of documents, and what it decides, against labels.

A label line of a workflow has the fields of its bounded invocations and `decision`: a decision of its rule, or
`REVIEW` where a person has to decide. A boolean counts as a value only where it is yes, so that precision and recall
are those of "yes".
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractors.candidate import Record
from factory.assemble import fill
from factory.evaluate import Timed, to_json
from factory.folds import FOLDS, split
from factory.generate.generator import Generator
from factory.golden import Example, Label
from factory.prompt import assemble_prompt
from factory.propose import propose_all
from factory.select import select_template
from factory.spec import DocumentSpec
from factory.workflow.compile import build
from factory.workflow.learn import learn
from factory.workflow.load import LoadedSpec
from factory.workflow.write import fields_spec, write_rules
from ocr.document import Document
from runtime.given import field_value
from runtime.load import LoadedWorkflow, load_workflow
from runtime.workflow_read import NO, read_all
from runtime.workflow_run import decide


@dataclass(frozen=True)
class Decided:
    """What a workflow read of a document and decided."""

    timed: Timed
    decision: str
    """What the rule says of the values, before anybody's doubt."""
    reviewed: bool


def evaluate_workflow(
    loaded: LoadedSpec, workflow: LoadedWorkflow, examples: Sequence[Example], read_ms: Sequence[float]
) -> dict[str, Any]:
    """The object that `factory eval --json` prints, for a published workflow."""
    return _scores(loaded, examples, [_decide(workflow, example.document) for example in examples], read_ms)


def crossval_workflow(
    loaded: LoadedSpec,
    examples: Sequence[Example],
    generator: Generator,
    read_ms: Sequence[float],
    count: int,
    key: str | None,
) -> dict[str, Any]:
    """Learn from all folds but one, read and decide that one, for each fold; then score all documents together."""
    folds = split([one.label.group(key) if key else one.label.path.name for one in examples], count)
    found: dict[int, Decided] = {}
    for fold in folds.numbers:
        training = [example for place, example in enumerate(examples) if folds.of[place] != fold]
        workflow = _learned(loaded, training, generator)
        for place, example in enumerate(examples):
            if folds.of[place] == fold:
                found[place] = _decide(workflow, example.document)
    return _scores(loaded, examples, [found[place] for place in range(len(examples))], read_ms)


def _learned(loaded: LoadedSpec, training: Sequence[Example], generator: Generator) -> LoadedWorkflow:
    fields = fields_spec(loaded)
    prompt = assemble_prompt(select_template("decision", fields), fields, training)
    generated = generator.write(prompt, (), None)
    functions = (*generated.functions.values(), *write_rules(loaded).values())
    source = fill(prompt.plan.template_source, "\n\n\n".join(text.strip("\n") for text in functions))
    candidates = propose_all(source, list(fields.fields), training)
    trained = learn(fields, training, candidates, split([one.label.path.name for one in training], FOLDS))
    return load_workflow(build(loaded, prompt.plan, source, generated, trained, (), training, {}))


def _decide(workflow: LoadedWorkflow, document: Document) -> Decided:
    fresh = Document(document.pages, document.sha256)  # without what an earlier run left in its memo
    start = time.perf_counter()
    recorded = read_all(workflow, fresh)
    trace = decide(workflow, recorded)
    took = (time.perf_counter() - start) * 1000
    record = Record({name: field_value(one) for name, one in recorded.items()})
    return Decided(Timed(record, took, len(document.pages)), trace.decision, trace.status == "review")


def _scores(
    loaded: LoadedSpec, examples: Sequence[Example], found: Sequence[Decided], read_ms: Sequence[float]
) -> dict[str, Any]:
    fields = fields_spec(loaded)
    labels = [_yes_only(fields, example.label) for example in examples]
    timed = [replace(one.timed, record=_yes_only_record(fields, one.timed.record)) for one in found]
    result = to_json(fields, labels, timed, read_ms)
    wanted = [example.label.extra.get("decision") for example in examples]
    pairs = [(str(want), one) for want, one in zip(wanted, found, strict=True) if want is not None]
    result["decision"] = decision_scores(pairs)
    return result


def decision_scores(pairs: Sequence[tuple[str, Decided]]) -> dict[str, Any] | None:
    """Shares of right decisions: of all (`exact`), and of those that no person looks at (`decided_right`).

    `exact` compares what the rule says; a label `REVIEW` wants a review. None without labelled decisions.
    """
    if not pairs:
        return None
    right = [one.reviewed if want == "REVIEW" else one.decision == want for want, one in pairs]
    alone = [want == one.decision for want, one in pairs if not one.reviewed]
    return {
        "exact": round(sum(right) / len(pairs), 4),
        "documents": len(pairs),
        "decided": round(len(alone) / len(pairs), 4),
        "decided_right": round(sum(alone) / len(alone), 4) if alone else 1.0,
    }


def _yes_only(spec: DocumentSpec, label: Label) -> Label:
    fields = {
        name: None if name in spec.fields and spec.fields[name].type == "boolean" and value == NO else value
        for name, value in label.fields.items()
    }
    return replace(label, fields=fields)


def _yes_only_record(spec: DocumentSpec, record: Record) -> Record:
    fields = {
        name: replace(value, value=None) if spec.fields[name].type == "boolean" and value.value == NO else value
        for name, value in record.fields.items()
        if name in spec.fields
    }
    return replace(record, fields=fields)
