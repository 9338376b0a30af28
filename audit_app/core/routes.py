"""Reporting routes: which body is told how often, and the day on which it is to be told next.

A route has a first day; the others follow from its rhythm. Where one is no working day, the report
is due on the next that is. What is reported settles its day and every earlier one.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from audit_app.core.faults import Refusal

LONGEST_NAME = 200


class RouteFault(Refusal):
    """One sentence: why a route was not kept, or nothing reported to it."""


class Rhythm(StrEnum):
    """How often a body is told."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    TWICE_A_YEAR = "twice_a_year"
    YEARLY = "yearly"


RHYTHM_WORDS: Mapping[Rhythm, str] = {
    Rhythm.WEEKLY: "every week",
    Rhythm.MONTHLY: "every month",
    Rhythm.QUARTERLY: "every quarter",
    Rhythm.TWICE_A_YEAR: "twice a year",
    Rhythm.YEARLY: "every year",
}
_MONTHS: Mapping[Rhythm, int] = {
    Rhythm.MONTHLY: 1,
    Rhythm.QUARTERLY: 3,
    Rhythm.TWICE_A_YEAR: 6,
    Rhythm.YEARLY: 12,
}


def days_of(first: date, rhythm: Rhythm) -> Iterator[date]:
    """The days of a route without end, as its rhythm gives them; months end where they end."""
    number = 0
    while True:
        if rhythm is Rhythm.WEEKLY:
            yield first + timedelta(days=7 * number)
        else:
            place = first.month - 1 + number * _MONTHS[rhythm]
            year, month = first.year + place // 12, place % 12 + 1
            yield date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
        number += 1


def first_after(first: date, rhythm: Rhythm, settled: date | None) -> date:
    """The first day of the route that is not settled; `settled`: up to and with this day."""
    return next(day for day in days_of(first, rhythm) if settled is None or day > settled)


def working_day(day: date, is_bank_holiday: Callable[[date], bool]) -> date:
    """The day itself where it is a working day, or else the next that is."""
    while day.weekday() >= 5 or is_bank_holiday(day):
        day += timedelta(days=1)
    return day
