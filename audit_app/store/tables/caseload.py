"""Extracts of the council's caseload, and the case files that they name."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.front_door import Service
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS, SubjectWords
from audit_app.store.tables.base import Base, Code, Hash, Key, Name, one_of
from audit_app.store.tables.people import Team


class ExtractState(StrEnum):
    """An extract read on the page waits for a person to say that it is to be used."""

    READ = "read"
    IN_USE = "in_use"


_IN_USE = text("state = 'in_use' AND replaced_at IS NULL")


class Extract(Base):
    """One import, of one kind of subject.

    The newest of a kind in use is the frame; older ones stay, because samples name them.
    """

    __tablename__ = "extract"
    __table_args__ = (
        Index(
            "uq_extract_in_use_subject_as_at",
            "subject",
            "as_at",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[Key]
    subject: Mapped[Subject] = mapped_column(one_of(Subject), default=Subject.CASE_FILE)
    as_at: Mapped[date]
    state: Mapped[ExtractState] = mapped_column(one_of(ExtractState))
    imported_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rows_read: Mapped[int]
    case_file_count: Mapped[int]
    unmatched_count: Mapped[int]
    census_count: Mapped[int | None]
    """Children of the census that was read beside it; none where none was."""
    front_door: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What its lists had of the front door (`core.front_door.Told`); none: it was not asked."""

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
    """The record examined: a case file, or what else a form has as its subject.

    `reference` is a keyed pseudonym, or an agency's name; `council_id` is shown on request: the
    council's number of the child (and the day of a strategy discussion), or a worker's name.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("subject", "council_key"),
        CheckConstraint(
            "child_key IS NULL OR subject = 'strategy_discussion'", name="child_of_a_discussion"
        ),
    )

    id: Mapped[Key]
    subject: Mapped[Subject] = mapped_column(one_of(Subject), default=Subject.CASE_FILE)
    council_id: Mapped[Name]
    council_key: Mapped[Name]
    child_key: Mapped[Code | None] = mapped_column(index=True)
    """The `council_key` of the child's case file, by which a discussion about it is found."""
    reference: Mapped[Name] = mapped_column(unique=True)
    purged_at: Mapped[datetime | None]

    @property
    def words(self) -> SubjectWords:
        """The nouns of what it is."""
        return SUBJECT_WORDS[self.subject]

    @property
    def title(self) -> str:
        """What it is and its reference, as a heading says it."""
        return self.words.call(self.reference)


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
    __table_args__ = (
        Index("ix_caseload_entry_case_file_id", "case_file_id"),
        CheckConstraint("assessed_on IS NULL OR in_census", name="assessed_in_the_census"),
    )

    extract_id: Mapped[int] = mapped_column(
        ForeignKey("extract.id", ondelete="CASCADE"), primary_key=True
    )
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    status: Mapped[Code | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    worker: Mapped[Name | None]
    worker_key: Mapped[Name | None] = mapped_column(index=True)
    """The worker's name without case and needless spaces, by which own case files are found."""
    supervisor: Mapped[Name | None]
    """Whose supervision of the worker a supervision file records."""
    supervisor_key: Mapped[Name | None] = mapped_column(index=True)
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
    in_census: Mapped[bool | None]
    assessed_on: Mapped[date | None]
    """The assessment of the census whose factors count; its factors are rows of their own."""

    events: Mapped[list[CaseloadEvent]] = relationship(
        order_by="CaseloadEvent.kind, CaseloadEvent.happened_on", viewonly=True
    )
    factors: Mapped[list[EntryFactor]] = relationship(order_by="EntryFactor.place", viewonly=True)
    extract: Mapped[Extract] = relationship()
    case_file: Mapped[CaseFile] = relationship()
    team: Mapped[Team | None] = relationship()


class EntryFactor(Base):
    """A factor that the assessment which counts identified, with its place in the code list."""

    __tablename__ = "entry_factor"
    __table_args__ = (
        ForeignKeyConstraint(
            ["extract_id", "case_file_id"],
            ["caseload_entry.extract_id", "caseload_entry.case_file_id"],
            name="fk_entry_factor_entry",
            ondelete="CASCADE",
        ),
    )

    extract_id: Mapped[int] = mapped_column(primary_key=True)
    case_file_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    place: Mapped[int]


class CaseloadEvent(Base):
    """A referral, assessment or strategy discussion that an extract lists of a case file."""

    __tablename__ = "caseload_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["extract_id", "case_file_id"],
            ["caseload_entry.extract_id", "caseload_entry.case_file_id"],
            name="fk_caseload_event_entry",
            ondelete="CASCADE",
        ),
        Index("ix_caseload_event_day", "extract_id", "kind", "happened_on"),
    )

    extract_id: Mapped[int] = mapped_column(primary_key=True)
    case_file_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    happened_on: Mapped[date] = mapped_column(primary_key=True)


class FrontDoorReferral(Base):
    """A referral of list 3 with what followed; `child` is a number within the extract alone.

    No row leads to a case file: most children who are referred have none.
    """

    __tablename__ = "front_door_referral"
    __table_args__ = (Index("ix_front_door_referral_day", "extract_id", "referred_on"),)

    extract_id: Mapped[int] = mapped_column(
        ForeignKey("extract.id", ondelete="CASCADE"), primary_key=True
    )
    child: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    referred_on: Mapped[date] = mapped_column(primary_key=True)
    nfa: Mapped[bool | None]
    decided_on: Mapped[date | None]
    assessed_on: Mapped[date | None]
    needs_service: Mapped[bool | None]
    service: Mapped[Service] = mapped_column(one_of(Service))


class CensusStranger(Base):
    """A child of a census who does not stand in the extract, by the pseudonym alone."""

    __tablename__ = "census_stranger"

    extract_id: Mapped[int] = mapped_column(
        ForeignKey("extract.id", ondelete="CASCADE"), primary_key=True
    )
    reference: Mapped[Code] = mapped_column(primary_key=True)
