"""The spec's `fallback` block: what a field that compiled code is not sure of may cost before a person sees it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from security.policy import Policy

Share = Annotated[float, Field(ge=0, le=1)]


class Fallback(BaseModel):
    """Models, budgets and gates of the ladder. Money in US dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str | None = Field(None, description="Model string, such as `anthropic:claude-haiku-5-5`; none: no call.")
    stronger: str | None = Field(None, description="A second model, asked where the first one's answer is ungrounded.")
    ocr_retry: bool = Field(True, description="Read the region again, larger, where the page came from OCR.")
    vision: bool = Field(
        False, description="Whether page images may be sent to the model; only where `gates.pii` is `allow`."
    )
    tokens_per_document: int = Field(4000, ge=0)
    tokens_per_batch: int | None = Field(None, ge=0)
    dollars_per_batch: float | None = Field(None, ge=0)
    retries: int = Field(2, ge=0, le=5, description="How often a schema violation is sent back to the model.")
    reliability: dict[str, Share] = Field(
        default_factory=dict,
        description="By field, the share of the model's grounded answers that are right: see `factory eval`.",
    )
    gates: Policy = Field(Policy(), description="What happens to what the gates around a call find.")
