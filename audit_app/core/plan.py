"""The audit plan: what is to be audited in which month, how far it is, and what a year lacks.

The state of an entry is never stored: it follows from its cycle and that cycle's editions, by
`plan_state`. Months are written `2026-11`; a year of the plan begins in April, as councils' do.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit_app.core.access import Role
from audit_app.core.faults import Refusal

FIRST_MONTH = 4
_MONTH = re.compile(r"2[01][0-9]{2}-(0[1-9]|1[0-2])")
LONGEST_TITLE, LONGEST_COHORT = 200, 1000


class PlanFault(Refusal):
    """One sentence: why an entry of the plan was not kept."""


class PlanKind(StrEnum):
    """What kind of audit is planned."""

    MONTHLY_SAMPLE = "monthly_sample"
    THEMED = "themed"
    STRATEGY_DISCUSSIONS = "strategy_discussions"
    SUPERVISION = "supervision"
    MULTI_AGENCY = "multi_agency"
    SELF_ASSESSMENT = "self_assessment"
    RE_AUDIT = "re_audit"


KIND_WORDS: Mapping[PlanKind, str] = {
    PlanKind.MONTHLY_SAMPLE: "Monthly sample",
    PlanKind.THEMED: "Themed audit",
    PlanKind.STRATEGY_DISCUSSIONS: "Strategy discussions",
    PlanKind.SUPERVISION: "Supervision",
    PlanKind.MULTI_AGENCY: "Multi-agency audit",
    PlanKind.SELF_ASSESSMENT: "Self-assessment",
    PlanKind.RE_AUDIT: "Re-audit",
}

AUDITORS = (Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER)
"""The roles that audit."""


class PlanState(StrEnum):
    """How far an entry is."""

    PLANNED = "planned"
    OPEN = "open"
    IN_MODERATION = "in_moderation"
    REPORTED = "reported"
    CLOSED = "closed"


class PlanLate(StrEnum):
    """What of an entry is late."""

    NOT_OPENED = "not_opened"
    NOT_DONE = "not_done"
    NOT_REPORTED = "not_reported"


class MoveReason(StrEnum):
    """Why a date of the plan moved. Codes, since the history holds no words."""

    MEETING_MOVED = "meeting_moved"
    NOBODY_TO_AUDIT = "nobody_to_audit"
    COHORT_NOT_READY = "cohort_not_ready"
    OTHER_AUDIT_FIRST = "other_audit_first"
    ENTERED_WRONGLY = "entered_wrongly"


MOVE_WORDS: Mapping[MoveReason, str] = {
    MoveReason.MEETING_MOVED: "the meeting moved",
    MoveReason.NOBODY_TO_AUDIT: "nobody can audit then",
    MoveReason.COHORT_NOT_READY: "what is to be audited is not there yet",
    MoveReason.OTHER_AUDIT_FIRST: "another audit presses more",
    MoveReason.ENTERED_WRONGLY: "it was entered wrongly",
}


class Repeated(StrEnum):
    """What a re-audit repeats."""

    ENTRY = "entry"
    CYCLE = "cycle"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What an entry says. `form` is empty while the theme is still to be decided.

    `due_on`: until when the audits are done, where it is another day than the month's last.
    `body`, `report_on`: whom it is reported to, and when; `exempt`: in the part of the meeting that
    is not public. `repeats`: what a re-audit repeats, with its id.
    """

    kind: PlanKind
    title: str
    month: str
    role: Role
    form: str = ""
    cohort: str = ""
    due_on: date | None = None
    auditor_id: int | None = None
    body: str = ""
    report_on: date | None = None
    exempt: bool = False
    repeats: tuple[Repeated, int] | None = None

    def __post_init__(self) -> None:
        """PlanFault where it contradicts itself."""
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            raise PlanFault("Give it a title of 200 characters or fewer. Nothing was changed.")
        if len(self.cohort) > LONGEST_COHORT:
            raise PlanFault("Say the cohort in 1,000 characters or fewer. Nothing was changed.")
        if self.role not in AUDITORS:
            raise PlanFault("Senior managers and independent members audit. Nothing was changed.")
        if not self.form and self.kind is not PlanKind.THEMED:
            raise PlanFault("Only of a themed audit can the form be open. Nothing was changed.")
        first = first_day(self.month)
        for day in (self.due_on, self.report_on):
            if day is not None and day < first:
                raise PlanFault("No day is before the month of the audit. Nothing was changed.")
        if self.report_on is not None and not self.body.strip():
            raise PlanFault("Say to whom it is reported on that day. Nothing was changed.")
        if (self.kind is PlanKind.RE_AUDIT) != (self.repeats is not None):
            raise PlanFault("A re-audit says what it repeats, and only that. Nothing was changed.")

    @property
    def dates(self) -> tuple[str, date | None, date | None]:
        """What cannot move without a reason."""
        return (self.month, self.due_on, self.report_on)


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """How far the cycle of an entry is: audits that count, and those submitted."""

    due_on: date
    drawn: bool
    closed: bool
    published: bool
    due: int
    submitted: int

    @property
    def done(self) -> bool:
        """Whether every audit that counts is submitted."""
        return self.drawn and self.submitted == self.due


