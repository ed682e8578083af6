"""The compile loop: what the stages refuse is written again, and what they said of the first try is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from factory.compile import CompileError, compile_spec
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generated
from factory.prompt import Prompt
from security.finding import Finding
from tests.factory.generate.orders import EMPTY, HOSTILE, RAISING, SPEC, order_spec, orders


@dataclass
class Stubborn:
    """Writes `wrong` for the total so many times before it writes what the examples say."""

    wrong: str
    times: int
    name: str = "stubborn"

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        written = ExampleGenerator().write(prompt, (), None)
        if self.times == 0:
            return written
        self.times -= 1
        variant = self.wrong.replace("document: Document", f"document: Document{' ' * self.times}")
        return replace(written, functions={**written.functions, "total": variant}, tokens=7)


@pytest.mark.parametrize(
    ("wrong", "first"),
    [
        (HOSTILE, {"security": False}),
        (RAISING, {"security": True, "execution": False}),
        (EMPTY, {"security": True, "syntax": True, "execution": True, "accuracy": False}),
    ],
    ids=["hostile", "raising", "empty"],
)
def test_a_refused_try_is_written_again_and_remembered(wrong: str, first: dict[str, bool]) -> None:
    compiled = compile_spec(order_spec(), SPEC, orders(), Stubborn(wrong, 1))
    assert compiled.rounds == 2 and compiled.tokens == 7
    assert {verdict.stage: verdict.passed for verdict in compiled.first_round} == first
    assert all(verdict.passed for verdict in compiled.verdicts) and len(compiled.verdicts) == 4


def test_after_the_last_round_nothing_is_made() -> None:
    with pytest.raises(CompileError) as caught:
        compile_spec(order_spec(), SPEC, orders(), Stubborn(HOSTILE, 3), rounds=2)
    assert [(verdict.stage, verdict.passed) for verdict in caught.value.verdicts] == [("security", False)]
