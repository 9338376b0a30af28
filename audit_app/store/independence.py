"""What ties people to case files, read from the database, and the bars that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from audit_app.core.independence import AuditTies, Bar, Membership, PersonTies, bars_between
from audit_app.core.lifecycle import AuditState
from audit_app.core.moderation import Purpose
from audit_app.store.council_keys import worker_key
from audit_app.store.tables import (
    Audit,
    Calibration,
    CalibrationReading,
    CaseFile,
    CaseloadEntry,
    Extract,
    ExtractState,
    Person,
    Reading,
    Sample,
    SecondReading,
    TeamMembership,
)

AnyReading = TypeVar("AnyReading", bound=Reading)


def bars_for(
    session: Session, people: Sequence[Person], audits: Sequence[Reading], *, again: bool = False
) -> dict[tuple[int, int], frozenset[Bar]]:
    """Why each of these people may not do each of these audits, by person and audit.

    `again`: why they may not read them a second time, nor moderate them in any other way.
    """
    persons = _ties_of_people(session, people)
    cases = _ties_of_audits(session, audits, again=again)
    return {
        (person_id, audit_id): bars_between(person, case)
        for person_id, person in persons.items()
        for audit_id, case in cases.items()
    }


def not_barred(session: Session, person: Person, audits: Sequence[AnyReading]) -> list[AnyReading]:
    """Those of the audits that nothing bars from this person, in their order."""
    bars = bars_for(session, [person], audits)
    return [audit for audit in audits if not bars[person.id, audit.id]]


def bars_of_case_file(
    session: Session, people: Sequence[Person], case_file_id: int, extract: Extract, at: datetime
) -> dict[int, frozenset[Bar]]:
    """By person: why they could not read this case file in a calibration that began now."""
    team_id = session.scalar(
        select(CaseloadEntry.team_id).where(
            CaseloadEntry.extract_id == extract.id, CaseloadEntry.case_file_id == case_file_id
        )
    )
    ties = AuditTies(
        at,
        _workers_on(session, {case_file_id})[case_file_id],
        frozenset({team_id} if team_id is not None else ()),
        _auditors_of(session, case_file_id, at),
    )
    persons = _ties_of_people(session, people)
    return {person_id: bars_between(person, ties) for person_id, person in persons.items()}


def own_cases_in(
    session: Session, people: Iterable[Person], extract: Extract
) -> dict[int, frozenset[str]]:
    """By person: the references of the extract's case files whose worker they are or were.

    Of a supervision file that is the one who is supervised, and the supervisor.
    """
    keys: dict[str, list[int]] = defaultdict(list)
    for person in people:
        if person.worker_name is not None:
            keys[worker_key(person.worker_name)].append(person.id)
    found: dict[int, set[str]] = defaultdict(set)
    if keys:
        in_extract = select(CaseloadEntry.case_file_id).where(
            CaseloadEntry.extract_id == extract.id
        )
        worked_on = (
            select(CaseloadEntry.worker_key, CaseloadEntry.supervisor_key, CaseFile.reference)
            .join(CaseFile, CaseFile.id == CaseloadEntry.case_file_id)
            .join(Extract, Extract.id == CaseloadEntry.extract_id)
            .where(
                CaseloadEntry.worker_key.in_(keys) | CaseloadEntry.supervisor_key.in_(keys),
                CaseloadEntry.case_file_id.in_(in_extract),
                Extract.state == ExtractState.IN_USE,
            )
            .distinct()
        )
        for worker, supervisor, reference in session.execute(worked_on):
            for key in {worker, supervisor} - {None}:
                for person_id in keys.get(key or "", ()):
                    found[person_id].add(reference)
    return {person_id: frozenset(references) for person_id, references in found.items()}


def audited_cases_in(
    session: Session, people: Sequence[Person], extract: Extract
) -> dict[int, frozenset[str]]:
    """By person: the references of the extract's case files that they audited, or read again."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Reading.auditor_id, CaseFile.reference)
        .join(CaseFile, CaseFile.id == Reading.case_file_id)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == Reading.case_file_id)
        .where(
            CaseloadEntry.extract_id == extract.id,
            Reading.auditor_id.in_([person.id for person in people]),
            Reading.purpose != Purpose.CALIBRATION,
            Reading.state == AuditState.SUBMITTED,
        )
    )
    for person_id, reference in rows:
        found[person_id].add(reference)
    return {person_id: frozenset(references) for person_id, references in found.items()}


def _ties_of_people(session: Session, people: Sequence[Person]) -> dict[int, PersonTies]:
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for person_id, team_id, ended_at in session.execute(
        select(TeamMembership.person_id, TeamMembership.team_id, TeamMembership.ended_at).where(
            TeamMembership.person_id.in_([person.id for person in people])
        )
    ):
        memberships[person_id].append(Membership(team_id, ended_at))
    return {
        person.id: PersonTies(
            worker_key(person.worker_name) if person.worker_name else None,
            tuple(memberships[person.id]),
            person.id,
        )
        for person in people
    }


