"""What the council's extract says of a case file before it is read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from audit_app.store.tables import Calibration, CaseloadEntry, Reading, Sample


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
