"""Repair one field: reviewed corrections become examples, the field alone is compiled again, and nothing else changes.

What people settled in the review queue are candidates for golden examples; a person accepts them. The field's function
and weights are then made anew from all examples, those of the other fields stay byte for byte, and the result goes
through all four stages. It must read the golden documents no worse in any field, and the corrected ones better. It is
then run beside the current version on recent documents (shadow), and gets a share of them (canary) before it is
promoted. Each step is an entry of the audit log.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select as query

from extractors.model import ExtractorModel
from factory.artifact import build
from factory.assemble import fill
from factory.folds import folds_of
from factory.generate.attempt import functions_of
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generated
from factory.golden import Example, Label
from factory.prompt import assemble_prompt
from factory.proposals import propose_sandboxed
from factory.score import is_right
from factory.select import select
from factory.spec import DocumentSpec
from factory.train import Trained, train
from factory.validate import STAGES, Evidence, Verdict, judge_source
from factory.validate.accuracy import answers_of
from ocr.document import Document
from ocr.read import read_document
from runtime.artifact import Artifact
from runtime.audit import AuditLog
from runtime.errors import RunError
from runtime.record import HEADER
from runtime.registry import Registry
from runtime.store import Store
from runtime.tables import documents, fields, records, review_items
from security.finding import Finding

SHADOW = 60
"""Recent documents that both versions read."""
CHANGED = 0.02
"""Share of a shadow's answers in another field that may differ: joint decisions under checks may move a few."""


class RepairError(RunError):
    """A repair that cannot be made or is not good enough; the message says what to do."""


@dataclass(frozen=True)
class Correction:
    """What a person settled: the document's file and hash, and the right value (None: it has none)."""

    record: str
    document: str
    path: Path
    value: str | None
    changed: bool
    """Whether the answer was another one before."""
    settled: str
    """When, ISO 8601 in UTC."""


@dataclass(frozen=True)
class Repaired:
    """A repaired artifact, with right answers before and after: of each field on golden documents, of the field on
    corrected ones."""

    artifact: Artifact
    field: str
    lines: tuple[int, int]
    """Of the field's function in the version that broke."""
    verdicts: tuple[Verdict, ...]
    golden: Mapping[str, tuple[int, int, int]]
    """By field: right before, right after, labelled."""
    corrected: tuple[int, int, int]


@dataclass(frozen=True)
class Shadow:
    """How the versions differ on recent documents: changed answers by field."""

    documents: int
    changed: Mapping[str, int]


def corrections(store: Store, name: str, field: str) -> list[Correction]:
    """All settled items of the field in records of artifacts of this name, oldest first, a document once."""
    wanted = (
        query(
            records.c.id,
            records.c.document,
            documents.c.path,
            fields.c.value,
            review_items.c.decision,
            review_items.c.settled_at,
        )
        .join(review_items, review_items.c.record == records.c.id)
        .join(documents, documents.c.sha256 == records.c.document)
        .outerjoin(fields, (fields.c.record == records.c.id) & (fields.c.row == HEADER) & (fields.c.name == field))
        .where(records.c.name == name, review_items.c.field == field, review_items.c.state == "settled")
        .order_by(review_items.c.settled_at)
    )
    with store.engine.connect() as connection:
        rows = connection.execute(wanted).all()
    found = {
        row.document: Correction(
            row.id, row.document, Path(row.path), row.value, row.decision != "accept", row.settled_at
        )
        for row in rows
    }
    return list(found.values())


