"""What every writer of extraction functions has in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from factory.prompt import Prompt
from inference.usage import Usage
from security.finding import Finding


@dataclass(frozen=True)
class ModelWork:
    """What a model was asked while it wrote, over all rounds."""

    model: str
    """Its label, without folders and addresses."""
    rounds: int
    spent: Usage
    prompt_sha256: str
    """Of the stable part of the prompt."""
    blocks: tuple[str, ...] = ()
    """Rule sets whose prompt text it got."""
    stopped: str = ""
    """Why it ended early: a budget, an outage."""


@dataclass(frozen=True)
class Contest:
    """Who wrote a field's function, and what the others' would have reached."""

    winner: str
    right: Mapping[str, int]
    """For each author with a sound function, how many held-out answers were right."""
    labelled: int
    refused: Mapping[str, str] = field(default_factory=dict)
    """For each author without one, why."""

    @property
    def margin(self) -> int:
        """Right answers that the winner has more than the best of the others; 0 without others."""
        others = [right for author, right in self.right.items() if author != self.winner]
        return self.right[self.winner] - max(others, default=self.right[self.winner])


@dataclass(frozen=True)
class Generated:
    """Functions by field name (and `line_items`), each as source text, and what they cost."""

    functions: Mapping[str, str]
    generator: str
    notes: Mapping[str, str] = field(default_factory=dict)
    """For each function, one line for the report: why it is as it is."""
    tokens: int = 0
    line_items: dict[str, Any] | None = None
    """The table reader's model as JSON, where the spec has line items."""
    work: ModelWork | None = None
    """What a model did, where one was asked."""
    contests: Mapping[str, Contest] = field(default_factory=dict)
    """For each field that several authors wrote, how it was decided."""

    @property
    def source(self) -> str:
        """All functions in order, ready for the template's hole."""
        return "\n\n\n".join(text.strip("\n") for text in self.functions.values()) + "\n"


class Generator(Protocol):
    """Writes the functions of a spec. Called again with the stages' findings, at most a few times."""

    @property
    def name(self) -> str: ...

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Write or mend. Raises GenerateError where it can do no better than `previous`."""
        ...


class GenerateError(RuntimeError):
    """A generator that cannot write what is asked; the message says what the user can change."""
