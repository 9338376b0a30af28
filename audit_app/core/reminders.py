"""Reminders of audits that are due: before, on and after the due day, then word to a named person.

Days are working days. Of reminders only the one whose time it is goes out, so that a worker that
stood still for a while sends one and not three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from audit_app.core.replies import last_day_to_reply

MOST_DAYS = 20
BankHolidays = Callable[[date], bool]


class ReminderKind(StrEnum):
    """Which reminder it is; escalation goes to somebody else than the auditor."""

    BEFORE = "before"
    ON_THE_DAY = "on_the_day"
    AFTER = "after"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class ReminderDays:
    """So many working days before and after the due day; 0 before: none goes out before it."""

    before: int = 3
    after: int = 2
    escalate: int = 5


def reminder_due(
    due_on: date, today: date, days: ReminderDays, is_bank_holiday: BankHolidays
) -> ReminderKind | None:
    """The reminder whose time it is; None while it is too early for any."""
    if today >= last_day_to_reply(due_on, days.after, is_bank_holiday):
        return ReminderKind.AFTER
    if today >= due_on:
        return ReminderKind.ON_THE_DAY
    begins = working_days_before(due_on, days.before, is_bank_holiday)
    return ReminderKind.BEFORE if today >= begins else None


def is_escalated(
    due_on: date, today: date, days: ReminderDays, is_bank_holiday: BankHolidays
) -> bool:
    """Whether it is time to tell somebody else."""
    return today >= last_day_to_reply(due_on, days.escalate, is_bank_holiday)


def working_days_before(day: date, count: int, is_bank_holiday: BankHolidays) -> date:
    """The day so many working days earlier; the same where the count is 0."""
    while count:
        day -= timedelta(days=1)
        if day.weekday() < 5 and not is_bank_holiday(day):
            count -= 1
    return day
