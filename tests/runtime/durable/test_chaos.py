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
    result = chaos(20, every=1.5, store_url=empty_postgres)
    assert (result["records"], result["failures"]) == (19, 1)
    assert (result["lost"], result["duplicates"]) == (0, 0)
    assert result["counts"] == {"recorded": 19, "failed": 1}
    assert result["kills"] >= 1 and result["server_restarts"] == 1
