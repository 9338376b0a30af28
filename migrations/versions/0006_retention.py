"""Legal holds, purges by two people, and what is purged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STILL = sa.text("lifted_at IS NULL")
PURGED = ("audit", "extract", "case_file")


def upgrade() -> None:
    """Nothing is purged and nothing held yet."""
    for table in PURGED:
        op.add_column(table, sa.Column("purged_at", MOMENT, nullable=True))
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_legal_hold_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_legal_hold_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["person.id"], name=op.f("fk_legal_hold_placed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_legal_hold_lifted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "uq_legal_hold_still",
        "legal_hold",
        ["case_file_id"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )
    op.create_table(
        "purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("kept", ("audits", "extracts", "accounts")), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column(
            "state",
            _one_of("purge_state", ("asked", "approved", "refused", "run")),
            nullable=False,
        ),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("run_at", MOMENT, nullable=True),
        sa.Column("run_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> asked_by_id",
            name=op.f("ck_purge_approved_by_another_person"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'run') OR approved_by_id IS NOT NULL",
            name=op.f("ck_purge_run_only_when_approved"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_purge_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_purge_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["run_by_id"], ["person.id"], name=op.f("fk_purge_run_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
    )


def downgrade() -> None:
    """What was purged stays purged; who asked for it and what is held is lost."""
    op.drop_table("purge")
    op.drop_table("legal_hold")
    for table in reversed(PURGED):
        op.drop_column(table, "purged_at")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