def _ties_of_audits(
    session: Session, audits: Sequence[Reading], *, again: bool
) -> dict[int, AuditTies]:
    firsts = _first_audits(session, audits)
    teams: dict[int, set[int]] = {
        audit.id: {audit.team_id} if audit.team_id is not None else set() for audit in audits
    }
    calibrated = [audit for audit in audits if audit.purpose is Purpose.CALIBRATION]
    if audits:
        for audit_id, team_id in session.execute(_teams_since([audit.id for audit in audits])):
            if team_id is not None:
                teams[audit_id].add(team_id)
    if calibrated:
        for audit_id, team_id in session.execute(_teams_since_calling([a.id for a in calibrated])):
            if team_id is not None:
                teams[audit_id].add(team_id)
    workers = _workers_on(session, {audit.case_file_id for audit in audits})
    audited = {
        audit.id: frozenset({firsts[audit.id].auditor_id} if again or audit.is_second else ())
        for audit in audits
    } | {
        audit.id: _auditors_of(session, audit.case_file_id, audit.allocated_at)
        for audit in calibrated
    }
    return {
        audit.id: AuditTies(
            firsts[audit.id].allocated_at,
            workers[audit.case_file_id],
            frozenset(teams[audit.id]),
            audited[audit.id],
        )
        for audit in audits
    }


def _workers_on(session: Session, case_file_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """By case file: everybody whom any extract in use ever named, supervisors among them."""
    workers: dict[int, set[str]] = {case_file_id: set() for case_file_id in case_file_ids}
    rows = session.execute(
        select(CaseloadEntry.case_file_id, CaseloadEntry.worker_key, CaseloadEntry.supervisor_key)
        .join(Extract, Extract.id == CaseloadEntry.extract_id)
        .where(
            CaseloadEntry.case_file_id.in_(workers),
            or_(CaseloadEntry.worker_key.is_not(None), CaseloadEntry.supervisor_key.is_not(None)),
            Extract.state == ExtractState.IN_USE,
        )
    )
    for case_file_id, worker, supervisor in rows if workers else ():
        workers[case_file_id] |= {name for name in (worker, supervisor) if name is not None}
    return {case_file_id: frozenset(names) for case_file_id, names in workers.items()}


def _auditors_of(session: Session, case_file_id: int, before: datetime) -> frozenset[int]:
    """Whose audits or second readings of a case file were allocated before, in any cycle."""
    return frozenset(
        session.scalars(
            select(Reading.auditor_id).where(
                Reading.case_file_id == case_file_id,
                Reading.purpose != Purpose.CALIBRATION,
                Reading.state != AuditState.WITHDRAWN,
                Reading.allocated_at < before,
            )
        )
    )


def _first_audits(session: Session, audits: Sequence[Reading]) -> dict[int, Reading]:
    """By id of a reading: the first audit of its case file in its cycle, which it may be itself.

    What ties somebody to a case file counts from the draw on, however late it is read again.
    """
    found: dict[int, Reading] = {audit.id: audit for audit in audits}
    second = [audit.id for audit in audits if audit.is_second]
    if second:
        reading = aliased(SecondReading)
        same = and_(Audit.cycle_id == reading.cycle_id, Audit.case_file_id == reading.case_file_id)
        rows = session.execute(
            select(reading.id, Audit).join(Audit, same).where(reading.id.in_(second))
        )
        found.update((row.id, row.Audit) for row in rows)
    return found


def _teams_since_calling(reading_ids: Sequence[int]) -> Select[int, int | None]:
    """The team of the case file of each calibration in every extract in use since it was called."""
    chosen_from = aliased(Extract)
    return (
        select(CalibrationReading.id, CaseloadEntry.team_id)
        .join(Calibration, Calibration.id == CalibrationReading.cycle_id)
        .join(chosen_from, chosen_from.id == Calibration.extract_id)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CalibrationReading.case_file_id)
        .join(Extract, Extract.id == CaseloadEntry.extract_id)
        .where(
            CalibrationReading.id.in_(reading_ids),
            Extract.state == ExtractState.IN_USE,
            Extract.as_at >= chosen_from.as_at,
            or_(
                Extract.replaced_at.is_(None),
                Extract.replaced_at >= CalibrationReading.allocated_at,
            ),
        )
    )


def _teams_since(audit_ids: Sequence[int]) -> Select[int, int | None]:
    """The team of each audit's case file in every extract in use since its sample was drawn."""
    drawn_from, first = aliased(Extract), aliased(Reading)
    return (
        select(Reading.id, CaseloadEntry.team_id)
        .join(Sample, Sample.cycle_id == Reading.cycle_id)
        .join(drawn_from, drawn_from.id == Sample.extract_id)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == Reading.case_file_id)
        .join(Extract, Extract.id == CaseloadEntry.extract_id)
        .join(
            first,
            and_(
                first.cycle_id == Reading.cycle_id,
                first.case_file_id == Reading.case_file_id,
                or_(first.purpose == Purpose.FIRST, first.id == Reading.id),
            ),
        )
        .where(
            Reading.id.in_(audit_ids),
            Extract.state == ExtractState.IN_USE,
            Extract.as_at >= drawn_from.as_at,
            or_(Extract.replaced_at.is_(None), Extract.replaced_at >= first.allocated_at),
        )
    )
