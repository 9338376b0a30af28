"""Replies of the practice and feedback of families: asked for, kept, sent, and disputes answered.

Whose words they are is kept, so that the right person goes on with a draft; no list, page, report
or export says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from audit_app.bank_holidays import is_bank_holiday
from audit_app.clock import day_of
from audit_app.core.access import Permission, Reach
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, DisputeAnswer, ReplyState, check_move
from audit_app.core.replies import OVERALL, PracticeSees, Voice, last_day_to_reply
from audit_app.store.case_files import Sight, seers_of
from audit_app.store.instruments import load_form
from audit_app.store.mail import ask_to_send
from audit_app.store.scopes import audits_in_scope, blind_readings, not_blind_to
from audit_app.store.tables import Audit, FamilyFeedback, Person, Reading, Reply, ReplyPart

_SUBJECT = "An audit of your work: you can reply"
_BODY = """Hello

An audit of a case file of yours, or of your team, was submitted at {council}.
You can read it and reply until {day}. A later reply is kept, too.

{link}

You need to sign in. This mail holds nothing of the case file.
"""


@dataclass(frozen=True, slots=True)
class PartDraft:
    """What a page says of one part of a reply."""

    words: str
    disputed: bool
    why: str


def ask_for_reply(
    session: Session, audit: Audit, *, site_url: str, council: str, at: datetime
) -> int:
    """Mail a link to everybody whose own case file a submitted audit is; to how many."""
    if audit.cycle.shown_to_practice is PracticeSees.NOTHING:
        return 0
    day = last_day_for(audit)
    body = _BODY.format(
        council=council,
        day=f"{day.day} {day:%B %Y}",
        link=f"{site_url}/case-files/audits/{audit.id}",
    )
    people = {
        seer.person.id: seer.person
        for seer in seers_of(session, [audit])
        if seer.sight in (Sight.OWN_CASE, Sight.OWN_TEAM)
    }
    for person in people.values():
        ask_to_send(session, person.email, _SUBJECT, body, at=at)
    return len(people)


def last_day_for(audit: Audit) -> date:
    """The day by which a reply to a submitted audit is in time."""
    assert audit.submitted_at is not None
    return last_day_to_reply(day_of(audit.submitted_at), audit.cycle.reply_days, is_bank_holiday)


def parts_of(audit: Reading) -> list[tuple[str, str]]:
    """Of what one can reply to: the audit as a whole, and each theme with its title."""
    banks = load_form(audit.form_version).banks
    return [(OVERALL, "The audit as a whole"), *((bank.key, bank.title) for bank in banks)]


def own_reply(session: Session, person: Person, audit: Audit) -> Reply | None:
    """The person's reply to an audit, sent or not."""
    return session.scalar(
        select(Reply)
        .where(Reply.audit_id == audit.id, Reply.person_id == person.id)
        .options(selectinload(Reply.parts))
    )


def own_replies(session: Session, person: Person) -> dict[int, Reply]:
    """The person's replies by audit."""
    found = session.scalars(select(Reply).where(Reply.person_id == person.id))
    return {reply.audit_id: reply for reply in found}


def save_reply(
    session: Session, person: Person, audit: Audit, drafts: Mapping[str, PartDraft], *, at: datetime
) -> Reply:
    """Keep a draft as it stands, without asking whether it is complete. Refusal once it is sent."""
    reply = own_reply(session, person, audit)
    if reply is None:
        reply = Reply(audit_id=audit.id, person_id=person.id, state=ReplyState.UNSENT, late=False)
        session.add(reply)
    elif reply.state is ReplyState.SENT:
        raise Refusal("This reply was sent, so it can no longer change.")
    rows = {row.part: row for row in reply.parts}
    for part, draft in drafts.items():
        row = rows.get(part)
        if row is None:
            row = ReplyPart(part=part)
            reply.parts.append(row)
        row.words, row.disputed, row.why = draft.words, draft.disputed, draft.why
    reply.saved_at = at
    session.flush()
    return reply


def send_reply(session: Session, reply: Reply, *, at: datetime) -> None:
    """Send a reply, late or not; IllegalMove when it was sent before."""
    check_move(reply.state, ReplyState.SENT)
    reply.state, reply.sent_at = ReplyState.SENT, at
    reply.late = day_of(at) > last_day_for(reply.audit)
    session.flush()


