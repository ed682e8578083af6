"""What stands at and around the tokens of an utterance, the same for all parameters: read once an utterance."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from extractors.utterance.features import CLASS, PARTS, PASSED, PREPOSITIONS, RUNS
from extractors.utterance.phrases import BREAKS, EDGES, blocks, name_runs, quotations
from extractors.utterance.text import MARK, WORD, Utterance
from extractors.utterance.words import COMMON

AMOUNTS = 3
CONTINUES = 3
"""How a neighbour goes on: it is no word (0), a small one (1) or a capitalised one (2)."""
_PREPOSITION = {word: number for number, word in enumerate(PREPOSITIONS)}
NO_RUN = len(RUNS) * len(PARTS)
_OTHER_WORD = len(PREPOSITIONS)
_PLAIN, _SMALL, _MARK = CLASS["plain"], CLASS["small"], CLASS["mark"]
_PASSED = EDGES | PASSED


class Around(NamedTuple):
    """By token, and for `before` and `after` by the place between two."""

    plain: list[int]
    """The classes that tokens have whatever the parameter is."""
    before: list[tuple[int, int, int]]
    """Of a span that begins there: the token before articles and quotation marks (-1: none), its number among
    PREPOSITIONS, and CONTINUES times whether the span begins first (0), second or later plus how the left goes on."""
    after: list[int]
    """Of a span that ends there: CONTINUES times whether nothing (0), a mark, a small word or a word stands after it
    plus how the right goes on."""
    common: list[int]
    """How many tokens before it are words that any request may hold."""


def around(utterance: Utterance) -> Around:
    """What stands around the utterance's tokens."""
    if "around" not in utterance.found:
        utterance.found["around"] = _read(utterance)
    found: Around = utterance.found["around"]
    return found


def _read(utterance: Utterance) -> Around:
    plain: list[int] = []
    before = [(-1, _PREPOSITION["^"], 0)]
    after: list[int] = []
    place, preposition = -1, _PREPOSITION["^"]
    for at, (low, kind) in enumerate(zip(utterance.lowers, utterance.kinds, strict=True)):
        goes_on = 0
        if kind is MARK:
            plain.append(_MARK)
            after.append(CONTINUES)
        elif low in BREAKS:
            plain.append(_SMALL)
            after.append(2 * CONTINUES)
        else:
            goes_on = 1 + utterance.tokens[at][0].isupper() if kind is WORD else 0
            plain.append(_PLAIN)
            after.append(3 * CONTINUES + goes_on)
        if low not in _PASSED:
            place, preposition = at, _PREPOSITION.get(low, _OTHER_WORD)
        before.append((place, preposition, (CONTINUES if at == 0 else 2 * CONTINUES) + goes_on))
    after.append(0)
    return Around(plain, before, after, [0, *accumulate([word in COMMON for word in utterance.stems])])


Runs = tuple[Sequence[tuple[int, int] | None], ...]


def runs_of(utterance: Utterance) -> Runs:
    """For each token the quotation, the run of capitalised words and that of any words that it belongs to."""
    return quotations(utterance), name_runs(utterance), blocks(utterance)[0]


def run_of(runs: Runs, start: int, end: int) -> int:
    """Which part of a run the span is: 0 to 3 as PARTS says for a quotation, 4 to 7 for a run of capitalised words, 8
    to 11 for any other, NO_RUN where it is part of none."""
    for kind, of in enumerate(runs):
        run = of[start]
        if run is not None and end <= run[1]:
            part = 0 if run == (start, end) else 1 if end == run[1] else 2 if start == run[0] else 3
            return len(PARTS) * kind + part
    return NO_RUN


def sums(utterance: Utterance, words: frozenset[str]) -> list[int]:
    """For each token how many before it are among the words (stems)."""
    known: dict[frozenset[str], list[int]] = utterance.found.setdefault("sums", {})
    if words not in known:
        stems = utterance.stems
        none = words.isdisjoint(utterance.stem_set)
        known[words] = [0] * (len(stems) + 1) if none else [0, *accumulate([word in words for word in stems])]
    return known[words]


class Inside(dict[tuple[int, int], int]):
    """By span, `AMOUNTS**2` times its run plus AMOUNTS times how many of its words are the function's, plus how many
    any request may hold: none of them (0), some or all. Worked out where it is asked for.

    It holds no utterance, which holds it: what refers to itself waits for the collector.
    """

    __slots__ = ("_common", "_functions", "_runs")

    def __init__(self, utterance: Utterance, function_words: frozenset[str]) -> None:
        super().__init__()
        self._runs = runs_of(utterance)
        self._functions = sums(utterance, function_words)
        self._common = around(utterance).common

    def __missing__(self, place: tuple[int, int]) -> int:
        start, end = place
        function = self._functions[end] - self._functions[start]
        common = self._common[end] - self._common[start]
        found = run_of(self._runs, start, end) * AMOUNTS * AMOUNTS
        if function:
            found += AMOUNTS if function < end - start else 2 * AMOUNTS
        if common:
            found += 1 if common < end - start else 2
        self[place] = found
        return found


def inside(utterance: Utterance, function_words: frozenset[str]) -> Inside:
    """What is inside spans, the same for all parameters of a function."""
    known: dict[frozenset[str], Inside] = utterance.found.setdefault("inside", {})
    if function_words not in known:
        known[function_words] = Inside(utterance, function_words)
    return known[function_words]


def amount(counts: list[int], start: int, end: int) -> int:
    """Whether none (0), some (1) or all (2) of the span's tokens are counted."""
    count = counts[end] - counts[start]
    return 0 if not count else 1 if count < end - start else 2


def is_worded(utterance: Utterance, start: int) -> bool:
    """Whether a number is printed in words."""
    return utterance.kinds[start] is WORD
