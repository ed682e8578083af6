"""How far each field's answers are trusted: strangers' and, apart, those that examples of the same vendor speak for.

Two sets of held-out answers go in. In the one, folds keep a vendor's documents together, so every answer is a
stranger's; in the other, folds part them, so that a document's vendor may be known from other documents, never from
itself. A stranger's answers that look familiar all the same (a known name printed for another reason) count among the
familiar ones, where they do harm. Answers that a wrongly copied label must have meant prove nothing: they count for
neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.confidence import interpolate
from extractors.model import Familiar, FieldModel, Trust
from factory.calibrate import Answer, Calibration, Threshold, calibrate, thresholds

FEWEST = 20
"""With fewer documents of known vendors all are treated as strangers'."""
Answers = Mapping[str, Sequence[Answer]]
"""For each field, its held-out answers."""


@dataclass(frozen=True)
class Trusts:
    """What `FieldModel` stores of each field, and the answers with calibrated scores."""

    given: dict[str, Trust]
    absent: dict[str, Trust]
    familiar: dict[str, Familiar]
    """Empty where too few documents are of known vendors."""
    strangers: dict[str, list[Answer]]
    known: dict[str, list[Answer]]
    """Answers of the second set that are familiar, as `strangers` of the first."""

    def put(self, name: str, model: FieldModel) -> FieldModel:
        """The model with the trust of its field."""
        given = self.given[name]
        return replace(
            model, calibration=given.calibration, threshold=given.threshold, threshold_note=given.threshold_note,
            absence=self.absent[name], familiar=self.familiar.get(name),
        )  # fmt: skip


def trusts(strangers: Answers, parted: Answers, target: float) -> Trusts:
    """Calibration and thresholds of both, from answers without. `parted`: of folds that part a vendor's documents."""
    familiar = {
        name: [one for one in (*parted[name], *strangers[name]) if one.support] if name in parted else []
        for name in strangers
    }
    if max(map(len, familiar.values()), default=0) < FEWEST:
        familiar = {}
    alone = {name: [one for one in list_ if not (familiar and one.support)] for name, list_ in strangers.items()}
    given, absent = _learned(alone, target)
    known: dict[str, Familiar] = {}
    if familiar:
        values, nones = _learned(familiar, target)
        for name in familiar:
            # What too few familiar documents show is trusted as a stranger's, never less.
            own = values[name] if values[name].threshold is not None else given[name]
            none = nones[name] if nones[name].threshold is not None else absent[name]
            known[name] = Familiar(own, none)
    found = Trusts(given, absent, known, {}, {})
    return replace(
        found,
        strangers={name: [_calibrated(found, name, one) for one in list_] for name, list_ in strangers.items()},
        known={name: [_calibrated(found, name, one) for one in parted[name] if one.support] for name in known},
    )


def _learned(answers: Answers, target: float) -> tuple[dict[str, Trust], dict[str, Trust]]:
    """Of answers with a value, and without."""
    sound = {name: [one for one in list_ if not one.slip] for name, list_ in answers.items()}
    found = calibrate(sound)
    limits = thresholds(
        {
            (name, given): [_scored(one, _knots(found[name], given)) for one in list_ if one.given == given]
            for name, list_ in sound.items()
            for given in (True, False)
        },
        target,
    )
    given = {name: _trust(_knots(found[name], True), limits[name, True]) for name in answers}
    return given, {name: _trust(_knots(found[name], False), limits[name, False]) for name in answers}


def _calibrated(found: Trusts, name: str, answer: Answer) -> Answer:
    familiar = found.familiar.get(name) if answer.support else None
    if familiar is not None:
        trust = familiar.given if answer.given else familiar.absent
    else:
        trust = found.given[name] if answer.given else found.absent[name]
    return _scored(answer, trust.calibration)


def _scored(answer: Answer, knots: tuple[tuple[float, float], ...]) -> Answer:
    return replace(answer, score=round(interpolate(answer.score, knots), 6))


def _knots(found: Calibration, given: bool) -> tuple[tuple[float, float], ...]:
    return found.given if given else found.absent


def _trust(knots: tuple[tuple[float, float], ...], limit: Threshold) -> Trust:
    return Trust(knots, limit.value, limit.note)
