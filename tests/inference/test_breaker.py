"""The circuit breaker, with a clock of its own."""

import pytest

from inference.breaker import Breaker
from inference.errors import ModelUnavailable


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker("m", threshold=3, cooldown=10.0, clock=clock)
    for _ in range(3):
        breaker.check()
        breaker.failed()
    return breaker


def test_opens_after_failures_in_a_row() -> None:
    breaker = opened(Clock())
    with pytest.raises(ModelUnavailable, match="m failed 3 times in a row; it is asked again in 10 s") as raised:
        breaker.check()
    assert raised.value.retry_after == 10.0


def test_success_in_between_starts_over() -> None:
    breaker = Breaker("m", threshold=2, clock=Clock())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    breaker.check()


def test_one_probe_after_the_cooldown_decides() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    breaker.check()  # the probe
    with pytest.raises(ModelUnavailable):
        breaker.check()  # all others wait for it
    breaker.failed()
    clock.now = 19.0
    with pytest.raises(ModelUnavailable):
        breaker.check()
    clock.now = 20.0
    breaker.check()
    breaker.succeeded()
    breaker.check()
    breaker.check()
