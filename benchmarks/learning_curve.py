"""Accuracy against the number of examples: 5, 10, 25, 50, 100, all; the same held-out vendors each time."""

from collections.abc import Sequence
from typing import Any

from benchmarks.baselines.code_factory import CodeFactory
from benchmarks.documents import Split, score
from factory.folds import group_names
from factory.generate.examples import ExampleGenerator
from factory.golden import Example
from factory.spec import DocumentSpec

SIZES = (5, 10, 25, 50, 100)


def run(spec: DocumentSpec, parts: Split) -> dict[str, Any]:
    """`points`: a list of {examples, exact, interval, accepted, accepted_right}.

    The gate on accuracy is left out: with five examples the question is how far one gets, not whether to deploy.
    """
    relaxed = spec.model_copy(
        update={"accuracy": spec.accuracy.model_copy(update={"minimum": 0.0, "minimum_per_field": {}})}
    )
    ordered = _in_turns(spec, parts.training)
    sizes = [size for size in SIZES if size < len(ordered)] + [len(ordered)]
    points = []
    for size in sizes:
        system = CodeFactory("examples", ExampleGenerator)
        system.prepare(relaxed, ordered[:size])
        scored = score(spec, parts.held_out, [system.answer(one) for one in parts.held_out])
        kile, accepted = scored["kile"], scored["accepted"]
        points.append(
            {
                "examples": size, "exact": kile["exact"], "interval": kile["interval"],
                "accepted": accepted["share"], "accepted_right": accepted["right"],
            }
        )  # fmt: skip
    return {"points": points}


def _in_turns(spec: DocumentSpec, examples: Sequence[Example]) -> list[Example]:
    """Vendor by vendor in turns, so that few examples are of many vendors, as a careful person would choose."""
    seen: dict[str, int] = {}
    turns: list[tuple[int, int]] = []
    for place, group in enumerate(group_names(spec, examples)):
        seen[group] = seen.get(group, 0) + 1
        turns.append((seen[group], place))
    return [examples[place] for _, place in sorted(turns)]
