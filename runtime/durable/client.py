"""A connection that seals what it sends, and the search attributes that histories are found by."""

from dataclasses import dataclass
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from runtime.durable.codec import payload_keys, sealing_converter
from runtime.errors import RunError
from runtime.signing import keys_folder

ATTRIBUTES = ("FactoryBatch", "FactorySpec", "FactoryArtifact", "FactoryOutcome")


class TemporalError(RunError):
    """The Temporal server does not answer, or refuses."""


@dataclass(frozen=True)
class Connection:
    """Where the server is. `metrics`: host and port on which the SDK serves its metrics."""

    address: str = "127.0.0.1:7233"
    namespace: str = "default"
    queue: str = "factory"
    metrics: str | None = None


async def connect(where: Connection, registry: Path | None = None) -> Client:
    """A client with the payload keys of this installation. Raises TemporalError."""
    runtime = None
    if where.metrics is not None:
        telemetry = TelemetryConfig(metrics=PrometheusConfig(bind_address=where.metrics, durations_as_seconds=True))
        runtime = Runtime(telemetry=telemetry)
    converter = sealing_converter(payload_keys(keys_folder(registry)))
    try:
        return await Client.connect(where.address, namespace=where.namespace, data_converter=converter, runtime=runtime)
    except RuntimeError:
        raise TemporalError(
            f"no Temporal server at {where.address}; `factory dev-server` starts one for trying it"
        ) from None


async def ensure_attributes(client: Client) -> None:
    """Register the search attributes that are not there yet. Raises TemporalError."""
    kinds = dict.fromkeys(ATTRIBUTES, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise TemporalError(f"search attributes cannot be registered ({error.status.name})") from None
