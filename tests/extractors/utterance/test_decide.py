"""Choosing together: no word serves two parameters, and the product of the probabilities is the largest."""

from itertools import product
from random import Random

from extractors.utterance.decide import DISORDER, Option, _before, _mask, _search
from extractors.utterance.text import Span


def drawn(random: Random, slots: int) -> list[list[Option]]:
    """Options as `rank` gives them: most likely first, "not given" among them, together certain."""
    found = []
    for _ in range(slots):
        count = random.randint(0, 4)
        odds = [random.random() ** 3 + 1e-6 for _ in range(count + 1)]
        starts = [random.randint(0, 6) for _ in range(count)]
        spans = [Span("text", str(at), at, at + random.randint(1, 3)) for at in starts]
        options: list[Option] = list(zip([odd / sum(odds) for odd in odds], [*spans, None], strict=True))
        found.append(sorted(options, key=lambda option: -option[0]))
    return found


def worth(chosen: tuple[Option, ...], before: list[int]) -> float:
    """The product of the probabilities; 0 where a word serves twice."""
    taken, value = 0, 1.0
    for place, (probability, span) in enumerate(chosen):
        if taken & _mask(span):
            return 0.0
        taken |= _mask(span)
        value *= probability
        last = chosen[before[place]][1] if before[place] >= 0 else None
        if last and span and last.start > span.start:
            value *= 2.718281828459045**-DISORDER
    return value


def test_no_assignment_is_better() -> None:
    random = Random(5)  # repeatable, not secret
    conflicts = 0
    for _ in range(150):
        options = drawn(random, random.randint(1, 4))
        before = _before(("text",) * len(options))
        found = worth(tuple(_search(options, before)), before)
        best = max(worth(chosen, before) for chosen in product(*options))
        assert found >= best * 0.999_999
        conflicts += best < worth(tuple(list_[0] for list_ in options), before) or found < 1
    assert conflicts > 50


def test_where_every_branch_but_one_is_blocked() -> None:
    wide = Span("text", "all of it", 0, 20)
    options: list[list[Option]] = [[(0.9, wide), (0.1, None)] for _ in range(9)]
    chosen = _search(options, _before(("text",) * 9))
    assert [span for _, span in chosen].count(wide) == 1
