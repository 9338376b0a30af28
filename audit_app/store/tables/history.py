"""The history: an entry for each thing that was done, each bound to the one before by its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from audit_app.store.tables.base import Base, Code, Hash


class HistoryEntry(Base):
    """Who did what to what, and when. Rows are only ever added; no case content stands here.

    `id` counts without gaps; `detail` is canonical JSON of what was changed from what to what.
    Triggers of the database refuse to change or delete a row.
    """

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    action: Mapped[Code]
    subject: Mapped[Code]
    subject_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(default="")
    previous_hash: Mapped[Hash]
    hash: Mapped[Hash]


class HistoryHead(Base):
    """The last entry's number and hash: who holds this row adds the next entry."""

    __tablename__ = "history_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_head"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int]
    entry_hash: Mapped[Hash]
