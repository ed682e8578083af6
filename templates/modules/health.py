"""What a module says about the service behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service answered, how long that took in milliseconds, and the kind of failure."""

    healthy: bool
    took_ms: float
    reason: str = ""


class ModuleError(Exception):
    """A module could not do its work. The tree: `HostNotAllowedError`, `ServiceDownError`, `RefusedError`.

    Messages name the module and the kind of failure; never what was sent, so that logs and histories stay clean.
    """


class HostNotAllowedError(ModuleError):
    """A request, or a redirect, leads to a host that is not on the list."""


class ServiceDownError(ModuleError):
    """The service did not answer in time, or with a failure of its own, as often as was tried."""


class RefusedError(ModuleError):
    """The service answered that the request is wrong; trying again would not help."""
