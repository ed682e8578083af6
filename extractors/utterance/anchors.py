"""Spans found by what stood around a value in an example: the words before it and after it.

An anchor is a run of case-folded tokens; `#` stands for any number, `^` for the utterance's beginning, `$` for its end.
"""

from collections.abc import Sequence
from typing import Any

from extractors.utterance.text import NUMBER, Span, Utterance

LONGEST = 14
"""Tokens of an anchored span at most."""
Anchor = tuple[tuple[str, ...], tuple[str, ...]]
"""The tokens before the value, and those after it."""


def anchored(utterance: Utterance, anchors: Sequence[Anchor]) -> list[Span]:
    """What stands between an anchor's two sides, as it was typed: the shortest such span after each left side."""
    lowers = masked(utterance)
    found: list[Span] = []
    for left, right in anchors:
        for start in _after(lowers, left):
            for end in range(start + 1, min(len(lowers), start + LONGEST) + 1):
                if _stands(lowers, right, end):
                    found.append(Span("text", utterance.text_of(start, end), start, end, "anchored"))
                    break
    return found


def implied(utterance: Utterance, value: Any) -> list[Span]:
    """A value that an example had without its utterance naming it: it stands nowhere, so it has no tokens."""
    del utterance
    return [Span("implied", value, 0, 0, "implied")]


def masked(utterance: Utterance) -> list[str]:
    """The case-folded tokens, numbers as `#`."""
    if "masked" not in utterance.found:
        pairs = zip(utterance.lowers, utterance.kinds, strict=True)
        utterance.found["masked"] = ["#" if kind is NUMBER else low for low, kind in pairs]
    lowers: list[str] = utterance.found["masked"]
    return lowers


def matched_left(lowers: Sequence[str], left: Sequence[str], start: int) -> int:
    """How many tokens of `left`, from its end, stand right before `start`."""
    count = 0
    for token in reversed(left):
        place = start - 1 - count
        if token != ("^" if place < 0 else lowers[place]):
            break
        count += 1
        if place < 0:
            break
    return count


def matched_right(lowers: Sequence[str], right: Sequence[str], end: int) -> int:
    """How many tokens of `right`, from its beginning, stand at `end`."""
    count = 0
    for token in right:
        place = end + count
        if token != ("$" if place >= len(lowers) else lowers[place]):
            break
        count += 1
        if place >= len(lowers):
            break
    return count


def _after(lowers: Sequence[str], left: Sequence[str]) -> list[int]:
    return [start for start in range(len(lowers)) if matched_left(lowers, left, start) == len(left)]


def _stands(lowers: Sequence[str], right: Sequence[str], end: int) -> bool:
    return matched_right(lowers, right, end) == len(right)
