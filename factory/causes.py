"""Why an answer is wrong, told from the answer, the label and the candidates: what to work on next.

- `spurious`: the label names no value;
- `... not proposed`: no candidate equals the label, so no ranker could have found it;
- `... ranked lower`: a candidate equals the label, and another answer was preferred.

In front of it stands how the answer differs: `no answer`, `too long` and `too short` (one holds the other), `misread`
(nearly the same letters, as OCR and typing errors leave them), or `other value`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from extractors.candidate import Candidate, Kind
from extractors.normalise.text import fold
from factory.score import is_right

MISREAD = 80.0
"""Least likeness, in per cent, of an answer and a label that differ by a few letters."""
MOST = 10


def cause(kind: Kind, label: str | None, value: str | None, candidates: Iterable[Candidate]) -> str | None:
    """The cause of a wrong answer; None where it is right."""
    if is_right(kind, label, value):
        return None
    if label is None:
        return "spurious"
    proposed = any(is_right(kind, label, one.value) for one in candidates)
    return f"{_difference(label, value)}, {'ranked lower' if proposed else 'not proposed'}"


def most_common(found: Sequence[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """By field, the `MOST` most common causes over documents, commonest first."""
    counted: dict[str, Counter[str]] = {}
    for document in found:
        for name, why in document.items():
            counted.setdefault(name, Counter())[why] += 1
    return {name: dict(causes.most_common(MOST)) for name, causes in sorted(counted.items())}


def _difference(label: str, value: str | None) -> str:
    if value is None:
        return "no answer"
    wanted, got = fold(label), fold(value)
    if wanted in got:
        return "too long"
    if got in wanted:
        return "too short"
    return "misread" if fuzz.ratio(wanted, got) >= MISREAD else "other value"
