"""Second readings: which there are, who may read, and naming the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.clock import day_of
from audit_app.core.access import Permission, Reach
from audit_app.core.independence import Bar
from audit_app.core.lifecycle import AuditState, CycleState, ModerationState, check_move
from audit_app.core.moderation import Agreement
from audit_app.store.independence import bars_for
from audit_app.store.moderation_draw import ModerationFault
from audit_app.store.scopes import (
    audits_in_scope,
    blind_readings,
    cycles_within,
    files_in_calibration,
    may_within,
    moderations_in_scope,
    not_blind_to,
)
from audit_app.store.tables import (
    Allocation,
    Audit,
    AuditTheme,
    Cycle,
    CycleAuditor,
    Moderation,
    Person,
    Reading,
    SecondReading,
)

#: A reader has at least so long, however near the due day of the cycle is.
DAYS_TO_READ = 7
UNDONE = frozenset({ModerationState.WAITING, ModerationState.READING})


@dataclass(frozen=True, slots=True)
class PossibleReader:
    """Somebody who moderates, how many case files they have to read, what bars them; or nothing."""

    person: Person
    to_read: int
    bars: frozenset[Bar]


def moderations_of(session: Session, person: Person, cycle: Cycle) -> list[Moderation]:
    """The second readings of a cycle that the person may moderate: what waits comes first."""
    found = session.scalars(
        _moderations(person).where(Audit.cycle_id == cycle.id).order_by(Moderation.id)
    ).all()
    order = list(ModerationState)
    return sorted(found, key=lambda one: order.index(one.state))


def waiting_for_readers(session: Session, person: Person) -> list[tuple[Cycle, int]]:
    """How many second readings wait for a reader, by cycle; for whoever names readers there."""
    counts = dict(
        session.execute(
            select(Audit.cycle_id, func.count(Moderation.id))
            .join(Moderation, Moderation.audit_id == Audit.id)
            .where(Moderation.state == ModerationState.WAITING, moderations_in_scope(person))
            .group_by(Audit.cycle_id)
        ).all()
    )
    cycles = session.scalars(
        select(Cycle)
        .where(Cycle.id.in_(counts), Cycle.state != CycleState.CLOSED)
        .order_by(Cycle.month.desc(), Cycle.id.desc())
    )
    return [(cycle, counts[cycle.id]) for cycle in cycles]


def moderations_to_compare(session: Session, person: Person) -> list[Moderation]:
    """Those that the person has read, where both readings are in and are to be compared."""
    found = session.scalars(
        _moderations(person)
        .join(Audit.cycle)
        .where(
            Moderation.reader_id == person.id,
            Moderation.state == ModerationState.COMPARING,
            Cycle.state != CycleState.CLOSED,
        )
        .order_by(Moderation.id)
    ).all()
    return not_barred_from(session, person, found)


def find_moderation(session: Session, person: Person, moderation_id: int) -> Moderation | None:
    """One that the person may moderate, and nothing bars them from.

    Whoever reads the case file in a calibration opens none that shows what others found in it.
    """
    found = session.scalar(
        _moderations(person).where(
            Moderation.id == moderation_id,
            or_(
                Moderation.state.in_(UNDONE),
                Audit.case_file_id.not_in(files_in_calibration(person)),
            ),
        )
    )
    if found is None or not not_barred_from(session, person, [found]):
        return None
    return found


def moderations_unseen(session: Session, person: Person, cycle: Cycle) -> frozenset[int]:
    """The ids of those of a cycle that the person may not open until their calibration is in."""
    return frozenset(
        session.scalars(
            select(Moderation.id)
            .join(Audit, Audit.id == Moderation.audit_id)
            .where(
                Audit.cycle_id == cycle.id,
                Moderation.state.not_in(UNDONE),
                Audit.case_file_id.in_(files_in_calibration(person)),
            )
        )
    )


def find_moderation_of(session: Session, person: Person, audit_id: int) -> Moderation | None:
    """That of an audit, if the person may moderate it and is not blind to it any more."""
    found = session.scalar(
        _moderations(person).where(Moderation.audit_id == audit_id, not_blind_to(person))
    )
    if found is None or not not_barred_from(session, person, [found]):
        return None
    return found


def find_cycle_to_moderate(session: Session, person: Person, key: str) -> Cycle | None:
    """A cycle whose second readings the person gives out."""
    reached = cycles_within(person, Permission.MODERATE, Reach.ALL)
    return session.scalar(
        select(Cycle)
        .where(Cycle.key == key, reached)
        .options(selectinload(Cycle.auditors).joinedload(CycleAuditor.person))
    )


def find_audit_to_choose(
    session: Session, person: Person, cycle: Cycle, audit_id: int
) -> Audit | None:
    """A submitted audit of the cycle that the person may have read again."""
    found = session.scalar(
        select(Audit)
        .where(
            Audit.id == audit_id,
            Audit.cycle_id == cycle.id,
            Audit.state == AuditState.SUBMITTED,
            Audit.auditor_id != person.id,
            audits_in_scope(person, Permission.MODERATE, Reach.ALL),
        )
        .options(joinedload(Audit.case_file), joinedload(Audit.auditor), joinedload(Audit.team))
    )
    if found is None or bars_for(session, [person], [found], again=True)[person.id, found.id]:
        return None
    return found


def moderation_of(session: Session, audit_id: int) -> Moderation | None:
    """The moderation that an audit belongs to, as the first audit or as the second reading."""
    return session.scalar(
        select(Moderation)
        .where((Moderation.audit_id == audit_id) | (Moderation.reading_id == audit_id))
        .options(*_WHOLE)
    )


def returned_audits(session: Session, audits: Iterable[Reading]) -> frozenset[int]:
    """The ids of those audits that are with their auditor again."""
    found = session.scalars(
        select(Moderation.audit_id).where(
            Moderation.state == ModerationState.RETURNED,
            Moderation.audit_id.in_([audit.id for audit in audits]),
        )
    )
    return frozenset(found)


def moderations_by_audit(session: Session, audits: Iterable[Audit]) -> dict[int, Moderation]:
    """By id of the first audit: its moderation, where it has one."""
    found = session.scalars(
        select(Moderation)
        .where(Moderation.audit_id.in_([audit.id for audit in audits]))
        .options(*_WHOLE)
    )
    return {one.audit_id: one for one in found}


def blind_audits(session: Session, person: Person) -> list[Allocation]:
    """The audits, and parts of one, of the case files that the person reads again, still blind."""
    blind = select(Allocation).where(Allocation.id.in_(blind_readings(person)))
    return list(session.scalars(blind.order_by(Allocation.id)))


def blind_ids(session: Session, person: Person) -> frozenset[int]:
    """The ids of those: no page leads to them."""
    return frozenset(session.scalars(blind_readings(person)))


def agreement_of(session: Session, cycle: Cycle) -> Agreement:
    """On how many answers the pairs of readers of a cycle agreed, at first."""
    agreed, of, pairs = session.execute(
        select(
            func.coalesce(func.sum(Moderation.answers_agreed), 0),
            func.coalesce(func.sum(Moderation.answers_compared), 0),
            func.count(Moderation.answers_compared),
        )
        .join(Audit, Audit.id == Moderation.audit_id)
        .where(Audit.cycle_id == cycle.id)
    ).one()
    return Agreement(agreed or 0, of or 0, pairs)


def not_barred_from(
    session: Session, person: Person, moderations: Sequence[Moderation]
) -> list[Moderation]:
    """Those of the moderations whose case file and audit are not the person's own."""
    bars = bars_for(session, [person], [one.audit for one in moderations], again=True)
    return [one for one in moderations if not bars[person.id, one.audit_id]]


