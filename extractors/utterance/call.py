"""An utterance to a checked call: propose, rank, choose, apply defaults, validate, route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from extractors.confidence import interpolate
from extractors.utterance.decide import Choice, arguments_of, decide, rank, taken_by, with_defaults
from extractors.utterance.features import Slot
from extractors.utterance.model import CallModel, FunctionModel
from extractors.utterance.score import Scorer
from extractors.utterance.text import Span, Utterance
from extractors.utterance.units import unit_of

ProposeSpans = Callable[[Utterance], list[Span]]
Status = Literal["called", "doubtful", "incomplete", "irrelevant"]
MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Argument:
    """Where an argument comes from: the typed text, its form, and the probability among the parameter's spans."""

    text: str
    form: str
    probability: float


@dataclass(frozen=True, slots=True)
class Call:
    """What an utterance asks for.

    `called` and `doubtful` calls have arguments that their schema accepts; `incomplete` ones lack `missing` and have
    the rest, each inside its own schema; `irrelevant` ones have no function.
    """

    function: str | None
    arguments: dict[str, Any]
    status: Status
    confidence: float
    missing: tuple[str, ...] = ()
    evidence: dict[str, Argument] = field(default_factory=dict)


def call(text: str, functions: Mapping[str, ProposeSpans], model: CallModel) -> Call:
    """The call that the utterance asks for, of the function that fits best. Raises UtteranceError."""
    utterance = Utterance.of(text)
    best: tuple[float, Call] | None = None
    for function in model.functions:
        asked, made = _read(utterance, function, functions, model)
        if best is None or asked > best[0] + (MARGIN if made.status == "incomplete" else 0.0):
            best = asked, made
    if best is None or best[0] < model.least:
        return Call(None, {}, "irrelevant", 1.0 - (best[0] if best else 0.0))
    return best[1]


def read(text: str, name: str, functions: Mapping[str, ProposeSpans], model: CallModel) -> Call:
    """The arguments of one function, whether or not the utterance asks for it. Raises UtteranceError, KeyError."""
    for function in model.functions:
        if function.name == name:
            return _read(Utterance.of(text), function, functions, model)[1]
    raise KeyError(name)


def _read(
    utterance: Utterance, function: FunctionModel, functions: Mapping[str, ProposeSpans], model: CallModel
) -> tuple[float, Call]:
    """The probability that this function is asked for, and its call."""
    choices = choose(utterance, function, functions, model)
    needed = [choice for slot, choice in zip(function.slots, choices, strict=True) if slot.required]
    found = [choice.probability for choice in needed if choice.span is not None]
    signals = model.signals[function.name].of(utterance, found, len(needed) - len(found), taken_by(choices))
    asked = model.router.probability(signals)
    return asked, call_of(utterance, function, choices, model)


def call_of(utterance: Utterance, function: FunctionModel, choices: Sequence[Choice], model: CallModel) -> Call:
    """The call with these choices, one a slot: defaults applied, checked against the schema."""
    arguments: dict[str, Any] = with_defaults(arguments_of(function.slots, choices), function.schema)
    missing: list[str] = []
    evidence: dict[str, Argument] = {}
    for slot, (span, probability) in zip(function.slots, choices, strict=True):
        if span is not None:
            text = utterance.text_of(span.start, span.end)
            evidence[slot.name] = Argument(text, span.form, round(probability, 4))
        elif slot.required and not _holds(arguments, slot.path):
            missing.append(slot.name)
    if missing or not function.fits(arguments):
        fitting = {name: value for name, value in arguments.items() if function.allows(name, value)}
        return Call(function.name, fitting, "incomplete", 0.0, tuple(missing), evidence)
    raw = 1.0
    for choice in choices:
        raw *= choice.probability
    confidence = round(interpolate(raw, model.calibration), 6)
    status: Status = "called" if confidence >= model.threshold else "doubtful"
    return Call(function.name, arguments, status, confidence, (), evidence)


def choose(
    utterance: Utterance, function: FunctionModel, functions: Mapping[str, ProposeSpans], model: CallModel
) -> list[Choice]:
    """One choice a slot, among the spans whose value the parameter's own schema allows."""
    proposed: list[list[Span]] = []
    refused: dict[int, list[Span]] = {}
    for place, (slot, allowed) in enumerate(zip(function.slots, function.bounds, strict=True)):
        spans = functions[slot.function](utterance)
        proposed.append(spans if allowed is None else [span for span in spans if allowed(span.value)])
        if len(proposed[-1]) < len(spans):
            refused[place] = [span for span in spans if span not in proposed[-1]]
    scorers = model.scorers[function.name]
    choices = decide(scorers, proposed, utterance)
    for place, spans in refused.items():
        if choices[place].span is None:
            choices[place] = _not_given(scorers[place], spans, choices, utterance)
    return choices


def _not_given(scorer: Scorer, refused: Sequence[Span], choices: Sequence[Choice], utterance: Utterance) -> Choice:
    """How sure it is that the utterance does not give the parameter: it may, with a value that the schema refuses."""
    taken = {at for choice in choices if choice.span for at in range(choice.span.start, choice.span.end)}
    free = [span for span in refused if taken.isdisjoint(range(span.start, span.end))]
    if any(_is_meant(span, scorer.slot, utterance) for span in free):
        return Choice(None, 0.0)
    return Choice(None, next(probability for probability, span in rank(scorer, free, utterance) if span is None))


def _is_meant(span: Span, slot: Slot, utterance: Utterance) -> bool:
    """Whether a refused value can be meant for the parameter alone: `tomorrow` for a day, yen for a currency that may
    be euros or dollars, `20 hours` where at most 12 are allowed."""
    return span.kind == "date" or span.form == "coded" or unit_of(utterance, span.start, span.end) in slot.units


def _holds(arguments: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    inner: Any = arguments
    for key in path:
        if not isinstance(inner, dict) or key not in inner:
            return False
        inner = inner[key]
    return True
