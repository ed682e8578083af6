"""How a compiled artifact runs as a Temporal activity: the template says it, the worker registers it so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActivityPolicy:
    """Times in seconds. `attempts` bounds retries of what may pass (outage, lost worker); a bad document has none."""

    start_to_close: float = 300.0
    heartbeat: float = 15.0
    attempts: int = 10
    first_retry: float = 1.0
    longest_retry: float = 60.0
