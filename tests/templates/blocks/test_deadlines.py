"""Deadlines against clock and calendar: elapsed hours, calendar days, changes of the clocks, zones."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from templates.blocks.deadlines import timeframe

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "urgency", "zone", "due"),
    [
        ("2026-01-05T09:30:00-05:00", "expedited", "America/New_York", "2026-01-08T14:30:00+00:00"),
        ("2026-01-05T09:30:00-05:00", "standard", "America/New_York", "2026-01-12T14:30:00+00:00"),
        # The clocks go forward on 8 March 2026: 72 hours are 72 hours, seven days end an hour of UTC earlier.
        ("2026-03-06T09:00:00-05:00", "expedited", "America/New_York", "2026-03-09T14:00:00+00:00"),
        ("2026-03-06T09:00:00-05:00", "standard", "America/New_York", "2026-03-13T13:00:00+00:00"),
        # The clocks go back on 1 November 2026.
        ("2026-10-30T09:00:00-04:00", "standard", "America/New_York", "2026-11-06T14:00:00+00:00"),
        # 02:30 does not exist on 8 March: the earlier instant counts. 01:30 comes twice on 1 November: the first.
        ("2026-03-01T02:30:00-05:00", "standard", "America/New_York", "2026-03-08T06:30:00+00:00"),
        ("2026-10-25T01:30:00-04:00", "standard", "America/New_York", "2026-11-01T05:30:00+00:00"),
        # No clock changes in Phoenix; leap day and turn of the year are days as any other.
        ("2028-02-25T12:00:00-07:00", "standard", "America/Phoenix", "2028-03-03T19:00:00+00:00"),
        ("2026-12-29T23:59:59-10:00", "standard", "Pacific/Honolulu", "2027-01-06T09:59:59+00:00"),
    ],
)
def test_due(received: str, urgency: str, zone: str, due: str) -> None:
    found = timeframe(at(received), "expedited" if urgency == "expedited" else "standard", zone)
    assert found.due == at(due)
    assert found.received < found.escalate < found.due


def test_the_zone_of_the_receipt_time_does_not_matter() -> None:
    first = datetime(2026, 3, 6, 9, 0, tzinfo=NEW_YORK)
    same = [first, first.astimezone(UTC), first.astimezone(timezone(timedelta(hours=9)))]
    assert len({timeframe(one, "standard", "America/New_York") for one in same}) == 1


def test_a_timer_wakes_for_the_escalation_and_then_for_the_limit() -> None:
    start = at("2026-01-05T09:30:00+00:00")
    frame = timeframe(start, "expedited", "UTC")
    assert (frame.wait(start), frame.state(start)) == (timedelta(hours=48), "running")
    woken = start + frame.wait(start)
    assert (frame.wait(woken), frame.state(woken)) == (timedelta(hours=24), "escalated")
    assert frame.state(frame.due) == "escalated"
    late = frame.due + timedelta(seconds=1)
    assert (frame.wait(late), frame.state(late)) == (timedelta(0), "overdue")


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        timeframe(datetime(2026, 1, 5), "standard", "UTC")  # noqa: DTZ001  # what is refused
    with pytest.raises(KeyError):
        timeframe(at("2026-01-05T09:30:00+00:00"), "standard", "Mars/Olympus")
