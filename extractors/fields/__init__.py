"""Typed proposers: for each kind of value, every span of the document that could be one.

Each returns a new list's worth of `Candidate`s in reading order and works once a document: many fields share it.
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
