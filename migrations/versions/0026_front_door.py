"""Referrals of an extract with what followed them, for the figures of the front door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Extracts of before do not know which referrals ended at once: import them again."""
    with op.batch_alter_table("extract") as extract:
        extract.add_column(sa.Column("front_door", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "front_door_referral",
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("child", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("nfa", sa.Boolean(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("needs_service", sa.Boolean(), nullable=True),
        sa.Column(
            "service",
            sa.Enum(
                "provided",
                "none_shown",
                "not_told",
                name="service",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["extract_id"],
            ["extract.id"],
            name=op.f("fk_front_door_referral_extract_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "extract_id", "child", "referred_on", name=op.f("pk_front_door_referral")
        ),
    )
    op.create_index(
        "ix_front_door_referral_day", "front_door_referral", ["extract_id", "referred_on"]
    )


def downgrade() -> None:
    """The figures are lost; import the extract again."""
    op.drop_index("ix_front_door_referral_day", "front_door_referral")
    op.drop_table("front_door_referral")
    with op.batch_alter_table("extract") as extract:
        extract.drop_column("front_door")
