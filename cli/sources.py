"""Where commands find specs and examples."""

from pathlib import Path

from cli.output import err
from factory.evaluate import read_golden
from factory.golden import Example
from factory.spec_file import file_of
from runtime.errors import UsageError
from runtime.files import home


def golden_folder(spec: Path, golden: Path | None) -> Path:
    """The folder of labelled examples. Raises UsageError where there is none."""
    folder = golden or file_of(spec).parent / "golden"
    if not (folder / "labels.jsonl").is_file():
        raise UsageError(f"{folder}: no labels.jsonl in it; name the folder of labelled examples with --golden")
    return folder


def read_examples(folder: Path, limit: int | None = None, quiet: bool = False) -> tuple[list[Example], list[float]]:
    """All examples of a folder, with the milliseconds each took to read; what OCR read is kept for next time."""
    cache = home() / "cache" / "words"
    if quiet:
        return read_golden(folder, limit, cache)
    with err.status(f"reading {folder}"):
        return read_golden(folder, limit, cache)
