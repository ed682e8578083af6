"""Budgets are hard: whatever runs side by side, what is spent stays within the limit."""

import asyncio
import pickle
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inference.budget import Budget, Reservation
from inference.complete import complete, complete_sync
from inference.errors import BudgetExceeded
from inference.model import parse_model
from inference.request import Completion
from inference.usage import NANO, Usage
from tests.inference.model_server import PROTOCOLS, Protocol, Reply, model_server
from tests.inference.test_complete import GATES, RIGHT, Invoice, request


def test_reservation_counts_until_it_is_settled() -> None:
    budget = Budget("document", tokens=100)
    held = Reservation(80, 0)
    budget.reserve(held)
    with pytest.raises(BudgetExceeded, match="budget of the document: 80 of 100 tokens"):
        budget.reserve(Reservation(21, 0))
    budget.settle(held, Usage(1, 30, 10))
    budget.reserve(Reservation(60, 0))
    assert budget.spent == Usage(1, 30, 10)


def test_reached_says_what_was_spent() -> None:
    budget = Budget("batch", tokens=100)
    budget.settle(Reservation(0, 0), Usage(1, 70, 20))
    with pytest.raises(BudgetExceeded) as raised:
        budget.reserve(Reservation(20, 0))
    assert raised.value.scope == "batch"
    assert raised.value.spent == Usage(1, 70, 20)


def test_wider_budget_limits_the_narrower() -> None:
    batch = Budget("batch", tokens=100)
    first, second = (Budget("document", tokens=80, within=batch) for _ in range(2))
    first.reserve(Reservation(70, 0))
    with pytest.raises(BudgetExceeded) as raised:
        second.reserve(Reservation(40, 0))
    assert raised.value.scope == "batch"
    first.settle(Reservation(70, 0), Usage(1, 20, 0))
    second.reserve(Reservation(80, 0))  # a refusal by the wider one left nothing held in the narrower
    assert batch.spent == Usage(1, 20, 0)


def test_money_is_limited_too() -> None:
    budget = Budget("compile", dollars=0.01)
    budget.reserve(Reservation(10, NANO // 100))
    with pytest.raises(BudgetExceeded, match="nano-dollars"):
        budget.reserve(Reservation(0, 1))


def test_threads_share_a_limit() -> None:
    budget = Budget("batch", tokens=1000)

    def spend(_: int) -> int:
        try:
            budget.reserve(Reservation(50, 0))
        except BudgetExceeded:
            return 0
        budget.settle(Reservation(50, 0), Usage(1, 30, 10))
        return 40

    with ThreadPoolExecutor(8) as pool:
        spent = sum(pool.map(spend, range(200)))
    assert budget.spent.tokens == spent
    assert 950 < spent + 50 <= 1040  # nothing more fitted
    assert spent <= 1000


SPEND = """
import sys
from pathlib import Path
from inference.budget import Budget, Reservation
from inference.errors import BudgetExceeded
from inference.usage import Usage
budget = Budget("batch", tokens=1000, ledger=Path(sys.argv[1]))
for _ in range(40):
    try:
        budget.reserve(Reservation(30, 0))
    except BudgetExceeded:
        continue
    budget.settle(Reservation(30, 0), Usage(1, 15, 5))
"""


def test_processes_share_a_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    running = [subprocess.Popen([sys.executable, "-c", SPEND, str(ledger)]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    budget = Budget("batch", tokens=1000, ledger=ledger)
    assert 960 <= budget.spent.tokens <= 1000
    assert pickle.loads(pickle.dumps(budget)).spent == budget.spent
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_concurrent_calls_never_spend_more(protocol: Protocol) -> None:
    limit = 3000
    budget = Budget("batch", tokens=limit)

    async def many() -> list[Completion[Invoice] | BaseException]:
        calls = (complete(request(), server.model, budget, GATES) for _ in range(20))
        return await asyncio.gather(*calls, return_exceptions=True)

    with model_server(protocol, Reply(RIGHT, delay=0.1, input_tokens=300, output_tokens=64)) as server:
        outcomes = asyncio.run(many())
    done = [one for one in outcomes if isinstance(one, Completion)]
    refused = [one for one in outcomes if isinstance(one, BudgetExceeded)]
    assert len(done) + len(refused) == 20
    assert done
    assert refused
    assert budget.spent.tokens == 364 * len(server.bodies) <= limit


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_retries_stop_at_the_budget_and_keep_what_was_spent(protocol: Protocol) -> None:
    budget = Budget("document", tokens=2500)
    wrong = Reply('{"total": 1}', input_tokens=900, output_tokens=60)
    with model_server(protocol, wrong) as server, pytest.raises(BudgetExceeded) as raised:
        complete_sync(request(retries=5), server.model, budget, GATES)
    assert raised.value.usage == budget.spent == Usage(2, 1800, 120)


def test_money_needs_a_price() -> None:
    model = parse_model("openai-compatible:unheard-of@http://models.invalid/v1")
    with pytest.raises(BudgetExceeded, match="no price is known for openai-compatible:unheard-of"):
        complete_sync(request(), model, Budget("batch", dollars=1.0), GATES)
