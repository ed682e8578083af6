from pathlib import Path

import pytest

from runtime.audit import AuditLog
from runtime.doctor import examine
from runtime.errors import UsageError
from runtime.explain import explain
from runtime.load import load_artifact
from runtime.local import run_file
from runtime.outcome import Outcome
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Store
from tests.runtime.conftest import SOURCE, make_artifact, make_document


@pytest.fixture
def recorded(registry: Registry, tmp_path: Path) -> tuple[Store, Path, str]:
    artifact = make_artifact()
    registry.publish(artifact)
    path = tmp_path / "a.words.json"
    path.write_text(make_document("Number N-1", "Number N-2", "Number N-1").to_json())
    store = Store()
    extraction = run_file(load_artifact(artifact), path)
    outcome = Outcome(0, str(path), "recorded", extraction.document, extraction=extraction)
    store.write(store.begin_batch(artifact.address, "note"), [outcome], Shape.of(artifact))
    return store, path, store.ids()[0]


def test_code_box_candidates_and_reasons(recorded: tuple[Store, Path, str], registry: Registry) -> None:
    store, path, record = recorded
    registry.publish(make_artifact(SOURCE + "# a later version\n"))
    found = explain(store, registry, record[:10], "number")
    lines = found.file.read_text().splitlines()
    assert lines[found.line - 1].startswith("def number(") and lines[found.last - 1] == "    return found"
    assert found.source.splitlines() == lines[found.line - 1 : found.last]
    assert [contender.value for contender in found.contenders] == ["N-1", "N-2"]
    assert found.contenders[0].probability is not None and found.none is not None
    assert sum(contender.probability or 0 for contender in found.contenders) + found.none == pytest.approx(1)
    assert found.value.box == found.contenders[0].box
    assert not found.note

    path.write_text(make_document("something else").to_json())
    assert "changed" in explain(store, registry, record, "number").note
    path.unlink()
    gone = explain(store, registry, record, "number")
    assert "cannot be read" in gone.note and gone.contenders == () and gone.value.value == "N-1"


@pytest.mark.parametrize("field", ["nothing", "line_items[0].number", "", "line_items[x].a"])
def test_unknown_fields_are_the_callers_mistake(
    recorded: tuple[Store, Path, str], registry: Registry, field: str
) -> None:
    store, _, record = recorded
    with pytest.raises(UsageError, match="has no field"):
        explain(store, registry, record, field)


def test_doctor_finds_what_is_wrong(registry: Registry) -> None:
    address = registry.publish(make_artifact())
    log = AuditLog()
    log.append("artifact.publish", (address,))
    log.append("test")
    assert all(finding.sound for finding in examine(registry, None, log))

    (registry.folder(address) / "report.md").write_text("better")
    log.path.write_text("".join(log.path.read_text().splitlines(keepends=True)[1:]))
    (registry.keys / "signing.pem").chmod(0o640)
    findings = {finding.part: finding for finding in examine(registry, "mysql://x/y", log)}
    assert {part for part, finding in findings.items() if not finding.sound} == {
        "registry",
        "keys",
        "store",
        "audit log",
    }
    assert "entry 1 does not follow" in findings["audit log"].detail
