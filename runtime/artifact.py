"""What the compiler makes and the runtime runs: a folder of files, addressed by the SHA-256 of its content."""

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import re2

from runtime.errors import ArtifactError
from runtime.files import sync_folder

ACTIVITY, WEIGHTS, SPEC, REPORT = "activity.py", "weights.json", "spec.yaml", "report.md"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
REQUIRED = (ACTIVITY, WEIGHTS, SPEC, REPORT, MANIFEST)
MAX_FILE_BYTES = 64 * 2**20
_NAME = re2.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
_ARTIFACT_NAME = re2.compile(r"^[a-z][a-z0-9_]{0,99}$")


@dataclass(frozen=True)
class Artifact:
    """The files of an artifact by name, as bytes. Changing a byte of any but the signature changes `address`.

    Raises ArtifactError where a file is missing or a name is not a plain file name.
    """

    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        for name in self.files:
            if not _NAME.match(name):
                raise ArtifactError(f"{name!r} is no file name for an artifact; compile the spec again")
        missing = [name for name in REQUIRED if name not in self.files]
        if missing:
            raise ArtifactError(f"artifact without {', '.join(missing)}; compile the spec again")

    @cached_property
    def address(self) -> str:
        """SHA-256 (hex) over the sorted lines `name NUL sha256-of-bytes` of all files but the signature."""
        lines = (
            f"{name}\0{hashlib.sha256(data).hexdigest()}\n"
            for name, data in sorted(self.files.items())
            if name != SIGNATURE
        )
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """`manifest.json` as a dict. Raises ArtifactError where it is no JSON object."""
        data = self._json(MANIFEST)
        if not isinstance(data, dict):
            raise ArtifactError(f"{MANIFEST} is not a JSON object; compile the spec again")
        return data

    @property
    def name(self) -> str:
        """The name under which the manifest publishes the artifact. Raises ArtifactError where it is none."""
        name = self.manifest.get("name")
        if not isinstance(name, str) or not _ARTIFACT_NAME.match(name):
            raise ArtifactError(f"{MANIFEST} has no usable `name`; compile the spec again")
        return name

    @property
    def source(self) -> str:
        """The text of `activity.py`."""
        return self._text(ACTIVITY)

    @property
    def weights(self) -> str:
        """The text of `weights.json`: rankers, calibration and thresholds."""
        return self._text(WEIGHTS)

    @property
    def spec_yaml(self) -> str:
        """The text of the spec it was compiled from."""
        return self._text(SPEC)

    @property
    def report(self) -> str:
        """The text of `report.md`."""
        return self._text(REPORT)

    def with_file(self, name: str, data: bytes) -> "Artifact":
        """The same artifact with one file added or replaced."""
        return Artifact({**self.files, name: data})

    def _text(self, name: str) -> str:
        try:
            return self.files[name].decode("utf-8")
        except UnicodeDecodeError:
            raise ArtifactError(f"{name} is not UTF-8 text; compile the spec again") from None

    def _json(self, name: str) -> object:
        try:
            return json.loads(self._text(name))
        except ValueError:
            raise ArtifactError(f"{name} is not valid JSON; compile the spec again") from None


def read_artifact(folder: Path) -> Artifact:
    """Read every file of `folder`. Raises ArtifactError for anything but plain files of sensible size.

    The answer is not verified yet: see `runtime.signing.verify`, or take artifacts from a `Registry`.
    """
    if not folder.is_dir():
        raise ArtifactError(f"{folder}: no artifact there; `factory registry list` shows what there is")
    return Artifact({path.name: _read_plain(path) for path in sorted(folder.iterdir())})


def _read_plain(path: Path) -> bytes:
    """The bytes of a plain file; never follows a link and never waits for a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror}); remove it or compile again") from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_FILE_BYTES:
            raise ArtifactError(f"{path}: does not belong into an artifact; remove it")
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read()
    finally:
        os.close(handle)


def write_artifact(artifact: Artifact, folder: Path) -> None:
    """Write the files, all or none: they appear under `folder` by one rename. An equal artifact there is kept.

    Raises ArtifactError where `folder` holds something else.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name[:16]}.", dir=folder.parent))
    try:
        work.chmod(0o755)
        for name, data in artifact.files.items():
            with (work / name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        sync_folder(work)
        try:
            work.rename(folder)
        except OSError:
            if not folder.is_dir() or read_artifact(folder).address != artifact.address:
                raise ArtifactError(f"{folder}: holds something else already; remove it first") from None
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


HANDLERS = ("sync", "stream", "batch", "input_validator")
"""Templates that handle cases which are values: JSON objects that map input names to them."""


def template_of(manifest: Mapping[str, Any]) -> str:
    """The template that was filled, which says how the artifact runs."""
    return str(manifest.get("template", {}).get("name", "decision"))
