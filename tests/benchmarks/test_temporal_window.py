"""The simulated batch is the real one: runs of bounded history, and every document counted once."""

import pytest

from benchmarks.temporal_window import window
from runtime.durable import dev_server
from runtime.durable.client import TemporalError


def test_a_batch_continues_as_new_and_counts_every_document_once() -> None:
    try:
        dev_server.binary()
    except TemporalError as error:
        pytest.skip(str(error))
    heard: list[int] = []
    result = window(2500, heard.append)
    assert (result["counts"], result["runs"]) == ({"recorded": 2500}, 3)
    assert result["history_events_max"] < 1000
    assert heard == sorted(heard)
