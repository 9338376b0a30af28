"""Audits that are withdrawn, and exemptions of auditors from a cycle."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = ("allocated", "in_progress", "submitted", "withdrawn")
WITHDRAWN = ("sealed", "moved", "wrongly_drawn", "not_there", "no_auditor")
EXEMPT = ("away", "other_duties", "not_independent", "left")
EXEMPTION_STATES = ("requested", "granted", "declined", "ended")
STANDS = sa.text("state IN ('requested', 'granted')")
CHECKS = {
    "withdrawn_has_its_moment": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
    "withdrawn_for_a_reason": "(withdrawn_at IS NULL) = (withdrawn_because IS NULL)",
    "withdrawn_by_somebody": "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
}
EXEMPTION_CHECKS = {
    "both_days_or_none": "(from_day IS NULL) = (to_day IS NULL)",
    "days_in_order": "to_day >= from_day",
    "decided_has_its_moment": "(state = 'requested') = (decided_at IS NULL)",
    "decided_by_somebody": "(decided_at IS NULL) = (decided_by_id IS NULL)",
    "decided_by_another_person": "decided_by_id <> asked_by_id AND decided_by_id <> person_id",
    "ended_has_its_moment": "(state = 'ended') = (ended_at IS NOT NULL)",
    "ended_by_somebody": "(ended_at IS NULL) = (ended_by_id IS NULL)",
    "ended_by_another_person": "ended_by_id <> person_id",
}


def upgrade() -> None:
    """No audit is withdrawn and nobody is exempt so far."""
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("withdrawn_at", MOMENT, nullable=True))
        audit.add_column(sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
        audit.add_column(sa.Column("withdrawn_because", sa.String(40), nullable=True))
        audit.drop_constraint(op.f("ck_audit_audit_state"), type_="check")
        audit.create_check_constraint("audit_state", sa.column("state").in_(STATES))
        audit.create_check_constraint(
            "withdrawal_reason", sa.column("withdrawn_because").in_(WITHDRAWN)
        )
        for name, rule in CHECKS.items():
            audit.create_check_constraint(name, sa.text(rule))
        audit.create_foreign_key(
            op.f("fk_audit_withdrawn_by_id"), "person", ["withdrawn_by_id"], ["id"]
        )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", _one_of("exemption_reason", EXEMPT), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("state", _one_of("exemption_state", EXEMPTION_STATES), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_exemption_{name}"))
            for name, rule in EXEMPTION_CHECKS.items()
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_exemption_cycle_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_exemption_{name}"))
            for name in ("person_id", "asked_by_id", "decided_by_id", "ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    op.create_index(op.f("ix_exemption_person_id"), "exemption", ["person_id"])
    op.create_index(
        "uq_exemption_stands",
        "exemption",
        ["cycle_id", "person_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    """Withdrawn audits are as they were before, exemptions go: the older program knows neither."""
    op.drop_table("exemption")
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(op.f("fk_audit_withdrawn_by_id"), type_="foreignkey")
        for name in (*CHECKS, "withdrawal_reason", "audit_state"):
            audit.drop_constraint(op.f(f"ck_audit_{name}"), type_="check")
    op.execute(
        "UPDATE audit SET state = CASE WHEN started_at IS NULL THEN 'allocated' "
        "ELSE 'in_progress' END WHERE state = 'withdrawn'"
    )
    with op.batch_alter_table("audit") as audit:
        audit.create_check_constraint("audit_state", sa.column("state").in_(STATES[:-1]))
        for name in ("withdrawn_at", "withdrawn_by_id", "withdrawn_because"):
            audit.drop_column(name)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