def possible_readers(session: Session, moderation: Moderation) -> list[PossibleReader]:
    """Everybody who moderates within the cycle, by name, with what bars them."""
    audit = moderation.audit
    everybody = session.scalars(
        select(Person)
        .where(Person.active)
        .options(selectinload(Person.roles))
        .order_by(Person.name, Person.id)
    ).all()
    able = [one for one in everybody if may_within(one, Permission.MODERATE, audit.cycle)]
    bars = bars_for(session, able, [audit], again=True)
    to_read = dict(
        session.execute(
            select(Moderation.reader_id, func.count(Moderation.id))
            .where(Moderation.state == ModerationState.READING)
            .group_by(Moderation.reader_id)
        ).all()
    )
    return [
        PossibleReader(one, to_read.get(one.id, 0), bars[one.id, audit.id])
        for one in able
        if one.id != moderation.reader_id
    ]


def name_reader(
    session: Session, moderation: Moderation, reader: Person, *, by: Person, at: datetime
) -> None:
    """Give the second reading to somebody; ModerationFault when they may not do it.

    Another can be named until the reader begins. The reader's row is held, so that they change no
    team between the check and the end of the transaction.
    """
    hold_moderation(session, moderation)
    audit = moderation.audit
    if audit.auditor_id == by.id:
        raise ModerationFault(
            "Nobody names the second reader of their own audit. Nothing was changed."
        )
    if audit.cycle.state is not CycleState.DRAWN:
        raise ModerationFault("This cycle is closed. Nothing was changed.")
    if (stays := why_reader_stays(session, moderation)) is not None:
        raise ModerationFault(f"{stays} Nothing was changed.")
    session.refresh(reader, ["worker_name"], with_for_update=True)
    fit = [one for one in possible_readers(session, moderation) if one.person.id == reader.id]
    if not fit or fit[0].bars:
        raise ModerationFault(
            f"{reader.name} may not read this case file. Choose another reader. "
            "Nothing was changed."
        )
    if moderation.reading is None:
        moderation.reading = _reading_for(audit, reader, at)
        check_move(moderation.state, ModerationState.READING)
        moderation.state = ModerationState.READING
    else:
        moderation.reading.auditor_id = reader.id
        session.expire(moderation.reading, ["auditor"])
    moderation.reader_id = reader.id
    session.flush()
    session.expire(moderation, ["reader"])


