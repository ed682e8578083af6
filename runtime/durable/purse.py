"""A batch's tokens: what a document may take at most is set aside when it starts, and what it took is spent after.

So a batch never spends more than its budget, however many documents are at work.
"""

from dataclasses import dataclass, field

UNTOLD = ("lost", "timeout", "crash", "memory", "engine", "worker")
"""Reasons after which nobody knows what a model was asked before: then what was set aside counts as spent."""


@dataclass
class Purse:
    """`limit`: tokens of the batch; None: no limit. `reserve`: the most tokens that one document may take."""

    limit: int | None
    reserve: int
    spent: int = 0
    held: set[int] = field(default_factory=set)
    """Positions of documents that may climb and are not done."""

    def carries(self) -> int | None:
        """How many more documents may climb; None: any number."""
        if self.limit is None:
            return None
        left = self.limit - self.spent - self.reserve * len(self.held)
        return max(0, left // max(1, self.reserve))

    @property
    def undecided(self) -> bool:
        """Whether no more documents may climb now, and some may once others are done."""
        return self.carries() == 0 and bool(self.held)

    def hold(self, positions: range) -> None:
        """These may climb."""
        self.held.update(positions)

    def settle(self, position: int, tokens: int, reason: str) -> None:
        """This one is done, for so many tokens."""
        lost = position in self.held and reason in UNTOLD
        self.held.discard(position)
        self.spent += max(tokens, self.reserve) if lost else tokens
