"""Actions: what is to be done after an audit (for this case) or a finding (for practice)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.lifecycle import ActionState
from audit_app.store.tables.audits import Audit
from audit_app.store.tables.base import Base, Key, one_of
from audit_app.store.tables.cycles import Cycle
from audit_app.store.tables.findings import Finding
from audit_app.store.tables.people import Person

_GOING_ON = text("state <> 'called_off'")


class Action(Base):
    """One thing that one person does by a day. Its owner says it is done; another verifies it."""

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("(audit_id IS NULL) <> (finding_id IS NULL)", name="one_source"),
        CheckConstraint("what <> '' OR purged_at IS NOT NULL", name="has_words"),
        CheckConstraint(
            "opened_at IS NOT NULL OR (finding_id IS NULL AND state IN ('proposed', 'called_off'))",
            name="opened_has_its_moment",
        ),
        CheckConstraint("opened_at IS NULL OR state <> 'proposed'", name="proposed_is_not_open"),
        CheckConstraint(
            "(state IN ('done', 'verified')) = (done_at IS NOT NULL)", name="done_has_its_moment"
        ),
        CheckConstraint(
            "(state = 'verified') = (verified_at IS NOT NULL)", name="verified_has_its_moment"
        ),
        CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL)", name="verified_by_somebody"
        ),
        CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> owner_id", name="verified_by_another"
        ),
        Index(
            "uq_action_finding_going_on",
            "finding_id",
            unique=True,
            sqlite_where=_GOING_ON,
            postgresql_where=_GOING_ON,
        ),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    what: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(one_of(ActionState))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When it was the owner's to do; what an auditor proposes is opened by submitting."""
    done_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]

    cycle: Mapped[Cycle] = relationship()
    audit: Mapped[Audit | None] = relationship()
    finding: Mapped[Finding | None] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    verified_by: Mapped[Person | None] = relationship(foreign_keys=verified_by_id)
    updates: Mapped[list[ActionUpdate]] = relationship(order_by=lambda: ActionUpdate.id)


class ActionUpdate(Base):
    """What somebody said of an action: how far it is, or with a state what it has become, and why.

    With an owner and a due day: that it was given to them, or until then.
    """

    __tablename__ = "action_update"
    __table_args__ = (
        CheckConstraint(
            "words <> '' OR (state IS NOT NULL AND state = 'verified')", name="has_words"
        ),
        CheckConstraint("(owner_id IS NULL) = (due_on IS NULL)", name="change_is_whole"),
    )

    id: Mapped[Key]
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ActionState | None] = mapped_column(one_of(ActionState))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    words: Mapped[str]

    by: Mapped[Person] = relationship(foreign_keys=by_id)
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
