"""The audit plan: what is to be audited when, by whom, and whom it is reported to."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = (
    "'monthly_sample', 'themed', 'strategy_discussions', 'supervision', 'multi_agency', "
    "'self_assessment', 're_audit'"
)
ROLES = (
    "'administrator', 'qa_lead', 'senior_manager', 'independent_member', 'sub_group', "
    "'action_owner', 'practitioner'"
)


def upgrade() -> None:
    """Nothing is planned yet: cycles that were opened before stand in no plan."""
    op.create_table(
        "plan_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("form", sa.String(80), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("auditor_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(200), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=True),
        sa.Column("repeats_entry_id", sa.Integer(), nullable=True),
        sa.Column("repeats_cycle_id", sa.Integer(), nullable=True),
        sa.Column("repeats_finding_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_plan_entry_plan_kind")),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_plan_entry_role")),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_plan_entry_month_is_yyyy_mm")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_plan_entry_has_a_title")),
        sa.CheckConstraint(
            "form IS NOT NULL OR kind = 'themed'",
            name=op.f("ck_plan_entry_only_a_theme_may_be_open"),
        ),
        sa.CheckConstraint(
            "report_on IS NULL OR body <> ''", name=op.f("ck_plan_entry_reported_to_somebody")
        ),
        sa.CheckConstraint(
            "(kind = 're_audit') = (repeats_entry_id IS NOT NULL OR repeats_cycle_id IS NOT NULL"
            " OR repeats_finding_id IS NOT NULL)",
            name=op.f("ck_plan_entry_a_re_audit_repeats_something"),
        ),
        sa.CheckConstraint("repeats_entry_id <> id", name=op.f("ck_plan_entry_repeats_another")),
        sa.ForeignKeyConstraint(
            ["auditor_id"], ["person.id"], name=op.f("fk_plan_entry_auditor_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_plan_entry_cycle_id")),
        sa.ForeignKeyConstraint(
            ["repeats_entry_id"], ["plan_entry.id"], name=op.f("fk_plan_entry_repeats_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["repeats_cycle_id"], ["cycle.id"], name=op.f("fk_plan_entry_repeats_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["repeats_finding_id"], ["finding.id"], name=op.f("fk_plan_entry_repeats_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_entry_key")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_plan_entry_cycle_id")),
    )
    op.create_index("ix_plan_entry_month_id", "plan_entry", ["month", "id"])
    op.create_index(op.f("ix_plan_entry_auditor_id"), "plan_entry", ["auditor_id"])


def downgrade() -> None:
    """The plan goes; the cycles stay."""
    op.drop_table("plan_entry")
