"""Workers die, the server restarts; no record is lost and none is made twice."""

import pytest

from benchmarks.temporal import chaos
from runtime.durable import dev_server
from runtime.durable.client import TemporalError


def test_documents_survive_kills_and_a_restart(empty_postgres: str) -> None:
    try:
        dev_server.binary()
    except TemporalError as error:
        pytest.skip(str(error))
    result = chaos(100, step=16, store_url=empty_postgres)
    assert (result["records"], result["failures"]) == (96, 4)
    assert (result["lost"], result["duplicates"]) == (0, 0)
    assert result["counts"] == {"recorded": 96, "failed": 4}
    assert result["kills"] >= 2 and result["server_restarts"] == 1
