"""Rows: one file a measurement, with all that is needed to trace a table cell back to a run."""

import hashlib
import json
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runtime.files import write_atomic


@dataclass(frozen=True)
class Origin:
    """What produced a row. `commit` ends in `+` where the work tree differed from it; dates are UTC."""

    command: str
    commit: str
    data_sha256: str
    model: str | None
    date: str


@dataclass(frozen=True)
class Row:
    """`task` on `data` by `system`. `values` is what the report reads; `skipped`: why there are none."""

    task: str
    data: str
    system: str
    values: dict[str, Any]
    origin: Origin
    skipped: str | None = None

    @property
    def id(self) -> str:
        return f"{self.task}-{self.data}-{self.system}"


def origin(data: Path | None, model: str | None) -> Origin:
    """Here and now: this command, this commit, and the hash of `data` (a file, or a folder's files)."""
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return Origin(command, commit(), hash_of(data) if data else "", model, datetime.now(UTC).strftime("%Y-%m-%d"))


def commit() -> str:
    """The commit of the source, or the version of the package where there is no repository."""
    root = Path(__file__).parents[2]
    head = _git(root, "rev-parse", "--short=12", "HEAD")
    if head is None:
        return f"code-factory {version('code-factory')}"
    return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")


def hash_of(data: Path) -> str:
    """SHA-256 (first 16 hex digits) over names and contents of a folder's files, or one file's content."""
    digest = hashlib.sha256()
    for path in sorted(data.rglob("*")) if data.is_dir() else [data]:
        if path.is_file():
            digest.update(f"{path.relative_to(data) if data.is_dir() else path.name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def write(folder: Path, row: Row) -> Path:
    """Store the row as one JSON file; an older one of the same id is replaced."""
    path = folder / "rows" / f"{row.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, (json.dumps(asdict(row), indent=1, ensure_ascii=False) + "\n").encode())
    return path


def read(folder: Path) -> list[Row]:
    """All rows of a folder, by id. Raises ValueError with the file's name where one is damaged."""
    return list(_read(sorted((folder / "rows").glob("*.json"))))


def is_current(row: Row, now: Origin) -> bool:
    """Whether a stored row is what would be measured again: same commit, data and model."""
    return (row.origin.commit, row.origin.data_sha256, row.origin.model) == (now.commit, now.data_sha256, now.model)


def _read(paths: Iterable[Path]) -> Iterable[Row]:
    for path in paths:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            yield Row(**{**data, "origin": Origin(**data["origin"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path}: not a row of this version ({type(error).__name__}); delete it") from None


def _git(root: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603  # fixed
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
