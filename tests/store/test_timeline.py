"""What happened to one audit, in the order in which it happened."""

from __future__ import annotations

from datetime import timedelta

from factories import AT, Council, make_council
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.store.history import TimelineEntry, record_history, timeline_of
from audit_app.store.tables import Audit, Cycle, Person
from audit_app.web.history.words import say_happened


def audits_of(session: Session, council: Council) -> list[Audit]:
    return list(session.scalars(select(Audit).where(Audit.cycle_id == council.cycle.id)))


def note(
    session: Session,
    person: Person | None,
    action: str,
    audit: Audit,
    hours: float,
    detail: dict[str, object] | None = None,
) -> None:
    at = AT + timedelta(hours=hours)
    record_history(session, person, action, "audit", audit.id, at=at, detail=detail)


def said(lines: list[TimelineEntry]) -> list[tuple[str, str, int]]:
    return [(line.by, say_happened(line), line.times) for line in lines]


def test_the_life_of_an_audit(session: Session) -> None:
    council = make_council(session)
    cycle = session.get_one(Cycle, council.cycle.id)
    audit, other = audits_of(session, council)[:2]
    first, second, _third = council.managers
    assert cycle.sample is not None
    record_history(session, council.lead, "drew", "sample", cycle.sample.id, at=AT)
    moved = {"auditor": [first.id, second.id]}
    note(session, council.lead, "reassigned", audit, 1, moved)
    note(session, second, "saved", audit, 2, {"a.one": [None, "yes"], "a.two": "changed"})
    note(session, second, "saved", audit, 3, {"a.two": "changed", "a.three": "changed"})
    note(session, first, "saved", other, 3, {"a.four": "changed"})
    note(session, first, "refused", audit, 4)
    note(session, second, "case number shown", audit, 5)
    record_history(
        session, None, "case number shown", "case file", audit.case_file_id, at=audit.allocated_at
    )
    note(session, second, "saved", audit, 26, {"a.two": "changed"})
    note(session, second, "submitted", audit, 27)
    note(session, council.lead, "read", audit, 28)
    note(session, council.lead, "read", audit, 29)
    record_history(session, None, "exported json", "cycle", cycle.id, at=AT + timedelta(days=3))
    record_history(session, None, "opened", "cycle", cycle.id, at=AT + timedelta(days=3))
    record_history(session, council.lead, "closed", "cycle", cycle.id, at=AT + timedelta(days=3))
    lines = timeline_of(session, "audit", audit.id)
    lead, of = council.lead.name, second.name
    assert said(lines) == [
        (lead, "Drawn and allocated", 1),
        (lead, f"Given to another auditor, from {first.name} to {of}", 1),
        (of, "Answers saved: 3 answers", 2),
        (of, "Council’s case number shown", 1),
        ("", "Council’s case number shown", 1),
        (of, "Answers saved: 1 answer", 1),
        (of, "Submitted", 1),
        (lead, "Read", 2),
        ("", "Exported with its cycle", 1),
        (lead, "Cycle closed", 1),
    ]
    assert (lines[2].first_at, lines[2].at) == (AT + timedelta(hours=2), AT + timedelta(hours=3))


def test_a_case_file_shows_its_own_entries_alone(session: Session) -> None:
    council = make_council(session)
    audit = audits_of(session, council)[0]
    note(session, council.lead, "read", audit, 1)
    number = audit.case_file_id
    record_history(session, council.lead, "case number shown", "case file", number, at=AT)
    lines = timeline_of(session, "case file", number)
    assert said(lines) == [(council.lead.name, "Council’s case number shown", 1)]
    assert timeline_of(session, "audit", 999_999) == []
