"""Immediate concerns for a child's safety, and the people who are told of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.concerns import ConcernLevel
from audit_app.store.tables.audits import Reading
from audit_app.store.tables.base import Base, Key, one_of
from audit_app.store.tables.people import Person


class ConcernContact(Base):
    """A person who is told of every concern: at once, or when nobody has acknowledged it."""

    __tablename__ = "concern_contact"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    level: Mapped[ConcernLevel] = mapped_column(one_of(ConcernLevel))

    person: Mapped[Person] = relationship(lazy="joined")


class Concern(Base):
    """What an auditor saw that cannot wait; it is no part of any score."""

    __tablename__ = "concern"
    __table_args__ = (
        CheckConstraint("answer_by > raised_at", name="answered_after_it_is_raised"),
        CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)",
            name="acknowledged_by_somebody",
        ),
        CheckConstraint("acknowledged_at IS NULL OR action <> ''", name="acknowledged_with_action"),
        CheckConstraint("words <> '' OR purged_at IS NOT NULL", name="has_words"),
    )

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    words: Mapped[str]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(index=True)
    answer_by: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(default="")
    """What is done about it, said when it is acknowledged."""
    purged_at: Mapped[datetime | None]

    audit: Mapped[Reading] = relationship()
    raised_by: Mapped[Person] = relationship(foreign_keys=raised_by_id)
    acknowledged_by: Mapped[Person | None] = relationship(foreign_keys=acknowledged_by_id)
