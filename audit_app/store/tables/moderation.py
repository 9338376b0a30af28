"""Second readings of audits: why, by whom, what came of them; and the versions returned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import ModerationState
from audit_app.core.moderation import DrawReason
from audit_app.core.question_bank import Outcome
from audit_app.store.tables.audits import Audit, RecordedState, SecondReading
from audit_app.store.tables.base import Base, Code, Hash, Key, one_of
from audit_app.store.tables.instruments import FormVersion
from audit_app.store.tables.people import Person
from audit_app.store.tables.sections import LONGEST_ENTRY_ID


class Moderation(Base):
    """The second reading of one audit, from being drawn to what both readers agree on.

    `answers_agreed` of `answers_compared`: counted when the second reading came in, so that what
    the auditor changes afterwards does not look like agreement.
    """

    __tablename__ = "moderation"
    __table_args__ = (
        Index("ix_moderation_reader_id_state", "reader_id", "state"),
        CheckConstraint(
            "(state = 'waiting') = (reading_id IS NULL)", name="reading_once_there_is_a_reader"
        ),
        CheckConstraint(
            "(reader_id IS NULL) = (reading_id IS NULL)", name="reader_with_their_reading"
        ),
        CheckConstraint("reading_id <> audit_id", name="reading_is_another"),
        CheckConstraint("(state = 'agreed') = (agreed_at IS NOT NULL)", name="agreed_has_moment"),
        CheckConstraint("(agreed_at IS NULL) = (agreed_by_id IS NULL)", name="agreed_by_somebody"),
        CheckConstraint(
            "(answers_compared IS NULL) = (state IN ('waiting', 'reading'))",
            name="compared_once_both_are_in",
        ),
        CheckConstraint(
            "(answers_compared IS NULL) = (answers_agreed IS NULL)", name="agreed_of_compared"
        ),
        CheckConstraint(
            "answers_agreed BETWEEN 0 AND answers_compared", name="agreed_within_compared"
        ),
    )

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    state: Mapped[ModerationState] = mapped_column(one_of(ModerationState))
    made_at: Mapped[datetime]
    chosen_because: Mapped[str] = mapped_column(default="")
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"), unique=True)
    answers_agreed: Mapped[int | None]
    answers_compared: Mapped[int | None]
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    audit: Mapped[Audit] = relationship(foreign_keys=[audit_id])
    reading: Mapped[SecondReading | None] = relationship(foreign_keys=[reading_id])
    reader: Mapped[Person | None] = relationship(foreign_keys=[reader_id])
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=[agreed_by_id])
    reasons: Mapped[list[ModerationReason]] = relationship(
        order_by="ModerationReason.reason", cascade="all, delete-orphan"
    )
    grades: Mapped[list[ModerationGrade]] = relationship(order_by="ModerationGrade.position")
    comments: Mapped[list[ModerationComment]] = relationship(
        order_by="ModerationComment.version, ModerationComment.field"
    )


class ModerationReason(Base):
    """One reason why the audit is read again."""

    __tablename__ = "moderation_reason"

    moderation_id: Mapped[int] = mapped_column(ForeignKey("moderation.id"), primary_key=True)
    reason: Mapped[DrawReason] = mapped_column(one_of(DrawReason), primary_key=True)


class ModerationGrade(Base):
    """The grades of both readers for a theme, or `overall`, and the one that they agreed on."""

    __tablename__ = "moderation_grade"
    __table_args__ = (
        CheckConstraint(
            "reason <> '' OR (coalesce(first, '') = coalesce(second, '') "
            "AND coalesce(consensus, '') = coalesce(first, ''))",
            name="reason_where_grades_differ",
        ),
    )

    moderation_id: Mapped[int] = mapped_column(ForeignKey("moderation.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    first: Mapped[Code | None]
    second: Mapped[Code | None]
    consensus: Mapped[Code | None]
    reason: Mapped[str] = mapped_column(default="")


class AuditVersion(Base):
    """A submitted audit as it was when it was returned to its auditor; never changed."""

    __tablename__ = "audit_version"
    __table_args__ = (
        UniqueConstraint("audit_id", "number"),
        CheckConstraint("number > 0", name="number_from_one"),
    )

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    number: Mapped[int]
    submitted_at: Mapped[datetime]
    returned_at: Mapped[datetime]
    returned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    points: Mapped[int | None]
    possible: Mapped[int | None]
    suggested_grade: Mapped[Code | None]
    suggested_reason: Mapped[str] = mapped_column(default="")
    grade: Mapped[Code | None]
    grade_reason: Mapped[str] = mapped_column(default="")
    done_well: Mapped[str] = mapped_column(default="")
    difference_made: Mapped[str] = mapped_column(default="")
    scored_hash: Mapped[Hash]

    audit: Mapped[Audit] = relationship()
    answers: Mapped[list[EarlierAnswer]] = relationship(order_by="EarlierAnswer.question_id")
    themes: Mapped[list[EarlierTheme]] = relationship(order_by="EarlierTheme.position")

    @property
    def form_version(self) -> FormVersion:
        """The form version that the audit is pinned to."""
        return self.audit.form_version


class EarlierTheme(Base):
    """One theme of an earlier version; the columns are those of `AuditTheme`."""

    __tablename__ = "earlier_theme"

    version_id: Mapped[int] = mapped_column(ForeignKey("audit_version.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    met: Mapped[int | None]
    partly_met: Mapped[int | None]
    not_met: Mapped[int | None]
    not_recorded: Mapped[int | None]
    not_applicable: Mapped[int | None]
    points: Mapped[int | None]
    possible: Mapped[int | None]
    suggested_grade: Mapped[Code | None]
    suggested_reason: Mapped[str] = mapped_column(default="")
    theme_met: Mapped[bool | None]
    grade: Mapped[Code | None]
    grade_reason: Mapped[str] = mapped_column(default="")


class EarlierAnswer(Base):
    """One answer of an earlier version; the columns are those of `RecordedAnswer`."""

    __tablename__ = "earlier_answer"

    version_id: Mapped[int] = mapped_column(ForeignKey("audit_version.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)
    state: Mapped[RecordedState] = mapped_column(one_of(RecordedState))
    value: Mapped[str | None]
    typed: Mapped[str | None]
    evidence: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    quotable: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))


class ModerationComment(Base):
    """What the reader asks the auditor to look at again; `field`: a question, or `judgement`."""

    __tablename__ = "moderation_comment"
    __table_args__ = (CheckConstraint("comment <> ''", name="says_something"),)

    moderation_id: Mapped[int] = mapped_column(ForeignKey("moderation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version of the audit that was returned with it."""
    field: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)
    comment: Mapped[str]
    made_at: Mapped[datetime]
