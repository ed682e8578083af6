"""Repair from end to end: corrections of some fields, one field after the other compiled again, one canary.

By hand it is `factory repair SPEC --field F --accept`. On alarm, `factory repair SPEC --on-alarm` and
`factory run NAME ... --repair SPEC` take the fields that the standing alarms point at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from factory.evaluate import read_golden
from factory.golden import Example, load_labels
from factory.proposals import ProposeError
from factory.spec import DocumentSpec, load_spec
from monitoring import regenerate
from monitoring.detect import DOCUMENT
from monitoring.drift import Alarm
from monitoring.regenerate import Correction, RepairError, Shadow
from ocr.errors import ReadError
from runtime.artifact import Artifact
from runtime.audit import AuditLog, default_actor
from runtime.errors import UsageError
from runtime.files import home
from runtime.registry import Registry
from runtime.store import Store

LEAST = 5
"""Answers of a field that people changed before an alarm repairs it: fewer may be chance."""


@dataclass(frozen=True)
class Workshop:
    """What a repair works on. `percent` of documents go to the canary; 100 promotes."""

    spec: DocumentSpec
    spec_text: str
    golden: Path
    registry: Registry
    store: Store
    audit: AuditLog
    percent: int = 10
    actor: str = field(default_factory=default_actor)
    step: Callable[[str], None] = lambda text: None

    @staticmethod
    def of(spec: Path, golden: Path, registry: Registry, store: Store, audit: AuditLog) -> "Workshop":
        """From a spec's file. Raises SpecError, GoldenError."""
        load_labels(golden)
        return Workshop(load_spec(spec), spec.read_text(encoding="utf-8"), golden, registry, store, audit)

    @property
    def name(self) -> str:
        return str(self.spec.name)


@dataclass(frozen=True)
class Mended:
    """What came of it. `corrected`: by field that was compiled again, corrected documents that were right before, are
    right now, and all; `golden` likewise on the golden documents; `refused`: by field, why it stayed as it was."""

    artifact: str | None = None
    corrected: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    golden: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    shadow: Shadow | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    canary: int | None = None
    """Percent of documents; 100 is promoted."""


def mend(shop: Workshop, found: Mapping[str, Sequence[Correction]]) -> Mended:
    """Compile these fields again from their corrections and publish what passes as one canary.

    A field whose repair is refused stays as it is and keeps no other one from being repaired; where other fields move
    on recent documents all are refused. Raises GoldenError, RegistryError, ArtifactError.
    """
    start = current = shop.registry.resolve(shop.name)
    shop.step("read examples")
    examples = read_golden(shop.golden, None, home() / "cache" / "words")[0]
    corrected: dict[str, tuple[int, int, int]] = {}
    golden: dict[str, tuple[int, int, int]] = {}
    refused: dict[str, str] = {}
    for name, corrections in found.items():
        try:
            one, examples = _repair(shop, name, corrections, examples, current)
        except (RepairError, ProposeError, ReadError) as error:
            refused[name] = str(error)
            continue
        current, golden = one.artifact, {**golden, **one.golden}
        corrected[name] = one.corrected
    if not corrected:
        return Mended(refused=refused)
    shop.step("shadow")
    try:
        seen = regenerate.shadow(shop.store, shop.name, start, current, list(shop.spec.fields), list(corrected))
    except RepairError as error:
        return Mended(refused={**refused, **dict.fromkeys(corrected, str(error))})
    for name in corrected:
        regenerate.accept(found[name], name, shop.golden, shop.audit, shop.actor)
    address = regenerate.deliver(shop.registry, shop.audit, current, list(corrected), seen, shop.percent, shop.actor)
    return Mended(address, corrected, golden, seen, refused, shop.percent)


def on_alarm(shop: Workshop, alarms: Sequence[Alarm]) -> Mended:
    """Repair what the alarms point at, where people have corrected enough of it. Raises what `mend` raises.

    While a version is on trial nothing is repaired; nor is a field whose corrections are all older than the last
    rollback: the same corrections would give the same repair.
    """
    entry = shop.registry.show(shop.name)
    names = pointed_at(alarms, list(shop.spec.fields))
    if entry.trial is not None:
        return Mended(
            refused=dict.fromkeys(names, f"{entry.trial.artifact[:12]} is on trial; promote it or roll it back")
        )
    last = max((event.time for event in entry.events if event.action == "rollback"), default="")
    found: dict[str, Sequence[Correction]] = {}
    refused: dict[str, str] = {}
    for name in names:
        settled = regenerate.corrections(shop.store, shop.name, name)
        changed = sum(one.changed for one in settled)
        if changed < LEAST:
            refused[name] = f"{changed} answers are corrected; {LEAST} are needed (factory review list {shop.name})"
        elif last and not any(_after(one.settled, last) for one in settled):
            refused[name] = "nothing is corrected since the last rollback"
        else:
            found[name] = settled
    shop.audit.append("repair.alarm", tuple(f"{alarm.field} {alarm.detector}" for alarm in alarms), shop.actor)
    done = mend(shop, found) if found else Mended()
    return replace(done, refused={**refused, **done.refused})


def pointed_at(alarms: Sequence[Alarm], fields: Sequence[str]) -> list[str]:
    """The fields that alarms name, in the spec's order: all of them where whole documents or checks changed."""
    named = {alarm.field for alarm in alarms}
    broad = any(name == DOCUMENT or name not in fields for name in named)
    return [name for name in fields if broad or name in named]


def _repair(
    shop: Workshop, name: str, found: Sequence[Correction], examples: list[Example], current: Artifact
) -> tuple[regenerate.Repaired, list[Example]]:
    """The repaired field, and the examples with its own among them: the next repair must not make them worse."""
    if name not in shop.spec.fields:
        raise UsageError(f"{name}: no field of {shop.name}; there are: {', '.join(shop.spec.fields)}")
    fresh = regenerate.examples_of(found, name)
    hashes = {example.document.sha256 for example in fresh}
    known = [one for one in examples if one.document.sha256 not in hashes or not one.label.counts(name)]
    return regenerate.repair(shop.spec, shop.spec_text, known, fresh, name, current, shop.step), [*known, *fresh]


def _after(moment: str, other: str) -> bool:
    return datetime.fromisoformat(moment) > datetime.fromisoformat(other)
