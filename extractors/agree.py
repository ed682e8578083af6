"""Two readings of one field put together: what the compiled code says, and what a later rung of the ladder says.

Neither is taken at its word. Where both give the same value it is as sure as the surer of the two; where they differ,
the likelier one stays, by Bayes' rule over two independent witnesses of whom at most one is right, and is less sure
than it was alone. A model is never believed more than the share of its answers that were measured to be right.
"""

from dataclasses import replace

from extractors.candidate import FieldValue
from extractors.confidence import status_of
from extractors.model import FieldModel
from extractors.normalise.value import same


def read_again(model: FieldModel, first: FieldValue, again: FieldValue) -> FieldValue:
    """The compiled code's answers on the page as it was read first, and on the region read more sharply."""
    if _same(model, first.value, again.value):
        return _surer(first, again)
    if again.confidence <= first.confidence:
        return first
    note = (_note("first reading", first.value), first.confidence)
    return replace(again, source="ocr_retry", explanation=(note, *again.explanation))


def ask_again(model: FieldModel, compiled: FieldValue, answer: FieldValue, label: str) -> FieldValue:
    """The compiled answer, and the model's (`extractors.bounded`); `label` names the model in the explanation."""
    if answer.status == "ungrounded":
        note = (_note(f"{label}, not printed", answer.value), 0.0)
        kept = replace(compiled, explanation=(*compiled.explanation, note))
        if compiled.value is not None:
            return kept
        return replace(kept, status="ungrounded", confidence=0.0, source="model")
    notes = (
        *compiled.explanation,
        (_note(compiled.source, compiled.value), compiled.confidence),
        (_note(label, answer.value), answer.confidence),
    )
    if _same(model, compiled.value, answer.value):
        surer = answer if answer.confidence > compiled.confidence else compiled
        chosen, confidence = replace(compiled, source=surer.source), surer.confidence
    else:
        ours, theirs = _odds(compiled.confidence, answer.confidence)
        chosen, confidence = (compiled, ours) if ours >= theirs else (answer, theirs)
    confidence = round(confidence, 6)
    return replace(chosen, status=status_of(model, chosen.value, confidence), confidence=confidence, explanation=notes)


def model_answer(found: FieldValue, label: str) -> tuple[bool, str | None] | None:
    """What the model `label` said about a field that `ask_again` joined: grounded or not, and the value.

    None where it was not asked.
    """
    for note, _ in reversed(found.explanation):
        for start, grounded in ((f"{label}: ", True), (f"{label}, not printed: ", False)):
            if note.startswith(start):
                value = note.removeprefix(start)
                return grounded, None if value == "none" else value
    return None


def _odds(one: float, other: float) -> tuple[float, float]:
    """The chances of two different answers, one of which is right at most; each at most what it was alone."""
    first, second, neither = one * (1 - other), other * (1 - one), (1 - one) * (1 - other)
    total = first + second + neither
    return (first / total, second / total) if total else (0.5, 0.5)


def _surer(first: FieldValue, again: FieldValue) -> FieldValue:
    if again.confidence <= first.confidence:
        return first
    return replace(first, confidence=again.confidence, status=again.status)


def _same(model: FieldModel, one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return same(model.kind, one, other)


def _note(who: str, value: str | None) -> str:
    return f"{who}: {value if value is not None else 'none'}"
