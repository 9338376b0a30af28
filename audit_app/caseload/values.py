"""What a caseload file says, as frozen values.

Anything that names a child (id, date of birth, worker, local columns) stays out of ``repr``, so
that no log or traceback carries it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from audit_app.core.faults import Refusal
from audit_app.core.front_door import Referral, Told
from audit_app.core.question_bank import Subject

CONTACT_ROLE, OPEN_FILES = "Contact role", "Open case files"
"""What `CaseEntry.local` says of an agency, and of a supervision file."""


class CaseloadFault(Refusal):
    """The file was refused; the message is one sentence for the person who imports it."""


class CaseStatus(StrEnum):
    """Case status of Annex A list 6, codes a) to e)."""

    LOOKED_AFTER = "looked_after"
    CHILD_PROTECTION_PLAN = "child_protection_plan"
    CHILD_IN_NEED_PLAN = "child_in_need_plan"
    OPEN_ASSESSMENT = "open_assessment"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A cell or row that could not be taken as it stands, and what was done about it.

    ``row`` counts from 1, as the spreadsheet shows it; ``column`` is the heading in the file, or
    empty where the whole row is meant. ``what`` never repeats what the cell holds.
    """

    sheet: str
    row: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet of the file: the Annex A list taken from it (None: not used) and its rows read."""

    name: str
    list_number: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A child of another list who does not stand in list 6: the first row, and how many rows."""

    sheet: str
    row: int
    rows: int


class CaseEntry(NamedTuple):
    """One case file of the frame: a child's row of list 6, with facts joined from other lists.

    Other subjects fill in less: a strategy discussion has `child_id`, and both the id and the day
    in `council_id`; a supervision file has the worker's name there; an agency has its own.

    Codes are in plain words without their prefix: gender Male, Female, Not stated, Neither;
    disability and seen alone Yes, No, Unknown; plan category Neglect, Physical abuse, Sexual
    abuse, Emotional abuse, Multiple; need N0 to N9; ethnicity the four-letter code; closure
    reason RC1 to RC9. None is "not given", or given in a way that could not be read. `factors` are
    those of the assessment in the census that counts, the one of `assessed_on`; `in_census` is
    None where no census was read. `events` are the child's referrals, assessments and strategy
    discussions (lists 3 to 5) by kind and day, each once, in their order.

    A named tuple, because a frozen dataclass of so many fields takes twenty times as long to make.
    """

    council_id: str
    status: CaseStatus | None = None
    team: str | None = None
    worker: str | None = None
    supervisor: str | None = None
    child_id: str | None = None
    date_of_birth: date | None = None
    unborn: bool = False
    gender: str | None = None
    ethnicity: str | None = None
    disability: str | None = None
    need_code: str | None = None
    cin_start: date | None = None
    cin_closure: date | None = None
    closure_reason: str | None = None
    last_seen: date | None = None
    plan_start: date | None = None
    plan_end: date | None = None
    plan_category: str | None = None
    last_statutory_visit: date | None = None
    seen_alone: str | None = None
    last_review_conference: date | None = None
    last_referral: date | None = None
    referrals_12_months: int | None = None
    last_assessment_start: date | None = None
    last_assessment_authorised: date | None = None
    last_strategy_discussion: date | None = None
    looked_after_start: date | None = None
    looked_after_end: date | None = None
    last_looked_after_review: date | None = None
    local: Mapping[str, str] = MappingProxyType({})
    in_census: bool | None = None
    assessed_on: date | None = None
    factors: tuple[str, ...] = ()
    events: tuple[tuple[str, date], ...] = ()

    def __repr__(self) -> str:
        """The status alone, so that no log or traceback names a child or a worker."""
        return f"CaseEntry(status={self.status!r})"


@dataclass(frozen=True, slots=True)
class CensusJoin:
    """What joining a census did: its children, and those of them who do not stand in the list.

    `strangers` are ids without case, of which only pseudonyms are kept.
    """

    children: int
    strangers: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """Referrals with what followed, and which columns the lists had that tell of them."""

    told: tuple[Told, ...]
    referrals: tuple[Referral, ...]


@dataclass(frozen=True, slots=True)
class Caseload:
    """A whole file: the frame in the order of list 6, and everything that was doubtful.

    ``rows_read`` counts the filled rows of every list that was used. A file that lists another
    ``subject`` holds its entries instead.
    """

    entries: tuple[CaseEntry, ...]
    rows_read: int
    sheets: tuple[SheetRead, ...]
    doubtful: tuple[Doubtful, ...]
    unmatched: tuple[Unmatched, ...]
    subject: Subject = Subject.CASE_FILE
    census: CensusJoin | None = None
    front_door: FrontDoor | None = None


def age_at(date_of_birth: date, day: date) -> int:
    """Years at the last birthday on ``day``; -1 for a child not yet born (Annex A guidance).

    A child born on 29 February has the birthday on 1 March of other years.
    """
    if day < date_of_birth:
        return -1
    had_birthday = (day.month, day.day) >= (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - (not had_birthday)
