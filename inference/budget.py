"""Hard limits on tokens and money.

A call first reserves the most it could spend; what it did spend replaces the reservation. So the sum of what is spent
and what is under way never passes the limit, however many calls run side by side. Budgets nest: a document's budget
lies within its batch's, and a reservation must fit into both.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from inference.errors import BudgetExceeded, InferenceError
from inference.usage import NANO, Usage

try:
    import fcntl
except ImportError:  # pragma: no cover  # not on Windows, where a budget cannot span processes
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Reservation:
    """The most a call could spend."""

    tokens: int
    nanodollars: int


@dataclass
class _State:
    spent: Usage
    held_tokens: int = 0
    held_nanodollars: int = 0


class Budget:
    """At most `tokens` and `dollars` (None: no limit) over all calls of `scope`: a document, a batch, a compile.

    `within` is the wider budget that this one is part of. With a `ledger` file, processes that open the same file
    share the limit; a process that dies keeps its reservation spent. Threads may share a budget.
    """

    def __init__(
        self,
        scope: str,
        tokens: int | None = None,
        dollars: float | None = None,
        *,
        within: "Budget | None" = None,
        ledger: Path | None = None,
    ) -> None:
        if ledger is not None and fcntl is None:
            raise InferenceError("a budget shared by processes needs file locks, which this system lacks")
        self.scope = scope
        self.tokens = tokens
        self.nanodollars = None if dollars is None else int(dollars * NANO)
        self.within = within
        self.ledger = ledger
        self._state = _State(Usage())
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, object]:
        """For another process. Only a budget with a ledger stays the same budget there."""
        return {key: value for key, value in self.__dict__.items() if key != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    @property
    def spent(self) -> Usage:
        """What all settled calls spent."""
        with self._open() as state:
            return state.spent

    @property
    def limits_money(self) -> bool:
        """Whether this budget or a wider one has a limit in dollars."""
        return self.nanodollars is not None or (self.within is not None and self.within.limits_money)

    def reserve(self, want: Reservation) -> None:
        """Set `want` aside, here and in every wider budget. Raises BudgetExceeded, and then holds nothing."""
        with self._open() as state:
            self._check(state, want)
            if self.within is not None:
                self.within.reserve(want)
            state.held_tokens += want.tokens
            state.held_nanodollars += want.nanodollars

    def settle(self, held: Reservation, spent: Usage) -> None:
        """Replace a reservation by what the call spent (nothing, where it failed before it cost anything)."""
        with self._open() as state:
            state.held_tokens -= held.tokens
            state.held_nanodollars -= held.nanodollars
            state.spent += spent
        if self.within is not None:
            self.within.settle(held, spent)

    def _check(self, state: _State, want: Reservation) -> None:
        for unit, limit, used, asked in (
            ("tokens", self.tokens, state.spent.tokens + state.held_tokens, want.tokens),
            ("nano-dollars", self.nanodollars, state.spent.nanodollars + state.held_nanodollars, want.nanodollars),
        ):
            if limit is not None and used + asked > limit:
                raise BudgetExceeded(
                    f"budget of the {self.scope}: {used} of {limit} {unit} are spent or set aside, and the next call "
                    f"may take {asked}; raise the limit or shorten the prompt",
                    self.scope,
                    state.spent,
                )

    @contextlib.contextmanager
    def _open(self) -> Iterator[_State]:
        """The state, for one thread and one process at a time."""
        with self._lock:
            if self.ledger is None:
                yield self._state
                return
            with os.fdopen(os.open(self.ledger, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file closes
                state = _read(file.read())
                yield state
                file.seek(0)
                file.write(json.dumps(asdict(state)))
                file.truncate()


def _read(text: str) -> _State:
    if not text:
        return _State(Usage())
    data = json.loads(text)
    return _State(Usage(**data["spent"]), data["held_tokens"], data["held_nanodollars"])
