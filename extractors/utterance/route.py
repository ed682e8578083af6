"""Which function an utterance asks for, or none of them.

A function is known by the stems of its name, its description and its parameters, each with a weight; an utterance is
near it as far as its own words, the rarer the heavier, are covered. How near is near enough is a logistic regression.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
        rows = zip(utterance.lowers, utterance.kinds, utterance.stems, strict=True)
        words = [word for low, kind, word in rows if kind is WORD and low not in STOPS and low[0].isalnum()]
        utterance.found["content"] = list(dict.fromkeys(words))
    found: list[str] = utterance.found["content"]
    return found


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

    def of(self, utterance: Utterance, read: Sequence[float], missing: int) -> dict[str, float]:
        """SIGNALS by name. `read`: probabilities of the required parameters that were read; `missing`: the others."""
        asked = _asked(utterance)
        rarity, unknown = self._router.rarity, self._router.unknown
        common = [word for word in asked if word in self._about]
        weights = [rarity.get(word, unknown) for word in asked]
        covered = sum([rarity.get(word, unknown) for word in common])
        name, description = _covered(self._name, common), _covered(self._description, common)
        return {
            "bias": 1.0,
            "name covered": name,
            "name words": float(min(3, sum([word in self._name for word in common]))),
            "description covered": description,
            "parameters covered": _covered(self._parameters, common),
            "utterance covered": covered / sum(weights) if weights else 0.0,
            "required read": float(min(3, len(read))),
            "required missing": float(min(3, missing)),
            "probability": min(read, default=1.0),
            "verb named": 1.0 if asked and asked[0] in self._about else 0.0,
            "words covered": float(min(5, len(common))),
            "name or more": max(name, description),
            "example": max([_covered(one, asked) for one in self._examples], default=0.0),
        }


def _asked(utterance: Utterance) -> list[str]:
    """The roots of the words that say what is asked, each once."""
    if "asked" not in utterance.found:
        utterance.found["asked"] = list(dict.fromkeys([word[:ROOT] for word in content(utterance)]))
    found: list[str] = utterance.found["asked"]
    return found


def _covered(wanted: Mapping[str, float], known: Sequence[str]) -> float:
    """The share of `wanted`, weighed by rarity, that is in `known`."""
    if not wanted:
        return 0.0
    return sum([wanted[word] for word in known if word in wanted]) / sum(wanted.values())
