"""Token efficiency: what compiling costs once, what each transaction costs after, and when that pays.

Source: Compiled AI paper, section 4, equation 1 and Table 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spend:
    """Tokens of one system: `generation` once, `per_transaction` at run time (mean over transactions)."""

    generation: float
    per_transaction: float

    def total(self, transactions: int) -> float:
        """Tokens for so many transactions: generation + transactions x per_transaction."""
        return self.generation + transactions * self.per_transaction


def break_even(compiled: Spend, runtime: Spend) -> float:
    """n* = GenTokens_compiled / (RuntimeTokens_runtime - RuntimeTokens_compiled), equation 1.

    From n* transactions on, compiling has spent fewer tokens. Infinite where a transaction saves none.
    """
    saved = runtime.per_transaction - compiled.per_transaction
    return compiled.generation / saved if saved > 0 else math.inf


def compression(compiled: Spend, runtime: Spend, transactions: int) -> float:
    """How many times fewer tokens the compiled system spends on `transactions` (Table 1, CompRatio at 1,000).

    Infinite where it spends none at all.
    """
    spent = compiled.total(transactions)
    return runtime.total(transactions) / spent if spent else math.inf


def amortised(spend: Spend, counts: Sequence[int]) -> list[tuple[int, float]]:
    """The amortisation curve: (transactions, tokens a transaction with the generation spread over them)."""
    return [(count, spend.total(count) / count) for count in counts]
