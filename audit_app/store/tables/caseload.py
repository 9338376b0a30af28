"""Extracts of the council's caseload, and the case files that they name."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.store.tables.base import Base, Code, Hash, Key, Name, one_of
from audit_app.store.tables.people import Team


class ExtractState(StrEnum):
    """An extract read on the page waits for a person to say that it is to be used."""

    READ = "read"
    IN_USE = "in_use"


_IN_USE = text("state = 'in_use' AND replaced_at IS NULL")


class Extract(Base):
    """One import. The newest in use is the frame; older ones stay, because samples name them."""

    __tablename__ = "extract"
    __table_args__ = (
        Index(
            "uq_extract_in_use_as_at",
            "as_at",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[Key]
    as_at: Mapped[date]
    state: Mapped[ExtractState] = mapped_column(one_of(ExtractState))
    imported_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rows_read: Mapped[int]
    case_file_count: Mapped[int]
    unmatched_count: Mapped[int]

    doubtful: Mapped[list[DoubtfulRow]] = relationship(
        order_by="DoubtfulRow.id", cascade="all, delete-orphan", passive_deletes=True
    )


class DoubtfulRow(Base):
    """A place in the file that was doubtful, and what was done about it."""

    __tablename__ = "doubtful_row"

    id: Mapped[Key]
    extract_id: Mapped[int] = mapped_column(
        ForeignKey("extract.id", ondelete="CASCADE"), index=True
    )
    sheet: Mapped[Name]
    row: Mapped[int]
    column: Mapped[Name]
    what: Mapped[str]


class CaseFile(Base):
    """The record examined. `reference` is a keyed pseudonym; `council_id` is shown on request."""

    __tablename__ = "case_file"

    id: Mapped[Key]
    council_id: Mapped[Code]
    council_key: Mapped[Code] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    purged_at: Mapped[datetime | None]


class PseudonymKey(Base):
    """A key that references were made with, by its fingerprint; the last is the one in use."""

    __tablename__ = "pseudonym_key"

    number: Mapped[Key]
    fingerprint: Mapped[Hash] = mapped_column(unique=True)
    began_at: Mapped[datetime]


class FormerReference(Base):
    """The reference that a case file had until the key was changed; older prints still bear it."""

    __tablename__ = "former_reference"

    reference: Mapped[str] = mapped_column(String(20), primary_key=True)
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    until: Mapped[datetime]


class CaseloadEntry(Base):
    """What one extract says of one case file."""

    __tablename__ = "caseload_entry"
    __table_args__ = (Index("ix_caseload_entry_case_file_id", "case_file_id"),)

    extract_id: Mapped[int] = mapped_column(
        ForeignKey("extract.id", ondelete="CASCADE"), primary_key=True
    )
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    status: Mapped[Code | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    worker: Mapped[Name | None]
    worker_key: Mapped[Name | None] = mapped_column(index=True)
    """The worker's name without case and needless spaces, by which own case files are found."""
    date_of_birth: Mapped[date | None]
    unborn: Mapped[bool] = mapped_column(default=False)
    need_code: Mapped[Code | None]
    cin_start: Mapped[date | None]
    cin_closure: Mapped[date | None]
    last_seen: Mapped[date | None]
    plan_start: Mapped[date | None]
    plan_end: Mapped[date | None]
    plan_category: Mapped[Name | None]
    last_statutory_visit: Mapped[date | None]
    seen_alone: Mapped[Name | None]
    last_review_conference: Mapped[date | None]
    last_referral: Mapped[date | None]
    last_assessment_start: Mapped[date | None]
    last_assessment_authorised: Mapped[date | None]
    last_strategy_discussion: Mapped[date | None]
    local: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    extract: Mapped[Extract] = relationship()
    case_file: Mapped[CaseFile] = relationship()
    team: Mapped[Team | None] = relationship()
