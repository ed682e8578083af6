from pathlib import Path

import pytest

from runtime.artifact import Artifact, read_artifact, write_artifact
from runtime.errors import ArtifactError
from tests.runtime.conftest import make_artifact


def test_address_is_fixed_by_content() -> None:
    artifact = make_artifact()
    shuffled = Artifact(dict(reversed(list(artifact.files.items()))))
    assert artifact.address == shuffled.address
    assert len(artifact.address) == 64


@pytest.mark.parametrize("name", sorted(make_artifact().files))
def test_address_changes_with_any_file(name: str) -> None:
    artifact = make_artifact()
    assert artifact.with_file(name, artifact.files[name] + b" ").address != artifact.address
    assert artifact.with_file("manifest.sig", b"any").address == artifact.address


@pytest.mark.parametrize(
    ("name", "message"),
    [("../evil.py", "no file name"), (".hidden", "no file name"), ("a/b", "no file name"), ("", "no file name")],
)
def test_refuses_names_that_leave_the_folder(name: str, message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        make_artifact().with_file(name, b"")


def test_refuses_missing_files() -> None:
    files = {name: data for name, data in make_artifact().files.items() if name != "weights.json"}
    with pytest.raises(ArtifactError, match=r"without weights\.json"):
        Artifact(files)


def test_written_and_read_back(tmp_path: Path) -> None:
    artifact = make_artifact()
    write_artifact(artifact, tmp_path / "store" / artifact.address)
    write_artifact(artifact, tmp_path / "store" / artifact.address)
    assert read_artifact(tmp_path / "store" / artifact.address) == artifact
    assert [path.name for path in (tmp_path / "store").iterdir()] == [artifact.address]


def test_never_overwrites_another_artifact(tmp_path: Path) -> None:
    write_artifact(make_artifact(), tmp_path / "a")
    with pytest.raises(ArtifactError, match="holds something else"):
        write_artifact(make_artifact(source="FIELDS = {}\n"), tmp_path / "a")
    assert read_artifact(tmp_path / "a") == make_artifact()


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_refuses_what_is_not_a_plain_file(tmp_path: Path, kind: str) -> None:
    import os

    folder = tmp_path / "a"
    write_artifact(make_artifact(), folder)
    match kind:
        case "link":
            (folder / "extra.md").symlink_to(folder / "report.md")
        case "folder":
            (folder / "extra").mkdir()
        case _:
            os.mkfifo(folder / "extra")
    with pytest.raises(ArtifactError):
        read_artifact(folder)


@pytest.mark.parametrize("manifest", [b"[]", b"{", b'{"name": 1}', b'{"name": "../x"}', b"\xff"])
def test_refuses_an_unusable_manifest(manifest: bytes) -> None:
    with pytest.raises(ArtifactError, match="manifest"):
        _ = make_artifact().with_file("manifest.json", manifest).name
