"""What asking a model for functions has in common, whatever they read: drafts, rounds, and how a call may end."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Generic, Protocol, TypeVar

from pydantic import BaseModel, Field

from factory.generate.attempt import implicated
from factory.generate.generator import GenerateError, ModelWork
from inference.client import Client
from inference.errors import AnswerInvalid, BudgetExceeded, GateBlocked, ModelUnavailable
from inference.request import Request
from security.finding import Finding

ROUNDS = 3
RETRY_TEMPERATURE = 0.5
"""Small models that are sure of a wrong answer give it again and again at 0."""
LONGEST_LINE = 400
MOST_LINES = 120
MOST_FINDINGS = 5


class FunctionSource(BaseModel):
    """A model's answer: one function. Line by line, for small models lose themselves in a string with escaped ones."""

    lines: list[Annotated[str, Field(max_length=LONGEST_LINE)]] = Field(
        min_length=2,
        max_length=MOST_LINES,
        description="The whole function in Python, one string a line with its indentation, from `def` to `return`.",
    )

    @property
    def source(self) -> str:
        """The lines together."""
        return "\n".join(self.lines)


class Tried(Protocol):
    """A function, and what became of it when it was tried."""

    @property
    def source(self) -> str: ...

    @property
    def findings(self) -> tuple[Finding, ...]: ...

    @property
    def sound(self) -> bool:
        """Whether nothing objects to it."""
        ...

    @property
    def score(self) -> int:
        """How much it gets right; the higher of two sound ones is kept."""
        ...

    @property
    def enough(self) -> bool:
        """Whether it is right often enough not to be sent back."""
        ...


One = TypeVar("One", bound=Tried)


@dataclass
class Draft(Generic[One]):
    """Where a function stands: the best sound one, the last one, as tried and as written, and what is wrong with it."""

    best: One | None = None
    last: One | None = None
    written: str = ""
    complaints: tuple[str, ...] = ()

    def take(self, tried: One, written: str) -> None:
        """Keep what was tried; as the best where it is sound and better."""
        self.last, self.written = tried, written
        self.complaints = tuple(str(finding) for finding in tried.findings)
        if tried.sound and (self.best is None or tried.score > self.best.score):
            self.best = tried

    @property
    def done(self) -> bool:
        return self.best is not None and not self.complaints and self.best.enough


@dataclass
class Drafting(Generic[One]):
    """Asks `client` for functions, in at most `rounds` rounds over the whole compilation."""

    client: Client
    rounds: int = ROUNDS
    progress: Callable[[str], None] = lambda text: None
    drafts: dict[str, Draft[One]] = field(default_factory=dict)
    round: int = 0
    stopped: str = ""

    @property
    def name(self) -> str:
        return "llm"

    def complaints(
        self, findings: Sequence[Finding], source: str, names: Sequence[str]
    ) -> dict[str, tuple[Finding, ...]]:
        """What the stages found, by function; those that a stage refused to run are the best no longer."""
        found = implicated(findings, source, list(names))
        for name, about in found.items():
            draft = self.drafts.get(name)
            if draft is not None and any(finding.gate != "accuracy" for finding in about):
                draft.best = None
        return {name: tuple(about) for name, about in found.items()}

    def in_rounds(self, complaints: Mapping[str, Sequence[Finding]], ask: Callable[[list[str]], None]) -> None:
        """`ask` for these functions until each is done, or rounds or budget are spent; `drafts` holds the outcome."""
        for name, about in complaints.items():
            draft = self.drafts.setdefault(name, Draft())
            draft.complaints = tuple(str(finding) for finding in about)
        waiting = list(complaints)
        while waiting and self.round < self.rounds and not self.stopped:
            self.round += 1
            ask(waiting)
            waiting = [name for name in waiting if not self.drafts[name].done]

    def answer(self, names: Sequence[str], request: Request[FunctionSource]) -> str | None:
        """The source that answers a question about these functions; None where their drafts say why there is none."""
        try:
            return self.client.ask(request).value.source
        except AnswerInvalid as error:
            self.refuse(names, error.violations)
        except GateBlocked as error:
            self.refuse(names, [str(error)])
        except (BudgetExceeded, ModelUnavailable) as error:
            self.stopped = str(error)
        return None

    def refuse(self, names: Sequence[str], reasons: Sequence[str]) -> None:
        """Nothing that can be tried was written for these."""
        for name in names:
            self.drafts[name].complaints = tuple(reasons)

    def best(self, names: Sequence[str]) -> dict[str, One]:
        """The best function of each. Raises GenerateError where one has none, with the reasons."""
        if lacking := [name for name in names if self.drafts[name].best is None]:
            raise GenerateError("\n".join(map(self.reason, lacking)))
        return {name: one for name in names if (one := self.drafts[name].best) is not None}

    def reason(self, name: str) -> str:
        """Why there is no such function."""
        about = "; ".join(self.drafts[name].complaints[:MOST_FINDINGS]) or self.stopped or "it was not asked"
        spent = f"after {self.round} rounds" + (f" ({self.stopped})" if self.stopped else "")
        return f"{name!r}: {self.client.model.label} wrote no sound function {spent}: {about}"

    def account(self, instructions: str, blocks: Sequence[str] = ()) -> ModelWork:
        """The account for the manifest. `instructions` are the stable part of the prompt."""
        digest = hashlib.sha256(instructions.encode()).hexdigest()
        return ModelWork(
            self.client.model.label, self.round, self.client.budget.spent, digest, tuple(blocks), self.stopped
        )
