"""Audits, their answers one row each, and the scores stored when they are submitted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.completion import WithdrawalReason
from audit_app.core.lifecycle import SETTLED, AuditState
from audit_app.core.moderation import Purpose
from audit_app.core.question_bank import Outcome
from audit_app.store.tables.base import Base, Code, Hash, Key, one_of
from audit_app.store.tables.caseload import CaseFile
from audit_app.store.tables.cycles import Calibration, Cycle, Round
from audit_app.store.tables.instruments import FormVersion
from audit_app.store.tables.people import Person, Team
from audit_app.store.tables.sections import LONGEST_ENTRY_ID, AuditEntry, AuditSection

_ONCE_A_CASE_FILE = text("purpose <> 'calibration'")


class RecordedState(StrEnum):
    """How far a recorded answer is: `unfinished` keeps what was typed until it can be read."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"
    UNFINISHED = "unfinished"


class Reading(Base):
    """One auditor, one case file, one cycle; pinned to the form version it was drawn under.

    Whatever is read: the audit that was drawn, one agency's part of it, a second reading of the
    same case file, or the reading of one auditor in a calibration. Who asks for `Audit` gets whole
    first audits only, so no list or figure counts a case file twice; who asks for `Allocation` gets
    the parts of agencies as well.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index(
            "uq_audit_cycle_id_case_file_id_purpose_agency",
            *("cycle_id", "case_file_id", "purpose", "agency"),
            unique=True,
            sqlite_where=_ONCE_A_CASE_FILE,
            postgresql_where=_ONCE_A_CASE_FILE,
        ),
        CheckConstraint("(purpose = 'agency_part') = (agency <> '')", name="part_of_an_agency"),
        # Nobody reads a case file a second time that they audited in the same cycle.
        UniqueConstraint("cycle_id", "case_file_id", "auditor_id"),
        Index("ix_audit_auditor_id_state", "auditor_id", "state"),
        CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_its_moment"
        ),
        CheckConstraint(
            "state <> 'submitted' OR scored_hash IS NOT NULL", name="submitted_is_scored"
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_its_moment"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because IS NULL)", name="withdrawn_for_a_reason"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"
        ),
    )
    __mapper_args__ = {"polymorphic_on": "purpose", "polymorphic_abstract": True}  # noqa: RUF012

    id: Mapped[Key]
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    agency: Mapped[Code] = mapped_column(default="")
    """Whose part it is, a key of the form's agencies; empty for what one person answers whole."""
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    auditor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    state: Mapped[AuditState] = mapped_column(one_of(AuditState))
    due_on: Mapped[date]
    allocated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    points: Mapped[int | None]
    possible: Mapped[int | None]
    suggested_grade: Mapped[Code | None]
    suggested_reason: Mapped[str] = mapped_column(default="")
    grade: Mapped[Code | None]
    grade_reason: Mapped[str] = mapped_column(default="")
    done_well: Mapped[str] = mapped_column(default="")
    difference_made: Mapped[str] = mapped_column(default="")
    scored_hash: Mapped[Hash | None]
    purged_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_because: Mapped[WithdrawalReason | None] = mapped_column(one_of(WithdrawalReason))

    cycle: Mapped[Round] = relationship()
    case_file: Mapped[CaseFile] = relationship()
    auditor: Mapped[Person] = relationship(foreign_keys=[auditor_id])
    form_version: Mapped[FormVersion] = relationship()
    team: Mapped[Team | None] = relationship()
    answers: Mapped[list[RecordedAnswer]] = relationship(order_by="RecordedAnswer.question_id")
    themes: Mapped[list[AuditTheme]] = relationship(order_by="AuditTheme.position")
    entries: Mapped[list[AuditEntry]] = relationship(
        order_by="AuditEntry.section, AuditEntry.number"
    )
    sections: Mapped[list[AuditSection]] = relationship(cascade="all, delete-orphan")

    @property
    def is_second(self) -> bool:
        """Whether it reads again what somebody audited before."""
        return self.purpose is Purpose.SECOND_READING

    @property
    def is_part(self) -> bool:
        """Whether it is one agency's part."""
        return self.purpose is Purpose.AGENCY_PART

    @property
    def is_first(self) -> bool:
        """Whether it is the whole audit that was drawn, and no part, nor a reading to compare."""
        return self.purpose is Purpose.FIRST

    @property
    def is_settled(self) -> bool:
        """Whether it takes no answer any more."""
        return self.state in SETTLED


class Allocation(Reading):
    """What a draw gave to somebody to do: an audit, or one agency's part of one."""

    __mapper_args__ = {"polymorphic_abstract": True}  # noqa: RUF012

    cycle: Mapped[Cycle] = relationship()


class Audit(Allocation):
    """The audit that was drawn: the one that every list, figure, report and export counts."""

    __mapper_args__ = {"polymorphic_identity": Purpose.FIRST}  # noqa: RUF012


class AgencyPart(Allocation):
    """What one agency answers on a case file; nobody else reads it before all parts are in."""

    __mapper_args__ = {"polymorphic_identity": Purpose.AGENCY_PART}  # noqa: RUF012


class SecondReading(Reading):
    """The same case file read by another person who does not see the first audit meanwhile."""

    __mapper_args__ = {"polymorphic_identity": Purpose.SECOND_READING}  # noqa: RUF012

    cycle: Mapped[Cycle] = relationship()


class CalibrationReading(Reading):
    """The case file of a calibration as one of its auditors reads it; it counts nowhere."""

    __mapper_args__ = {"polymorphic_identity": Purpose.CALIBRATION}  # noqa: RUF012

    cycle: Mapped[Calibration] = relationship()


class AuditTheme(Base):
    """One theme of an audit: the auditor's grade, and the counts and suggestion once submitted."""

    __tablename__ = "audit_theme"
    __table_args__ = (
        CheckConstraint("points IS NULL OR points <= possible", name="points_within_possible"),
    )

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
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

    @property
    def applicable(self) -> int:
        """To how many questions the theme applied: n of `k of n`; 0 before submitting."""
        counted = (self.met, self.partly_met, self.not_met, self.not_recorded)
        return sum(count or 0 for count in counted)


class RecordedAnswer(Base):
    """One answer, keyed by audit and question. `value` is canonical text, see `core.answers`."""

    __tablename__ = "recorded_answer"
    __table_args__ = (
        CheckConstraint(
            "(state = 'answered') = (value IS NOT NULL)", name="answered_has_its_value"
        ),
        CheckConstraint("state = 'unfinished' OR typed IS NULL", name="typed_while_unfinished"),
    )

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)
    state: Mapped[RecordedState] = mapped_column(one_of(RecordedState))
    value: Mapped[str | None]
    typed: Mapped[str | None]
    evidence: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    quotable: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    """Set when the audit is submitted; NULL for a question that was then hidden."""


class SaveStamp(Base):
    """How often a place of an audit was changed by pages, and by which save last.

    `place`: a question's id, or of the judgement `/grade_THEME`, `/grade_overall`, `/done_well` or
    `/difference_made`; see `core.save_order`. It outlives what stands there, so that an old save
    cannot bring it back.
    """

    __tablename__ = "save_stamp"
    __table_args__ = (
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("number >= 0", name="number_not_negative"),
    )

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(LONGEST_ENTRY_ID), primary_key=True)
    revision: Mapped[int]
    window: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
