"""What a purge does: words and identifiers go; outcomes, grades, counts and the history stay.

Holds are asked for anew in each statement, so that what came under hold after the purge was asked
for is spared.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CursorResult,
    Executable,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.lifecycle import PurgeState, check_move
from audit_app.core.question_bank import Subject
from audit_app.core.retention import Kept
from audit_app.store.attachments import delete_attachments
from audit_app.store.history import record_history
from audit_app.store.purging_moderation import purge_second_readings
from audit_app.store.retention import (
    expired_accounts,
    expired_audits,
    expired_extracts,
    not_held,
)
from audit_app.store.tables import (
    Action,
    ActionUpdate,
    AuditEntry,
    AuditSection,
    AuditTheme,
    CalendarFeed,
    CaseFile,
    CaseloadEntry,
    CensusStranger,
    Concern,
    DoubtfulRow,
    Exemption,
    Extract,
    FamilyFeedback,
    FindingQuote,
    FrontDoorReferral,
    Mail,
    MailedLink,
    Passkey,
    Person,
    Purge,
    Reading,
    RecordedAnswer,
    RecordedState,
    Reply,
    ReplyPart,
    SignIn,
)


def run_purge(
    session: Session, purge: Purge, *, by: Person | None, at: datetime, folder: AttachmentFolder
) -> dict[str, int]:
    """Delete what was approved, all or nothing; return how much. `by` None: the command line.

    Attached files are deleted from `folder` once the transaction is committed.

    IllegalMove unless it is approved and was not run. The history gets one entry with the counts.
    """
    check_move(purge.state, PurgeState.RUN)
    match purge.kind:
        case Kept.AUDITS:
            counts = _purge_audits(session, purge.before, at, folder)
        case Kept.EXTRACTS:
            counts = _purge_extracts(session, purge.before, at)
        case Kept.ACCOUNTS:
            counts = _purge_accounts(session, purge.before, at)
    if purge.kind is not Kept.ACCOUNTS:
        counts["case_files"] = _purge_case_files(session, at)
    before = purge.state
    purge.state, purge.counts, purge.run_at = PurgeState.RUN, counts, at
    purge.run_by_id = by.id if by is not None else None
    session.flush()
    session.expire_all()
    detail: dict[str, object] = {"state": [before, PurgeState.RUN], "kind": [None, purge.kind]}
    detail |= {name: [None, number] for name, number in counts.items()}
    record_history(session, by, "ran", "purge", purge.id, at=at, detail=detail)
    return counts


def _purge_audits(
    session: Session, before: date, at: datetime, folder: AttachmentFolder
) -> dict[str, int]:
    """Values, words, evidence and quotes go; state, outcome, points and grades stay."""
    expired = select(Reading.id).join(Reading.cycle).where(expired_audits(before)).correlate(None)
    audits = _run(
        session,
        update(Reading)
        .where(Reading.id.in_(expired))
        .values(
            purged_at=at,
            suggested_reason="",
            grade_reason="",
            done_well="",
            difference_made="",
        ),
    )
    purge_second_readings(session, at)
    gone = select(Reading.id).where(Reading.purged_at == at)
    answered = RecordedAnswer.state == RecordedState.ANSWERED
    answers = _run(
        session,
        update(RecordedAnswer)
        .where(RecordedAnswer.audit_id.in_(gone))
        # The schema wants a value where something was answered; an empty one says nothing.
        .values(
            value=case((answered, ""), else_=None),
            typed=None,
            evidence="",
            quotable=False,
            place="",
        ),
    )
    themes = update(AuditTheme).where(AuditTheme.audit_id.in_(gone))
    _run(session, themes.values(suggested_reason="", grade_reason=""))
    _purge_words_about(session, gone, at)
    quotes = _run(session, delete(FindingQuote).where(FindingQuote.audit_id.in_(gone)))
    files = delete_attachments(session, gone, folder)
    return {"audits": audits, "answers": answers, "quotes": quotes, "attachments": files}


def _purge_words_about(session: Session, gone: Select[int], at: datetime) -> None:
    """What people wrote round the answers: entries, concerns, actions for the case, replies."""
    sections = update(AuditSection).where(AuditSection.audit_id.in_(gone))
    _run(session, sections.values(reason=""))
    entries = update(AuditEntry).where(AuditEntry.audit_id.in_(gone), AuditEntry.number > 0)
    # A label that somebody gave has a letter, so a bare number is none of them.
    _run(session, entries.values(label=cast(AuditEntry.number, String)))
    concerns = update(Concern).where(Concern.audit_id.in_(gone))
    # The schema wants a word where a concern was acknowledged; what remains says nothing.
    acted = case((Concern.acknowledged_at.is_not(None), "-"), else_="")
    _run(session, concerns.values(words="", action=acted, purged_at=at))
    actions = select(Action.id).where(Action.audit_id.in_(gone))
    _run(session, delete(ActionUpdate).where(ActionUpdate.action_id.in_(actions)))
    of_case = update(Action).where(Action.audit_id.in_(gone))
    _run(session, of_case.values(what="", purged_at=at))
    replies = select(Reply.id).where(Reply.audit_id.in_(gone))
    parts = update(ReplyPart).where(ReplyPart.reply_id.in_(replies))
    _run(session, parts.values(words="", why="", answer_reason=""))
    _run(session, delete(FamilyFeedback).where(FamilyFeedback.audit_id.in_(gone)))


def _purge_extracts(session: Session, before: date, at: datetime) -> dict[str, int]:
    """Rows go, but those of case files under hold; the extract's own row stays with its counts."""
    ids = list(session.scalars(select(Extract.id).where(expired_extracts(before))))
    _run(session, update(Extract).where(Extract.id.in_(ids)).values(purged_at=at))
    entries = _run(
        session,
        delete(CaseloadEntry).where(
            CaseloadEntry.extract_id.in_(ids), not_held(CaseloadEntry.case_file_id)
        ),
    )
    for rows in (DoubtfulRow, CensusStranger, FrontDoorReferral):
        _run(session, delete(rows).where(rows.extract_id.in_(ids)))
    return {"extracts": len(ids), "entries": entries}


