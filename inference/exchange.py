"""A request in the terms of pydantic-ai, and what its errors mean here."""

from collections.abc import Sequence

from pydantic_ai import BinaryContent, exceptions
from pydantic_ai.direct import model_request
from pydantic_ai.messages import InstructionPart, ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModelSettings
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings

from inference.call import Call, Failure, Turn
from inference.model import ModelName
from inference.usage import FREE, Usage, cost

ERRORS = (exceptions.AgentRunError, exceptions.UserError, ValueError)


async def request(call: Call, model: Model, timeout: float) -> ModelResponse:
    """One request that takes at most `timeout` seconds. Raises one of `ERRORS`."""
    return await model_request(
        model,
        _messages(call.turns),
        model_settings=_settings(call, timeout),
        model_request_parameters=_parameters(call, model),
    )


def classify(error: Exception, model: ModelName) -> Failure:
    """What an error of pydantic-ai means here. Its text may quote the prompt, so only its kind is kept."""
    status = error.status_code if isinstance(error, exceptions.ModelHTTPError) else None
    after = error.retry_after if isinstance(error, exceptions.ModelAPIError) else None
    match error:
        case exceptions.ModelRateLimitError():
            return Failure("rate limit", retry=True, outage=False, retry_after=after)
        case exceptions.ModelQuotaExceededError():
            return Failure("the account's quota is used up", retry=False, outage=False, retry_after=after)
        case exceptions.ModelUnavailableError() | exceptions.ModelServerError():
            return Failure(f"server error {status or ''}".strip(), retry=True, outage=True, retry_after=after)
        case exceptions.ModelRequestTimeout() | exceptions.ModelTimeoutError():
            return Failure("no answer in time", retry=True, outage=True, billed=True)
        case exceptions.ModelConnectionError():
            unsent = error.phase in ("pool", "connect")
            return Failure("no connection", retry=True, outage=True, billed=not unsent)
        case exceptions.ModelAuthenticationError():
            reason = f"the key in {model.key_variable} was refused"
            return Failure(reason, retry=False, outage=False, rejected=True, status=status)
        case exceptions.ContentFilterError():
            return Failure("the provider's content filter", retry=False, outage=False, billed=True, rejected=True)
        case exceptions.ModelHTTPError() | exceptions.ModelRequestRejectedError() | exceptions.UserError():
            reason = f"the request was refused ({status or type(error).__name__})"
            return Failure(reason, retry=False, outage=False, rejected=True, status=status)
        case _:
            return Failure("the server's response is no valid message", retry=True, outage=True, billed=True)


def _messages(turns: Sequence[Turn]) -> list[ModelMessage]:
    messages: list[ModelMessage] = []
    for turn in turns:
        if turn.role == "model":
            messages.append(ModelResponse(parts=[TextPart(turn.text)]))
        else:
            images = [BinaryContent(image, media_type="image/png") for image in turn.images]
            messages.append(ModelRequest(parts=[UserPromptPart([turn.text, *images] if images else turn.text)]))
    return messages


def _settings(call: Call, timeout: float) -> ModelSettings:
    settings = AnthropicModelSettings(
        max_tokens=call.max_output_tokens,
        max_retries=0,  # waiting is done here, where the budget sees every attempt
        request_timeout=timeout,
        thinking=call.thinking,
    )
    if call.model.provider in ("local", "openai-compatible"):
        settings["temperature"] = call.temperature
        settings["seed"] = call.attempt  # so that a warm answer can be had again
    if call.model.speaks_anthropic:
        settings["anthropic_cache_instructions"] = True
    return settings


def _parameters(call: Call, model: Model) -> ModelRequestParameters:
    native = model.profile.get("supports_json_schema_output", False)
    return ModelRequestParameters(
        output_mode="native" if native else "prompted",
        output_object=OutputObjectDefinition(json_schema=call.schema, name="answer"),
        instruction_parts=[
            InstructionPart(content=call.system),
            *([InstructionPart(content=call.canaries, dynamic=True)] if call.canaries else []),
        ],
    )


def usage_of(response: ModelResponse, call: Call, highest: Usage) -> Usage:
    """What the server counted; where it counted nothing, the most it can have been."""
    counted = response.usage
    if not counted.input_tokens and not counted.output_tokens:
        return highest
    usage = Usage(
        1,
        counted.input_tokens,
        counted.output_tokens,
        counted.cache_read_tokens,
        counted.cache_write_tokens,
    )
    return usage + Usage(nanodollars=cost(usage, call.model.prices or FREE))
