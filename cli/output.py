"""What all commands share: exit codes, JSON, tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from factory.folds import FoldsError
from factory.golden import GoldenError
from factory.sandbox.errors import SandboxError
from factory.spec_file import SpecError
from inference.errors import InferenceError, MissingKey, MissingPackage, ModelNameError
from ocr.errors import ReadError
from runtime.errors import RunError, UsageError

out = Console()
err = Console(stderr=True)
FAILED, MISTAKE = 1, 2
MISTAKES = (UsageError, SpecError, GoldenError, FoldsError, ModelNameError, MissingKey, MissingPackage)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors into one line on stderr and an exit code: 2 for the user's mistakes, 1 for failures."""
    try:
        yield
    except (RunError, SpecError, GoldenError, FoldsError, ReadError, SandboxError, InferenceError) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(MISTAKE if isinstance(error, MISTAKES) else FAILED) from None


def escape(text: str) -> str:
    """Text as it is, where rich would read markup."""
    return text.replace("[", r"\[")


def print_json(data: Any) -> None:
    """One JSON value on stdout, readable by people and programs."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
