"""What is known of a case file before it is read: facts of the extract, and earlier audits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.lifecycle import AuditState
from audit_app.core.moderation import Purpose
from audit_app.store.tables import Audit, Calibration, CaseloadEntry, Reading, Sample


def case_facts(session: Session, audit: Reading) -> CaseloadEntry | None:
    """What the extract that the case file was drawn or chosen from says of it."""
    drawn_from = select(Sample.extract_id).where(Sample.cycle_id == audit.cycle_id)
    chosen_from = select(Calibration.extract_id).where(Calibration.id == audit.cycle_id)
    return session.scalar(
        select(CaseloadEntry)
        .where(
            CaseloadEntry.extract_id.in_(drawn_from) | CaseloadEntry.extract_id.in_(chosen_from),
            CaseloadEntry.case_file_id == audit.case_file_id,
        )
        .options(joinedload(CaseloadEntry.team), joinedload(CaseloadEntry.extract))
    )


def previous_audits(session: Session, audit: Reading) -> list[Audit]:
    """Earlier submitted audits of the same case file, newest first, with their themes.

    In a calibration everybody reads without them, whatever they may see elsewhere.
    """
    if audit.purpose is Purpose.CALIBRATION:
        return []
    submitted = select(Audit).where(
        Audit.case_file_id == audit.case_file_id,
        Audit.state == AuditState.SUBMITTED,
        Audit.id != audit.id,
        # Whoever reads a case file a second time is not told what the first auditor found.
        Audit.cycle_id != audit.cycle_id,
    )
    if audit.submitted_at is not None:
        submitted = submitted.where(Audit.submitted_at < audit.submitted_at)
    return list(
        session.scalars(
            submitted.options(joinedload(Audit.cycle), selectinload(Audit.themes)).order_by(
                Audit.submitted_at.desc(), Audit.id
            )
        )
    )
