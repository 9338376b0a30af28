"""Drafts of question banks: worked on in the browser, never used by an audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.store.tables.base import Base, Code, Key
from audit_app.store.tables.instruments import BankVersion
from audit_app.store.tables.people import Person


class BankDraft(Base):
    """The one draft of a bank; `content` is its canonical JSON, as in `bank_version`.

    `changes` rises with each change, so that a second person's save is seen to come too late.
    """

    __tablename__ = "bank_draft"
    __table_args__ = (CheckConstraint("changes >= 0", name="changes_count_up"),)

    id: Mapped[Key]
    key: Mapped[Code] = mapped_column(unique=True)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("bank_version.id"))
    content: Mapped[str]
    changes: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]

    based_on: Mapped[BankVersion | None] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    changed_by: Mapped[Person] = relationship(foreign_keys=[changed_by_id])
