"""Days, times and counts in words, as filters of the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from audit_app import clock
from audit_app.core.subjects import SubjectWords
from audit_app.store.instruments import words_of
from audit_app.store.tables import Cycle


def say_day(day: date) -> str:
    """A day as “9 September 2026”; a moment gives its day in England."""
    if isinstance(day, datetime):
        day = clock.day_of(day)
    return f"{day.day} {day:%B %Y}"


def say_time(moment: datetime) -> str:
    """The time of a moment on an English clock, as “14:03”."""
    return f"{clock.local_time(moment):%H:%M}"


def say_moment(moment: datetime) -> str:
    """A moment as “9 September 2026 at 14:03”."""
    return f"{say_day(moment)} at {say_time(moment)}"


def say_saved(moment: datetime) -> str:
    """When something was saved: the time alone where it was today."""
    today = clock.day_of(moment) == clock.today()
    return say_time(moment) if today else say_moment(moment)


def say_month(month: str) -> str:
    """A month `2026-11` as “November 2026”."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def say_code(code: str) -> str:
    """A stored code in words: `child_protection_plan` as “Child protection plan”."""
    return code.replace("_", " ").capitalize()


def say_count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, as “1 audit” and “1,200 audits”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def say_due(day: date, today: date | None = None) -> str:
    """How far a day is off, as “in 8 days”, “today” or “late by 3 days”."""
    days = (day - (today or clock.today())).days
    if days == 0:
        return "today"
    if days > 0:
        return f"in {say_count(days, 'day')}"
    return f"late by {say_count(-days, 'day')}"


def subject_words(cycle: Cycle) -> SubjectWords:
    """What the audits of a cycle examine, in words."""
    return words_of(cycle.form_version)


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "day": say_day,
        "time": say_time,
        "moment": say_moment,
        "saved": say_saved,
        "month": say_month,
        "code": say_code,
        "count": say_count,
        "due": say_due,
        "subject_words": subject_words,
    }
)