def why_reader_stays(session: Session, moderation: Moderation) -> str | None:
    """Why no other reader can be named any more; None where one can."""
    if moderation.state not in UNDONE:
        return "The second reading is in."
    reading = moderation.reading
    if reading is None:
        return None
    graded = select(AuditTheme.audit_id).where(AuditTheme.audit_id == reading.id).limit(1)
    if reading.state is not AuditState.ALLOCATED or session.scalar(graded) is not None:
        return "The second reading has been begun, so it stays with its reader."
    return None


def hold_moderation(session: Session, moderation: Moderation) -> None:
    """See the moderation and its readings as they are, and keep others from changing them."""
    session.flush()
    session.refresh(moderation, ["state", "reader_id", "reading_id"], with_for_update=True)
    session.refresh(moderation.audit, ["state"], with_for_update=True)
    if moderation.reading is not None:
        session.refresh(moderation.reading, ["state"], with_for_update=True)


def _reading_for(audit: Audit, reader: Person, at: datetime) -> SecondReading:
    return SecondReading(
        cycle_id=audit.cycle_id,
        case_file_id=audit.case_file_id,
        auditor_id=reader.id,
        form_version_id=audit.form_version_id,
        team_id=audit.team_id,
        state=AuditState.ALLOCATED,
        due_on=max(audit.due_on, day_of(at) + timedelta(days=DAYS_TO_READ)),
        allocated_at=at,
    )


def _moderations(person: Person) -> Select[Moderation]:
    return (
        select(Moderation)
        .join(Audit, Audit.id == Moderation.audit_id)
        .where(moderations_in_scope(person))
        .options(*_WHOLE)
    )


_WHOLE = (
    joinedload(Moderation.audit).options(
        joinedload(Audit.cycle),
        joinedload(Audit.case_file),
        joinedload(Audit.auditor),
        joinedload(Audit.team),
    ),
    joinedload(Moderation.reading),
    joinedload(Moderation.reader),
    joinedload(Moderation.agreed_by),
    selectinload(Moderation.reasons),
    selectinload(Moderation.grades),
    selectinload(Moderation.comments),
)
