"""How well the orders classifier knows orders of a kind it never saw: `python -m benchmarks.left_out [--json]`.

A whole group of orders is left out of training (a tone, a language, a family of verbs), and the share of the group
that is found is counted: each order broken into lines as on a page, and scored as the gate scores passages, at the
shipped threshold of review. Figures are those of the classifier alone, without rules. `none` leaves nothing out.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.injection_texts import Example, examples, families, mentions, passages_of
from benchmarks.security_text import load_grammar, seeded, wrap
from benchmarks.train_injection import SEED, counts, fit
from security.classifier import Linear, load_orders

SHARE = 0.5
"""Of the training texts that is used, so that a fit takes seconds."""
TESTED = 150
"""Orders tested of each group."""
LANGUAGES = ("de", "fr", "es", "it", "pt", "nl")
VERBS: Mapping[str, tuple[str, ...]] = {
    "setting": ("set", "put", "enter", "insert", "fill", "replace", "change", "assign", "use", "make", "take"),
    "saying": ("say", "tell", "write", "state", "report", "print", "answer", "reply", "respond", "return", "output"),
    "judging": ("approve", "accept", "mark", "treat", "consider", "rate", "rank", "classify", "certify", "release"),
    "stopping": ("ignor", "forget", "disregard", "skip", "omit", "leave", "drop", "stop", "abandon", "exclude"),
    "revealing": ("reveal", "show", "share", "disclose", "list", "repeat", "display", "expose", "recite", "quote"),
    "acting": ("act", "pretend", "imagine", "play", "behave", "become", "obey", "follow", "send", "run", "call"),
}
"""Stems of English verbs that are left out together."""


def run() -> dict[str, dict[str, float]]:
    """Share found of each group: `tones`, `languages`, `verbs`, and of all together with nothing left out."""
    grammar, rng = load_grammar("train"), seeded(SEED + 1)
    made = [one for one in examples(grammar, "orders", rng) if rng.random() < SHARE]
    matrix = counts([one.text for one in made])
    english = [name for name in families(grammar) if name.removeprefix("order_") not in LANGUAGES]
    groups = {
        "tones": {name.removeprefix("order_"): _of(made, name) for name in english},
        "languages": {code: _of(made, f"order_{code}") for code in LANGUAGES},
        "verbs": {name: _with(made, stems) for name, stems in VERBS.items()},
        "none": {"none": np.zeros(len(made), dtype=bool)},
    }
    return {
        kind: {name: _found(made, matrix, left, kind == "none") for name, left in of.items()}
        for kind, of in groups.items()
    }


def _of(made: Sequence[Example], family: str) -> np.ndarray:
    return np.array([one.family == family for one in made])


def _with(made: Sequence[Example], stems: Sequence[str]) -> np.ndarray:
    hold = mentions(stems)
    return np.array([one.order and hold(one.family, one.text) for one in made])


def _found(made: Sequence[Example], matrix: csr_matrix, left: np.ndarray, everything: bool) -> float:
    """The share of the left-out orders found by a classifier that saw the others (or all)."""
    labels = np.array([one.order for one in made])
    model = fit(matrix[~left], labels[~left], "orders")
    texts = [one.text for one, out in zip(made, left, strict=True) if one.order and (out or everything)]
    chosen, review = seeded(SEED).sample(texts, min(TESTED, len(texts))), load_orders().review
    return round(float(np.mean([_worst(model, text) >= review for text in chosen])), 3)


def _worst(model: Linear, text: str) -> float:
    return max(map(float, model.scores(passages_of(wrap(text)))), default=0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    report = run()
    lines = [f"{kind:10} {name:12} {share:6.1%}" for kind, of in report.items() for name, share in of.items()]
    sys.stdout.write((json.dumps(report) if options.json else "\n".join(lines)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
