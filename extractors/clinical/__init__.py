"""Reads clinical factors from notes without a model: who has what, measured how, tried with which outcome.

A note is cut into sections and sentences (`sentences`), concepts are found by lexicon (`lexicon`), and the words around
a mention say whether it is affirmed, negated, uncertain, someone else's, or merely planned (`context`). The three
proposers below give candidates with their quote and place; the ranker, fitted on labelled notes, weighs them.
"""

from extractors.clinical.conditions import conditions
from extractors.clinical.measures import measures
from extractors.clinical.trials import trials

__all__ = ["conditions", "measures", "trials"]
