"""Compiled reports, the jobs that compile them, and the history of who did what."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from audit_app.core.lifecycle import EditionState
from audit_app.store.tables.base import Base, Code, Hash, Key, Name, one_of
from audit_app.store.tables.cycles import Cycle
from audit_app.store.tables.people import Person


class JobState(StrEnum):
    """Where a piece of long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAULTY = "faulty"


class Edition(Base):
    """One compiled report: its bytes are kept, and its hash says that they are the same bytes."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("cycle_id", "design", "number"),
        CheckConstraint(
            "(state = 'published') = (approved_by_id IS NOT NULL)", name="published_is_approved"
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR compiled_by_id IS NULL OR approved_by_id <> compiled_by_id",
            name="approved_by_another_person",
        ),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    design: Mapped[Code]
    number: Mapped[int]
    title: Mapped[Name]
    state: Mapped[EditionState] = mapped_column(one_of(EditionState))
    data_cut_off: Mapped[date]
    page_count: Mapped[int]
    data_hash: Mapped[Hash]
    """Of what the report says and of its design: compiling the same again gives this edition."""
    content_hash: Mapped[Hash]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    compiled_at: Mapped[datetime]
    compiled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    cycle: Mapped[Cycle] = relationship()
    compiled_by: Mapped[Person | None] = relationship(foreign_keys=[compiled_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])


class Job(Base):
    """A piece of long work: enqueued with the change that asked for it, taken under a lease."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"),)

    id: Mapped[Key]
    kind: Mapped[Code]
    arguments: Mapped[dict[str, object]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(one_of(JobState))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_all: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, object] | None] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
