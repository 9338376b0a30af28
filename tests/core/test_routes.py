"""Days of reporting routes: their rhythm, working days, and what is settled."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.routes import Rhythm, days_of, first_after, working_day

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
RHYTHMS = st.sampled_from(Rhythm)
LONGEST = {
    Rhythm.WEEKLY: 7,
    Rhythm.MONTHLY: 31,
    Rhythm.QUARTERLY: 92,
    Rhythm.TWICE_A_YEAR: 184,
    Rhythm.YEARLY: 366,
}


@given(first=DAYS, rhythm=RHYTHMS)
def test_days_go_on_in_their_rhythm(first, rhythm):
    days = list(islice(days_of(first, rhythm), 30))
    assert days[0] == first
    for before, after in pairwise(days):
        assert 0 < (after - before).days <= LONGEST[rhythm]
        if rhythm is Rhythm.WEEKLY:
            assert after.weekday() == first.weekday()
        elif first.day <= 28:
            assert after.day == first.day


@given(first=DAYS, rhythm=RHYTHMS, settled=st.none() | DAYS)
def test_the_next_day_is_the_first_that_is_not_settled(first, rhythm, settled):
    found = first_after(first, rhythm, settled)
    if settled is None or settled < first:
        assert found == first
    else:
        assert 0 < (found - settled).days <= LONGEST[rhythm]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 12, 25), date(2026, 12, 29)),  # Boxing Day is taken on the Monday
    ],
)
def test_what_is_no_working_day_moves_to_the_next(day, due):
    assert working_day(day, is_bank_holiday) == due


@given(day=DAYS)
def test_a_report_is_due_on_a_working_day_soon_after(day):
    due = working_day(day, is_bank_holiday)
    assert due.weekday() < 5
    assert not is_bank_holiday(due)
    assert timedelta(0) <= due - day <= timedelta(days=5)
    assert working_day(due, is_bank_holiday) == due


def test_a_month_ends_where_it_ends():
    days = list(islice(days_of(date(2026, 11, 30), Rhythm.MONTHLY), 5))
    assert days[3] == date(2027, 2, 28)
    assert days[4] == date(2027, 3, 30)
