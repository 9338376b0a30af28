"""The clock of an immediate concern, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit_app.core.concerns import (
    Clock,
    answer_by,
    median_minutes,
    read_clock,
    say_concerns,
    say_minutes,
)

AT = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


def test_the_clock_runs_through_nights_and_weekends_and_stops_when_acknowledged():
    by = answer_by(AT, 2)
    assert by == AT + timedelta(hours=2)
    waiting = read_clock(AT, by, None, AT + timedelta(hours=60))
    assert (waiting.minutes, waiting.acknowledged, waiting.overdue) == (3600, False, True)
    in_time = read_clock(AT, by, AT + timedelta(minutes=40), AT + timedelta(days=9))
    assert (in_time.minutes, in_time.acknowledged, in_time.overdue) == (40, True, False)
    assert not read_clock(AT, by, by, AT).overdue
    assert read_clock(AT, by, by + timedelta(seconds=1), AT).overdue


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "less than a minute"),
        (1, "1 minute"),
        (130, "2 hours 10 minutes"),
        (1440, "1 day"),
        (4 * 1440 + 61, "4 days 1 hour"),
    ],
)
def test_lengths_in_words(minutes, said):
    assert say_minutes(minutes) == said


def test_what_is_said_of_a_cycle_does_not_change_while_a_concern_waits():
    done, late = Clock(35, True, False), Clock(200, True, True)
    assert median_minutes([late, done, Clock(9, False, True)]) == 35
    assert say_concerns([]) == ""
    assert say_concerns([done]) == "1 raised, 1 acknowledged, within 35 minutes"
    assert say_concerns([done, late, Clock(5, False, False)]) == say_concerns(
        [done, late, Clock(500, False, True)]
    )
    assert say_concerns([done, late]) == (
        "2 raised, 2 acknowledged, half of them within 35 minutes; 1 later than set"
    )
