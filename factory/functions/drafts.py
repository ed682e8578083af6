"""Utterances without arguments: a model drafts the call that each asks for, and the report lists them to confirm.

Two readers see an utterance: the model, and the functions by example with their ranker. Where both agree all is well;
where they do not, the ranker's value is kept if it is sure of it, else the model's, and the report names the argument.
An optional value that the utterance neither prints nor names is left out, for a guess would become an answer in the
code. A required one stays: there is no call without it, and the report marks it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractors.utterance.call import choose
from extractors.utterance.decide import Choice, with_defaults
from extractors.utterance.schema import validator
from extractors.utterance.text import Utterance, UtteranceError
from factory.functions.compile import model_of, plans_of
from factory.functions.literals import literal_spans
from factory.functions.load import DraftedCall, LoadedFunctions
from factory.functions.prompt import DRAFTING, call_question
from factory.functions.same import same_arguments
from factory.functions.spec import FunctionPart, UtteranceExample
from factory.functions.write import Planned
from inference.client import Client
from inference.errors import AnswerInvalid, BudgetExceeded, GateBlocked, ModelUnavailable
from inference.request import Request

SURE = 0.9
"""Probability of the ranker from which its value is kept against one of the model that the utterance does not print."""
OUTPUT_TOKENS = 300
RETRIES = 1
RETRY_TEMPERATURE = 0.5
_TYPES: dict[str, Any] = {"integer": int, "number": float, "boolean": bool, "string": str}


@dataclass(frozen=True)
class Drafts:
    """The spec with what was drafted, and why some utterances have no draft."""

    loaded: LoadedFunctions
    refused: tuple[str, ...] = ()


def draft_examples(
    loaded: LoadedFunctions, client: Client, progress: Callable[[str], None] = lambda text: None
) -> Drafts:
    """Ask once for each of the spec's `utterances`; those without a fitting answer are left out.

    Raises what a call raises where the user must act: no key, no such model, a refused request.
    """
    spec, drafted = loaded.spec, list(loaded.drafted)
    refused: list[str] = []
    for place, (part, plans) in enumerate(zip(loaded.spec.parts, plans_of(loaded.spec), strict=True)):
        mine: list[DraftedCall] = []
        for number, text in enumerate(part.utterances, start=1):
            progress(f"model drafts the call of utterance {number} of {part.function.name}")
            try:
                mine.append(_draft(part, plans, text, client))
            except (AnswerInvalid, GateBlocked, UtteranceError) as error:
                refused.append(f"{part.function.name}, utterance {number}: {error}")
            except (BudgetExceeded, ModelUnavailable) as error:
                return Drafts(replace(loaded, spec=spec, drafted=tuple(drafted)), (*refused, str(error)))
        drafted += mine
        spec = spec.with_examples(place, (*part.examples, *(one.example for one in mine)))
    return Drafts(replace(loaded, spec=spec, drafted=tuple(drafted)), tuple(refused))


def _draft(part: FunctionPart, plans: Sequence[Planned], text: str, client: Client) -> DraftedCall:
    utterance, allowed = Utterance.of(text), validator(part.function.parameters)
    sure = _read(part, plans, utterance)
    disputed: set[str] = set()

    def arguments(answer: BaseModel) -> dict[str, Any]:
        given = answer.model_dump(by_alias=True)
        disputed.clear()
        chosen = {}
        for planned in plans:
            path = ".".join(planned.slot.path)
            chosen[path], differs = _settle(planned, given[path], sure[path], utterance)
            disputed.update([path] if differs else [])
        return with_defaults(nested(chosen, plans), part.function.parameters)

    def unfit(answer: BaseModel) -> list[str]:
        faults = allowed.iter_errors(arguments(answer))
        return [f"{'.'.join(map(str, fault.absolute_path)) or 'arguments'}: {fault.validator}" for fault in faults]

    request = Request(
        f"draft a call of {part.function.name}", DRAFTING, call_question(part, plans, text), _answer_type(plans),
        public_instructions=True, max_output_tokens=OUTPUT_TOKENS, retries=RETRIES,
        retry_temperature=RETRY_TEMPERATURE, check=unfit,
    )  # fmt: skip
    answer = client.ask(request).value
    example = UtteranceExample(utterance=text, arguments=arguments(answer))
    answered = {path: value for path, value in answer.model_dump(by_alias=True).items() if value is not None}
    return DraftedCall(part.function.name, example, answered, tuple(sorted(disputed)))


def _read(part: FunctionPart, plans: Sequence[Planned], utterance: Utterance) -> dict[str, Choice]:
    """What the functions by example read, by path."""
    model = model_of([part], [plans])
    proposers = {planned.slot.function: planned.bind() for planned in plans}
    choices = choose(utterance, model.functions[0], proposers, model)
    return {".".join(planned.slot.path): choice for planned, choice in zip(plans, choices, strict=True)}


def _settle(planned: Planned, given: Any, read: Choice, utterance: Utterance) -> tuple[Any, bool]:
    """The value that is kept, None for none, and whether the two readers differ."""
    if given is not None and not planned.slot.required and not is_shown(planned, given, utterance):
        given = None
    other = read.span.value if read.span is not None else None
    if other is None or same_arguments(given, other):
        return given, False
    return (other if read.probability >= SURE and not _printed(given, utterance) else given), True


def _printed(value: Any, utterance: Utterance) -> bool:
    """Whether the utterance prints the value; of a list, every item."""
    items = value if isinstance(value, list) else [value]
    return value is not None and all(literal_spans(utterance, item) for item in items)


def nested(given: Mapping[str, Any], plans: Sequence[Planned]) -> dict[str, Any]:
    """Arguments by path as they are in a call; those that are None or missing are left out."""
    made: dict[str, Any] = {}
    for planned in plans:
        value = given.get(".".join(planned.slot.path))
        if value is not None:
            inner = made
            for key in planned.slot.path[:-1]:
                inner = inner.setdefault(key, {})
            inner[planned.slot.path[-1]] = value
    return made


def is_shown(planned: Planned, value: Any, utterance: Utterance) -> bool:
    """Whether the utterance prints the value, or the schema's proposers find it there."""
    return bool(literal_spans(utterance, value)) or any(
        span.value == value and type(span.value) is type(value) for span in planned.bind()(utterance)
    )


def _answer_type(plans: Sequence[Planned]) -> type[BaseModel]:
    """Every parameter is there, by its path, with a value of its type; optional ones may be null."""
    fields: dict[str, Any] = {}
    for place, planned in enumerate(plans):
        kind = _type(planned.schema)
        needed = kind if planned.slot.required else kind | None
        fields[f"argument_{place}"] = (needed, Field(alias=".".join(planned.slot.path)))
    return create_model("Arguments", __config__=ConfigDict(extra="forbid"), **fields)


def _type(schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "string")
    kind = next((one for one in kinds if one != "null"), "string") if isinstance(kinds, list) else kinds
    choices = tuple(one for one in schema.get("enum") or () if one is not None)
    if choices and all(isinstance(one, str | int | bool) for one in choices):
        return Literal[choices]
    if kind == "array":
        items = schema.get("items")
        return list[_type(items) if isinstance(items, Mapping) else str]  # type: ignore[misc]  # made at run time
    return dict[str, str | float | bool] if kind == "object" else _TYPES.get(str(kind), str)
