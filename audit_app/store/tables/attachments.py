"""Files attached to audits: what each is, and where it lies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.attachments.kinds import FileKind
from audit_app.store.tables.audits import Reading
from audit_app.store.tables.base import Base, Hash, Key, Name, one_of
from audit_app.store.tables.people import Person
from audit_app.store.tables.sections import LONGEST_ENTRY_ID


class Attachment(Base):
    """One file. `question_id` empty: of the audit as a whole. `stored_as`: its name on the disk."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size > 0", name="holds_something"),
        CheckConstraint("length(sha256) = 64", name="has_its_hash"),
        CheckConstraint("length(stored_as) = 32", name="stored_somewhere"),
        CheckConstraint("name <> ''", name="has_a_name"),
        # The history names attachments by number, so no number is given twice.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Key]
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), default="")
    name: Mapped[Name]
    stored_as: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[FileKind] = mapped_column(one_of(FileKind))
    size: Mapped[int]
    sha256: Mapped[Hash]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    audit: Mapped[Reading] = relationship()
    added_by: Mapped[Person] = relationship()