@dataclass(frozen=True, slots=True)
class Lack:
    """What the plan of a year does not have: a kind of audit in each, or one, of these months."""

    kind: PlanKind
    months: tuple[str, ...]


def plan_state(of: RoundFacts | None) -> PlanState:
    """Without a cycle planned; closed once that is; else reported, in moderation or open."""
    if of is None:
        return PlanState.PLANNED
    if of.closed:
        return PlanState.CLOSED
    if of.published:
        return PlanState.REPORTED
    return PlanState.IN_MODERATION if of.done else PlanState.OPEN


def plan_late(entry: PlanDraft, of: RoundFacts | None, today: date) -> PlanLate | None:
    """What is late, the weightiest first: the report, else the opening, else the audits."""
    published = of is not None and of.published
    if entry.report_on is not None and entry.report_on < today and not published:
        return PlanLate.NOT_REPORTED
    if of is None:
        return PlanLate.NOT_OPENED if today > last_to_open(entry) else None
    undone = plan_state(of) is PlanState.OPEN
    return PlanLate.NOT_DONE if undone and of.due_on < today else None


def last_to_open(entry: PlanDraft) -> date:
    """The last day on which its cycle can be opened in time."""
    return entry.due_on or last_day(entry.month)


def next_day(entry: PlanDraft, of: RoundFacts | None) -> date | None:
    """The next day that matters: to open it, to have audited, or to report; None: all is done."""
    match plan_state(of):
        case PlanState.PLANNED:
            return first_day(entry.month)
        case PlanState.OPEN:
            assert of is not None
            return of.due_on
        case PlanState.IN_MODERATION | PlanState.CLOSED:
            return entry.report_on if of is not None and not of.published else None
        case PlanState.REPORTED:
            return None


def lacking(planned: Collection[tuple[PlanKind, str]], year: int) -> tuple[Lack, ...]:
    """What the year does not plan: the monthly sample of a month, supervision in a quarter.

    Source: two cases a month for each manager (Project SAFE, action 12); supervision notes at least
    quarterly (Climbié response, recommendation 30).
    """
    months = months_of(year)
    missing = tuple(one for one in months if (PlanKind.MONTHLY_SAMPLE, one) not in planned)
    lacks = [Lack(PlanKind.MONTHLY_SAMPLE, missing)] if missing else []
    for start in range(0, 12, 3):
        quarter = months[start : start + 3]
        if not any((PlanKind.SUPERVISION, month) in planned for month in quarter):
            lacks.append(Lack(PlanKind.SUPERVISION, quarter))
    return tuple(lacks)


def year_of(month: str) -> int:
    """The year of the plan in which a month lies, by the calendar year in which it begins."""
    year, number = read_month(month)
    return year if number >= FIRST_MONTH else year - 1


def months_of(year: int) -> tuple[str, ...]:
    """The twelve months of a year of the plan."""
    places = range(FIRST_MONTH - 1, FIRST_MONTH + 11)
    return tuple(f"{year + place // 12}-{place % 12 + 1:02}" for place in places)


def read_month(month: str) -> tuple[int, int]:
    """Year and number of a month; PlanFault when it is none."""
    if not _MONTH.fullmatch(month):
        raise PlanFault(f"“{month}” is not a month such as 2026-11. Nothing was changed.")
    return int(month[:4]), int(month[5:])


def first_day(month: str) -> date:
    """The first day of a month."""
    year, number = read_month(month)
    return date(year, number, 1)


def last_day(month: str) -> date:
    """The last day of a month."""
    year, number = read_month(month)
    return date(year, number, calendar.monthrange(year, number)[1])
