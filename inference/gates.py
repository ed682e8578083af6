"""The gates around a model call, as `complete` sees them. Both fail closed: an error inside a gate stops the call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


def unchanged(text: str) -> str:
    """The text itself."""
    return text


@dataclass(frozen=True)
class Admitted:
    """What may be sent for one untrusted text: normalised, with personal data replaced where the policy says so."""

    text: str
    findings: tuple[str, ...] = ()
    restore: Callable[[str], str] = unchanged
    """Puts the replaced values back into a string of the answer."""


class InputGate(Protocol):
    """Judges untrusted text before it is sent. Raises GateBlocked."""

    def __call__(self, text: str) -> Admitted: ...


class OutputGate(Protocol):
    """Judges an answer before it is used; returns identifiers of findings that may pass. Raises GateBlocked."""

    def __call__(self, answer: str, system: str, canaries: tuple[str, ...]) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Gates:
    """The two gates of a call."""

    input: InputGate
    output: OutputGate
