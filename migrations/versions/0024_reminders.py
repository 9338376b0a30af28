"""Reminders of audits that are due: when they go out, and which went out to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cycles that are open get the usual days; nobody was reminded yet."""
    op.create_table(
        "reminder_rule",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("days_to_escalate", sa.Integer(), nullable=False),
        sa.Column("escalate_to_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "days_before BETWEEN 0 AND 20 AND days_after BETWEEN 1 AND 20"
            " AND days_to_escalate BETWEEN 1 AND 20",
            name=op.f("ck_reminder_rule_days_within_reason"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_reminder_rule_cycle_id")),
        sa.ForeignKeyConstraint(
            ["escalate_to_id"], ["person.id"], name=op.f("fk_reminder_rule_escalate_to_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_reminder_rule")),
    )
    op.create_table(
        "reminder",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('before', 'on_the_day', 'after', 'escalation')",
            name=op.f("ck_reminder_reminder_kind"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_reminder_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "kind", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_person_id"), "reminder", ["person_id"])


def downgrade() -> None:
    """Nobody is reminded any more."""
    op.drop_table("reminder")
    op.drop_table("reminder_rule")
