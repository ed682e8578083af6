"""The cross-field checks of an artifact, evaluated on what people have decided by now."""

import json
import threading

from extractors.candidate import CheckResult, Record
from extractors.checks import Check, CheckError, evaluate, parse_check
from runtime.errors import RunError
from runtime.registry import Registry

Known = tuple[Check, ...]


class Checks:
    """Checks by artifact, read from the registry once. Without a registry, or the artifact, none are known."""

    def __init__(self, registry: Registry | None) -> None:
        self._registry = registry
        self._known: dict[str, Known | None] = {}
        self._lock = threading.Lock()

    def of(self, artifact: str) -> Known | None:
        """The artifact's checks; None where they cannot be read."""
        with self._lock:
            if artifact not in self._known:
                self._known[artifact] = self._read(artifact)
            return self._known[artifact]

    def _read(self, artifact: str) -> Known | None:
        if self._registry is None:
            return None
        try:
            data = json.loads(self._registry.get(artifact).weights)["checks"]
            return tuple(parse_check(one["name"], one["expression"], one["tolerance"]) for one in data)
        except (RunError, CheckError, ValueError, KeyError, TypeError):
            return None


def checks_now(record: Record, known: Known | None) -> tuple[CheckResult, ...]:
    """The outcomes with the record's values as they are; those of the run where the checks are not known."""
    if known is None:
        return record.checks
    values = {name: found.value for name, found in record.fields.items()}
    rows = [{name: cell.value for name, cell in row.items()} for row in record.line_items]
    return tuple(evaluate(check, values, rows) for check in known)


def names(check: CheckResult, field: str, known: Known | None) -> bool:
    """Whether a check is about a field. Where the checks are not known, its message tells: it names fields only."""
    for one in known or ():
        if one.name == check.name:
            return field in (*one.fields, *one.columns)
    words = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in check.message)
    return field in words.split()
