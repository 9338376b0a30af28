"""When reminders go out: working days before and after the due day, one at a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.reminders import (
    ReminderDays,
    ReminderKind,
    is_escalated,
    reminder_due,
    working_days_before,
)

DUE = date(2026, 11, 30)  # a Monday
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
SET = st.builds(ReminderDays, st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))


@pytest.mark.parametrize(
    ("today", "kind", "escalated"),
    [
        (date(2026, 11, 24), None, False),
        (date(2026, 11, 25), ReminderKind.BEFORE, False),
        (date(2026, 11, 29), ReminderKind.BEFORE, False),
        (date(2026, 11, 30), ReminderKind.ON_THE_DAY, False),
        (date(2026, 12, 1), ReminderKind.ON_THE_DAY, False),
        (date(2026, 12, 2), ReminderKind.AFTER, False),
        (date(2026, 12, 6), ReminderKind.AFTER, False),
        (date(2026, 12, 7), ReminderKind.AFTER, True),
    ],
)
def test_each_has_its_time(today, kind, escalated):
    assert reminder_due(DUE, today, ReminderDays(), is_bank_holiday) is kind
    assert is_escalated(DUE, today, ReminderDays(), is_bank_holiday) is escalated


@given(due=DAYS, days=SET)
def test_day_by_day_reminders_only_go_forward(due, days):
    order = [None, ReminderKind.BEFORE, ReminderKind.ON_THE_DAY, ReminderKind.AFTER]
    passed = [
        order.index(reminder_due(due, due + timedelta(days=n), days, is_bank_holiday))
        for n in range(-60, 61)
    ]
    assert passed == sorted(passed)
    assert passed[0] == 0
    assert passed[60] == 2  # the due day
    assert passed[-1] == 3
    assert (1 in passed) is (days.before > 0)


@given(due=DAYS, count=st.integers(0, 20))
def test_working_days_are_counted_backwards(due, count):
    day = working_days_before(due, count, is_bank_holiday)
    between = [day + timedelta(days=n) for n in range((due - day).days)]
    assert sum(one.weekday() < 5 and not is_bank_holiday(one) for one in between) == count
