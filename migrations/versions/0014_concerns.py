"""Immediate concerns for a child's safety, and who is told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody is named and nothing was raised yet: until somebody is, every QA lead is told."""
    op.create_table(
        "concern_contact",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.CheckConstraint(
            "level IN ('at_once', 'when_time_runs_out')",
            name=op.f("ck_concern_contact_concern_level"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_concern_contact_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_concern_contact")),
    )
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("purged_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "answer_by > raised_at", name=op.f("ck_concern_answered_after_it_is_raised")
        ),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)",
            name=op.f("ck_concern_acknowledged_by_somebody"),
        ),
        sa.CheckConstraint(
            "acknowledged_at IS NULL OR action <> ''",
            name=op.f("ck_concern_acknowledged_with_action"),
        ),
        sa.CheckConstraint(
            "words <> '' OR purged_at IS NOT NULL", name=op.f("ck_concern_has_words")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_concern_audit_id")),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name=op.f("fk_concern_raised_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["person.id"], name=op.f("fk_concern_acknowledged_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index(op.f("ix_concern_audit_id"), "concern", ["audit_id"])
    op.create_index(op.f("ix_concern_raised_at"), "concern", ["raised_at"])


def downgrade() -> None:
    """What was raised goes: the older program knows nothing of it."""
    op.drop_table("concern")
    op.drop_table("concern_contact")
