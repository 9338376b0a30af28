"""What the children in need census says of the children of an extract."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No census was read beside the extracts of before."""
    with op.batch_alter_table("extract") as extract:
        extract.add_column(sa.Column("census_count", sa.Integer(), nullable=True))
    with op.batch_alter_table("caseload_entry") as entry:
        entry.add_column(sa.Column("in_census", sa.Boolean(), nullable=True))
        entry.add_column(sa.Column("assessed_on", sa.Date(), nullable=True))
        entry.create_check_constraint(
            op.f("ck_caseload_entry_assessed_in_the_census"), "assessed_on IS NULL OR in_census"
        )
    op.create_table(
        "entry_factor",
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id", "case_file_id"],
            ["caseload_entry.extract_id", "caseload_entry.case_file_id"],
            name="fk_entry_factor_entry",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("extract_id", "case_file_id", "code", name=op.f("pk_entry_factor")),
    )
    op.create_table(
        "census_stranger",
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id"],
            ["extract.id"],
            name=op.f("fk_census_stranger_extract_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("extract_id", "reference", name=op.f("pk_census_stranger")),
    )


def downgrade() -> None:
    """The factors are lost; import the extract with its census again."""
    op.drop_table("census_stranger")
    op.drop_table("entry_factor")
    with op.batch_alter_table("caseload_entry") as entry:
        entry.drop_constraint(op.f("ck_caseload_entry_assessed_in_the_census"), type_="check")
        entry.drop_column("assessed_on")
        entry.drop_column("in_census")
    with op.batch_alter_table("extract") as extract:
        extract.drop_column("census_count")
