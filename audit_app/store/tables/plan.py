"""The audit plan: what is to be audited when, by whom, and whom it is reported to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.access import Role
from audit_app.core.plan import PlanDraft, PlanKind, Repeated
from audit_app.store.tables.base import Base, Code, Key, Name, one_of
from audit_app.store.tables.cycles import Cycle
from audit_app.store.tables.people import Person


class PlanEntry(Base):
    """One audit that is planned; its state follows from its cycle, once that is opened."""

    __tablename__ = "plan_entry"
    __table_args__ = (
        Index("ix_plan_entry_month_id", "month", "id"),
        CheckConstraint("length(month) = 7", name="month_is_yyyy_mm"),
        CheckConstraint("title <> ''", name="has_a_title"),
        CheckConstraint("form IS NOT NULL OR kind = 'themed'", name="only_a_theme_may_be_open"),
        CheckConstraint("report_on IS NULL OR body <> ''", name="reported_to_somebody"),
        CheckConstraint(
            "(kind = 're_audit') = (repeats_entry_id IS NOT NULL OR repeats_cycle_id IS NOT NULL"
            " OR repeats_finding_id IS NOT NULL)",
            name="a_re_audit_repeats_something",
        ),
        CheckConstraint("repeats_entry_id <> id", name="repeats_another"),
    )

    id: Mapped[Key]
    key: Mapped[Code] = mapped_column(unique=True)
    """By which a file of the plan names it."""
    kind: Mapped[PlanKind] = mapped_column(one_of(PlanKind))
    form: Mapped[Code | None]
    title: Mapped[Name]
    cohort: Mapped[str] = mapped_column(default="")
    month: Mapped[str] = mapped_column(String(7))
    due_on: Mapped[date | None]
    role: Mapped[Role] = mapped_column(one_of(Role))
    auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    body: Mapped[Name] = mapped_column(default="")
    report_on: Mapped[date | None]
    exempt: Mapped[bool] = mapped_column(default=False)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), unique=True)
    repeats_entry_id: Mapped[int | None] = mapped_column(ForeignKey("plan_entry.id"))
    repeats_cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"))
    repeats_finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))

    auditor: Mapped[Person | None] = relationship()
    cycle: Mapped[Cycle | None] = relationship(foreign_keys=cycle_id)

    @property
    def repeats(self) -> tuple[Repeated, int] | None:
        """What it repeats, with its id."""
        for kind in Repeated:
            found = getattr(self, f"repeats_{kind}_id")
            if found is not None:
                return kind, found
        return None

    @property
    def draft(self) -> PlanDraft:
        """What it says, as a value."""
        return PlanDraft(
            kind=self.kind,
            title=self.title,
            month=self.month,
            role=self.role,
            form=self.form or "",
            cohort=self.cohort,
            due_on=self.due_on,
            auditor_id=self.auditor_id,
            body=self.body,
            report_on=self.report_on,
            exempt=self.exempt,
            repeats=self.repeats,
        )
