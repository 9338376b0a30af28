"""The practice's right of reply, and what families say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LEVELS = ("nothing", "grades", "reasons", "everything")


def upgrade() -> None:
    """Cycles of before show everything, as they did, and give ten working days."""
    with op.batch_alter_table("cycle") as cycle:
        cycle.add_column(sa.Column("reply_days", sa.Integer(), nullable=False, server_default="10"))
        cycle.add_column(
            sa.Column(
                "shown_to_practice",
                _text(LEVELS),
                nullable=False,
                server_default="everything",
            )
        )
        cycle.create_check_constraint(
            op.f("ck_cycle_reply_days_within_reason"), "reply_days BETWEEN 1 AND 60"
        )
        cycle.create_check_constraint(
            op.f("ck_cycle_practice_sees"), _is_one_of("shown_to_practice", LEVELS)
        )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("reply_state", ("unsent", "sent")), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_reply_sent_has_its_moment")
        ),
        sa.CheckConstraint("state = 'sent' OR NOT late", name=op.f("ck_reply_late_when_sent")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_reply_audit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("audit_id", "person_id", name=op.f("uq_reply_audit_id_person_id")),
    )
    op.create_index(op.f("ix_reply_person_id"), "reply", ["person_id"])
    op.create_index(op.f("ix_reply_sent_at"), "reply", ["sent_at"])
    op.create_table(
        "reply_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answer", _one_of("dispute_answer", ("grade_stands", "referred")), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR disputed", name=op.f("ck_reply_part_answered_when_disputed")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_reply_part_answered_has_its_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_reply_part_reply_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_reply_part_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_part")),
        sa.UniqueConstraint("reply_id", "part", name=op.f("uq_reply_part_reply_id_part")),
    )
    op.create_table(
        "family_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("voice", _one_of("voice", ("child", "parent", "carer", "other")), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_family_feedback_words_are_there")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_family_feedback_audit_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_family_feedback_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_feedback")),
    )
    op.create_index(op.f("ix_family_feedback_audit_id"), "family_feedback", ["audit_id"])


def downgrade() -> None:
    """Replies and what families said are lost; every cycle shows everything again."""
    op.drop_table("family_feedback")
    op.drop_table("reply_part")
    op.drop_table("reply")
    with op.batch_alter_table("cycle") as cycle:
        cycle.drop_constraint(op.f("ck_cycle_practice_sees"), type_="check")
        cycle.drop_constraint(op.f("ck_cycle_reply_days_within_reason"), type_="check")
        cycle.drop_column("shown_to_practice")
        cycle.drop_column("reply_days")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _text(values: tuple[str, ...]) -> sa.Enum:
    """As `_one_of`, of a table that is there already, whose check is added by itself."""
    return sa.Enum(*values, native_enum=False, create_constraint=False, length=40)


def _is_one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
