"""One exchange with a model: budget, breaker, waiting out rate limits and outages, and the recording."""

import asyncio
import hashlib
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inference.breaker import Breaker, breaker_of
from inference.budget import Budget, Reservation
from inference.cassette import Answered, Asked, Cassette
from inference.errors import BudgetExceeded, ModelRejected, ModelUnavailable
from inference.model import ModelName, connect
from inference.request import canonical_json
from inference.tokens import most_tokens
from inference.usage import FREE, Usage, highest_cost

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ThinkingLevel

OVERHEAD_TOKENS = 128
"""Most tokens that a chat template, and the sentence that introduces a schema in a prompt, add to a request."""
SCHEMA_PREAMBLE_TOKENS = 512
"""Most tokens that a hosted provider adds to explain the schema to its model."""
SLOWER = 5.0
"""Factor (no unit) on `Patience.timeout` for a model on this machine, which shares its processors with the caller."""
IMAGE_TOKENS = 5000
"""Most tokens for one image: 4,784 for 2,576 pixels (Anthropic, vision guide); other providers take less."""


@dataclass(frozen=True)
class Patience:
    """How long a call is tried. Seconds; waits double from `first_wait`, with jitter, unless the server names one."""

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 30.0
    timeout: float = 120.0
    """For one attempt; `SLOWER` times as long for a model on this machine, which shares its processors."""
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, compare=False)


@dataclass(frozen=True)
class Turn:
    """A message of the conversation after the system prompt."""

    role: str
    """`user` or `model`."""
    text: str
    images: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Call:
    """Everything that is sent."""

    purpose: str
    model: ModelName
    system: str
    canaries: str
    """What is appended to the system prompt of this very call; not part of its identity."""
    turns: tuple[Turn, ...]
    schema: dict[str, Any]
    max_output_tokens: int
    thinking: "ThinkingLevel" = False
    temperature: float = 0.0
    """For models that take one; hosted models of today refuse it."""
    attempt: int = 1
    """The seed of a warm answer: the same question, asked again, may be answered otherwise."""

    @property
    def asked(self) -> Asked:
        turns = [[turn.role, turn.text, [hashlib.sha256(i).hexdigest() for i in turn.images]] for turn in self.turns]
        settings: dict[str, Any] = {"max_output_tokens": self.max_output_tokens, "thinking": self.thinking}
        if self.temperature:
            settings |= {"temperature": self.temperature, "seed": self.attempt}
        return Asked(
            self.purpose,
            self.model.label,
            self.system,
            canonical_json(turns),
            canonical_json(self.schema),
            canonical_json(settings),
        )

    @property
    def highest(self) -> Reservation:
        """The most that one attempt can spend. Messages after the system prompt count as untrusted."""
        trusted = (self.system, self.canaries, json.dumps(self.schema))
        prompt = OVERHEAD_TOKENS + sum(most_tokens(text, trusted=True) for text in trusted)
        prompt += sum(most_tokens(turn.text) + IMAGE_TOKENS * len(turn.images) for turn in self.turns)
        prompt += 0 if self.model.on_this_machine else SCHEMA_PREAMBLE_TOKENS
        return Reservation(
            prompt + self.max_output_tokens, highest_cost(prompt, self.max_output_tokens, self.model.prices or FREE)
        )


@dataclass(frozen=True)
class Failure:
    """An attempt without an answer: whether and when to try again, and whether it may have been billed."""

    reason: str
    retry: bool
    outage: bool
    billed: bool = False
    retry_after: float | None = None
    rejected: bool = False
    status: int | None = None


async def send(call: Call, budget: Budget, patience: Patience, cassette: Cassette | None) -> Answered:
    """Ask once, waiting out what passes. All that the attempts spend is settled with `budget`.

    Raises BudgetExceeded, ModelUnavailable, ModelRejected, UnknownRequest, or what `connect` raises.
    """
    if budget.limits_money and call.model.prices is None:
        raise BudgetExceeded(
            f"no price is known for {call.model.label}, so a limit in dollars cannot be kept; "
            "limit the tokens instead, or use a model of the price table",
            budget.scope,
            budget.spent,
        )
    if cassette is not None and cassette.mode == "replay":
        return _replay(call, budget, cassette)
    model, breaker = connect(call.model), breaker_of(call.model)
    for attempt in range(1, patience.attempts + 1):
        outcome = await _attempt(call, model, breaker, budget, patience)
        if isinstance(outcome, Answered):
            if cassette is not None:
                cassette.keep(call.asked, outcome)
            return outcome
        if outcome.rejected:
            raise ModelRejected(f"{call.model.label}: {outcome.reason}", outcome.status)
        wait = _wait(attempt, outcome, patience)
        if not outcome.retry or attempt == patience.attempts or wait is None:
            reason = f"{outcome.reason}, at attempt {attempt} of {patience.attempts}"
            raise ModelUnavailable(f"{call.model.label}: {reason}", outcome.retry_after)
        await patience.sleep(wait)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _replay(call: Call, budget: Budget, cassette: Cassette) -> Answered:
    """A recorded answer counts as it did when it was recorded, so that budgets end a replay where they ended then."""
    answered = cassette.find(call.asked)
    budget.reserve(call.highest)
    budget.settle(call.highest, answered.usage)
    return answered


async def _attempt(
    call: Call, model: "Model", breaker: Breaker, budget: Budget, patience: Patience
) -> Answered | Failure:
    """One request. What it may have cost is settled whatever happens, cancellation included."""
    from inference import exchange  # imported late, as the client libraries take seconds and most commands ask no model

    breaker.check()
    held = call.highest
    budget.reserve(held)
    used = Usage(1, held.tokens - call.max_output_tokens, call.max_output_tokens, nanodollars=held.nanodollars)
    try:
        response = await exchange.request(
            call, model, patience.timeout * (SLOWER if call.model.on_this_machine else 1.0)
        )
        used = exchange.usage_of(response, call, used)
        breaker.succeeded()
        return Answered(response.text or "", response.finish_reason == "length", used)
    except exchange.ERRORS as error:
        failure = exchange.classify(error, call.model)
        used = used if failure.billed else Usage()
        if failure.outage:
            breaker.failed()
        else:
            breaker.succeeded()
        return failure
    finally:
        budget.settle(held, used)


def _wait(attempt: int, failure: Failure, patience: Patience) -> float | None:
    """Seconds until the next attempt; None where the server asks for more than `longest_wait`."""
    if failure.retry_after is not None:
        return failure.retry_after if failure.retry_after <= patience.longest_wait else None
    ceiling = min(patience.longest_wait, patience.first_wait * 2.0 ** (attempt - 1))
    return ceiling * (0.5 + random.random() / 2)  # noqa: S311  # jitter, not a secret
