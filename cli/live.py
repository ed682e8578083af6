"""A compilation as it goes: each step with its seconds, and what a model has taken so far."""

import time
from types import TracebackType

from rich.status import Status

from cli.output import err
from inference.budget import Budget


class Live:
    """Shows the step under way, and prints each one that is over. Quiet: shows nothing."""

    def __init__(self, quiet: bool, budget: Budget | None = None) -> None:
        self._budget = budget
        self._status: Status | None = None if quiet else err.status("compiling")
        self._step = ""
        self._since = 0.0

    def __enter__(self) -> "Live":
        if self._status:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """The last step is over, and nothing more is shown."""
        self._over()
        if self._status:
            self._status.stop()

    def step(self, text: str) -> None:
        """Begin a step; the one before is over."""
        self._over()
        self._step, self._since = text, time.perf_counter()
        if self._status:
            self._status.update(f"{text}{self._spent()}")

    def _over(self) -> None:
        if self._status and self._step:
            seconds = time.perf_counter() - self._since
            err.print(f"[dim]{self._step}: {seconds:.1f} s{self._spent()}[/]", highlight=False)
        self._step = ""

    def _spent(self) -> str:
        if self._budget is None:
            return ""
        spent = self._budget.spent
        limit = f" of {self._budget.tokens}" if self._budget.tokens is not None else ""
        return f" | {spent.tokens}{limit} tokens, ${spent.dollars:.4f}"
