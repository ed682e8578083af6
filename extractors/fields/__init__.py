"""Typed proposers: for each kind of value, every span of the document that could be one.

Each returns its `Candidate`s in reading order of the lines they come from, and works once a document: many fields
share the list, so leave it as it is and make a new one to filter it
(`[c for c in identifiers(document) if matches(r"RE-[0-9]+", c.value)]`, with `extractors.pattern`).
A proposer does not decide. It proposes every plausible span; the ranker, fitted on examples, picks among them.
"""

from extractors.fields.address import addresses
from extractors.fields.boolean import booleans
from extractors.fields.date import dates
from extractors.fields.enum import enums
from extractors.fields.identifier import identifiers
from extractors.fields.money import money
from extractors.fields.number import numbers
from extractors.fields.party import parties
from extractors.fields.text import texts

__all__ = ["addresses", "booleans", "dates", "enums", "identifiers", "money", "numbers", "parties", "texts"]
