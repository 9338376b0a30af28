"""Sections that are asked once for each of something, and the levels of rated sections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID, ENTRY_ID = 60, 121
ANSWER_CHECKS = (
    ("answered_has_its_value", "(state = 'answered') = (value IS NOT NULL)"),
    ("typed_while_unfinished", "state = 'unfinished' OR typed IS NULL"),
    ("recorded_state", "state IN ('answered', 'not_applicable', 'not_recorded', 'unfinished')"),
    (
        "outcome",
        "outcome IN ('met', 'partly_met', 'not_met', 'not_recorded', 'not_applicable', "
        "'information')",
    ),
)


def upgrade() -> None:
    """No form published so far repeats or rates a section, so nothing is filled in."""
    op.create_table(
        "audit_entry",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=ID), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_audit_entry_counted_from_none")),
        sa.CheckConstraint(
            "(number = 0) = (label = '')", name=op.f("ck_audit_entry_all_but_none_have_a_label")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_entry_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "section", "number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint(
            "audit_id", "section", "label", name=op.f("uq_audit_entry_audit_id_section_label")
        ),
    )
    op.create_table(
        "audit_section",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=ENTRY_ID), nullable=False),
        sa.Column("level", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_section_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "section", name=op.f("pk_audit_section")),
    )
    _widen(ID, ENTRY_ID)


def downgrade() -> None:
    """Answers of repeated sections have no place in what went before, so they are dropped."""
    for table in ("finding_quote", "recorded_answer"):
        op.execute(f"DELETE FROM {table} WHERE question_id LIKE '%.%'")  # noqa: S608 # no input
    _widen(ENTRY_ID, ID)
    op.drop_table("audit_section")
    op.drop_table("audit_entry")


def _widen(before: int, after: int) -> None:
    # SQLite makes the table anew, and would leave out the checks that are not told here.
    checks = tuple(
        sa.CheckConstraint(text, name=op.f(f"ck_recorded_answer_{name}"))
        for name, text in ANSWER_CHECKS
    )
    if op.get_bind().dialect.name != "sqlite":
        checks = ()
    for table, told in (("recorded_answer", checks), ("finding_quote", ())):
        with op.batch_alter_table(table, table_args=told) as batch_op:
            batch_op.alter_column(
                "question_id",
                existing_type=sa.String(length=before),
                type_=sa.String(length=after),
                existing_nullable=False,
            )
