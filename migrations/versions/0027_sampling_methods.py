"""What a method of sampling was asked for, and which audits of before barred an auditor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBERED = "'random_number', 'stratified_proportional', 'stratified_fixed', 'systematic'"


def upgrade() -> None:
    """Every sample so far was drawn for each auditor, or for each agency: it needs no number."""
    with op.batch_alter_table("sample") as sample:
        sample.add_column(sa.Column("number", sa.Integer(), nullable=True))
        sample.create_check_constraint(op.f("ck_sample_number_positive"), "number > 0")
        sample.create_check_constraint(
            op.f("ck_sample_number_where_the_method_asks_one"),
            f"(method IN ({NUMBERED})) = (number IS NOT NULL)",
        )
    with op.batch_alter_table("cycle_auditor") as auditor:
        auditor.add_column(
            sa.Column("audited_cases", sa.JSON(), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("cycle_auditor") as auditor:
        auditor.alter_column("audited_cases", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    """Samples of other methods stay as they were drawn, and cannot be drawn again any more."""
    with op.batch_alter_table("cycle_auditor") as auditor:
        auditor.drop_column("audited_cases")
    with op.batch_alter_table("sample") as sample:
        sample.drop_constraint(op.f("ck_sample_number_where_the_method_asks_one"), type_="check")
        sample.drop_constraint(op.f("ck_sample_number_positive"), type_="check")
        sample.drop_column("number")
