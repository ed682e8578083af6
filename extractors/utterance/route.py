"""Which function an utterance asks for, or none of them.

A function is known by the stems of its name, its description and its parameters, each with a weight; an utterance is
near it as far as its own words, the rarer the heavier, are covered. How near is near enough is a logistic regression.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extractors.utterance.phrases import STOPS
from extractors.utterance.text import WORD, Utterance
from extractors.utterance.words import COMMON

SIGNALS = (
    "bias", "name covered", "description covered", "parameters covered", "utterance covered",
    "required read", "required missing", "probability", "words covered", "name or more", "example",
    "explained", "words left", "first covered", "rare covered",
)  # fmt: skip

FIRST = 2
"""Words that begin what is asked, after those that any request may hold."""
ROOT = 6
"""Letters by which stems are compared: `hypotenuse` and `hypotenus`, `probability` and `probable` are one."""
RARITY = {word[:ROOT]: 1.5 for word in COMMON}
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


class Signals:
    """SIGNALS of one function. What does not depend on the utterance is worked out once."""

    __slots__ = ("_about", "_description", "_examples", "_name", "_parameters", "_router")

    def __init__(self, profile: Profile, router: Router) -> None:
        self._router = router
        self._name = self._weighed(profile.name)
        self._description = self._weighed(profile.description)
        self._parameters = self._weighed(profile.parameters)
        self._examples = [self._weighed(one) for one in profile.examples]
        self._about = {**self._name, **self._description, **self._parameters}

    def _weighed(self, words: Sequence[str]) -> dict[str, float]:
        """The roots with their rarity."""
        rarity, unknown = self._router.rarity, self._router.unknown
        return {word[:ROOT]: rarity.get(word[:ROOT], unknown) for word in words}

    def of(self, utterance: Utterance, read: Sequence[float], missing: int, taken: int = 0) -> dict[str, float]:
        """SIGNALS by name. `read`: probabilities of the required parameters that were read; `missing`: the others;
        `taken`: the tokens that arguments were read from, a bit each."""
        asked = _asked(utterance)
        rarity, unknown = self._router.rarity, self._router.unknown
        common = [word for word in asked if word in self._about]
        weights = {word: rarity.get(word, unknown) for word in asked}
        total = sum(weights.values())
        left = [word for word, place in asked.items() if word not in self._about and not taken >> place & 1]
        name, description = _covered(self._name, common), _covered(self._description, common)
        first = [word for word in asked if word not in RARITY][:FIRST]
        return {
            "bias": 1.0,
            "name covered": name,
            "description covered": description,
            "parameters covered": _covered(self._parameters, common),
            "utterance covered": sum([weights[word] for word in common]) / total if total else 0.0,
            "required read": float(min(3, len(read))),
            "required missing": float(min(3, missing)),
            "probability": min(read, default=1.0),
            "words covered": float(min(5, len(common))),
            "name or more": max(name, description),
            "example": max([_covered(one, asked) for one in self._examples], default=0.0),
            "explained": 1.0 - sum([weights[word] for word in left]) / total if total else 1.0,
            "words left": float(min(5, len(left))),
            "first covered": sum([word in self._about for word in first]) / len(first) if first else 0.0,
            "rare covered": float(min(4, len(common) - sum([word in RARITY for word in common]))),
        }


def _asked(utterance: Utterance) -> dict[str, int]:
    """The roots of the words that say what is asked, each once, with its first token."""
    if "asked" not in utterance.found:
        found: dict[str, int] = {}
        rows = zip(utterance.lowers, utterance.kinds, utterance.stems, strict=True)
        for place, (low, kind, word) in enumerate(rows):
            if kind is WORD and low not in STOPS and low[0].isalnum():
                found.setdefault(word[:ROOT], place)
        utterance.found["asked"] = found
    asked: dict[str, int] = utterance.found["asked"]
    return asked


def _covered(wanted: Mapping[str, float], known: Collection[str]) -> float:
    """The share of `wanted`, weighed by rarity, that is in `known`."""
    if not wanted:
        return 0.0
    return sum([wanted[word] for word in known if word in wanted]) / sum(wanted.values())
