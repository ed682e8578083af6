"""The training parts of public prompt-injection corpora, read from files of the user's: none lies in this repository.

The shipped weights learned from the prompt-injection sets of S-Labs (`slabs.jsonl`) and neuralchemy
(`neuralchemy.jsonl`), which their authors publish on Hugging Face. A file has a line a text: `{"text", "label",
"split"?}`, label 1 for an attack. deepset's set is to take no part: it shows how a classifier does on a corpus that it
never saw.
"""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.injection_texts import Example, Head, passages_of
from benchmarks.security_text import wrap

HELD_OUT_EVERY = 5
"""Every so many-th text is kept for testing where the corpus itself names no `split`."""
LONGEST = 300
"""Characters: a longer attack is mostly story, of which a passage of a document shows a piece."""
ATTACKS = 6000
"""Attacks of all corpora together that the judge of passages learns from, so that they do not drown out orders."""


def training_part(path: Path) -> list[Example]:
    """By the corpus's own `split`, else all but every fifth text."""
    kept = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if row["split"] == "train" if "split" in row else number % HELD_OUT_EVERY:
            kept.append(Example(row["text"], bool(row["label"]), path.stem))
    return kept


def corpus_examples(paths: Sequence[Path], head: Head, rng: random.Random) -> list[Example]:
    """What a classifier learns from these corpora: everything, or short attacks that a document may hold.

    Their benign texts are requests to a model: no papers, so the judge of passages does not learn from them.
    """
    texts = [one for path in paths for one in training_part(path)]
    if head == "injection":
        return texts
    attacks = [one for one in texts if one.order and len(one.text) <= LONGEST and passages_of(wrap(one.text))]
    return rng.sample(attacks, min(ATTACKS, len(attacks)))