def accept(found: Sequence[Correction], field: str, golden: Path, audit: AuditLog, actor: str) -> list[Path]:
    """Copy corrected documents into the golden folder and label the field; give the paths that are new.

    Raises RepairError where a document's file is gone.
    """
    labels, lines, added = golden / "labels.jsonl", [], []
    known = {path.name for path in (golden / "documents").glob("*")}
    for one in found:
        name = f"corrected-{one.document[:16]}-{field}{''.join(one.path.suffixes[-2:])}"
        if name in known:
            continue
        target = golden / "documents" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(one.path, target)
        except OSError as error:
            raise RepairError(f"record {one.record[:12]}: its file cannot be read ({error.strerror}); put it back "
                              "where it was read from") from None  # fmt: skip
        lines.append(json.dumps({"document": f"documents/{name}", "fields": {field: one.value}}, ensure_ascii=False))
        added.append(target)
    if lines:
        audit.append("repair.accept", (field, *(one.record for one in found)), actor)
        text = labels.read_text(encoding="utf-8")
        labels.write_text(text.rstrip("\n") + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return added


def examples_of(found: Sequence[Correction], field: str) -> list[Example]:
    """Corrections as examples that label the one field. Raises ReadError."""
    return [Example(Label(one.path, {field: one.value}), read_document(one.path)) for one in found]


def repair(
    spec: DocumentSpec,
    spec_text: str,
    golden: Sequence[Example],
    corrected: Sequence[Example],
    field: str,
    current: Artifact,
    progress: Callable[[str], None] = lambda text: None,
) -> Repaired:
    """Compile `field` again and hold the result against the current version. Raises RepairError, ProposeError."""
    if field not in spec.fields:
        raise RepairError(f"{field}: no field of {spec.name}; there are: {', '.join(spec.fields)}")
    if not corrected:
        raise RepairError(f"{field}: nothing is corrected yet; settle some of its items first (factory review list)")
    progress(f"compile {field}")
    artifact, verdicts = _recompile(spec, spec_text, [*golden, *corrected], field, current, progress)
    progress("compare on golden documents")
    before, after = _answers(current, golden), _answers(artifact, golden)
    scores = {name: _right(spec, name, golden, before, after) for name in spec.fields}
    worse = [name for name, (old, new, _) in scores.items() if new < old]
    if worse:
        raise RepairError(f"{', '.join(worse)}: fewer golden answers are right than before; add examples, or compile "
                          "the whole spec again")  # fmt: skip
    fixed = _right(spec, field, corrected, _answers(current, corrected), _answers(artifact, corrected))
    if fixed[1] <= fixed[0] and fixed[0] < fixed[2]:
        raise RepairError(f"{field}: {fixed[1]} of {fixed[2]} corrected documents are right, not more than before; "
                          "correct more, or let a model write it (factory compile --model)")  # fmt: skip
    return Repaired(artifact, field, lines_of(current.source, field), verdicts, scores, fixed)


def shadow(
    store: Store, name: str, current: Artifact, repaired: Artifact, names: Sequence[str], fields: Sequence[str]
) -> Shadow:
    """Read the latest documents with both versions. Raises RepairError where more moves than the repaired `fields`."""
    recent = [Example(Label(path, {}), document) for path, document in _recent(store, name)]
    before, after = _answers(current, recent), _answers(repaired, recent)
    changed = {
        name: sum(old.get(name) != new.get(name) for old, new in zip(before, after, strict=True)) for name in names
    }
    moved = [name for name in names if name not in fields and changed[name] > CHANGED * len(recent)]
    if moved:
        raise RepairError(f"{', '.join(moved)}: answers on recent documents changed, though only {', '.join(fields)} "
                          "was compiled again; compile the whole spec")  # fmt: skip
    return Shadow(len(recent), changed)


def deliver(
    registry: Registry,
    audit: AuditLog,
    repaired: Artifact,
    fields: Sequence[str],
    seen: Shadow,
    percent: int,
    actor: str | None = None,
) -> str:
    """Publish and begin the canary, or promote where `percent` is 100; the audit log says each step."""
    address = registry.publish(repaired, promote=False)
    audit.append("repair.publish", (address, *fields), actor)
    audit.append("repair.shadow", (address, f"{seen.documents} documents"), actor)
    reference = f"{repaired.name}@{address}"
    if percent < 100:
        registry.start_trial(reference, percent / 100)
        audit.append("artifact.canary", (address, f"{percent} %"), actor)
    else:
        registry.promote(reference)
        audit.append("artifact.promote", (address,), actor)
    return address


def lines_of(source: str, field: str) -> tuple[int, int]:
    """First and last line of the field's function; (0, 0) where it has none."""
    text = functions_of(source, [field]).get(field, "").strip("\n")
    if not text:
        return (0, 0)
    head = text.splitlines()[0]
    first = source.splitlines().index(head) + 1
    return (first, first + len(text.splitlines()) - 1)


def _recompile(
    spec: DocumentSpec,
    spec_text: str,
    examples: Sequence[Example],
    field: str,
    current: Artifact,
    progress: Callable[[str], None],
) -> tuple[Artifact, tuple[Verdict, ...]]:
    prompt = assemble_prompt(select(spec), spec, examples)
    written = ExampleGenerator().write(prompt, (), None)
    kept = functions_of(current.source, list(written.functions))
    old = ExtractorModel.from_json(current.files["weights.json"].decode())
    functions = {name: text if name == field else kept.get(name, text) for name, text in written.functions.items()}
    generated = Generated(
        functions, "repair", {**written.notes, field: "compiled again from corrections"}, 0, old.line_items
    )
    source = fill(prompt.plan.template_source, generated.source)
    gate = judge_source(source, prompt.plan)  # nothing generated may run before this has passed
    if not gate.passed:
        raise RepairError("\n".join(str(finding) for finding in gate.findings))
    progress("learn")
    candidates = propose_sandboxed(source, list(spec.fields), examples)
    trained = train(spec, examples, candidates, folds_of(spec, examples), generated.line_items)
    models = {name: trained.model.fields[name] if name == field else old.fields[name] for name in spec.fields}
    model = ExtractorModel(models, old.checks, old.line_items)
    artifact = build(prompt, spec_text, source, generated, Trained(model, trained.held_out, trained.reachable))
    verdicts: list[Verdict] = []
    for stage in STAGES:
        progress(f"validate: {stage.__name__}")
        verdicts.append(stage(artifact, spec, Evidence(examples, trained.held_out, prompt.plan)))
        if not verdicts[-1].passed:
            raise RepairError("\n".join(str(finding) for finding in verdicts[-1].findings))
    return artifact, tuple(verdicts)


def _answers(artifact: Artifact, examples: Sequence[Example]) -> list[dict[str, str | None]]:
    found = answers_of(artifact, examples) if examples else []
    if isinstance(found, Finding):
        raise RepairError(str(found))
    return found


def _right(
    spec: DocumentSpec,
    name: str,
    examples: Sequence[Example],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> tuple[int, int, int]:
    kind, old, new, total = spec.fields[name].type, 0, 0, 0
    for one, first, second in zip(examples, before, after, strict=True):
        if one.label.counts(name):
            label, total = one.label.fields[name], total + 1
            old += is_right(kind, label, first.get(name))
            new += is_right(kind, label, second.get(name))
    return old, new, total


def _recent(store: Store, name: str) -> list[tuple[Path, Document]]:
    """The latest documents of the name that are still where they were read from."""
    wanted = (
        query(documents.c.path)
        .join(records, records.c.document == documents.c.sha256)
        .where(records.c.name == name)
        .order_by(records.c.created.desc())
        .limit(SHADOW)
    )
    with store.engine.connect() as connection:
        paths = [Path(path) for path in connection.scalars(wanted)]
    return [(path, read_document(path)) for path in paths if path.is_file()]
