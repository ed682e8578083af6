"""Why a record says what it says: the code that proposed, the candidates, and the features that decided."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors.candidate import Candidate, FieldValue
from extractors.extract import propose
from extractors.rank import explain as features_of
from ocr.document import Box, Document
from ocr.errors import ReadError
from ocr.read import read_document
from runtime.artifact import ACTIVITY
from runtime.errors import UsageError
from runtime.load import LoadedArtifact, load_artifact
from runtime.record import HEADER, place_of
from runtime.registry import Registry
from runtime.store import Store, StoredRecord

MOST = 8
"""Candidates shown."""


@dataclass(frozen=True)
class Contender:
    """A value that was proposed: how likely the ranker finds it (None in line items), and where it stands."""

    value: str
    text: str
    form: str
    box: Box
    probability: float | None
    features: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Explanation:
    """`line` to `last` of `file` is the function that proposed; `contenders` come likeliest first.

    `note` says why there are no contenders, where that is so.
    """

    stored: StoredRecord
    field: str
    value: FieldValue
    file: Path
    line: int
    last: int
    source: str
    contenders: tuple[Contender, ...]
    none: float | None
    """How likely the ranker finds it that the document has no such value."""
    note: str = ""


def explain(store: Store, registry: Registry, record: str, field: str) -> Explanation:
    """Explain `field` (`iban`, `line_items[3].quantity`) of a record, by reading its document again.

    Raises UsageError (no such record or field), RegistryError and ArtifactError.
    """
    stored = store.record(record)
    row, name = place_of(field)
    value = _value(stored, field)
    artifact = registry.get(stored.artifact)
    loaded = load_artifact(artifact)
    function = loaded.functions.get(name) if row == HEADER else loaded.line_items
    if function is None:
        raise UsageError(f"{field}: the artifact has no function for it; fields: {', '.join(loaded.functions)}")
    line, last = _lines(artifact.source, function.__name__)
    source = "\n".join(artifact.source.splitlines()[line - 1 : last])
    document, note = _reread(stored)
    contenders: tuple[Contender, ...] = ()
    none = None
    if document is not None and row == HEADER:
        contenders, none = _ranked(document, loaded, name)
    elif document is not None:
        contenders = _cells(document, loaded, name, value)
    file = registry.folder(stored.artifact) / ACTIVITY
    return Explanation(stored, field, value, file, line, last, source, contenders, none, note)


def _value(stored: StoredRecord, field: str) -> FieldValue:
    row, name = place_of(field)
    lines = (stored.record.fields, *stored.record.line_items)
    if row + 1 >= len(lines) or name not in lines[row + 1]:
        known = ", ".join(stored.record.fields)
        raise UsageError(f"record {stored.id[:12]} has no field {field!r}; it has {known}, line_items[0].COLUMN")
    return lines[row + 1][name]


def _lines(source: str, name: str) -> tuple[int, int]:
    """First and last line of a function, counted from 1."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node.lineno, node.end_lineno or node.lineno
    raise UsageError(f"{ACTIVITY} does not define {name} itself; look at its template")


def _reread(stored: StoredRecord) -> tuple[Document | None, str]:
    path = Path(stored.paths[0])
    try:
        document = read_document(path)
    except (OSError, ReadError):
        return None, "the document cannot be read again at the path it was recorded from, so there are no candidates"
    if document.sha256 != stored.document:
        return None, "the file has changed since it was recorded, so there are no candidates"
    return document, ""


def _ranked(document: Document, loaded: LoadedArtifact, name: str) -> tuple[tuple[Contender, ...], float]:
    ranking = propose(document, loaded.functions, loaded.model)[name]
    contenders = tuple(
        _contender(
            document,
            ranked.candidate,
            ranked.probability,
            features_of(document, ranked.candidate, loaded.model, name),
        )
        for ranked in ranking.values[:MOST]
    )
    return contenders, ranking.none


def _cells(document: Document, loaded: LoadedArtifact, name: str, value: FieldValue) -> tuple[Contender, ...]:
    """The cell's own candidate first, then its neighbours in the column."""
    assert loaded.line_items is not None
    column = [row[name] for row in loaded.line_items(document) if name in row]
    cells = [_contender(document, candidate, None) for candidate in column]
    return tuple(sorted(cells, key=lambda cell: _distance(cell.box, value.box))[:MOST])


def _distance(box: Box, to: Box | None) -> float:
    if to is None:
        return 0.0
    return abs(box.page - to.page) * 1e6 + abs(box.x0 - to.x0) + abs(box.y0 - to.y0)


def _contender(document: Document, candidate: Candidate, probability: float | None, features: Any = ()) -> Contender:
    return Contender(
        candidate.value, candidate.text, candidate.form, candidate.box(document), probability, tuple(features)
    )
