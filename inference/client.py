"""A model together with what all its calls go through."""

from dataclasses import dataclass
from typing import Protocol

from inference.budget import Budget
from inference.call import Patience
from inference.cassette import Cassette
from inference.complete import complete, complete_sync
from inference.gates import Gates
from inference.model import ModelName
from inference.request import Answer, Completion, Request


class Asker(Protocol):
    """Whoever answers requests: a client, or something around one that takes notes."""

    def ask(self, request: Request[Answer]) -> Completion[Answer]:
        """A fitting answer; raises InferenceError."""


@dataclass(frozen=True)
class Client:
    """Who is asked, within which budget, through which gates."""

    model: ModelName
    budget: Budget
    gates: Gates
    cassette: Cassette | None = None
    patience: Patience | None = None

    def ask(self, request: Request[Answer]) -> Completion[Answer]:
        """`complete_sync` with these settings; raises what it raises."""
        return complete_sync(
            request, self.model, self.budget, self.gates, cassette=self.cassette, patience=self.patience
        )

    async def ask_async(self, request: Request[Answer]) -> Completion[Answer]:
        """`complete` with these settings; raises what it raises."""
        return await complete(
            request, self.model, self.budget, self.gates, cassette=self.cassette, patience=self.patience
        )
