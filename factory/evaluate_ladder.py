"""What the ladder adds: per field before and after, how far its model can be believed, and what it took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from extractors.agree import model_answer
from extractors.candidate import Record
from extractors.climbed import Climbed
from factory.golden import Label
from factory.score import is_right, wilson
from factory.spec import DocumentSpec
from inference.usage import Usage


def ladder_scores(
    spec: DocumentSpec,
    labels: Sequence[Label],
    before: Sequence[Record],
    after: Sequence[Record],
    climbs: Sequence[Climbed],
) -> dict[str, Any]:
    """`tokens` and `ladder` of `factory eval --ladder on --json`.

    Of each field: `asked`, the documents whose field a model was asked for; `grounded`, those of its answers that are
    printed; `grounded_right`, how many of these are right; `reliability`, the lower end of the 95 % interval of that
    share, to be written into the spec's `fallback.reliability`; `exact_before` and `exact_after` the climb.
    """
    usage = sum((climb.usage for climb in climbs), Usage())
    count = max(len(climbs), 1)
    models = dict.fromkeys(call.model for climb in climbs for call in climb.calls)
    return {
        "tokens": usage.tokens,
        "ladder": {
            "models": list(models),
            "calls": usage.requests,
            "calls_per_document": round(usage.requests / count, 3),
            "tokens_per_document": round(usage.tokens / count, 1),
            "usage": asdict(usage),
            "left": dict(Counter(climb.left for climb in climbs if climb.left)),
            "skipped": dict(Counter(reason for climb in climbs for reason in climb.skipped)),
            "fields": {name: _field(spec, name, labels, before, after, list(models)) for name in spec.fields},
        },
    }


def _field(
    spec: DocumentSpec,
    name: str,
    labels: Sequence[Label],
    before: Sequence[Record],
    after: Sequence[Record],
    models: Sequence[str],
) -> dict[str, Any]:
    kind = spec.fields[name].type
    counts = Counter(asked=0, grounded=0, grounded_right=0, documents=0, before=0, after=0, from_model=0, from_ocr=0)
    for label, old, new in zip(labels, before, after, strict=True):
        if not label.counts(name):
            continue
        truth, found = label.fields[name], new.fields[name]
        counts["documents"] += 1
        counts["before"] += is_right(kind, truth, old.fields[name].value)
        counts["after"] += is_right(kind, truth, found.value)
        counts["from_model"] += found.source == "model"
        counts["from_ocr"] += found.source == "ocr_retry"
        said = next((answer for model in models if (answer := model_answer(found, model))), None)
        if said is not None:
            counts["asked"] += 1
            counts["grounded"] += said[0]
            counts["grounded_right"] += said[0] and is_right(kind, truth, said[1])
    total = max(counts["documents"], 1)
    return {
        "asked": counts["asked"],
        "grounded": counts["grounded"],
        "grounded_right": counts["grounded_right"],
        "reliability": round(wilson(counts["grounded_right"], counts["grounded"])[0], 4),
        "from_model": counts["from_model"],
        "from_ocr_retry": counts["from_ocr"],
        "exact_before": round(counts["before"] / total, 4),
        "exact_after": round(counts["after"] / total, 4),
    }
