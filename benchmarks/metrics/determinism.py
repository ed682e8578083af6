"""Consistency: how much the answers to one and the same input differ.

Source: Compiled AI paper, section 4: output entropy over N = 1,000 identical inputs.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence


def entropy(outputs: Sequence[Hashable]) -> float:
    """Shannon entropy H = -sum p_i log2 p_i of the outputs, in bits; 0 where all are equal.

    Raises ValueError without any output.
    """
    counts = _counts(outputs)
    total = sum(counts.values())
    return sum(count / total * math.log2(total / count) for count in counts.values())


def reproducibility(outputs: Sequence[Hashable]) -> float:
    """Share of the outputs that equal the most frequent one."""
    counts = _counts(outputs)
    return max(counts.values()) / sum(counts.values())


def _counts(outputs: Sequence[Hashable]) -> Counter[Hashable]:
    if not outputs:
        raise ValueError("no output to compare")
    return Counter(outputs)
