"""What a spec says before any example does: its labels, as weights that learning starts from.

A field's `labels` are words that usually stand beside or above its value. They begin with a weight in place of zero,
and the penalty of learning pulls towards it (a Gaussian prior with that mean), so five examples need not show again
what the spec says already, and many examples can still overrule it.
"""

from collections.abc import Mapping, Sequence

from extractors.layout import fold_word
from factory.spec import FieldSpec

Weights = dict[str, dict[str, float]]
"""Slot, token, weight."""

PHRASES: Mapping[str, tuple[float, int]] = {"left label": (1.0, 3), "left cell": (0.6, 5), "above label": (0.8, 4)}
"""Slots that hold a label as a whole: its weight, and how many words of it they hold."""
WORDS: Mapping[str, float] = {"left 1": 0.5, "left": 0.3, "above 1": 0.3, "above": 0.2}
"""Slots that hold single words."""
LEAST_LETTERS = 2
"""A shorter word says nothing by itself."""


def prior(field: FieldSpec) -> Weights:
    """Weights by slot and token for the field's labels; the largest where labels share a word."""
    weights: Weights = {}
    for label in field.labels:
        words = [fold_word(word) for word in label.split()]
        for slot, (weight, most) in PHRASES.items():
            if len(words) <= most:
                _raise(weights, slot, " ".join(words), weight)
        for place, word in enumerate(words):
            if len(word) >= LEAST_LETTERS:
                for slot, weight in WORDS.items():
                    if slot != "left 1" or place == len(words) - 1:
                        _raise(weights, slot, word, weight / len(words))
    return weights


def _raise(weights: Weights, slot: str, token: str, weight: float) -> None:
    tokens = weights.setdefault(slot, {})
    tokens[token] = max(weight, tokens.get(token, 0.0))


def with_prior(learned: Weights, features: Sequence[tuple[str, str]], known: Weights) -> Weights:
    """Learned weights, and those of the prior that no example showed."""
    seen = set(features)
    for slot, tokens in known.items():
        for token, weight in tokens.items():
            if (slot, token) not in seen:
                learned.setdefault(slot, {})[token] = weight
    return learned
