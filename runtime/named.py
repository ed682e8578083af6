"""A name's documents: one batch, or two where a canary has its share of them.

Which version reads a document depends on its content alone, so running again, here or elsewhere, changes nothing. A
document that the stable version has recorded already is none of the canary's.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.audit import AuditLog
from runtime.batch import BatchOptions, BatchReport, run_batch
from runtime.local import hash_file
from runtime.observer import Observer
from runtime.record import record_id
from runtime.registry import Registry
from runtime.rollout import Choice, Rollouts
from runtime.store import Store

if TYPE_CHECKING:
    from runtime.ladder import LadderOptions


def run_named(
    registry: Registry,
    reference: str,
    paths: Callable[[], Iterable[Path]],
    store: Store,
    *,
    options: BatchOptions | None = None,
    observer: Observer | None = None,
    audit: AuditLog | None = None,
    ladder: "LadderOptions | None" = None,
) -> list[BatchReport]:
    """`run_batch` for what `NAME` stands for now: the stable version's report first, then the canary's if there is one.

    `paths` gives the same documents each time it is called. `NAME@ADDRESS` runs that version alone. A canary that does
    worse is rolled back before anything runs. A shadow is for Temporal's workers: here it reads nothing.
    Raises what `run_batch` raises.
    """
    audit = audit or AuditLog()

    def run(address: str, own: Iterable[Path], ladder: "LadderOptions | None") -> BatchReport:
        return run_batch(registry, address, own, store, options=options, observer=observer, audit=audit, ladder=ladder)

    choice = None if "@" in reference else Rollouts(registry, store, audit).decide(reference)
    if choice is None or choice.trial is None or choice.trial.mode == "shadow":
        return [run(reference, paths(), ladder)]
    stable, canary = (f"{reference}@{address}" for address in (choice.stable, choice.trial.artifact))
    with tempfile.TemporaryDirectory(prefix="factory-budget-") as folder:
        shared = ladder and replace(ladder, ledger=str(Path(folder) / "ledger.json"))  # both spend from one budget
        chosen: set[Path] = set()  # a file is read once to choose, not once a version

        def canarys() -> Iterator[Path]:
            for path in paths():
                if _canarys(path, choice, store):
                    chosen.add(path)
                    yield path

        first = run(canary, canarys(), shared)
        if first.interrupted:
            return [first]
        return [run(stable, (path for path in paths() if path not in chosen), shared), first]


def summed(reports: Sequence[BatchReport]) -> BatchReport:
    """The reports as one, with the first one's batch."""
    first, *more = reports
    for one in more:
        first = replace(
            first,
            recorded=first.recorded + one.recorded,
            known=first.known + one.known,
            duplicates=first.duplicates + one.duplicates,
            failed=first.failed + one.failed,
            review=first.review + one.review,
            pages=first.pages + one.pages,
            seconds=first.seconds + one.seconds,
            interrupted=first.interrupted or one.interrupted,
            usage=first.usage + one.usage,
            left=dict(Counter(first.left) + Counter(one.left)),
            skipped=dict(Counter(first.skipped) + Counter(one.skipped)),
        )
    return first


def _canarys(path: Path, choice: Choice, store: Store) -> bool:
    """Whether the canary reads this file. One that cannot be read is the stable version's, which will say so."""
    try:
        document = hash_file(path)
    except OSError:
        return False
    return choice.artifacts(document)[0] != choice.stable and not store.has(record_id(document, choice.stable))
