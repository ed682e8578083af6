"""What a system must offer to join the comparison.

Write a file with a function `make(options: Options) -> System` and name it: `factory bench all --system my_system.py`.
Everything else (splitting, timing, scoring, tables) is done for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.metrics.validation import Compilation
from factory.golden import Example
from factory.spec import DocumentSpec
from inference.model import ModelName

Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class Options:
    """What all systems share: the model (None: none is configured), and whether line items are asked of it."""

    model: ModelName | None = None
    line_items: bool = False


@dataclass(frozen=True)
class Tokens:
    """As the server counted them, never estimated."""

    input: int = 0
    output: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input + other.input, self.output + other.output, self.requests + other.requests)


@dataclass(frozen=True)
class Prepared:
    """What getting ready took, and, for systems that write code, the code and how its compile went."""

    tokens: Tokens = Tokens()
    source: str | None = None
    compilation: Compilation | None = None


@dataclass(frozen=True)
class Answer:
    """What a system reads from one document. Values as text; dates and amounts in any usual form."""

    fields: Mapping[str, str | None]
    line_items: Sequence[Cells] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)
    """By field, 0 to 1; empty where the system gives none."""
    accepted: frozenset[str] | None = None
    """Fields that need no review; None where the system does not tell: then it accepts all that it answers."""
    tokens: Tokens = Tokens()


class System(Protocol):
    """Prepared once with a spec and examples, then asked document by document."""

    name: str

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        """Learn, compile or do nothing. Raises NotHereError where the system cannot take part in this comparison."""
        ...

    def answer(self, example: Example) -> Answer:
        """Read one document. The label must not be looked at; `example.label.path` is the document's file."""
        ...


Make = Callable[[Options], System]


class NotHereError(RuntimeError):
    """A system that cannot take part; the message says why and what would change that."""
