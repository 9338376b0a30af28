"""Attached files: adding, finding those that a person may open, removing, and checking them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from audit_app.attachments.folder import AttachmentFolder
from audit_app.attachments.kinds import NOT_KEPT, AttachmentFault, CheckedFile
from audit_app.core.lifecycle import AuditState, ModerationState
from audit_app.store.audits import begin_change, find_audit, find_submitted_audit
from audit_app.store.file_changes import delete_when_committed, made_file
from audit_app.store.history import record_history
from audit_app.store.moderation import find_moderation
from audit_app.store.tables import Attachment, AuditVersion, Moderation, Person, Reading

MOST_FILES = 30
OF_AUDIT = ""
"""In place of a question's id: of the audit as a whole."""


@dataclass(frozen=True, slots=True)
class FolderCheck:
    """How table and folder differ: ids of rows, and names of files that no row knows."""

    missing: tuple[int, ...]
    changed: tuple[int, ...]
    stray: tuple[str, ...]
    sound: int

    @property
    def agrees(self) -> bool:
        """Whether each row has its file as it was, and each file its row."""
        return not (self.missing or self.changed or self.stray)


def attachments_of(session: Session, *audits: Reading) -> list[Attachment]:
    """What is attached to the audits, in the order in which it was added."""
    return list(
        session.scalars(
            select(Attachment)
            .where(Attachment.audit_id.in_([audit.id for audit in audits]))
            .options(joinedload(Attachment.added_by), joinedload(Attachment.audit))
            .order_by(Attachment.id)
        )
    )


def attachment_counts(session: Session, audits: Collection[Reading]) -> Mapping[int, int]:
    """How many files are attached, by audit; an audit without any is absent."""
    rows = session.execute(
        select(Attachment.audit_id, func.count())
        .where(Attachment.audit_id.in_([audit.id for audit in audits]))
        .group_by(Attachment.audit_id)
    )
    return dict(rows.all())


def find_attachment(session: Session, person: Person, attachment_id: int) -> Attachment | None:
    """One whose audit's evidence the person may read in full; who reads quotes only never may.

    That is its auditor, whoever sees all results of its cycle once it is submitted, and whoever
    compares it with its second reading.
    """
    found = session.get(Attachment, attachment_id)
    if found is None:
        return None
    may = (
        find_audit(session, person, found.audit_id) is not None
        or find_submitted_audit(session, person, found.audit_id) is not None
        or _compares(session, person, found.audit_id)
    )
    return found if may else None


def find_own_attachment(session: Session, person: Person, attachment_id: int) -> Attachment | None:
    """One of an audit that the person fills in."""
    found = session.get(Attachment, attachment_id)
    if found is None or find_audit(session, person, found.audit_id) is None:
        return None
    return found


def add_attachment(
    session: Session,
    person: Person,
    audit: Reading,
    question_id: str,
    file: CheckedFile,
    folder: AttachmentFolder,
    *,
    at: datetime,
) -> Attachment:
    """Keep a file with a question, or with the whole audit (`OF_AUDIT`).

    IllegalMove when the audit was submitted, AttachmentFault when it has too many files.
    """
    begin_change(session, audit, at=at)
    if attachment_counts(session, [audit]).get(audit.id, 0) >= MOST_FILES:
        raise AttachmentFault(
            f"This audit has {MOST_FILES} files already, the most that it can have. {NOT_KEPT} "
            "Remove one that is not needed first."
        )
    stored_as = folder.keep(file.content)
    made_file(session, folder, stored_as)
    row = Attachment(
        audit_id=audit.id,
        question_id=question_id,
        name=file.name,
        stored_as=stored_as,
        kind=file.kind,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        added_at=at,
        added_by_id=person.id,
    )
    session.add(row)
    session.flush()
    detail = {"attachment": row.id, "kind": row.kind.value, "size": row.size}
    record_history(session, person, "attached a file", "audit", audit.id, at=at, detail=detail)
    return row


def belongs_to_version(session: Session, attachment: Attachment) -> bool:
    """Whether a version that was submitted and returned had it already: then it stays."""
    later = select(AuditVersion.id).where(
        AuditVersion.audit_id == attachment.audit_id,
        AuditVersion.submitted_at >= attachment.added_at,
    )
    return session.scalar(later.limit(1)) is not None


def remove_attachment(
    session: Session,
    person: Person,
    attachment: Attachment,
    folder: AttachmentFolder,
    *,
    at: datetime,
) -> None:
    """Delete a file; IllegalMove once its audit is submitted, AttachmentFault where it stays."""
    audit = attachment.audit
    begin_change(session, audit, at=at)
    if belongs_to_version(session, attachment):
        raise AttachmentFault(
            "This file belongs to the version that you submitted first, which stays as it was. "
            "Nothing was removed."
        )
    delete_when_committed(session, folder, attachment.stored_as)
    detail = {"attachment": attachment.id}
    session.delete(attachment)
    session.flush()
    record_history(session, person, "removed a file", "audit", audit.id, at=at, detail=detail)


def keep_with_audit(session: Session, audit: Reading, question_ids: Collection[str]) -> None:
    """What was attached to questions that are asked no more stays with the audit as a whole."""
    session.execute(
        update(Attachment)
        .where(Attachment.audit_id == audit.id, Attachment.question_id.in_(question_ids))
        .values(question_id=OF_AUDIT)
    )


def delete_attachments(session: Session, audits: Select[int], folder: AttachmentFolder) -> int:
    """Delete every file of these audits, once the transaction is committed; how many."""
    wanted = Attachment.audit_id.in_(audits)
    names = session.scalars(select(Attachment.stored_as).where(wanted)).all()
    for name in names:
        delete_when_committed(session, folder, name)
    session.execute(
        delete(Attachment).where(wanted), execution_options={"synchronize_session": False}
    )
    return len(names)


def check_folder(session: Session, folder: AttachmentFolder) -> FolderCheck:
    """Compare the table with the folder; each file is read and its hash reckoned."""
    there = folder.names()
    rows = session.execute(
        select(Attachment.id, Attachment.stored_as, Attachment.sha256).order_by(Attachment.id)
    )
    missing, changed, known = [], [], set()
    for id_, stored_as, sha256 in rows:
        known.add(stored_as)
        if stored_as not in there:
            missing.append(id_)
        elif folder.read(stored_as, sha256) is None:
            changed.append(id_)
    sound = len(known) - len(missing) - len(changed)
    return FolderCheck(tuple(missing), tuple(changed), tuple(sorted(there - known)), sound)


def _compares(session: Session, person: Person, audit_id: int) -> bool:
    moderation_id = session.scalar(
        select(Moderation.id).where(
            or_(Moderation.audit_id == audit_id, Moderation.reading_id == audit_id),
            Moderation.state.in_([ModerationState.COMPARING, ModerationState.AGREED]),
        )
    )
    if moderation_id is None:
        return False
    found = find_moderation(session, person, moderation_id)
    return found is not None and found.audit.state is AuditState.SUBMITTED
