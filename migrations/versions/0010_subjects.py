"""Extracts and what they name have a subject: case files, strategy discussions and others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SUBJECTS = ("case_file", "strategy_discussion", "supervision_file", "agency")
IN_USE = sa.text("state = 'in_use' AND replaced_at IS NULL")


def upgrade() -> None:
    """Everything until now is of case files."""
    op.drop_index("uq_extract_in_use_as_at", "extract")
    _add_subject("extract")
    _index_in_use("uq_extract_in_use_subject_as_at", ["subject", "as_at"])
    op.add_column("case_file", sa.Column("child_key", sa.String(length=80), nullable=True))
    _add_subject("case_file")
    with op.batch_alter_table("case_file") as batch_op:
        _size(batch_op, "council_id", 80, 200)
        _size(batch_op, "council_key", 80, 200)
        _size(batch_op, "reference", 20, 200)
        batch_op.drop_constraint("uq_case_file_council_key", type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_case_file_subject_council_key"), ["subject", "council_key"]
        )
        batch_op.create_check_constraint(
            op.f("ck_case_file_child_of_a_discussion"),
            "child_key IS NULL OR subject = 'strategy_discussion'",
        )
        batch_op.create_index(op.f("ix_case_file_child_key"), ["child_key"])
    for column in ("supervisor", "supervisor_key"):
        op.add_column("caseload_entry", sa.Column(column, sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_caseload_entry_supervisor_key"), "caseload_entry", ["supervisor_key"])


def downgrade() -> None:
    """What is no case file stays, and looks like one that no extract in use names."""
    op.drop_index(op.f("ix_caseload_entry_supervisor_key"), "caseload_entry")
    with op.batch_alter_table("caseload_entry") as batch_op:
        batch_op.drop_column("supervisor_key")
        batch_op.drop_column("supervisor")
    op.execute(
        "UPDATE case_file SET council_key = subject || '-' || id,"
        " council_id = substr(council_id, 1, 80) WHERE subject <> 'case_file'"
    )
    op.execute("UPDATE case_file SET reference = 'AG-' || id WHERE subject = 'agency'")
    with op.batch_alter_table("case_file") as batch_op:
        batch_op.drop_index(op.f("ix_case_file_child_key"))
        batch_op.drop_constraint(op.f("ck_case_file_child_of_a_discussion"), type_="check")
        batch_op.drop_constraint(op.f("uq_case_file_subject_council_key"), type_="unique")
        batch_op.create_unique_constraint("uq_case_file_council_key", ["council_key"])
        batch_op.drop_constraint(op.f("ck_case_file_subject"), type_="check")
        batch_op.drop_column("subject")
        batch_op.drop_column("child_key")
        _size(batch_op, "council_id", 200, 80)
        _size(batch_op, "council_key", 200, 80)
        _size(batch_op, "reference", 200, 20)
    op.execute(
        "UPDATE extract SET replaced_at = imported_at"
        " WHERE subject <> 'case_file' AND replaced_at IS NULL AND state = 'in_use'"
    )
    op.drop_index("uq_extract_in_use_subject_as_at", "extract")
    with op.batch_alter_table("extract") as batch_op:
        batch_op.drop_constraint(op.f("ck_extract_subject"), type_="check")
        batch_op.drop_column("subject")
    _index_in_use("uq_extract_in_use_as_at", ["as_at"])


def _add_subject(table: str) -> None:
    kind = sa.Enum(
        *SUBJECTS,
        name="subject",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column("subject", kind, nullable=True))
    op.execute(f"UPDATE {table} SET subject = 'case_file'")  # noqa: S608 the name stands above
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("subject", existing_type=sa.String(length=40), nullable=False)


def _index_in_use(name: str, columns: list[str]) -> None:
    op.create_index(
        name, "extract", columns, unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE
    )


def _size(batch_op: BatchOperations, column: str, before: int, after: int) -> None:
    batch_op.alter_column(
        column,
        existing_type=sa.String(length=before),
        type_=sa.String(length=after),
        existing_nullable=False,
    )
