"""Calibrations: called by a QA lead, read blind by everybody chosen, ended, and then told.

Nothing that somebody answered is shown to another, whoever that is, before the round has ended:
by itself when the last reading is in, or because the QA lead ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.clock import day_of
from audit_app.core.access import Permission, Reach
from audit_app.core.calibration import FEWEST_READERS
from audit_app.core.faults import Refusal
from audit_app.core.independence import Bar
from audit_app.core.lifecycle import AuditState, CycleState, IllegalMove, check_move
from audit_app.store.caseload import current_extract
from audit_app.store.cycles import free_key
from audit_app.store.history import record_history
from audit_app.store.independence import bars_of_case_file, not_barred
from audit_app.store.instruments import latest_forms, load_form
from audit_app.store.mail import ask_to_send
from audit_app.store.references import is_called
from audit_app.store.scopes import (
    calibrations_within,
    grants_of,
    may_in_theme,
    reads_for_calibration,
)
from audit_app.store.tables import (
    Calibration,
    CalibrationReading,
    CaseFile,
    CaseloadEntry,
    Extract,
    FormVersion,
    Person,
    Reading,
)

_CALLED = "A calibration: please read one case file"
_ENDED = "A calibration has ended"
_BODIES = {
    _CALLED: """Hello

{council} asks you and others to audit the same case file, each on their own,
until {day}. Please talk to nobody about it before. It counts in no figure.

{link}

You need to sign in. This mail holds nothing of the case file.
""",
    _ENDED: """Hello

The calibration that you took part in at {council} has ended.
You can see what everybody answered, without names, and where you differ:

{link}

You need to sign in. This mail holds nothing of the case file.
""",
}


class CalibrationFault(Refusal):
    """One sentence: why nothing was changed."""


@dataclass(frozen=True, slots=True)
class PossibleReader:
    """Somebody who could take part, and what bars them from this case file; or nothing."""

    person: Person
    bars: frozenset[Bar]


def forms_to_calibrate(session: Session, person: Person) -> list[FormVersion]:
    """The newest version of each form of which the person calls calibrations, by title.

    What agencies answer each for itself is not read by one person, so nobody compares it so.
    """
    grants = [one for one in grants_of(person, Permission.MODERATE) if one.reach is Reach.ALL]
    return [
        version
        for version in latest_forms(session)
        if any(grant.covers_theme(version.key) for grant in grants)
        and not load_form(version).agencies
    ]


def find_chosen_file(session: Session, version: FormVersion, reference: str) -> CaseFile | None:
    """The case file of the caseload in use that is called so, of the form's own subject."""
    return session.scalar(_in_use(session, version).where(is_called(reference)))


def file_in_use(session: Session, version: FormVersion, case_file_id: int) -> CaseFile | None:
    """The case file with this number, where the caseload in use has it."""
    return session.scalar(_in_use(session, version).where(CaseFile.id == case_file_id))


def possible_readers(
    session: Session, version: FormVersion, case_file: CaseFile, *, at: datetime
) -> list[PossibleReader]:
    """Everybody who audits or moderates with this form, by name, with what bars them."""
    everybody = session.scalars(
        select(Person)
        .where(Person.active)
        .options(selectinload(Person.roles))
        .order_by(Person.name, Person.id)
    )
    able = [
        one
        for one in everybody
        if may_in_theme(one, Permission.DO_AUDITS, version.key)
        or may_in_theme(one, Permission.MODERATE, version.key)
    ]
    bars = bars_of_case_file(session, able, case_file.id, _extract_for(session, version), at)
    return [PossibleReader(one, bars[one.id]) for one in able]


