"""2,000 damaged documents: none ends the batch, none hangs, each is read or refused with a typed reason."""

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr import errors
from tests.ocr.mutants import mutant, read_all

COUNT = 2_000
WORKERS = 2
SECONDS = 30.0
REASONS = {kind.reason for kind in vars(errors).values() if isinstance(kind, type)} - {"unreadable", "engine"}


def outcomes(numbers: list[int]) -> dict[int, tuple[str, float]]:
    """Outcome and seconds of each mutant. A child that dies or hangs costs one document; the next child goes on."""
    found: dict[int, tuple[str, float]] = {}
    context = multiprocessing.get_context("spawn")
    while len(found) < len(numbers):
        rest = numbers[len(found) :]
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=read_all, args=(rest, sender), daemon=True)
        child.start()
        sender.close()
        try:
            for number in rest:
                if not receiver.poll(SECONDS):
                    found[number] = ("hung", SECONDS)
                    break
                answered, outcome, seconds = receiver.recv()
                assert answered == number
                found[number] = (outcome, seconds)
        except EOFError:
            found[numbers[len(found)]] = ("crashed", 0.0)
        finally:
            child.kill()
            child.join()
            receiver.close()
    return found


@pytest.mark.timeout(900)
def test_no_damaged_document_stops_or_crashes_the_reader() -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        shares = pool.map(outcomes, [list(range(start, COUNT, WORKERS)) for start in range(WORKERS)])
    found = {number: outcome for share in shares for number, outcome in share.items()}
    counts = Counter(outcome for outcome, _ in found.values())
    assert len(found) == COUNT
    unexpected = {number: outcome for number, (outcome, _) in found.items() if outcome not in REASONS | {"read"}}
    assert not unexpected, f"mutants by number: {unexpected}"
    assert max(seconds for _, seconds in found.values()) < SECONDS
    assert counts["read"] > 0.1 * COUNT, "the damage should leave some readable"
    assert counts["broken"] > 0.1 * COUNT, "and some not"


def test_mutants_are_the_same_in_every_run() -> None:
    assert [mutant(number) for number in range(20)] == [mutant(number) for number in range(20)]
    assert len({mutant(number) for number in range(200)}) > 150
