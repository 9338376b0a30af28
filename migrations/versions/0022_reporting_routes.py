"""Reporting routes: which body is told how often, and what was reported to it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No body is told of anything yet: a QA lead names them, or loads those that are shipped."""
    op.create_table(
        "reporting_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(200), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("rhythm", sa.String(40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "rhythm IN ('weekly', 'monthly', 'quarterly', 'twice_a_year', 'yearly')",
            name=op.f("ck_reporting_route_rhythm"),
        ),
        sa.CheckConstraint(
            "body <> '' AND what <> ''", name=op.f("ck_reporting_route_says_who_gets_what")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_route")),
        sa.UniqueConstraint("body", "what", name=op.f("uq_reporting_route_body_what")),
    )
    op.create_table(
        "route_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reported_at IS NOT NULL OR edition_id IS NOT NULL",
            name=op.f("ck_route_report_waits_for_an_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"], ["reporting_route.id"], name=op.f("fk_route_report_route_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_route_report_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_report")),
        sa.UniqueConstraint(
            "route_id", "edition_id", name=op.f("uq_route_report_route_id_edition_id")
        ),
    )
    op.create_index("ix_route_report_route_id_due_on", "route_report", ["route_id", "due_on"])
    op.create_index(op.f("ix_route_report_edition_id"), "route_report", ["edition_id"])


def downgrade() -> None:
    """Routes go, with what was reported to them; the editions stay."""
    op.drop_table("route_report")
    op.drop_table("reporting_route")
