"""What a purge takes of second readings: they go with the audit that they read again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from audit_app.store.tables import (
    Audit,
    AuditVersion,
    EarlierAnswer,
    EarlierTheme,
    Moderation,
    ModerationComment,
    ModerationGrade,
    RecordedState,
    SecondReading,
)

#: Where the schema asks for words, this stands in their place.
DELETED = "–"


def purge_second_readings(session: Session, at: datetime) -> None:
    """Words and evidence go of the second readings, versions and comments of purged audits.

    The audits are those that were purged at this moment; states, outcomes and grades stay.
    """
    gone = select(Audit.id).where(Audit.purged_at == at)
    of_gone = select(Moderation.id).where(Moderation.audit_id.in_(gone))
    readings = select(Moderation.reading_id).where(Moderation.audit_id.in_(gone))
    versions = select(AuditVersion.id).where(AuditVersion.audit_id.in_(gone))
    no_reasons = {"suggested_reason": "", "grade_reason": ""}
    no_texts = {**no_reasons, "done_well": "", "difference_made": ""}
    answered = EarlierAnswer.state == RecordedState.ANSWERED
    statements = (
        update(SecondReading)
        .where(SecondReading.id.in_(readings))
        .values(purged_at=at, **no_texts),
        update(AuditVersion).where(AuditVersion.audit_id.in_(gone)).values(**no_texts),
        update(EarlierTheme).where(EarlierTheme.version_id.in_(versions)).values(**no_reasons),
        update(EarlierAnswer)
        .where(EarlierAnswer.version_id.in_(versions))
        .values(
            value=case((answered, ""), else_=None),
            typed=None,
            evidence="",
            quotable=False,
            place="",
        ),
        update(Moderation).where(Moderation.audit_id.in_(gone)).values(chosen_because=""),
        update(ModerationGrade)
        .where(ModerationGrade.moderation_id.in_(of_gone), ModerationGrade.reason != "")
        .values(reason=DELETED),
        update(ModerationComment)
        .where(ModerationComment.moderation_id.in_(of_gone))
        .values(comment=DELETED),
    )
    session.flush()
    for statement in statements:
        session.execute(statement, execution_options={"synchronize_session": False})
