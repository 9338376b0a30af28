"""The right of reply: how much of an audit the practice is shown, and until when it replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

OVERALL: Final = "overall"
"""The part of a reply that is for the audit as a whole; the others are themes."""
MOST_DAYS: Final = 60


class PracticeSees(StrEnum):
    """How much of a submitted audit its practitioner and team manager are shown."""

    NOTHING = "nothing"
    GRADES = "grades"
    REASONS = "reasons"
    EVERYTHING = "everything"


SEES_WORDS: Final[Mapping[PracticeSees, str]] = {
    PracticeSees.NOTHING: "Nothing: they are not told of the audit, and cannot reply",
    PracticeSees.GRADES: "Grades",
    PracticeSees.REASONS: "Grades and reasons",
    PracticeSees.EVERYTHING: "Everything: also answers, evidence and the auditor’s own words",
}


class SeesBecause(StrEnum):
    """Why a cycle shows the practice another level than its form says."""

    COURT = "court"
    POLICE = "police"
    SAFETY = "safety"
    LEARNING = "learning"
    PRACTICE = "practice"


BECAUSE_WORDS: Final[Mapping[SeesBecause, str]] = {
    SeesBecause.COURT: "Court proceedings are under way",
    SeesBecause.POLICE: "The police are investigating, or might",
    SeesBecause.SAFETY: "Somebody could be at risk if it were known",
    SeesBecause.LEARNING: "Showing more helps people to learn from it",
    SeesBecause.PRACTICE: "The practice asked for it",
}


class Voice(StrEnum):
    """Who of a family said something: a role, never a name."""

    CHILD = "child"
    PARENT = "parent"
    CARER = "carer"
    OTHER = "other"


VOICE_WORDS: Final[Mapping[Voice, str]] = {
    Voice.CHILD: "A child or young person",
    Voice.PARENT: "A parent",
    Voice.CARER: "A carer",
    Voice.OTHER: "Another member of the family",
}


def last_day_to_reply(
    submitted: date, working_days: int, is_bank_holiday: Callable[[date], bool]
) -> date:
    """The day by which a reply is in time: so many working days after that of submitting."""
    day, left = submitted, working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_bank_holiday(day):
            left -= 1
    return day
