"""An immediate concern for a child's safety: it leaves the scoring and waits for an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ConcernLevel(StrEnum):
    """When a named person is told of a concern."""

    AT_ONCE = "at_once"
    WHEN_TIME_RUNS_OUT = "when_time_runs_out"


LEVEL_WORDS = {
    ConcernLevel.AT_ONCE: "At once",
    ConcernLevel.WHEN_TIME_RUNS_OUT: "When nobody has acknowledged it in time",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """How a concern stands to its time: `minutes` since it was raised, or until acknowledged."""

    minutes: int
    acknowledged: bool
    overdue: bool


def answer_by(raised_at: datetime, hours: int) -> datetime:
    """Until when somebody must acknowledge it. Calendar hours: a child's safety has no weekend."""
    return raised_at + timedelta(hours=hours)


def read_clock(
    raised_at: datetime, answer_by: datetime, acknowledged_at: datetime | None, now: datetime
) -> Clock:
    """The clock of a concern as it stands now."""
    end = acknowledged_at or now
    return Clock(
        minutes=int((end - raised_at) / timedelta(minutes=1)),
        acknowledged=acknowledged_at is not None,
        overdue=end > answer_by,
    )


def median_minutes(clocks: Collection[Clock]) -> int | None:
    """The middle time to acknowledge, in minutes (the lower of two); None where none was."""
    times = sorted(clock.minutes for clock in clocks if clock.acknowledged)
    return times[(len(times) - 1) // 2] if times else None


def say_minutes(minutes: int) -> str:
    """A length of time in words, such as `5 minutes`, `2 hours 10 minutes` or `3 days 4 hours`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (left if not days else 0, "minute")]
    said = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number]
    return " ".join(said) or "less than a minute"


def say_concerns(clocks: Collection[Clock]) -> str:
    """How many concerns were raised, and how soon they were acknowledged; empty: none was.

    It says nothing that changes as time goes by, so that a report of the same data stays the same.
    """
    if not clocks:
        return ""
    done = sum(clock.acknowledged for clock in clocks)
    late = sum(clock.acknowledged and clock.overdue for clock in clocks)
    said = f"{len(clocks)} raised, {done} acknowledged"
    middle = median_minutes(clocks)
    if middle is not None:
        half = "" if done == 1 else "half of them "
        said += f", {half}within {say_minutes(middle)}"
    return f"{said}; {late} later than set" if late else said
