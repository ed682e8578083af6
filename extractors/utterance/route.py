"""Which function an utterance asks for, or none of them.

A function is known by the stems of its name, its description and its parameters, each with a weight; an utterance is
near it as far as its own words, the rarer the heavier, are covered. How near is near enough is a logistic regression.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from extractors.utterance.phrases import STOPS
from extractors.utterance.text import WORD, Utterance
from extractors.utterance.words import stem

SIGNALS = (
    "bias", "name covered", "name words", "description covered", "parameters covered", "utterance covered",
    "required read", "required missing", "probability", "verb named", "words covered", "name or more", "example",
)  # fmt: skip

_COMMON = (
    "find get give show tell calculate compute determine search look check help provide know make list return retrieve "
    "information detail details data result results number amount value values name time day date based specific "
    "current new next last top best good able want would like information about different various certain using used "
    "function specified particular available whether optional default type kind also"
)
ROOT = 6
"""Letters by which stems are compared: `hypotenuse` and `hypotenus`, `probability` and `probable` are one."""
RARITY = {stem(word)[:ROOT]: 1.5 for word in _COMMON.split()}
"""How rare stems are: words that any request may hold weigh less than all others."""


@dataclass(frozen=True)
class Profile:
    """The stems of a function's name, of its description and of its parameters, and those of example utterances."""

    name: tuple[str, ...]
    description: tuple[str, ...]
    parameters: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Profile":
        """The other way round."""
        return Profile(
            tuple(data["name"]),
            tuple(data["description"]),
            tuple(data["parameters"]),
            tuple(tuple(one) for one in data["examples"]),
        )


@dataclass(frozen=True)
class Router:
    """Weights of SIGNALS; how rare stems are (natural logarithm), and how rare one is that is not listed."""

    weights: dict[str, float]
    rarity: dict[str, float]
    unknown: float = 4.0

    def probability(self, signals: Mapping[str, float]) -> float:
        """That the utterance asks for the function."""
        score = sum(self.weights.get(name, 0.0) * value for name, value in signals.items())
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))


def content(utterance: Utterance) -> list[str]:
    """The stems that say what is asked, in order, each once."""
    if "content" not in utterance.found:
        pairs = zip(utterance.lowers, utterance.kinds, strict=True)
        words = (low for low, kind in pairs if kind is WORD and low not in STOPS and low[0].isalnum())
        utterance.found["content"] = list(dict.fromkeys(stem(low) for low in words))
    found: list[str] = utterance.found["content"]
    return found


def signals(
    profile: Profile, utterance: Utterance, router: Router, read: Sequence[float], missing: int
) -> dict[str, float]:
    """SIGNALS by name. `read`: probabilities of the required parameters that were read; `missing`: the others."""
    asked = [word[:ROOT] for word in content(utterance)]
    rarity, unknown = router.rarity, router.unknown
    known = set(asked)
    name, description, parameters = _roots(profile.name), _roots(profile.description), _roots(profile.parameters)
    about = {*name, *description, *parameters}
    return {
        "bias": 1.0,
        "name covered": _covered(name, known, rarity, unknown),
        "name words": float(min(3, sum(1 for word in set(name) if word in known))),
        "description covered": _covered(description, known, rarity, unknown),
        "parameters covered": _covered(parameters, known, rarity, unknown),
        "utterance covered": _covered(asked, about, rarity, unknown),
        "required read": float(min(3, len(read))),
        "required missing": float(min(3, missing)),
        "probability": min(read, default=1.0),
        "verb named": 1.0 if asked and asked[0] in about else 0.0,
        "words covered": float(min(5, sum(1 for word in asked if word in about))),
        "name or more": max(_covered(name, known, rarity, unknown), _covered(description, known, rarity, unknown)),
        "example": max((_covered(_roots(one), known, rarity, unknown) for one in profile.examples), default=0.0),
    }


@lru_cache(maxsize=4096)
def _roots(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[:ROOT] for word in words))


def _covered(wanted: Sequence[str], known: set[str], rarity: Mapping[str, float], unknown: float) -> float:
    """The share of `wanted`, weighed by rarity, that is in `known`."""
    total = sum([rarity.get(word, unknown) for word in wanted])
    return sum([rarity.get(word, unknown) for word in wanted if word in known]) / total if total else 0.0
