"""What changed between two artifacts: code, spec, weights and measured accuracy."""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.artifact import Artifact


@dataclass(frozen=True)
class Difference:
    """`code` and `spec` as unified diffs (empty: equal); numbers as {path: (before, after)}, absent ones as None."""

    code: tuple[str, ...]
    spec: tuple[str, ...]
    weights: dict[str, tuple[object, object]]
    metrics: dict[str, tuple[object, object]]


def difference(before: Artifact, after: Artifact) -> Difference:
    """Compare two artifacts file by file."""
    return Difference(
        _lines(before.source, after.source, "activity.py"),
        _lines(before.spec_yaml, after.spec_yaml, "spec.yaml"),
        _changed(json.loads(before.weights), json.loads(after.weights)),
        _changed(before.manifest, after.manifest),
    )


def _lines(before: str, after: str, name: str) -> tuple[str, ...]:
    return tuple(
        difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=2)
    )


def _changed(before: object, after: object) -> dict[str, tuple[object, object]]:
    first, second = dict(_leaves(before)), dict(_leaves(after))
    return {
        path: (first.get(path), second.get(path))
        for path in sorted(first.keys() | second.keys())
        if first.get(path) != second.get(path)
    }


def _leaves(node: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every number, text and null of a JSON value with its dotted path."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, f"{path}[{index}]")
    else:
        yield path, node
