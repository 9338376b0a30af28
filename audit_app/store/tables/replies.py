"""What the practice and the family say of an audit, kept apart from the auditor's answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import DisputeAnswer, ReplyState
from audit_app.core.replies import Voice
from audit_app.store.tables.audits import Audit
from audit_app.store.tables.base import Base, Key, one_of


class Reply(Base):
    """One person's reply to one audit of their case file; `late`: sent after its last day."""

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("audit_id", "person_id"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_moment"),
        CheckConstraint("state = 'sent' OR NOT late", name="late_when_sent"),
    )

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ReplyState] = mapped_column(one_of(ReplyState))
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    late: Mapped[bool] = mapped_column(default=False)

    audit: Mapped[Audit] = relationship()
    parts: Mapped[list[ReplyPart]] = relationship(
        order_by="ReplyPart.id", cascade="all, delete-orphan", back_populates="reply"
    )


class ReplyPart(Base):
    """What a reply says of one theme, or of the audit as a whole, and whether it disputes a grade.

    `part`: the theme's key, or `core.replies.OVERALL`.
    """

    __tablename__ = "reply_part"
    __table_args__ = (
        UniqueConstraint("reply_id", "part"),
        CheckConstraint("answer IS NULL OR disputed", name="answered_when_disputed"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_has_its_moment"),
    )

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(default="")
    disputed: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(default="")
    answer: Mapped[DisputeAnswer | None] = mapped_column(one_of(DisputeAnswer))
    answer_reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    reply: Mapped[Reply] = relationship(back_populates="parts")


class FamilyFeedback(Base):
    """What somebody of the family said, written down on their behalf: by role, never by name."""

    __tablename__ = "family_feedback"

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    voice: Mapped[Voice] = mapped_column(one_of(Voice))
    words: Mapped[str] = mapped_column(CheckConstraint("words <> ''", name="words_are_there"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    audit: Mapped[Audit] = relationship()
