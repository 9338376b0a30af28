"""Exemptions: that somebody does not audit in a cycle, asked for, and decided by another person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import ExemptionState
from audit_app.store.tables.base import Base, Key, one_of
from audit_app.store.tables.cycles import Cycle
from audit_app.store.tables.people import Person

_STANDS = text("state IN ('requested', 'granted')")


class Exemption(Base):
    """That a person does not audit in a cycle, why, and on which days they are away.

    The days go when the account is purged; the reason, a kind, stays for the figures.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        Index(
            "uq_exemption_stands",
            "cycle_id",
            "person_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        CheckConstraint("(from_day IS NULL) = (to_day IS NULL)", name="both_days_or_none"),
        CheckConstraint("to_day >= from_day", name="days_in_order"),
        CheckConstraint(
            "(state = 'requested') = (decided_at IS NULL)", name="decided_has_its_moment"
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"
        ),
        CheckConstraint(
            "decided_by_id <> asked_by_id AND decided_by_id <> person_id",
            name="decided_by_another_person",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_its_moment"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        CheckConstraint("ended_by_id <> person_id", name="ended_by_another_person"),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[ExemptionReason] = mapped_column(one_of(ExemptionReason))
    from_day: Mapped[date | None]
    to_day: Mapped[date | None]
    state: Mapped[ExemptionState] = mapped_column(one_of(ExemptionState))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    cycle: Mapped[Cycle] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
