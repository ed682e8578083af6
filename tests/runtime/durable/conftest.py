"""A real Temporal server, started from its wheel, and workers over small artifacts."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from temporalio.client import Client

from extractors.model import ExtractorModel, FieldModel
from runtime.audit import AuditLog
from runtime.durable import dev_server
from runtime.durable.activities import Activities
from runtime.durable.client import Connection, TemporalError, connect
from runtime.durable.worker import Role, WorkerOptions, activities_of, claims_of, serve
from runtime.registry import Registry
from runtime.store import Store
from tests.inference.model_server import ModelServer
from tests.runtime.conftest import make_artifact

ROLES = {"read": Role(2), "extract": Role(1), "model": Role(1), "persist": Role(2)}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the server; one for all tests of this process."""
    try:
        dev_server.binary()
    except TemporalError as error:
        pytest.skip(str(error))  # not installed; one that does not start is a failure
    started = dev_server.start()
    yield started.address
    started.stop()


@dataclass(frozen=True)
class House:
    """A registry with one artifact, a store, and how to work on them."""

    server: str
    registry: Registry
    address: str
    store: Store
    activities: Activities
    queue: str

    async def client(self) -> Client:
        return await connect(Connection(self.server), None)

    @asynccontextmanager
    async def working(self, roles: Mapping[str, Role] = ROLES) -> AsyncIterator[Client]:
        client, stop = await self.client(), asyncio.Event()
        task = asyncio.create_task(
            serve(client, self.activities, WorkerOptions(dict(roles), queue=self.queue, drain=5.0), stop)
        )
        try:
            yield client
        finally:
            stop.set()
            await task


def tell(body: str) -> str:
    """A model's answer: the number that the question shows."""
    found = re.search(r"N-\d{5}", body)
    return json.dumps({"number": found.group(0) if found else None})


def asking(house: House, server: ModelServer) -> House:
    """The same house, whose workers ask this model."""
    name, given = f"{server.model.provider}:{server.model.name}@{server.model.url}", house.activities
    activities = activities_of(given.registry, given.store, given.claims, given.audit, {"model": name})
    return replace(house, activities=activities)


UNSURE = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=0.999999)})
"""Accepts nothing: every record waits for a person."""


@pytest.fixture
def unsure(registry: Registry, house: "House") -> str:
    """The address of an artifact, not promoted, whose every answer is doubtful."""
    return registry.publish(make_artifact(model=UNSURE), promote=False)


@pytest.fixture
def house(server: str, registry: Registry, factory_home: Path, tmp_path: Path) -> Iterator[House]:
    address = registry.publish(make_artifact())
    store = Store()
    activities = activities_of(registry, store, claims_of(None, None), AuditLog())
    yield House(server, registry, address, store, activities, f"q-{tmp_path.name}")
    store.close()
