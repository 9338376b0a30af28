"""The audit plan: states, what is late, what a year lacks; a year begins in April."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.access import Role
from audit_app.core.plan import (
    Lack,
    PlanDraft,
    PlanFault,
    PlanKind,
    PlanLate,
    PlanState,
    Repeated,
    RoundFacts,
    first_day,
    lacking,
    last_day,
    months_of,
    next_day,
    plan_late,
    plan_state,
    year_of,
)

ENTRY = PlanDraft(
    PlanKind.THEMED,
    "Children on plans",
    "2026-09",
    Role.INDEPENDENT_MEMBER,
    form="protection_plans",
    body="The committee",
    report_on=date(2026, 11, 3),
)
ROUND = RoundFacts(date(2026, 9, 30), True, False, False, 4, 2)
YEARS = st.integers(2000, 2190)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
ROUNDS = st.builds(
    RoundFacts,
    due_on=DAYS,
    drawn=st.booleans(),
    closed=st.booleans(),
    published=st.booleans(),
    due=st.integers(0, 5),
    submitted=st.integers(0, 5),
)


@pytest.mark.parametrize(
    ("of", "state"),
    [
        (None, PlanState.PLANNED),
        (replace(ROUND, drawn=False, due=0, submitted=0), PlanState.OPEN),
        (ROUND, PlanState.OPEN),
        (replace(ROUND, submitted=4), PlanState.IN_MODERATION),
        (replace(ROUND, submitted=4, published=True), PlanState.REPORTED),
        (replace(ROUND, published=True), PlanState.REPORTED),
        (replace(ROUND, submitted=4, published=True, closed=True), PlanState.CLOSED),
        (replace(ROUND, closed=True), PlanState.CLOSED),
    ],
)
def test_the_state_follows_from_the_cycle_and_its_editions(of, state):
    assert plan_state(of) is state


@pytest.mark.parametrize(
    ("of", "today", "late"),
    [
        (None, date(2026, 9, 30), None),
        (None, date(2026, 10, 1), PlanLate.NOT_OPENED),
        (None, date(2026, 11, 4), PlanLate.NOT_REPORTED),
        (ROUND, date(2026, 9, 30), None),
        (ROUND, date(2026, 10, 1), PlanLate.NOT_DONE),
        (replace(ROUND, submitted=4), date(2026, 10, 1), None),
        (replace(ROUND, submitted=4), date(2026, 11, 3), None),
        (replace(ROUND, closed=True), date(2026, 11, 4), PlanLate.NOT_REPORTED),
        (replace(ROUND, closed=True, published=True), date(2027, 1, 1), None),
    ],
)
def test_what_is_late_is_said_the_weightiest_first(of, today, late):
    assert plan_late(ENTRY, of, today) is late


@given(of=st.none() | ROUNDS, today=DAYS)
def test_what_is_reported_is_never_late_and_what_is_late_stays_late(of, today):
    late = plan_late(ENTRY, of, today)
    if of is not None and of.published:
        assert late in (None, PlanLate.NOT_DONE)
        assert next_day(ENTRY, of) is None or plan_state(of) is PlanState.OPEN
    if late is not None:
        assert plan_late(ENTRY, of, today + timedelta(days=1)) is not None


@given(year=YEARS)
def test_a_year_has_twelve_months_from_april_and_each_lies_in_it(year):
    months = months_of(year)
    assert months[0] == f"{year}-04"
    assert months[-1] == f"{year + 1}-03"
    assert sorted(set(months)) == list(months)
    assert {year_of(month) for month in months} == {year}
    for before, after in pairwise(months):
        assert last_day(before) + timedelta(days=1) == first_day(after)


@given(year=YEARS, data=st.data())
def test_a_year_lacks_what_it_does_not_plan_and_nothing_else(year, data):
    pairs = st.tuples(st.sampled_from(PlanKind), st.sampled_from(months_of(year)))
    planned = data.draw(st.sets(pairs))
    lacks = lacking(planned, year)
    monthly = {m for one in lacks if one.kind is PlanKind.MONTHLY_SAMPLE for m in one.months}
    have = {month for kind, month in planned if kind is PlanKind.MONTHLY_SAMPLE}
    assert monthly == set(months_of(year)) - have
    quarters = [one.months for one in lacks if one.kind is PlanKind.SUPERVISION]
    for start in range(0, 12, 3):
        quarter = months_of(year)[start : start + 3]
        has = any((PlanKind.SUPERVISION, month) in planned for month in quarter)
        assert (quarter in quarters) is not has


def test_a_whole_plan_lacks_nothing():
    months = months_of(2026)
    planned = {(PlanKind.MONTHLY_SAMPLE, month) for month in months}
    planned |= {(PlanKind.SUPERVISION, months[place]) for place in (2, 3, 8, 9)}
    assert lacking(planned, 2026) == ()
    assert lacking(planned - {(PlanKind.SUPERVISION, months[8])}, 2026) == (
        Lack(PlanKind.SUPERVISION, months[6:9]),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"cohort": "x" * 1001},
        {"role": Role.SUB_GROUP},
        {"kind": PlanKind.SUPERVISION, "form": ""},
        {"due_on": date(2026, 8, 31)},
        {"report_on": date(2026, 8, 31)},
        {"body": " "},
        {"month": "2026-13"},
        {"kind": PlanKind.RE_AUDIT},
        {"repeats": (Repeated.CYCLE, 1)},
    ],
)
def test_what_contradicts_itself_is_refused(changes):
    with pytest.raises(PlanFault, match=r"Nothing was changed\."):
        replace(ENTRY, **changes)


def test_a_theme_may_be_open():
    assert replace(ENTRY, form="", title="Theme still to be decided").form == ""
