"""Months, working days, and moments within office hours."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from audit_app.bank_holidays import is_bank_holiday
from audit_app.clock import LONDON


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of a month written `2026-11`."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """The last day of a month written `2026-11`."""
    first = first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def add_months(month: str, count: int) -> str:
    """The month so many months later, or earlier where the count is negative."""
    year, number = divmod(first_day(month).year * 12 + first_day(month).month - 1 + count, 12)
    return f"{year}-{number + 1:02}"


def month_name(month: str) -> str:
    """`November 2026`."""
    return f"{first_day(month):%B %Y}"


def say_day(day: date) -> str:
    """`14 October`, as people write in a file."""
    return f"{day.day} {day:%B}"


def is_working_day(day: date) -> bool:
    """Monday to Friday without bank holidays."""
    return day.weekday() < 5 and not is_bank_holiday(day)


def working_days(first: date, last: date) -> list[date]:
    """The working days from one day to another, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


def working_days_after(day: date, count: int) -> date:
    """The working day so many working days later; the same day where the count is 0."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def moment_on(day: date, dice: Random, first_hour: int = 9, last_hour: int = 16) -> datetime:
    """A moment of the day in office hours, in UTC."""
    at = time(dice.randint(first_hour, last_hour), dice.randrange(60))
    return datetime.combine(day, at, LONDON).astimezone(UTC)
