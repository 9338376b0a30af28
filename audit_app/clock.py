"""The one place that asks the machine for the time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in England."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day in England on which a moment falls."""
    return moment.astimezone(LONDON).date()


def local_time(moment: datetime) -> datetime:
    """The moment on an English clock."""
    return moment.astimezone(LONDON)
