"""Typed values out of an utterance: what compiled functions call, and how their arguments are chosen."""

from extractors.utterance.anchors import anchored, implied
from extractors.utterance.choices import booleans, enums
from extractors.utterance.dates import clocks, dates, times
from extractors.utterance.gazetteer import cities, currencies
from extractors.utterance.lists import chosen, lists, literals
from extractors.utterance.matched import matched
from extractors.utterance.numbers import floats, frequencies, integers, money
from extractors.utterance.phrases import addresses, codes, names, phrases, quoted, texts
from extractors.utterance.text import Span, Utterance, UtteranceError
from extractors.utterance.units import measures, units

__all__ = [
    "Span", "Utterance", "UtteranceError", "addresses", "anchored", "booleans", "chosen", "cities", "clocks",
    "codes", "currencies", "dates", "enums", "floats", "frequencies", "implied", "integers", "lists", "literals",
    "matched", "measures", "money", "names", "phrases", "quoted", "texts", "times", "units",
]  # fmt: skip
