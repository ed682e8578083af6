"""What every writer of extraction functions has in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from factory.prompt import Prompt
from security.finding import Finding


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

    @property
    def source(self) -> str:
        """All functions in order, ready for the template's hole."""
        return "\n\n\n".join(text.strip("\n") for text in self.functions.values()) + "\n"


class Generator(Protocol):
    """Writes the functions of a spec. Called again with the stages' findings, at most a few times."""

    name: str

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Write or mend. Raises GenerateError where it can do no better than `previous`."""
        ...


class GenerateError(RuntimeError):
    """A generator that cannot write what is asked; the message says what the user can change."""
