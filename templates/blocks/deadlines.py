"""When a coverage decision is due: pure functions of the receipt time, for timers and reports.

Expedited requests are decided within 72 hours of receipt (42 CFR 422.572(a)), standard ones for items and services
within 7 calendar days from 2026 on (42 CFR 422.568(b)(1), CMS-0057-F). Hours are elapsed time; days are calendar days
where the plan decides, so that a change of the clocks neither gives nor takes an hour of the last day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Urgency = Literal["expedited", "standard"]
State = Literal["running", "escalated", "overdue"]

EXPEDITED = timedelta(hours=72)
STANDARD_DAYS = 7
EARLY: dict[Urgency, timedelta] = {"expedited": timedelta(hours=24), "standard": timedelta(hours=48)}
"""How long before the limit a person is called."""


@dataclass(frozen=True, slots=True)
class Timeframe:
    """Instants in UTC: receipt, when a person is called, and the limit."""

    received: datetime
    escalate: datetime
    due: datetime

    def state(self, now: datetime) -> State:
        """Where a request without a decision stands at `now`. ValueError for a time without a zone."""
        moment = _aware(now)
        return "overdue" if moment > self.due else "escalated" if moment >= self.escalate else "running"

    def wait(self, now: datetime) -> timedelta:
        """How long a timer sleeps until its next event: the escalation, then the limit; zero when both are past."""
        moment = _aware(now)
        ahead = [instant - moment for instant in (self.escalate, self.due) if instant > moment]
        return min(ahead, default=timedelta(0))


def timeframe(received: datetime, urgency: Urgency, zone: str) -> Timeframe:
    """The timeframe of a request received at `received`, decided in time zone `zone` (an IANA name).

    Raises ValueError for a receipt time without a zone, ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """
    place, start = ZoneInfo(zone), _aware(received)
    due = start + EXPEDITED if urgency == "expedited" else _days_later(start, STANDARD_DAYS, place)
    return Timeframe(start, due - EARLY[urgency], due)


def _days_later(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the clock, so many days later.

    Where that time comes twice or not at all because the clocks change, the earlier instant counts.
    """
    wall = start.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return min(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a time without a zone; give the receipt time with its offset")
    return moment.astimezone(UTC)
