"""Where on the file something was seen, and files attached to audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = ("pdf", "png", "jpeg", "docx", "xlsx", "txt")


def upgrade() -> None:
    """Answers of before say no place, and nothing is attached yet."""
    for table in ("recorded_answer", "earlier_answer"):
        with op.batch_alter_table(table) as answers:
            answers.add_column(sa.Column("place", sa.Text(), nullable=False, server_default=""))
    for table in ("recorded_answer", "earlier_answer"):
        with op.batch_alter_table(table) as answers:
            answers.alter_column("place", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(121), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("stored_as", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="file_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_holds_something")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_attachment_has_its_hash")),
        sa.CheckConstraint("length(stored_as) = 32", name=op.f("ck_attachment_stored_somewhere")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_attachment_has_a_name")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_attachment_audit_id")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_attachment_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachment_audit_id"), "attachment", ["audit_id"])


def downgrade() -> None:
    """Places are lost, and which file belongs to what; the files stay in their folder."""
    op.drop_table("attachment")
    for table in ("recorded_answer", "earlier_answer"):
        with op.batch_alter_table(table) as answers:
            answers.drop_column("place")
