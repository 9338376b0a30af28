"""One case file: finding it, its audits, and who can see them, by the rules of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.access import Permission, Reach
from audit_app.core.independence import Bar
from audit_app.core.lifecycle import AuditState, CycleState, ModerationState
from audit_app.core.moderation import Purpose
from audit_app.core.replies import PracticeSees
from audit_app.store.caseload import current_extract_ids
from audit_app.store.council_keys import worker_key
from audit_app.store.independence import bars_for
from audit_app.store.references import is_called
from audit_app.store.scopes import (
    Grant,
    audits_in_scope,
    audits_of_own_cases,
    calibrations_within,
    grants_of,
)
from audit_app.store.tables import (
    Allocation,
    Audit,
    Calibration,
    CaseFile,
    CaseloadEntry,
    Cycle,
    FormerReference,
    HistoryEntry,
    Moderation,
    Person,
    Reading,
)

SHOWN = "case number shown"


class Sight(StrEnum):
    """By which rule somebody sees an audit of a case file, or would but for a bar."""

    ALLOCATED = "allocated"
    READS_SUBMITTED = "reads_submitted"
    READS_QUOTES = "reads_quotes"
    OWN_CASE = "own_case"
    OWN_TEAM = "own_team"


@dataclass(frozen=True, slots=True)
class Seer:
    """That a person sees one audit, and why; with bars they do not although it is theirs."""

    person: Person
    audit: Reading
    sight: Sight
    bars: frozenset[Bar] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """That somebody was shown the council's number."""

    name: str
    at: datetime


def find_by_reference(session: Session, person: Person, reference: str) -> CaseFile | None:
    """The case file with this reference, or with this former one, if the person may ask of it."""
    wanted = reference.strip().upper()
    former = select(FormerReference.case_file_id).where(FormerReference.reference == wanted)
    return session.scalar(
        _askable(person)
        .where(is_called(reference) | CaseFile.id.in_(former))
        .order_by(CaseFile.id.in_(former))
        .limit(1)
    )


def find_case_file_of(session: Session, person: Person, case_file_id: int) -> CaseFile | None:
    """One case file whose audits are within what the person may ask about."""
    return session.scalar(_askable(person).where(CaseFile.id == case_file_id))


def find_case_file_to_open(session: Session, person: Person, case_file_id: int) -> CaseFile | None:
    """One case file whose number in the council's system the person may be shown here."""
    own = select(Audit.case_file_id).where(audits_of_own_cases(person))
    return session.scalar(
        select(CaseFile).where(
            CaseFile.id == case_file_id,
            CaseFile.purged_at.is_(None),
            CaseFile.id.in_(own) | _is_askable(person),
        )
    )


def audits_of_case_file(session: Session, person: Person, case_file: CaseFile) -> list[Reading]:
    """Its audits, parts and other readings that the person may ask about, newest first."""
    calibrations = select(Calibration.id).where(calibrations_within(person))
    return list(
        session.scalars(
            select(Reading)
            .where(
                Reading.case_file_id == case_file.id,
                audits_in_scope(person, Permission.SEE_WHO_MAY_SEE)
                | Reading.cycle_id.in_(calibrations),
            )
            .options(
                joinedload(Reading.cycle.of_type(Cycle)).selectinload(Cycle.auditors),
                joinedload(Reading.auditor),
                joinedload(Reading.team),
            )
            .order_by(Reading.allocated_at.desc(), Reading.id.desc())
        )
    )


def seers_of(session: Session, audits: Sequence[Reading]) -> list[Seer]:
    """Everybody who can open one of these audits of one case file, or is barred from theirs."""
    people = session.scalars(
        select(Person)
        .where(Person.active)
        .options(selectinload(Person.roles))
        .order_by(Person.name, Person.id)
    ).all()
    bars = bars_for(session, list({audit.auditor for audit in audits}), audits)
    entry = _entry_now(session, audits)
    blind = _blind(session, audits)
    return [
        seer
        for person in people
        for audit in audits
        for seer in (
            *_allocated(person, audit, bars),
            *(() if (person.id, audit.id) in blind else _reads_results(person, audit)),
            *(() if (person.id, audit.id) in blind else _own_cases(person, audit, entry)),
        )
    ]


