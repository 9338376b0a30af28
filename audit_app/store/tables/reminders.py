"""Reminders of a cycle: when they go out, and which went out to whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.reminders import ReminderDays, ReminderKind
from audit_app.store.tables.base import Base, one_of
from audit_app.store.tables.people import Person


class ReminderRule(Base):
    """When the reminders of a cycle go out, and who is told in the end; without its row: as usual.

    Without `escalate_to_id` every QA lead is told.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        CheckConstraint(
            "days_before BETWEEN 0 AND 20 AND days_after BETWEEN 1 AND 20"
            " AND days_to_escalate BETWEEN 1 AND 20",
            name="days_within_reason",
        ),
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    days_before: Mapped[int]
    days_after: Mapped[int]
    days_to_escalate: Mapped[int]
    escalate_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    escalate_to: Mapped[Person | None] = relationship()

    @property
    def days(self) -> ReminderDays:
        """As a value."""
        return ReminderDays(self.days_before, self.days_after, self.days_to_escalate)


class Reminder(Base):
    """That a person was reminded; its key lets no reminder go out twice."""

    __tablename__ = "reminder"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    kind: Mapped[ReminderKind] = mapped_column(one_of(ReminderKind), primary_key=True)
    asked_at: Mapped[datetime]
