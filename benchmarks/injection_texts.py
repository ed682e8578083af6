"""Texts to train the injection classifiers on, all made by our own grammars (`security_cases/text/*.grammar`).

Lists named `order_*` are families of orders to a machine reader: a tone (polite, conditional, forged, …) or a language.
Lists named `ask_*` and `line_*` are what papers say to people and about things. `leave_out` keeps families, or orders
with certain words, out, so that what a classifier makes of orders of a kind it never saw can be measured.
"""

import argparse
import doctest
import inspect
import json.decoder
import logging
import pathlib
import random
import re
import tarfile
import unittest.mock
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pydoc_data.topics import topics
from typing import Literal

from benchmarks.security_text import Grammar, expand
from security.passages import passages
from security.windows import sentences

Head = Literal["orders", "injection"]
"""`orders` judges passages of documents, `injection` any text: specs and requests may order a model about."""

ORDER_TEXTS = 450
"""Orders of each family; some families say more different things than others."""
PAPER_TEXTS = 400
"""Texts of each family of what papers say."""
DOCUMENTS = 900
PROSE = 30
"""Passages of each topic of the language reference."""
TIMES: Mapping[str, float] = {
    "order_assert": 2, "order_verdict": 2, "order_forged": 2, "order_leak": 2, "order_jailbreak": 1.5,
    "order_oblique": 3, "ask_fact": 3, "ask_address": 2, "ask_condition": 2, "ask_spec": 3, "ask_admin": 3,
    "ask_wish": 2,
    "ask_es": 0.3, "ask_it": 0.3, "ask_pt": 0.3, "ask_nl": 0.3, "line_columns": 2,
    "line_labels": 3, "line_headings": 2, "line_receipt": 2,
    "line_command": 2, "line_code": 1.5,
}  # fmt: skip
"""How many times as many texts of some families: they say more different things, or fewer."""
SOURCES = (argparse, doctest, json.decoder, logging, pathlib, tarfile, unittest.mock)
"""Modules of the standard library whose code and comments show what a program's texts look like (PSF licence)."""
DOCUMENT_KINDS = ("invoice", "receipt", "contract", "note", "letter", "foreign", "order")
REQUEST_KINDS = ("workflow", "spec", "request")
NOT_FOR_REQUESTS = {"order_passive", "order_assert", "order_verdict", "order_chat", "order_reason", "order_oblique"}
"""Families that only a document makes suspicious: a request may say what the answer is to be."""
NOT_PAPERS = {"ask_spec", "ask_admin", "line_markdown", "line_command", "line_rule", "line_code"}
SURE = ("do_leak", "do_stop", "do_persona")
"""What no honest request asks for."""


@dataclass(frozen=True)
class Example:
    """A text, whether it is an order to a machine reader, and the family it comes from."""

    text: str
    order: bool
    family: str


def examples(
    grammar: Grammar, head: Head, rng: random.Random, leave_out: Callable[[str, str], bool] | None = None
) -> list[Example]:
    """Everything a classifier learns from. `leave_out` gets (family, text) of an order."""
    papers = [*_papers(grammar, head, rng)]
    orders = [one for one in _orders(grammar, head, rng) if not (leave_out and leave_out(one.family, one.text))]
    said = [one.text for one in papers if one.family.startswith("ask_")]
    orders += [Example(_beside(one.text, said, rng), True, one.family) for one in orders if rng.random() < 0.2]
    papers += [Example(" ".join(rng.sample(said, 2)), False, "two") for _ in range(len(said) // 5)]
    papers += [Example(_piece(text, rng), False, "piece") for text in rng.sample(said, len(said) // 4)]
    return [*orders, *papers]


def families(grammar: Grammar) -> list[str]:
    """Names of the families of orders."""
    return [name for name in grammar if name.startswith("order_")]


def passages_of(text: str) -> list[str]:
    """The passages in which a gate looks for orders."""
    parts = sentences(text)
    return [" ".join(part.text for part in parts[first:last]) for first, last in passages(parts)]


def _orders(grammar: Grammar, head: Head, rng: random.Random) -> Iterator[Example]:
    lists = dict(grammar)
    if head == "injection":
        lists["do"] = tuple(f"{{{name}}}" for name in SURE)
    for family in families(grammar):
        if head == "orders" or family not in NOT_FOR_REQUESTS:
            yield from _made(lists, family, True, ORDER_TEXTS, rng)
    for _ in range((2 if head == "orders" else 8) * ORDER_TEXTS):
        yield Example(expand(grammar, "injection", rng), True, "classic")


def _papers(grammar: Grammar, head: Head, rng: random.Random) -> Iterator[Example]:
    for family in grammar:
        if family.startswith(("ask_", "line_")) and not (head == "orders" and family in NOT_PAPERS):
            yield from _made(grammar, family, False, PAPER_TEXTS, rng)
    kinds = DOCUMENT_KINDS if head == "orders" else (*DOCUMENT_KINDS, *REQUEST_KINDS)
    for number in range(DOCUMENTS):
        text = expand(grammar, kinds[number % len(kinds)], rng)
        yield from (Example(piece, False, "document") for piece in _some(passages_of(text), 8, rng))
        if head == "injection":
            yield Example(text, False, "document")
    for text in topics.values():
        yield from (Example(piece, False, "prose") for piece in _some(passages_of(text), PROSE, rng))
    if head == "injection":
        yield from _made(grammar, "chat", False, 2 * PAPER_TEXTS, rng)
        for module in SOURCES:
            pieces = passages_of(inspect.getsource(module))
            yield from (Example(piece, False, "source") for piece in _some(pieces, 10 * PROSE, rng))


def _made(grammar: Grammar, family: str, order: bool, count: int, rng: random.Random) -> Iterator[Example]:
    for _ in range(round(count * TIMES.get(family, 1))):
        yield Example(expand(grammar, family, rng), order, family)


def _some(pieces: Sequence[str], most: int, rng: random.Random) -> list[str]:
    return rng.sample(pieces, min(most, len(pieces)))


def _beside(text: str, said: Sequence[str], rng: random.Random) -> str:
    """The order with the end or the beginning of another sentence in the same passage."""
    other = rng.choice(said)
    return f"{other[-60:]} {text}" if rng.random() < 0.5 else f"{text} {other[:60]}"


def _piece(text: str, rng: random.Random) -> str:
    """The sentence from or up to some word, as a page breaks it: what remains must not pass for an order."""
    words = text.split()
    place = rng.randint(1, max(1, len(words) - 2))
    return " ".join(words[place:] if rng.random() < 0.6 else words[:place])


def mentions(words: Iterable[str]) -> Callable[[str, str], bool]:
    """Leaves out orders that hold one of these stems."""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)
    return lambda _, text: bool(pattern.search(text))
