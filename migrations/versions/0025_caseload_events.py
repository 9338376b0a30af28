"""Referrals, assessments and strategy discussions of an extract, not only the latest of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Extracts of before know only the latest event of each kind, which stays where it is."""
    op.create_table(
        "caseload_event",
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id", "case_file_id"],
            ["caseload_entry.extract_id", "caseload_entry.case_file_id"],
            name="fk_caseload_event_entry",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "extract_id", "case_file_id", "kind", "happened_on", name=op.f("pk_caseload_event")
        ),
    )
    op.create_index(
        "ix_caseload_event_day", "caseload_event", ["extract_id", "kind", "happened_on"]
    )
    for kind in ("referral", "assessment", "strategy_discussion"):
        column = f"last_{kind}" + ("_start" if kind == "assessment" else "")
        op.execute(
            "INSERT INTO caseload_event (extract_id, case_file_id, kind, happened_on) "  # noqa: S608
            f"SELECT extract_id, case_file_id, '{kind}', {column} FROM caseload_entry "
            f"WHERE {column} IS NOT NULL"
        )


def downgrade() -> None:
    """Earlier events of each kind are lost; the latest stays with the case file."""
    op.drop_index("ix_caseload_event_day", "caseload_event")
    op.drop_table("caseload_event")
