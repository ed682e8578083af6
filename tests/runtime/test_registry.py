from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.errors import ArtifactError, RegistryError
from runtime.registry import Registry
from tests.runtime.conftest import SOURCE, make_artifact


def versions(registry: Registry, count: int) -> list[str]:
    return [registry.publish(make_artifact(SOURCE + f"# {index}\n")) for index in range(count)]


def test_publish_resolve_and_publish_again(registry: Registry) -> None:
    address = registry.publish(make_artifact())
    assert registry.publish(make_artifact()) == address
    assert registry.resolve("note").address == address
    assert registry.resolve(f"note@{address[:8]}").address == address
    assert [event.action for event in registry.show("note").events] == ["publish", "promote"]


def test_promote_and_roll_back(registry: Registry) -> None:
    first, second, third = versions(registry, 3)
    assert registry.address("note") == third
    assert registry.rollback("note") == second
    assert registry.rollback("note") == first
    with pytest.raises(RegistryError, match="nothing ran before"):
        registry.rollback("note")
    assert registry.promote(f"note@{third[:12]}") == third
    assert registry.rollback("note") == first
    assert registry.show("note").versions == (first, second, third)


def test_publish_without_promoting(registry: Registry) -> None:
    first = registry.publish(make_artifact())
    second = registry.publish(make_artifact(SOURCE + "# 2\n"), promote=False)
    assert registry.address("note") == first
    assert registry.promote(f"note@{second[:10]}") == second


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("absent", "no artifact 'absent'.*note"),
        ("note@ffff", "no version begins with ffff"),
        ("note@xyz", "names no artifact"),
        ("../etc", "names no artifact"),
        ("", "names no artifact"),
    ],
)
def test_unknown_references_say_what_there_is(registry: Registry, reference: str, message: str) -> None:
    registry.publish(make_artifact())
    with pytest.raises(RegistryError, match=message):
        registry.resolve(reference)


@pytest.mark.parametrize("name", [*sorted(make_artifact().files), "manifest.sig"])
def test_one_flipped_byte_on_disk_is_refused(registry: Registry, name: str) -> None:
    address = registry.publish(make_artifact())
    file = registry.folder(address) / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ArtifactError):
        registry.resolve("note")


@pytest.mark.parametrize("change", ["extra", "missing", "swapped", "resigned by nobody"])
def test_a_changed_folder_is_refused(registry: Registry, change: str) -> None:
    first, second = versions(registry, 2)
    folder = registry.folder(second)
    match change:
        case "extra":
            (folder / "more.py").write_text("x = 1\n")
        case "missing":
            (folder / "report.md").unlink()
        case "swapped":
            for file in registry.folder(first).iterdir():
                (folder / file.name).write_bytes(file.read_bytes())
        case _:
            (folder / "manifest.sig").unlink()
    with pytest.raises(ArtifactError):
        registry.resolve("note")
    with pytest.raises(ArtifactError):
        registry.promote(f"note@{second[:12]}")
    assert registry.get(first).address == first


def test_concurrent_publishing_loses_nothing(registry: Registry) -> None:
    artifacts = [make_artifact(SOURCE + f"# {index}\n") for index in range(12)]
    with ThreadPoolExecutor(6) as pool:
        addresses = set(pool.map(registry.publish, artifacts))
    entry = registry.show("note")
    assert set(entry.versions) == addresses and len(entry.promoted) == 12


def test_registry_elsewhere_keeps_its_own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACTORY_HOME")
    registry = Registry(tmp_path / "shared")
    registry.publish(make_artifact())
    monkeypatch.chdir(tmp_path)
    assert Registry(tmp_path / "shared").resolve("note") == registry.resolve("note")
    assert not (tmp_path / ".factory").exists()
