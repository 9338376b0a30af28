"""What a council seldom has: sections asked for each of something, what was returned or closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factories import AT, complete_audit
from sqlalchemy.orm import Session

from audit_app.attachments.folder import AttachmentFolder
from audit_app.attachments.kinds import CheckedFile, FileKind
from audit_app.core.access import Role
from audit_app.store.agreeing import return_audit
from audit_app.store.attachments import OF_AUDIT, add_attachment
from audit_app.store.audits import audits_of, form_of
from audit_app.store.cycles import close_cycle
from audit_app.store.entries import add_entry, repeated_sections
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.tables import Audit, Cycle, Person, Reading, SecondReading

TINY_FILE = CheckedFile("Letter.pdf", FileKind.PDF, b"%PDF-1.7 tiny")


def make_rare_states(
    session: Session,
    people: Mapping[Role, Person],
    third: Person,
    draw: Callable[[str, str, list[Person]], Cycle],
    folder: AttachmentFolder,
) -> None:
    """Three cycles more: with repeated sections and files, with returned audits, a closed one."""
    lead = people[Role.QA_LEAD]
    auditors = [people[Role.SENIOR_MANAGER], people[Role.INDEPENDENT_MEMBER], third]
    followed = draw("referrals_progress", "2026-11", auditors)
    *begun, submitted = (_audit_in(session, followed, one) for one in auditors)
    for audit in (*begun, submitted):
        _name_two(session, audit)
        _attach(session, audit, folder)
    complete_audit(session, submitted)
    reading = _read_again(session, submitted, lead)
    _name_two(session, reading)
    _attach(session, reading, folder)

    returned = draw("monthly_sample", "2026-09", auditors)
    for auditor in auditors[:2]:
        audit = _audit_in(session, returned, auditor)
        _attach(session, audit, folder)
        complete_audit(session, audit)
        complete_audit(session, _read_again(session, audit, lead))
        comments = {"chron_place": "Is it there?"}
        return_audit(session, moderation_of(session, audit.id), comments, by=lead, at=AT)
        complete_audit(session, audit)

    closed = draw("monthly_sample", "2026-08", auditors)
    for auditor in auditors:
        complete_audit(session, _audit_in(session, closed, auditor))
    close_cycle(closed, at=AT)


def _audit_in(session: Session, cycle: Cycle, auditor: Person) -> Audit:
    return next(one for one in audits_of(session, auditor) if one.cycle_id == cycle.id)


def _read_again(session: Session, audit: Audit, reader: Person) -> SecondReading:
    """The second reading of an audit, which nobody has begun."""
    if moderation_of(session, audit.id) is None:
        choose_audit(session, audit, "To learn.", by=reader, at=AT)
    moderation = moderation_of(session, audit.id)
    name_reader(session, moderation, reader, by=reader, at=AT)
    return moderation.reading


def _name_two(session: Session, audit: Reading) -> None:
    """Two in each section that is asked once for each of something."""
    for section in repeated_sections(audit).values():
        for label in ("the elder", "the younger"):
            add_entry(session, audit.auditor, audit, section, label, at=AT)


def _attach(session: Session, audit: Reading, folder: AttachmentFolder) -> None:
    for place in (OF_AUDIT, next(iter(form_of(audit).questions))):
        add_attachment(session, audit.auditor, audit, place, TINY_FILE, folder, at=AT)
