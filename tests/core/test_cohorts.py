"""The lines of a cohort: read as typed, settled in one spelling, reckoned from a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit_app.caseload.values import age_at
from audit_app.core.cohort_days import back
from audit_app.core.cohorts import (
    MOST_LINES,
    Among,
    CohortFault,
    Given,
    Unended,
    Within,
    read_line,
    read_lines,
)

AS_AT = date(2026, 11, 1)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("typed", "words", "terms"),
    [
        (
            "Referrals received in the week beginning 11 July 2026",
            "a referral in the week beginning 11 July 2026",
            [Within("event:referral", date(2026, 7, 11), date(2026, 7, 17))],
        ),
        (
            "under two at 1 November 2026",
            "under 2 on 1 November 2026",
            [Within("date_of_birth", date(2024, 11, 2), AS_AT)],
        ),
        ("under 1", "under 1", [Within("date_of_birth", date(2025, 11, 2), AS_AT)]),
        ("10 or over", "10 or over", [Within("date_of_birth", None, date(2016, 11, 1))]),
        (
            "aged 3 to 5",
            "age is 3 to 5",
            [Within("date_of_birth", date(2020, 11, 2), date(2023, 11, 1))],
        ),
        ("factor 3a, 3B or 3C", "factor is 3A or 3B or 3C", [Among("factor", ("3A", "3B", "3C"))]),
        (
            "on a plan for over a year",
            "on a plan for over 1 year",
            [Within("plan_start", None, date(2025, 10, 31)), Unended("plan_end", AS_AT)],
        ),
        (
            "open for under 3 months",
            "open for under 3 months",
            [Within("cin_start", date(2026, 8, 1), AS_AT), Unended("cin_closure", AS_AT)],
        ),
        (
            "The cohort of july-referrals again",
            "in the cohort of july-referrals again",
            [Among("cohort", ("july-referrals",))],
        ),
        (
            "drawn in july-referrals",
            "drawn in july-referrals",
            [Among("drawn", ("july-referrals",))],
        ),
        (
            "Status is Child Protection Plan or looked after",
            "status is child protection plan or looked after",
            [Among("status", ("child_protection_plan", "looked_after"))],
        ),
        (
            "team is not “North or South”, East",
            "team is not “North or South” or East",
            [Among("team", ("North or South", "East"), wanted=False)],
        ),
        ("need n1 or n0", "need is N1 or N0", [Among("need_code", ("N1", "N0"))]),
        ("category is neglect", "category is Neglect", [Among("plan_category", ("Neglect",))]),
        (
            'column "Locality" is East or West',
            "column “Locality” is East or West",
            [Among("column:Locality", ("East", "West"))],
        ),
        ("plan end is not given", "plan end is not given", [Given("plan_end", wanted=False)]),
        ("team is given.", "team is given", [Given("team")]),
        ("in list 7", "in list 7", [Given("plan_start")]),
        (
            "last seen over 6 weeks ago",
            "last seen is over 6 weeks ago",
            [Within("last_seen", None, date(2026, 9, 19))],
        ),
        (
            "last seen in the last 10 days",
            "last seen is in the last 10 days",
            [Within("last_seen", date(2026, 10, 23), AS_AT)],
        ),
        (
            "plan start between 1/4/2026 and 2026-04-30",
            "plan start is from 1 April 2026 to 30 April 2026",
            [Within("plan_start", date(2026, 4, 1), date(2026, 4, 30))],
        ),
        (
            "strategy discussions held after 1 October 2026",
            "a strategy discussion after 1 October 2026",
            [Within("event:strategy_discussion", date(2026, 10, 2), None)],
        ),
    ],
)
def test_a_line_is_read_and_settled(typed: str, words: str, terms: list[object]) -> None:
    line = read_line(typed)
    assert line.words == words
    assert list(line.terms(AS_AT)) == terms
    again = read_line(line.words)
    assert (again.words, again.terms(AS_AT)) == (words, tuple(terms))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "cannot be read"),
        ("shoe size is 4", "cannot be read"),
        ("status is sleeping", "is no status: use one of looked after"),
        ("factor is 3Z", "is no factor"),
        ("last seen before 31 February 2026", "no such day"),
        ("a referral from 2 July 2026 to 1 July 2026", "later day stands first"),
        ("age is 5 to 3", "older age stands first"),
        ("team is “North", "cannot be told apart"),
        ("team is " + "x" * 400, "at most 300"),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, said: str) -> None:
    with pytest.raises(CohortFault, match=said):
        read_line(typed)


def test_a_fault_names_its_line_and_blank_lines_are_passed_over() -> None:
    assert [line.words for line in read_lines("\n under 2 \n\nneed is N1\n")] == [
        "under 2",
        "need is N1",
    ]
    with pytest.raises(CohortFault, match="Line 3: "):
        read_lines("under 2\n\nunder two hundred")
    with pytest.raises(CohortFault, match="at most 20 lines"):
        read_lines("under 2\n" * (MOST_LINES + 1))


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader_and_what_is_read_reads_the_same_again(typed: str) -> None:
    try:
        line = read_line(typed)
    except CohortFault:
        return
    assert read_line(line.words) == line


@given(
    st.lists(
        st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_any_team_can_be_named_in_quotation_marks(names: list[str]) -> None:
    wanted = [" ".join(name.split()) for name in names]
    assume(all(name and not set(name) & set('“”"') for name in wanted))
    line = read_line("team is " + " or ".join(f"“{name}”" for name in wanted))
    unique = tuple(dict.fromkeys(wanted))
    assert line.terms(AS_AT) == (Among("team", unique),)
    assert read_line(line.words).terms(AS_AT) == (Among("team", unique),)


@given(days, days, st.integers(0, 25), st.integers(0, 25))
def test_ages_are_those_of_the_last_birthday(born: date, day: date, low: int, high: int) -> None:
    assume(low <= high)
    age = age_at(born, day)
    for typed, meant in (
        (f"under {high}", 0 <= age < high),
        (f"{low} or over", age >= low),
        (f"age is {low} to {high}", low <= age <= high),
    ):
        (term,) = read_line(f"{typed} on {day.isoformat()}").terms(AS_AT)
        assert isinstance(term, Within)
        within = (term.first is None or born >= term.first) and (
            term.last is None or born <= term.last
        )
        assert within == meant, typed


@given(days, st.integers(1, 30), st.sampled_from(["year", "month", "week", "day"]))
def test_over_and_under_share_all_days_between_them(day: date, count: int, unit: str) -> None:
    over = read_line(f"on a plan for over {count} {unit}s").terms(day)[0]
    under = read_line(f"on a plan for under {count} {unit}s").terms(day)[0]
    assert isinstance(over, Within)
    assert isinstance(under, Within)
    assert over.last is not None
    assert under.first == over.last + timedelta(days=1) == back(day, count, unit)
    assert under.last == day


@pytest.mark.parametrize(
    ("typed", "closed", "audited"),
    [
        ("status is child protection plan", False, False),
        ("status is not closed", False, False),
        ("status is looked after or closed", True, False),
        ("a referral in the week beginning 11 July 2026", True, False),
        ("case closure is after 1 July 2026", True, False),
        ("in the cohort of july again", True, True),
        ("drawn in july", True, True),
        ("team is closed", False, False),
    ],
)
def test_which_lines_keep_what_a_draw_leaves_out(typed: str, closed: bool, audited: bool) -> None:
    line = read_line(typed)
    assert (line.keeps_closed, line.keeps_audited) == (closed, audited)
