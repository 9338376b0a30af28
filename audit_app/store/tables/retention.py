"""Legal holds, and purges of what is kept no longer: asked for, approved by another, then run."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import PurgeState
from audit_app.core.retention import Kept
from audit_app.store.tables.base import Base, Key, one_of
from audit_app.store.tables.caseload import CaseFile
from audit_app.store.tables.people import Person

_STILL = text("lifted_at IS NULL")


class LegalHold(Base):
    """That nothing of a case file may be purged, and why, until somebody lifts it."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "uq_legal_hold_still",
            "case_file_id",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    id: Mapped[Key]
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    reason: Mapped[str]
    placed_at: Mapped[datetime]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    case_file: Mapped[CaseFile] = relationship()
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id])


class Purge(Base):
    """A purge of one kind of thing that is older than a day, and how far it has come."""

    __tablename__ = "purge"
    __table_args__ = (
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> asked_by_id",
            name="approved_by_another_person",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'run') OR approved_by_id IS NOT NULL",
            name="run_only_when_approved",
        ),
    )

    id: Mapped[Key]
    kind: Mapped[Kept] = mapped_column(one_of(Kept))
    before: Mapped[date]
    state: Mapped[PurgeState] = mapped_column(one_of(PurgeState))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """What there was to purge when it was asked for; once run, what was purged."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_at: Mapped[datetime | None]
    run_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    run_by: Mapped[Person | None] = relationship(foreign_keys=[run_by_id])