def replies_to(session: Session, audits: Sequence[Reading]) -> dict[int, list[Reply]]:
    """What was sent in reply to each of these audits, in the order in which it came."""
    found: dict[int, list[Reply]] = {audit.id: [] for audit in audits}
    for reply in session.scalars(
        select(Reply)
        .where(Reply.audit_id.in_(found), Reply.state == ReplyState.SENT)
        .options(selectinload(Reply.parts))
        .order_by(Reply.sent_at, Reply.id)
    ):
        found[reply.audit_id].append(reply)
    return found


def feedback_on(session: Session, audits: Sequence[Reading]) -> dict[int, list[FamilyFeedback]]:
    """What families said about each of these audits."""
    found: dict[int, list[FamilyFeedback]] = {audit.id: [] for audit in audits}
    for row in session.scalars(
        select(FamilyFeedback).where(FamilyFeedback.audit_id.in_(found)).order_by(FamilyFeedback.id)
    ):
        found[row.audit_id].append(row)
    return found


def replies_within(session: Session, person: Person, *, most: int) -> list[Reply]:
    """Replies that were sent in cycles that the person looks after: open disputes first."""
    disputes = select(ReplyPart.id).where(ReplyPart.reply_id == Reply.id, _open()).exists()
    return list(
        session.scalars(
            select(Reply)
            .join(Reply.audit)
            .join(Audit.cycle)
            .where(_answerable(person), not_blind_to(person))
            .options(
                contains_eager(Reply.audit).contains_eager(Audit.cycle),
                contains_eager(Reply.audit).joinedload(Audit.case_file),
                selectinload(Reply.parts),
            )
            .order_by(disputes.desc(), Reply.sent_at.desc(), Reply.id)
            .limit(most)
        )
    )


def replies_unseen(session: Session, person: Person) -> int:
    """How many replies the person may answer only once their own second reading is in."""
    count = session.scalar(
        select(func.count(Reply.id))
        .join(Reply.audit)
        .where(_answerable(person), Audit.id.in_(blind_readings(person)))
    )
    return count or 0


def open_disputes(session: Session, person: Person) -> int:
    """How many disputed grades wait for the person's answer."""
    count = session.scalar(
        select(func.count(ReplyPart.id))
        .join(ReplyPart.reply)
        .join(Reply.audit)
        .where(_answerable(person), not_blind_to(person), _open())
    )
    return count or 0


def find_dispute(session: Session, person: Person, part_id: int) -> ReplyPart | None:
    """One disputed grade that the person may answer."""
    return session.scalar(
        select(ReplyPart)
        .join(ReplyPart.reply)
        .join(Reply.audit)
        .where(
            ReplyPart.id == part_id,
            ReplyPart.disputed,
            _answerable(person),
            not_blind_to(person),
        )
        .options(joinedload(ReplyPart.reply))
        .with_for_update(of=ReplyPart)
    )


def answer_dispute(
    dispute: ReplyPart, answer: DisputeAnswer, reason: str, *, by: Person, at: datetime
) -> None:
    """Say whether the grade stands or is read again; Refusal where that was said before."""
    if dispute.answer is not None:
        raise Refusal("This dispute was answered already. Nothing was changed.")
    dispute.answer, dispute.answer_reason = answer, reason
    dispute.answered_at, dispute.answered_by_id = at, by.id


def find_audit_of_family(session: Session, person: Person, audit_id: int) -> Audit | None:
    """One submitted audit to which the person may write down what the family said."""
    own = audits_in_scope(person, Permission.RECORD_FAMILY_FEEDBACK, Reach.ALLOCATED)
    every = audits_in_scope(person, Permission.RECORD_FAMILY_FEEDBACK, Reach.ALL)
    return session.scalar(
        select(Audit)
        .where(
            Audit.id == audit_id,
            Audit.state == AuditState.SUBMITTED,
            # Nobody is blind to what they wrote themselves.
            ((Audit.auditor_id == person.id) & own) | (every & not_blind_to(person)),
        )
        .options(joinedload(Audit.cycle), joinedload(Audit.case_file))
    )


def record_feedback(
    session: Session, audit: Audit, voice: Voice, words: str, *, by: Person, at: datetime
) -> FamilyFeedback:
    """Keep what somebody of the family said; Refusal where nothing was written."""
    if not words.strip():
        raise Refusal("Write what was said. Nothing was kept.")
    row = FamilyFeedback(
        audit_id=audit.id, voice=voice, words=words, recorded_at=at, recorded_by_id=by.id
    )
    session.add(row)
    session.flush()
    return row


def _answerable(person: Person) -> ColumnElement[bool]:
    return (Reply.state == ReplyState.SENT) & audits_in_scope(person, Permission.ANSWER_REPLIES)


def _open() -> ColumnElement[bool]:
    return ReplyPart.disputed & ReplyPart.answer.is_(None)