def shown_to(session: Session, case_file: CaseFile) -> list[Shown]:
    """Who was shown the council's number of this case file, the latest first."""
    audits = select(Reading.id).where(Reading.case_file_id == case_file.id)
    rows = session.execute(
        select(Person.name, HistoryEntry.at)
        .join(Person, Person.id == HistoryEntry.person_id)
        .where(
            HistoryEntry.action == SHOWN,
            ((HistoryEntry.subject == "case file") & (HistoryEntry.subject_id == case_file.id))
            | ((HistoryEntry.subject == "audit") & HistoryEntry.subject_id.in_(audits)),
        )
        .order_by(HistoryEntry.id.desc())
    )
    return [Shown(name, at) for name, at in rows]


def _askable(person: Person) -> Select[CaseFile]:
    """Case files drawn in a cycle, or chosen for a calibration, that the person may ask about."""
    return select(CaseFile).where(_is_askable(person))


def _is_askable(person: Person) -> ColumnElement[bool]:
    scope = audits_in_scope(person, Permission.SEE_WHO_MAY_SEE)
    audited = select(Allocation.case_file_id).where(scope)
    calibrated = select(Calibration.case_file_id).where(calibrations_within(person))
    return CaseFile.id.in_(audited) | CaseFile.id.in_(calibrated)


def _blind(session: Session, audits: Sequence[Reading]) -> set[tuple[int | None, int]]:
    """Who reads which of them a second time and sees nothing of it meanwhile."""
    going_on = [one.id for one in audits if one.cycle.state is not CycleState.CLOSED]
    rows = session.execute(
        select(Moderation.reader_id, Moderation.audit_id).where(
            Moderation.audit_id.in_(going_on), Moderation.state == ModerationState.READING
        )
    )
    return {(row.reader_id, row.audit_id) for row in rows}


def _entry_now(session: Session, audits: Sequence[Reading]) -> CaseloadEntry | None:
    """What the extract in use says of the case file."""
    return session.scalar(
        select(CaseloadEntry).where(
            CaseloadEntry.extract_id.in_(current_extract_ids()),
            CaseloadEntry.case_file_id.in_([audit.case_file_id for audit in audits]),
        )
    )


def _allocated(
    person: Person, audit: Reading, bars: dict[tuple[int, int], frozenset[Bar]]
) -> Iterator[Seer]:
    gone = not audit.is_settled and audit.cycle.state is CycleState.CLOSED
    if audit.auditor_id != person.id or gone:
        return
    if any(grant.covers(audit.cycle, audits_in_it=True) for grant in _doing(person, audit)):
        yield Seer(person, audit, Sight.ALLOCATED, bars[person.id, audit.id])


def _reads_results(person: Person, audit: Reading) -> Iterator[Seer]:
    if audit.state is not AuditState.SUBMITTED or not isinstance(audit, Audit):
        return
    member = any(one.person_id == person.id for one in audit.cycle.auditors)
    reaches = {
        grant.reach
        for grant in grants_of(person, Permission.SEE_RESULTS)
        if grant.covers(audit.cycle, audits_in_it=member)
    }
    if Reach.ALL in reaches:
        yield Seer(person, audit, Sight.READS_SUBMITTED)
    elif reaches:
        yield Seer(person, audit, Sight.READS_QUOTES)


def _own_cases(person: Person, audit: Reading, entry: CaseloadEntry | None) -> Iterator[Seer]:
    if entry is None or audit.state is not AuditState.SUBMITTED or not isinstance(audit, Audit):
        return
    if audit.cycle.shown_to_practice is PracticeSees.NOTHING:
        return
    scopes = [grant.scope for grant in grants_of(person, Permission.READ_OWN_CASES)]
    if any(scope.team_id is not None and scope.team_id == entry.team_id for scope in scopes):
        yield Seer(person, audit, Sight.OWN_TEAM)
    elif (
        any(scope.team_id is None for scope in scopes)
        and person.worker_name is not None
        and worker_key(person.worker_name) in (entry.worker_key, entry.supervisor_key)
    ):
        yield Seer(person, audit, Sight.OWN_CASE)


def _doing(person: Person, audit: Reading) -> tuple[Grant, ...]:
    doing = {
        Purpose.FIRST: (Permission.DO_AUDITS,),
        Purpose.AGENCY_PART: (Permission.DO_AUDITS,),
        Purpose.SECOND_READING: (Permission.MODERATE,),
        Purpose.CALIBRATION: (Permission.DO_AUDITS, Permission.MODERATE),
    }[audit.purpose]
    return tuple(grant for permission in doing for grant in grants_of(person, permission))
