"""How a run tells what it does, without knowing who listens."""

from typing import Protocol

from runtime.outcome import Outcome


class Observer(Protocol):
    """Called in the process that drives the batch, never in a worker. Outcomes hold field values: never log them."""

    def batch_started(self, artifact: str, name: str) -> None:
        """A batch begins; `artifact` is the address."""

    def document_started(self, document: str) -> None:
        """A document (its SHA-256) is handed to a worker."""

    def document_finished(self, outcome: Outcome) -> None:
        """A document was recorded now, was known, or is a duplicate."""

    def document_failed(self, outcome: Outcome) -> None:
        """A document has no record; `outcome.reason` is one stable word."""

    def stage(self, name: str, milliseconds: float) -> None:
        """A step took so long: `read` and `extract` of a document, `write` of a transaction."""


class NoObserver:
    """Listens to nothing. Also the base for observers that care for some events only."""

    def batch_started(self, artifact: str, name: str) -> None:
        """Ignored."""

    def document_started(self, document: str) -> None:
        """Ignored."""

    def document_finished(self, outcome: Outcome) -> None:
        """Ignored."""

    def document_failed(self, outcome: Outcome) -> None:
        """Ignored."""

    def stage(self, name: str, milliseconds: float) -> None:
        """Ignored."""