def _purge_accounts(session: Session, before: date, at: datetime) -> dict[str, int]:
    """The row stays for the history, without anything that says whose it was."""
    people = list(session.scalars(select(Person).where(expired_accounts(before))))
    ids = [person.id for person in people]
    addresses = [person.email for person in people]
    _run(session, delete(Passkey).where(Passkey.user_id.in_(ids)))
    _run(session, delete(CalendarFeed).where(CalendarFeed.person_id.in_(ids)))
    _run(session, delete(SignIn).where(SignIn.person_id.in_(ids)))
    _run(session, delete(MailedLink).where(MailedLink.person_id.in_(ids)))
    _run(session, delete(Mail).where(func.lower(Mail.address).in_(addresses)))
    _run(
        session,
        update(Exemption).where(Exemption.person_id.in_(ids)).values(from_day=None, to_day=None),
    )
    for person in people:
        session.expire(person, ["webauthn"])
        person.name = f"Former member {person.id}"
        person.email = f"former-{person.id}@invalid"
        person.fs_uniquifier = secrets.token_hex(32)
        for name in _OF_ACCOUNT:
            setattr(person, name, None)
        person.purged_at = at
    session.flush()
    return {"accounts": len(people)}


_OF_ACCOUNT = (
    "worker_name",
    "password",
    "tf_primary_method",
    "tf_totp_secret",
    "totp_counter",
    "mf_recovery_codes",
    "fs_webauthn_user_handle",
    "sso_tenant",
    "sso_object",
)


def _purge_case_files(session: Session, at: datetime) -> int:
    """The council's number goes where nothing that is kept needs it any more.

    An agency's name tells of nobody, and stays.
    """
    named = select(CaseloadEntry.case_file_id)
    audited = select(Reading.case_file_id).where(Reading.purged_at.is_(None))
    gone = literal("purged-") + cast(CaseFile.id, String)
    return _run(
        session,
        update(CaseFile)
        .where(
            CaseFile.purged_at.is_(None),
            CaseFile.subject != Subject.AGENCY,
            CaseFile.id.not_in(named),
            CaseFile.id.not_in(audited),
            not_held(CaseFile.id),
        )
        .values(council_id=gone, council_key=gone, child_key=None, purged_at=at),
    )


def _run(session: Session, statement: Executable) -> int:
    """How many rows it changed."""
    session.flush()
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement, execution_options={"synchronize_session": False}
    )
    return done.rowcount
