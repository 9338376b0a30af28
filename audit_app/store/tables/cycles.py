"""Rounds: cycles with their auditors, samples and frames; and calibrations of auditors."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import CycleState
from audit_app.core.moderation import DrawReason, RoundKind
from audit_app.core.replies import PracticeSees
from audit_app.core.sampling import Exclusion
from audit_app.store.tables.base import Base, Code, Hash, Key, Name, one_of
from audit_app.store.tables.caseload import CaseFile, Extract
from audit_app.store.tables.instruments import FormVersion
from audit_app.store.tables.people import Person, Team


class Round(Base):
    """A form version, and a day by which everybody has answered it: a cycle, or a calibration.

    Who asks for `Cycle` gets those that count, so no list or figure takes a calibration for one.
    """

    __tablename__ = "cycle"
    __table_args__ = (
        CheckConstraint("reply_days BETWEEN 1 AND 60", name="reply_days_within_reason"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}  # noqa: RUF012

    id: Mapped[Key]
    kind: Mapped[RoundKind] = mapped_column(one_of(RoundKind))
    key: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    month: Mapped[str] = mapped_column(
        String(7), CheckConstraint("length(month) = 7", name="month_is_yyyy_mm"), index=True
    )
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    state: Mapped[CycleState] = mapped_column(one_of(CycleState))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    reply_days: Mapped[int] = mapped_column(default=10, server_default="10")
    """Working days in which the practice replies to a submitted audit."""
    shown_to_practice: Mapped[PracticeSees] = mapped_column(
        one_of(PracticeSees),
        default=PracticeSees.EVERYTHING,
        server_default=PracticeSees.EVERYTHING.value,
    )

    form_version: Mapped[FormVersion] = relationship(lazy="joined")


class Cycle(Round):
    """One round of audits with auditors and a sample: what lists, figures and reports count."""

    __mapper_args__ = {"polymorphic_identity": RoundKind.CYCLE}  # noqa: RUF012

    auditors: Mapped[list[CycleAuditor]] = relationship(
        order_by="CycleAuditor.person_id", cascade="all, delete-orphan"
    )
    sample: Mapped[Sample | None] = relationship(back_populates="cycle")
    rules: Mapped[list[ModerationRule]] = relationship(
        order_by="ModerationRule.reason", cascade="all, delete-orphan"
    )


class Calibration(Round):
    """Everybody answers the form about the same case file, blind, to see where they differ."""

    __tablename__ = "calibration"
    __mapper_args__ = {"polymorphic_identity": RoundKind.CALIBRATION}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    extract_id: Mapped[int] = mapped_column(ForeignKey("extract.id"))
    """In use when the case file was chosen; what it says is shown to the auditors."""
    called_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    case_file: Mapped[CaseFile] = relationship()
    called_by: Mapped[Person] = relationship()


class ModerationRule(Base):
    """A rule by which audits of a cycle are read again; without its row it is not in force.

    `number`: percentage points of `borderline`, per cent of `random_share`.
    """

    __tablename__ = "moderation_rule"
    __table_args__ = (
        CheckConstraint(
            "(reason IN ('borderline', 'random_share')) = (number IS NOT NULL)",
            name="number_where_one_is_asked",
        ),
        CheckConstraint("number BETWEEN 0 AND 100", name="number_is_per_cent"),
        CheckConstraint("reason NOT IN ('chosen', 'disputed')", name="choosing_is_no_rule"),
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    reason: Mapped[DrawReason] = mapped_column(one_of(DrawReason), primary_key=True)
    number: Mapped[int | None]


class CycleAuditor(Base):
    """A person who audits in a cycle; `team` is the one they had when the sample was drawn.

    `own_cases`: ids of the case files of the frame that they were or had been the worker of then.
    """

    __tablename__ = "cycle_auditor"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    own_cases: Mapped[list[int]] = mapped_column(JSON, default=list)
    audited_cases: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of those of the frame that they had audited before, where that barred them."""
    agency: Mapped[Code] = mapped_column(default="")
    """For which agency they answer in this cycle; empty where one person answers the whole form."""

    person: Mapped[Person] = relationship()
    team: Mapped[Team | None] = relationship()


class Sample(Base):
    """How a cycle's case files were drawn: enough to draw them again."""

    __tablename__ = "sample"
    __table_args__ = (
        CheckConstraint("per_auditor > 0", name="per_auditor_positive"),
        CheckConstraint("frame_size >= 0", name="frame_size_not_negative"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(method IN ('random_number', 'stratified_proportional', 'stratified_fixed', "
            "'systematic')) = (number IS NOT NULL)",
            name="number_where_the_method_asks_one",
        ),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), unique=True)
    extract_id: Mapped[int] = mapped_column(ForeignKey("extract.id"))
    method: Mapped[Code]
    seed: Mapped[Code]
    per_auditor: Mapped[int]
    """So many for each; the most for each where the sample is shared out."""
    number: Mapped[int | None]
    """How many case files the method was to draw, or how many of each team."""
    frame_size: Mapped[int]
    frame_hash: Mapped[Hash]
    filters: Mapped[dict[str, object]] = mapped_column(JSON)
    audited_since: Mapped[date]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    cycle: Mapped[Cycle] = relationship(back_populates="sample")
    extract: Mapped[Extract] = relationship()
    exclusions: Mapped[list[SampleExclusion]] = relationship(
        order_by="SampleExclusion.reason", cascade="all, delete-orphan"
    )


class SampleExclusion(Base):
    """How many case files of the extract could not be drawn, by why."""

    __tablename__ = "sample_exclusion"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    reason: Mapped[Exclusion] = mapped_column(one_of(Exclusion), primary_key=True)
    count: Mapped[int]


class FrameEntry(Base):
    """One case file that could be drawn, and the team that it then had."""

    __tablename__ = "frame_entry"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


class SampleCase(Base):
    """One case file drawn for one auditor, with its place in the order of tickets.

    Without an auditor it was drawn for everybody: each agency answers its part on it.
    """

    __tablename__ = "sample_case"
    __table_args__ = (UniqueConstraint("sample_id", "position"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    position: Mapped[int]
    ticket: Mapped[Hash]

    case_file: Mapped[CaseFile] = relationship()
    auditor: Mapped[Person | None] = relationship()
