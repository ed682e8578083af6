"""A circuit breaker: stop asking a model that does not answer, so that a batch goes on instead of waiting.

Closed at first. After `threshold` failures in a row it opens and refuses calls for `cooldown` seconds; then it lets
one call through, whose outcome closes it or opens it again. (M. Nygard, *Release It!*, "Circuit Breaker".)
"""

import threading
import time
from collections.abc import Callable

from inference.errors import ModelUnavailable
from inference.model import ModelName


class Breaker:
    """The state for one model in this process. Threads may share it."""

    def __init__(
        self, model: str, threshold: int = 5, cooldown: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.model = model
        self.threshold = threshold
        self.cooldown = cooldown
        self._clock = clock
        self._failures = 0
        self._retry_at: float | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise ModelUnavailable while the breaker is open; after the cooldown, let one caller through."""
        with self._lock:
            if self._retry_at is None:
                return
            wait = self._retry_at - self._clock()
            if wait > 0:
                raise ModelUnavailable(
                    f"{self.model} failed {self._failures} times in a row; it is asked again in {wait:.0f} s", wait
                )
            self._retry_at = self._clock() + self.cooldown  # others wait for this caller's outcome

    def succeeded(self) -> None:
        """The model answered."""
        with self._lock:
            self._failures, self._retry_at = 0, None

    def failed(self) -> None:
        """The model did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.threshold:
                self._retry_at = self._clock() + self.cooldown


_breakers: dict[ModelName, Breaker] = {}
_lock = threading.Lock()


def breaker_of(model: ModelName) -> Breaker:
    """The one breaker for `model` in this process."""
    with _lock:
        return _breakers.setdefault(model, Breaker(model.label))
