"""What happens to what a gate finds: the part of a spec that decides, and the verdict that comes of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["allow", "redact", "review", "block"]
ACTIONS: tuple[Action, ...] = ("allow", "redact", "review", "block")
"""From mild to strict; the strictest one that a text deserves is its verdict."""


class Policy(BaseModel):
    """What to do with each kind of finding. `redact` takes the passage out and lets the rest pass."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    injection: Action = Field("block", description="Text that surely speaks to the model.")
    suspicion: Action = Field("review", description="Text that may speak to the model.")
    hidden_text: Action = Field("redact", description="Text that a reader of the page cannot see; never sent.")
    pii: Action = Field("redact", description="Personal data. Names are redacted at most.")
    pii_keep: tuple[str, ...] = Field((), description="Types of personal data the question is about, such as `name`.")
    longest: int = Field(2_000_000, gt=0, description="Characters above which a text is blocked unread.")


def strictest(*actions: Action) -> Action:
    """The strictest of these; `allow` if there are none."""
    return max(actions, key=ACTIONS.index, default="allow")
