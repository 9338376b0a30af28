"""Findings: statements that a person drafted from theme results and confirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import FindingKind, FindingState
from audit_app.store.tables.audits import RecordedAnswer
from audit_app.store.tables.base import Base, Key, Name, one_of
from audit_app.store.tables.people import Person
from audit_app.store.tables.sections import LONGEST_ENTRY_ID


class Finding(Base):
    """A strength or an area for development, with the figures it rests on when it was drafted."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("k >= 0 AND k <= n", name="k_of_n"),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_its_moment"
        ),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    theme: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[FindingKind] = mapped_column(one_of(FindingKind))
    state: Mapped[FindingState] = mapped_column(one_of(FindingState))
    statement: Mapped[str]
    root_cause: Mapped[str] = mapped_column(default="")
    action: Mapped[str] = mapped_column(default="")
    action_owner: Mapped[Name] = mapped_column(default="")
    action_due: Mapped[date | None]
    k: Mapped[int]
    n: Mapped[int]
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    drafted_by: Mapped[Person] = relationship(foreign_keys=[drafted_by_id])
    quotes: Mapped[list[FindingQuote]] = relationship(
        order_by="FindingQuote.audit_id, FindingQuote.question_id", cascade="all, delete-orphan"
    )


class FindingQuote(Base):
    """Evidence that a finding quotes: an answer whose words its auditor marked as quotable."""

    __tablename__ = "finding_quote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["audit_id", "question_id"],
            ["recorded_answer.audit_id", "recorded_answer.question_id"],
        ),
    )

    finding_id: Mapped[int] = mapped_column(
        ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True
    )
    audit_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)

    answer: Mapped[RecordedAnswer] = relationship()
