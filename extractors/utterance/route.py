"""Which function an utterance asks for, or none of them.

A function is known by the stems of its name, its description and its parameters, each with a weight; an utterance is
near it as far as its own words, the rarer the heavier, are covered. How near is near enough is a logistic regression.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
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

    @cached_property
    def ordered(self) -> tuple[float, ...]:
        """The weights in the order of SIGNALS."""
        return tuple(self.weights.get(name, 0.0) for name in SIGNALS)

    def probability(self, signals: Sequence[float]) -> float:
        """That the utterance asks for the function; `signals` in the order of SIGNALS."""
        score = sum([weight * value for weight, value in zip(self.ordered, signals, strict=True)])
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))


class Signals:
    """SIGNALS of one function. What does not depend on the utterance is worked out once."""

    __slots__ = ("_about", "_examples", "_router", "_totals")

    def __init__(self, profile: Profile, router: Router) -> None:
        self._router = router
        parts = [self._weighed(words) for words in (profile.name, profile.description, profile.parameters)]
        self._about = {
            word: (parts[0].get(word, 0.0), parts[1].get(word, 0.0), parts[2].get(word, 0.0))
            for part in parts
            for word in part
        }
        self._totals = [sum(part.values()) or 1.0 for part in parts]
        self._examples = [self._weighed(one) for one in profile.examples]

    def _weighed(self, words: Sequence[str]) -> dict[str, float]:
        """The roots with their rarity."""
        return {word[:ROOT]: self._router.rarity.get(word[:ROOT], self._router.unknown) for word in words}

    def of(self, utterance: Utterance, read: Sequence[float], missing: int, taken: int = 0) -> list[float]:
        """SIGNALS in their order. `read`: probabilities of the required parameters that were read; `missing`: the
        others; `taken`: the tokens that arguments were read from, a bit each."""
        about, asked = self._about, _asked(utterance)
        rarity, unknown = self._router.rarity, self._router.unknown
        covered = name = description = parameters = left = total = 0.0
        common = others = rare = 0
        first: list[bool] = []
        for word, place in asked.items():
            known = word in about
            if word not in RARITY:
                first.append(known)
                rare += known
            weight = rarity.get(word, unknown)
            total += weight
            if known:
                in_name, in_description, in_parameters = about[word]
                covered += weight
                name += in_name
                description += in_description
                parameters += in_parameters
                common += 1
            elif not taken >> place & 1:
                left += weight
                others += 1
        first = first[:FIRST]
        name, description = name / self._totals[0], description / self._totals[1]
        return [
            1.0,
            name,
            description,
            parameters / self._totals[2],
            covered / total if total else 0.0,
            float(min(3, len(read))),
            float(min(3, missing)),
            min(read, default=1.0),
            float(min(5, common)),
            max(name, description),
            max([_covered(one, asked) for one in self._examples], default=0.0),
            1.0 - left / total if total else 1.0,
            float(min(5, others)),
            sum(first) / len(first) if first else 0.0,
            float(min(4, rare)),
        ]


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


def _covered(wanted: Mapping[str, float], known: Iterable[str]) -> float:
    """The share of `wanted`, weighed by rarity, that is known."""
    return sum([wanted[word] for word in known if word in wanted]) / sum(wanted.values()) if wanted else 0.0