def call_calibration(
    session: Session,
    version: FormVersion,
    case_file: CaseFile,
    readers: Sequence[Person],
    *,
    due_on: date,
    by: Person,
    at: datetime,
) -> Calibration:
    """Begin a round in which all of these read one case file; CalibrationFault when it cannot.

    The readers' rows are held, so that nobody changes team between the check and the end of the
    transaction.
    """
    extract, month = _extract_for(session, version), f"{day_of(at):%Y-%m}"
    if due_on < day_of(at):
        raise CalibrationFault("The due day has passed. No calibration was begun.")
    _check_readers(session, version, case_file, readers, at)
    calibration = Calibration(
        key=free_key(session, f"calibration-{month}"),
        name=f"Calibration, {day_of(at):%B %Y}",
        month=month,
        form_version=version,
        state=CycleState.DRAWN,
        opened_at=at,
        due_on=due_on,
        case_file_id=case_file.id,
        extract_id=extract.id,
        called_by_id=by.id,
    )
    session.add(calibration)
    session.flush()
    _give_out(session, calibration, {one.id for one in readers}, at)
    detail = {"case file": [None, case_file.id], "people": [None, len(readers)]}
    record_history(session, by, "began", "calibration", calibration.id, at=at, detail=detail)
    return calibration


def tell_readers(
    session: Session, calibration: Calibration, *, site_url: str, council: str, at: datetime
) -> int:
    """Mail a link to everybody who takes part: to what there is to do, or to the spread."""
    ended = calibration.state is CycleState.CLOSED
    subject = _ENDED if ended else _CALLED
    readings = readings_of(session, calibration)
    for reading in readings:
        page = f"calibrations/{calibration.id}" if ended else f"audits/{reading.id}"
        body = _BODIES[subject].format(
            council=council,
            day=f"{calibration.due_on.day} {calibration.due_on:%B %Y}",
            link=f"{site_url}/{page}",
        )
        ask_to_send(session, reading.auditor.email, subject, body, at=at)
    return len(readings)


def end_calibration(
    session: Session, calibration: Calibration, *, by: Person, at: datetime
) -> None:
    """End a round; whoever has not submitted does not any more. IllegalMove when it has ended."""
    _hold(session, calibration)
    _end(session, calibration, by, at)


def end_when_all_in(session: Session, reading: CalibrationReading, *, at: datetime) -> None:
    """End the round with its last reading; IllegalMove where it ended meanwhile.

    The round's row is held, so that of two who submit at the same moment the later one ends it.
    """
    calibration = reading.cycle
    _hold(session, calibration)
    if calibration.state is CycleState.CLOSED:
        raise IllegalMove("This calibration has ended, so nothing is submitted in it any more.")
    waiting = select(CalibrationReading.id).where(
        CalibrationReading.cycle_id == calibration.id,
        CalibrationReading.state != AuditState.SUBMITTED,
    )
    if session.scalar(waiting.limit(1)) is None:
        _end(session, calibration, reading.auditor, at)


def calibrations_of(session: Session, person: Person) -> list[Calibration]:
    """The rounds that the person calls or takes part in: those that go on first, newest first."""
    return list(
        session.scalars(
            _seen_by(person).order_by(
                Calibration.state == CycleState.CLOSED,
                Calibration.opened_at.desc(),
                Calibration.id.desc(),
            )
        )
    )


def find_calibration(session: Session, person: Person, calibration_id: int) -> Calibration | None:
    """One round that the person calls, or takes part in and is not barred from meanwhile."""
    found = session.scalar(_seen_by(person).where(Calibration.id == calibration_id))
    if found is None or calls(session, person, found):
        return found
    own = [one for one in readings_of(session, found) if one.auditor_id == person.id]
    return found if not_barred(session, person, own) else None


def calls(session: Session, person: Person, calibration: Calibration) -> bool:
    """Whether the person is told who answered what, and may end the round."""
    own = select(Calibration.id).where(
        Calibration.id == calibration.id, calibrations_within(person)
    )
    return session.scalar(own) is not None


def readings_of(session: Session, calibration: Calibration) -> list[CalibrationReading]:
    """Who takes part, in the order of the names."""
    return list(
        session.scalars(
            select(CalibrationReading)
            .join(Person, Person.id == CalibrationReading.auditor_id)
            .where(CalibrationReading.cycle_id == calibration.id)
            .options(joinedload(CalibrationReading.auditor))
            .order_by(Person.name, Person.id)
        )
    )


