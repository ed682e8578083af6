"""Utterances without arguments: a model drafts the call that each asks for, and the report lists them to confirm.

A drafted argument is kept where the utterance prints it, or where the schema's proposers find it (a choice, a cue).
An optional one that is neither is left out, for a guess would become an answer in the code. A required one stays:
there is no call without it, and the report marks it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractors.utterance.decide import with_defaults
from extractors.utterance.schema import validator
from extractors.utterance.text import Utterance, UtteranceError
from factory.functions.compile import plans_of
from factory.functions.literals import literal_spans
from factory.functions.load import LoadedFunctions
from factory.functions.prompt import DRAFTING, call_question
from factory.functions.spec import FunctionPart, UtteranceExample
from factory.functions.write import Planned
from inference.client import Client
from inference.errors import AnswerInvalid, BudgetExceeded, GateBlocked, ModelUnavailable
from inference.request import Request

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
    spec, drafted, refused = loaded.spec, list(loaded.drafted), []
    for place, (part, plans) in enumerate(zip(loaded.spec.parts, plans_of(loaded.spec), strict=True)):
        mine = []
        for number, text in enumerate(part.utterances, start=1):
            progress(f"model drafts the call of utterance {number} of {part.function.name}")
            try:
                mine.append(_draft(part, plans, text, client))
            except (AnswerInvalid, GateBlocked, UtteranceError) as error:
                refused.append(f"{part.function.name}, utterance {number}: {error}")
            except (BudgetExceeded, ModelUnavailable) as error:
                return Drafts(replace(loaded, spec=spec, drafted=tuple(drafted)), (*refused, str(error)))
        drafted += [(part.function.name, example) for example in mine]
        spec = spec.with_examples(place, (*part.examples, *mine))
    return Drafts(replace(loaded, spec=spec, drafted=tuple(drafted)), tuple(refused))


def _draft(part: FunctionPart, plans: Sequence[Planned], text: str, client: Client) -> UtteranceExample:
    utterance, allowed = Utterance.of(text), validator(part.function.parameters)

    def arguments(answer: BaseModel) -> dict[str, Any]:
        given = answer.model_dump(by_alias=True)
        return _kept({".".join(one.slot.path): given.get(".".join(one.slot.path)) for one in plans}, plans, utterance)

    def unfit(answer: BaseModel) -> list[str]:
        faults = allowed.iter_errors(with_defaults(arguments(answer), part.function.parameters))
        return [f"{'.'.join(map(str, fault.absolute_path)) or 'arguments'}: {fault.validator}" for fault in faults]

    request = Request(
        f"draft a call of {part.function.name}", DRAFTING, call_question(part, plans, text), _answer_type(plans),
        public_instructions=True, max_output_tokens=OUTPUT_TOKENS, retries=RETRIES,
        retry_temperature=RETRY_TEMPERATURE, check=unfit,
    )  # fmt: skip
    made = arguments(client.ask(request).value)
    return UtteranceExample(utterance=text, arguments=with_defaults(made, part.function.parameters))


def _kept(given: Mapping[str, Any], plans: Sequence[Planned], utterance: Utterance) -> dict[str, Any]:
    """The arguments, nested as the paths say, without optional ones that the utterance does not show."""
    made: dict[str, Any] = {}
    for planned in plans:
        value = given[".".join(planned.slot.path)]
        if value is None or not (planned.slot.required or is_shown(planned, value, utterance)):
            continue
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
