"""Stamps of saves, so that none wins over a newer one; letter keys that can be turned off."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was saved before has no stamp: nobody has changed it in a page yet."""
    op.create_table(
        "save_stamp",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(121), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("window", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_save_stamp_revision_positive")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_save_stamp_number_not_negative")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_save_stamp_audit_id")),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_save_stamp_saved_by_id")
        ),
        sa.PrimaryKeyConstraint("audit_id", "place", name=op.f("pk_save_stamp")),
    )
    op.add_column(
        "person",
        sa.Column("letter_keys", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    with op.batch_alter_table("person") as person:
        person.alter_column("letter_keys", server_default=None)


def downgrade() -> None:
    """The stamps go; what was saved stays."""
    with op.batch_alter_table("person") as person:
        person.drop_column("letter_keys")
    op.drop_table("save_stamp")
