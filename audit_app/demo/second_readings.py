"""Some audits of the invented council are read a second time: agreed on, to be compared, begun."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import ModerationState
from audit_app.demo.auditing import complete_audit
from audit_app.demo.council import Council
from audit_app.store.agreeing import agree, compared_grades
from audit_app.store.history import record_history
from audit_app.store.moderation import name_reader, possible_readers
from audit_app.store.tables import Audit, Cycle, Moderation, Person

AGREED, COMPARED = 2, 1
BECAUSE = "We looked at the file together, and the first grade stands."


def read_some_again(council: Council, cycle: Cycle, *, at: datetime) -> None:
    """The QA lead reads some again; the demo manager is named for one; the rest waits."""
    session, lead = council.session, council.cast.lead
    waiting = session.scalars(
        select(Moderation)
        .join(Audit, Audit.id == Moderation.audit_id)
        .where(Audit.cycle_id == cycle.id, Audit.submitted_at < at)
        .order_by(Moderation.id)
    ).all()
    for place, moderation in enumerate(waiting[: AGREED + COMPARED]):
        _name(council, moderation, lead, at)
        assert moderation.reading is not None
        read_at = at + timedelta(hours=3 + place)
        complete_audit(council, moderation.reading, at=read_at)
        if place < AGREED:
            _agree(council, moderation, at=read_at + timedelta(minutes=40))
    manager = council.cast.managers[0]
    for moderation in waiting[AGREED + COMPARED :]:
        readers = possible_readers(session, moderation)
        if any(one.person.id == manager.id and not one.bars for one in readers):
            _name(council, moderation, manager, at)
            break


def _name(council: Council, moderation: Moderation, reader: Person, at: datetime) -> None:
    lead = council.cast.lead
    name_reader(council.session, moderation, reader, by=lead, at=at)
    detail = {"reader": [None, reader.id]}
    record_history(
        council.session,
        lead,
        "named second reader",
        "audit",
        moderation.audit_id,
        at=at,
        detail=detail,
    )


def _agree(council: Council, moderation: Moderation, *, at: datetime) -> None:
    session, lead = council.session, council.cast.lead
    grades = {
        pair.part: GradeChoice(
            pair.first.grade or pair.second.grade, "" if pair.agrees else BECAUSE
        )
        for pair in compared_grades(moderation)
    }
    agree(session, moderation, grades, by=lead, at=at)
    detail = {"second reading": [ModerationState.COMPARING, moderation.state]}
    record_history(
        session, lead, "agreed on grades", "audit", moderation.audit_id, at=at, detail=detail
    )
