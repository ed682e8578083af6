"""Typed values out of an utterance: what compiled functions call, and how their arguments are chosen."""

from extractors.utterance.anchors import anchored, implied
from extractors.utterance.choices import booleans, enums
from extractors.utterance.dates import dates, times
from extractors.utterance.matched import matched
from extractors.utterance.numbers import floats, integers, money
from extractors.utterance.phrases import codes, lists, names, phrases, quoted, texts
from extractors.utterance.text import Span, Utterance, UtteranceError

__all__ = [
    "Span", "Utterance", "UtteranceError", "anchored", "booleans", "codes", "dates", "enums", "floats", "implied",
    "integers", "lists", "matched", "money", "names", "phrases", "quoted", "texts", "times",
]  # fmt: skip
