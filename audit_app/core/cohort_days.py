"""Days and spans of time as the lines of a cohort say them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = [name for name in calendar.month_name if name]
DAY = rf"(?:\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{4}}-\d\d-\d\d)"
LENGTH = r"(?:an?|\d{1,3}) (?:year|month|week|day)s?"
WHEN = (
    rf"(?:before|after|on) {DAY}|(?:from|between) {DAY} (?:to|and) {DAY}|"
    rf"in the week beginning {DAY}|(?:over|more than) {LENGTH} ago|in the last {LENGTH}"
)
_DAY = re.compile(DAY)
_WRITTEN = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")


@dataclass(frozen=True, slots=True)
class When:
    """A range of days: named ones, or counted back from the day of the extract."""

    how: str
    first: date | None = None
    last: date | None = None
    count: int = 0
    unit: str = ""

    def days(self, as_at: date) -> tuple[date | None, date | None]:
        """First and last day, both included."""
        if self.how == "ago":
            return None, back(as_at, self.count, self.unit) - timedelta(days=1)
        if self.how == "last":
            return back(as_at, self.count, self.unit) + timedelta(days=1), as_at
        return self.first, self.last


def read_day(text: str) -> date | None:
    """A day written 11 July 2026, 11/07/2026 or 2026-07-11; None where there is no such day."""
    written = _WRITTEN.fullmatch(text)
    try:
        if written:
            return date(int(written[3]), MONTHS.index(written[2]) + 1, int(written[1]))
        if "/" in text:
            day, month, year = map(int, text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_length(text: str) -> tuple[int, str]:
    """ "a year" → (1, "year"), "6 weeks" → (6, "week")."""
    count, unit = text.split(" ")
    return (1 if count in ("a", "an") else int(count)), unit.rstrip("s")


def read_when(text: str, fault: Callable[[str], Exception]) -> When:
    """A range as it was written; `fault` makes what is raised of a day that there is not."""
    days = [read_day(found) for found in _DAY.findall(text)]
    if None in days:
        raise fault("There is no such day in the calendar.")
    length = re.search(LENGTH, text)
    if length and text.startswith(("over", "more than")):
        return When("ago", None, None, *read_length(length[0]))
    if length and text.startswith("in the last"):
        return When("last", None, None, *read_length(length[0]))
    first = days[0]
    assert first is not None
    match text.split(" ")[0]:
        case "before":
            return When("before", None, first - timedelta(days=1))
        case "after":
            return When("after", first + timedelta(days=1))
        case "on":
            return When("on", first, first)
        case "in":
            return When("week", first, first + timedelta(days=6))
    last = days[1]
    assert last is not None
    if last < first:
        raise fault("The later day stands first: write the earlier one before it.")
    return When("from", first, last)


def say_when(when: When) -> str:
    """The range in its settled spelling."""
    many = f"{when.count} {when.unit}{'s' if when.count != 1 else ''}"
    first, last = when.first, when.last
    match when.how:
        case "ago":
            return f"over {many} ago"
        case "last":
            return f"in the last {many}"
        case "before":
            return f"before {say_day(last and last + timedelta(days=1))}"
        case "after":
            return f"after {say_day(first and first - timedelta(days=1))}"
        case "on":
            return f"on {say_day(first)}"
        case "week":
            return f"in the week beginning {say_day(first)}"
    return f"from {say_day(first)} to {say_day(last)}"


def say_day(day: date | None) -> str:
    """11 July 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "–"


def back(day: date, count: int, unit: str) -> date:
    """The day so many years, months, weeks or days earlier; the last of a shorter month."""
    if unit in ("week", "day"):
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    year = max(year, 1)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
