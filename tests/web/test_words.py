"""Days, times and counts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from audit_app.core.question_bank import Subject
from audit_app.store.tables import CaseloadEntry, Extract
from audit_app.web import words
from audit_app.web.audits.facts import all_facts, say_age, short_facts


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 30), "in 8 days"),
        (date(2026, 11, 23), "in 1 day"),
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "late by 1 day"),
        (date(2026, 11, 19), "late by 3 days"),
    ],
)
def test_due(day, said):
    assert words.say_due(day, date(2026, 11, 22)) == said


def test_moments_are_told_by_an_english_clock():
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert words.say_moment(summer) == "1 July 2026 at 00:30"
    assert words.say_day(summer) == "1 July 2026"
    assert words.say_month("2026-02") == "February 2026"


def test_counts_and_codes():
    assert words.say_count(1, "audit") == "1 audit"
    assert words.say_count(1200, "audit") == "1,200 audits"
    assert words.say_count(0, "reply", "replies") == "0 replies"
    assert words.say_code("child_protection_plan") == "Child protection plan"


@pytest.mark.parametrize(
    ("born", "unborn", "said"),
    [
        (date(2020, 11, 23), False, "5 years"),
        (date(2020, 11, 22), False, "6 years"),
        (date(2026, 10, 23), False, "0 months"),
        (date(2024, 12, 1), False, "23 months"),
        (date(2027, 1, 1), False, "Not born yet"),
        (None, True, "Not born yet"),
        (None, False, ""),
    ],
)
def test_age(born, unborn, said):
    entry = CaseloadEntry(date_of_birth=born, unborn=unborn)
    assert say_age(entry, date(2026, 11, 22)) == said


def test_facts_leave_out_what_is_blank():
    entry = CaseloadEntry(
        status="child_protection_plan",
        plan_start=date(2026, 3, 4),
        last_statutory_visit=date(2026, 11, 11),
        seen_alone="Yes",
        extract=Extract(subject=Subject.CASE_FILE),
    )
    said = {fact.label: fact.value for fact in all_facts(entry, date(2026, 11, 22))}
    assert said == {
        "Status": "Child protection plan",
        "Protection plan": "since 4 March 2026",
        "Last statutory visit": "11 November 2026 (seen alone: Yes)",
    }
    short = [fact.value for fact in short_facts(entry, date(2026, 11, 22))]
    assert short == ["Child protection plan since 4 March 2026", "11 November 2026"]
