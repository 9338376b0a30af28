"""What an audit says of its sections: whom a repeated one is asked for, and levels once scored."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit_app.store.tables.base import Base, Code

#: An id of 60 characters, a dot, and the key of an entry.
LONGEST_ENTRY_ID = 121
LONGEST_LABEL = 60
NONE_AT_ALL = 0


class AuditEntry(Base):
    """One of those for whom a section is asked, numbered as they were named.

    The number 0, with no label, says that there is none at all.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("audit_id", "section", "label"),
        CheckConstraint("number >= 0", name="counted_from_none"),
        CheckConstraint("(number = 0) = (label = '')", name="all_but_none_have_a_label"),
    )

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))


class AuditSection(Base):
    """The level of a rated section and why, stored when the audit is submitted."""

    __tablename__ = "audit_section"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)
    level: Mapped[Code | None]
    """NULL: nothing of it applied."""
    reason: Mapped[str] = mapped_column(default="")
