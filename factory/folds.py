"""Split examples into folds that keep groups (vendors, layouts) whole."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from factory.golden import Example
from factory.spec import DocumentSpec

FOLDS = 5
"""Parts into which examples are split while compiling."""


class FoldsError(ValueError):
    """Examples that cannot be split; the message says what to do."""


@dataclass(frozen=True)
class Folds:
    """For each example, the number of its fold, from 0."""

    of: tuple[int, ...]

    @property
    def numbers(self) -> range:
        return range(max(self.of) + 1)


def split(groups: Sequence[str], count: int) -> Folds:
    """Spread groups over at most `count` folds of like size: largest group first, into the smallest fold.

    Groups of one size are taken in the order of their SHA-256, so that the split is the same on every run and does
    not follow the order of the examples. Raises FoldsError where there are fewer than two groups.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        members[group].append(place)
    if len(members) < 2:
        raise FoldsError("folds need examples of at least two groups; add examples or group by another key")
    count = min(count, len(members))
    ordered = sorted(members, key=lambda group: (-len(members[group]), hashlib.sha256(group.encode()).hexdigest()))
    sizes = [0] * count
    of = [0] * len(groups)
    for group in ordered:
        fold = sizes.index(min(sizes))
        sizes[fold] += len(members[group])
        for place in members[group]:
            of[place] = fold
    return Folds(tuple(of))


def folds_of(spec: DocumentSpec, examples: Sequence[Example]) -> Folds:
    """Folds by vendor where the spec names a vendor field, else by document. Raises FoldsError."""
    if len(examples) < 2:
        raise FoldsError("at least two labelled examples are needed; twenty of several vendors make a good start")
    return split(group_names(spec, examples), FOLDS)


def group_names(spec: DocumentSpec, examples: Sequence[Example]) -> list[str]:
    """The vendor of each example, where the spec names a vendor field and there are several; else its own path."""
    key = spec.vendor_field
    groups = [example.label.group(key) for example in examples] if key else []
    return groups if len(set(groups)) > 1 else [example.label.path.name for example in examples]