def submitted_in(session: Session, calibration: Calibration) -> list[CalibrationReading]:
    """What was submitted, whole, in the order in which it came in, which is not that of the names.

    Without what is purged: there is nothing left to compare. IllegalMove while the round goes on:
    nobody is shown it before.
    """
    if calibration.state is not CycleState.CLOSED:
        raise IllegalMove("What was answered is shown once the calibration has ended.")
    return list(
        session.scalars(
            select(CalibrationReading)
            .where(
                CalibrationReading.cycle_id == calibration.id,
                CalibrationReading.state == AuditState.SUBMITTED,
                CalibrationReading.purged_at.is_(None),
            )
            .options(
                joinedload(CalibrationReading.auditor),
                selectinload(CalibrationReading.answers),
                selectinload(CalibrationReading.themes),
                selectinload(CalibrationReading.entries),
            )
            .order_by(CalibrationReading.submitted_at, CalibrationReading.id)
        )
    )


def goes_on_about(session: Session, case_file: CaseFile) -> bool:
    """Whether a round that has not ended reads this case file."""
    going_on = select(Calibration.id).where(
        Calibration.case_file_id == case_file.id, Calibration.state != CycleState.CLOSED
    )
    return session.scalar(going_on.limit(1)) is not None


def _seen_by(person: Person) -> Select[Calibration]:
    own = select(Reading.cycle_id).where(reads_for_calibration(person))
    return (
        select(Calibration)
        .where(or_(calibrations_within(person), Calibration.id.in_(own)))
        .options(joinedload(Calibration.case_file))
    )


def _in_use(session: Session, version: FormVersion) -> Select[CaseFile]:
    extract = current_extract(session, load_form(version).subject)
    return (
        select(CaseFile)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .where(CaseloadEntry.extract_id == (extract.id if extract else None))
    )


def _extract_for(session: Session, version: FormVersion) -> Extract:
    extract = current_extract(session, load_form(version).subject)
    if extract is None:
        raise CalibrationFault("No caseload is in use for this form. No calibration was begun.")
    return extract


def _check_readers(
    session: Session,
    version: FormVersion,
    case_file: CaseFile,
    readers: Sequence[Person],
    at: datetime,
) -> None:
    if len({one.id for one in readers}) < FEWEST_READERS:
        raise CalibrationFault("Choose at least two people. No calibration was begun.")
    for person in sorted(readers, key=lambda one: one.id):
        session.refresh(person, ["worker_name"], with_for_update=True)
    possible = possible_readers(session, version, case_file, at=at)
    free = {one.person.id for one in possible if not one.bars}
    for person in readers:
        if person.id not in free:
            raise CalibrationFault(
                f"{person.name} may not read this {case_file.words.one}. No calibration was begun."
            )


def _give_out(
    session: Session, calibration: Calibration, people: Iterable[int], at: datetime
) -> None:
    team_id = session.scalar(
        select(CaseloadEntry.team_id).where(
            CaseloadEntry.extract_id == calibration.extract_id,
            CaseloadEntry.case_file_id == calibration.case_file_id,
        )
    )
    session.add_all(
        CalibrationReading(
            cycle_id=calibration.id,
            case_file_id=calibration.case_file_id,
            auditor_id=person_id,
            form_version_id=calibration.form_version_id,
            team_id=team_id,
            state=AuditState.ALLOCATED,
            due_on=calibration.due_on,
            allocated_at=at,
        )
        for person_id in sorted(people)
    )
    session.flush()


def _hold(session: Session, calibration: Calibration) -> None:
    session.flush()
    session.refresh(calibration, ["state"], with_for_update=True)


def _end(session: Session, calibration: Calibration, by: Person, at: datetime) -> None:
    before = calibration.state
    check_move(before, CycleState.CLOSED)
    calibration.state, calibration.closed_at = CycleState.CLOSED, at
    session.flush()
    detail = {"state": [before, CycleState.CLOSED]}
    record_history(session, by, "ended", "calibration", calibration.id, at=at, detail=detail)
