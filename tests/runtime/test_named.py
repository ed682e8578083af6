"""A canary gets its share of a run's documents, always the same ones, until it is promoted or rolled back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.audit import AuditLog
from runtime.batch import BatchOptions, BatchReport
from runtime.errors import RegistryError
from runtime.local import hash_file
from runtime.named import run_named, summed
from runtime.registry import Registry, Trial
from runtime.store import Store
from tests.runtime.conftest import SOURCE, make_artifact
from tests.runtime.durable.conftest import UNSURE

Inbox = Callable[[int], list[Path]]


def run(registry: Registry, paths: list[Path], store: Store) -> list[BatchReport]:
    return run_named(registry, "note", lambda: paths, store, options=BatchOptions(2))


def split(reports: list[BatchReport], store: Store) -> dict[str, set[str]]:
    """By artifact: the documents that it has recorded."""
    return {report.batch.artifact: {stored.document for stored in store.records(report.batch)} for report in reports}


def test_a_run_gives_the_canary_its_share_and_the_same_documents_again(registry: Registry, inbox: Inbox) -> None:
    stable = registry.publish(make_artifact())
    canary = registry.publish(make_artifact(SOURCE + "# 2\n"), promote=False)
    registry.start_trial(f"note@{canary}", 0.3)
    paths, store = inbox(120), Store()
    reports = run(registry, [*paths, paths[0]], store)
    found = split(reports, store)
    assert list(found) == [stable, canary] and found[stable].isdisjoint(found[canary])
    assert 20 <= len(found[canary]) <= 55 and len(found[stable]) + len(found[canary]) == 120
    assert found[canary] == {hash_file(path) for path in paths if registry.choose("note", hash_file(path)) == canary}
    total = summed(reports)
    assert (total.recorded, total.duplicates, total.failed, total.pages) == (120, 1, 0, 120)
    again = run(registry, paths, store)
    assert split(again, store) == found and summed(again).known == 120


def test_a_canary_leaves_alone_what_is_recorded_and_a_rollback_takes_effect(registry: Registry, inbox: Inbox) -> None:
    stable = registry.publish(make_artifact())
    canary = registry.publish(make_artifact(SOURCE + "# 2\n"), promote=False)
    paths, store = inbox(60), Store()
    run(registry, paths[:40], store)
    registry.start_trial(f"note@{canary}", 0.5)
    found = split(run(registry, paths, store), store)
    assert found[canary] and found[canary] <= {hash_file(path) for path in paths[40:]}
    assert registry.rollback("note") == stable
    after = run(registry, paths, store)
    assert [report.batch.artifact for report in after] == [stable]
    assert after[0].recorded == len(found[canary]) and after[0].known == 60 - len(found[canary])


def test_a_canary_that_does_worse_is_rolled_back_before_the_next_run(registry: Registry, inbox: Inbox) -> None:
    stable = registry.publish(make_artifact())
    canary = registry.publish(make_artifact(model=UNSURE), promote=False)
    registry.start_trial(f"note@{canary}", 0.5)
    paths, store = inbox(100), Store()
    assert len(run(registry, paths[:80], store)) == 2
    assert [report.batch.artifact for report in run(registry, paths[80:], store)] == [stable]
    entry = registry.show("note")
    assert entry.trial is None and entry.events[-1].reason.startswith("review rate")
    assert [one.subjects[0] for one in AuditLog().entries() if one.action == "artifact.rollback"] == [canary]


def test_versions_are_compared_on_documents_of_the_same_time(registry: Registry, inbox: Inbox) -> None:
    stable = registry.publish(make_artifact())
    paths, store = inbox(60), Store()
    run(registry, paths[:30], store)
    with store.engine.begin() as connection:  # the easy documents were read a year ago
        connection.exec_driver_sql("UPDATE records SET created = '2025' || substr(created, 5)")
    canary = registry.publish(make_artifact(model=UNSURE), promote=False)
    registry.start_trial(f"note@{canary}", 0.99)
    run(registry, paths[30:], store)
    assert registry.show("note").trial == Trial(canary, 0.99)
    assert run(registry, paths[30:], store)[0].batch.artifact == stable
    assert registry.show("note").trial == Trial(canary, 0.99)


def test_one_trial_at_a_time_and_ended_only_by_its_own(registry: Registry) -> None:
    first, second, third = (registry.publish(make_artifact(SOURCE + f"# {n}\n"), promote=n < 2) for n in range(3))
    for share in (0.0, 1.0, 1.5, -0.1):
        with pytest.raises(RegistryError, match="share of"):
            registry.start_trial(f"note@{third}", share)
    with pytest.raises(RegistryError, match="runs already"):
        registry.start_trial(f"note@{second}", 0.1)
    registry.start_trial(f"note@{third}", 0.1)
    with pytest.raises(RegistryError, match="on trial already"):
        registry.start_trial(f"note@{first}", 0.1)
    assert registry.end_trial("note", first) == second and registry.show("note").trial is not None
    assert registry.end_trial("note", third) == second and registry.show("note").trial is None
    assert registry.end_trial("note", third) == second == registry.address("note")
    registry.start_trial(f"note@{third}", 1.0, "shadow")
    assert registry.choose("note", "00") == second
    assert registry.promote(f"note@{third}") == third and registry.show("note").trial is None
