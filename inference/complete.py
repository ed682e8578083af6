"""The one way to a model: input gate → budget → call → output gate → usage, on success and on failure alike."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from inference import loop
from inference.budget import Budget
from inference.call import Call, Patience, Turn, send
from inference.cassette import Answered, Cassette
from inference.errors import AnswerInvalid, GateBlocked, InferenceError
from inference.gates import Admitted, Gates, mark, unchanged
from inference.model import ModelName
from inference.request import Answer, Completion, Request, system_prompt, user_prompt
from security.output_gate import make_canaries

LONGEST_ECHO = 4000
"""Characters of a rejected answer that are shown to the model again."""


def complete_sync(
    request: Request[Answer],
    model: ModelName,
    budget: Budget,
    gates: Gates,
    *,
    cassette: Cassette | None = None,
    patience: Patience | None = None,
) -> Completion[Answer]:
    """`complete`, for callers without an event loop."""
    return loop.run(_complete(request, model, budget, gates, cassette, patience or Patience()))


async def complete(
    request: Request[Answer],
    model: ModelName,
    budget: Budget,
    gates: Gates,
    *,
    cassette: Cassette | None = None,
    patience: Patience | None = None,
) -> Completion[Answer]:
    """Ask `model`, and return an answer that fits the request's schema and rules.

    Raises GateBlocked, BudgetExceeded, ModelUnavailable, ModelRejected, AnswerInvalid, UnknownRequest, MissingKey,
    MissingPackage or ModelNameError: all InferenceError, all with the `usage` of what was spent. The budget has it too.
    """
    return await loop.run_async(_complete(request, model, budget, gates, cassette, patience or Patience()))


async def _complete(
    request: Request[Answer],
    model: ModelName,
    budget: Budget,
    gates: Gates,
    cassette: Cassette | None,
    patience: Patience,
) -> Completion[Answer]:
    tally = Budget(request.purpose, within=budget)
    try:
        admitted = [_admit(gates, text) for text in request.documents]
        canaries = make_canaries()
        opening = Turn("user", user_prompt(request.task, [one.text for one in admitted]), request.images)
        call = Call(
            request.purpose,
            model,
            system_prompt(request),
            mark(canaries),
            (opening,),
            request.schema,
            request.max_output_tokens,
            request.thinking,
            request.retry_temperature if request.answered_before else 0.0,
            request.answered_before + 1,
        )
        key = call.asked.key
        findings = [name for one in admitted for name in one.findings]
        violations: list[str] = []
        for attempt in range(1, request.retries + 2):
            answered = await send(call, tally, patience, cassette)
            secret = "" if request.public_instructions else call.system
            findings += _inspect(gates, answered.text, secret, canaries, opening.text)
            value, violations = _fit(request, answered, _restore_all(admitted))
            if value is not None and (not violations or (request.lenient and attempt > request.retries)):
                return Completion(value, tally.spent, attempt, tuple(findings), tuple(violations), key)
            turns = (opening, *_feedback(answered, violations))
            call = replace(call, turns=turns, temperature=request.retry_temperature, attempt=call.attempt + 1)
        raise AnswerInvalid(
            f"{model.label} gave no fitting answer to {request.purpose!r} in {request.retries + 1} attempts: "
            + "; ".join(violations),
            violations,
        )
    except InferenceError as error:
        error.usage = tally.spent
        raise


def _admit(gates: Gates, text: str) -> Admitted:
    try:
        return gates.input(text)
    except InferenceError:
        raise
    except Exception as error:  # a gate that breaks lets nothing through
        raise GateBlocked(f"the input gate failed ({type(error).__name__})", ["gate-error"]) from None


def _inspect(gates: Gates, answer: str, system: str, canaries: tuple[str, ...], known: str) -> tuple[str, ...]:
    try:
        return gates.output(answer, system, canaries, known)
    except InferenceError:
        raise
    except Exception as error:  # likewise
        raise GateBlocked(f"the output gate failed ({type(error).__name__})", ["gate-error"]) from None


def _restore_all(admitted: list[Admitted]) -> Callable[[str], str]:
    steps = [one.restore for one in admitted if one.restore is not unchanged]

    def restore(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return restore


def _fit(
    request: Request[Answer], answered: Answered, restore: Callable[[str], str]
) -> tuple[Answer | None, list[str]]:
    """The answer, where it fits the schema, and what is wrong with it: places and rules, never values."""
    found, data = _json_object(answered.text)
    if not found:
        limit = f"the answer was cut at {request.max_output_tokens} tokens; answer shorter"
        return None, [limit if answered.cut else "the answer is not one valid JSON object"]
    try:
        value = request.answer.model_validate(_restored(data, restore))
    except ValidationError as error:
        return None, [
            f"{'.'.join(str(part) for part in item['loc']) or 'answer'}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    return value, list(request.check(value)) if request.check else []


def _json_object(text: str) -> tuple[bool, Any]:
    """The JSON object in `text`: models put prose and code fences around it. Never a part of a broken one."""
    start, end = text.find("{"), text.rfind("}")
    try:
        return True, json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return False, None


def _restored(data: Any, restore: Callable[[str], str]) -> Any:
    match data:
        case str():
            return restore(data)
        case list():
            return [_restored(item, restore) for item in data]
        case dict():
            return {key: _restored(item, restore) for key, item in data.items()}
        case _:
            return data


def _feedback(answered: Answered, violations: list[str]) -> list[Turn]:
    """The rejected answer and what is wrong with it; only the last one, so that prompts do not grow."""
    problems = "\n".join(f"- {violation}" for violation in violations)
    return [
        Turn("model", answered.text[:LONGEST_ECHO] or "{}"),
        Turn("user", f"That answer does not fit:\n{problems}\nAnswer again with one JSON object that does."),
    ]
