"""References can be made anew with another key; whose case files are whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """No key is known yet: the next import notes the one that is in use."""
    op.create_table(
        "pseudonym_key",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pseudonym_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_pseudonym_key_fingerprint")),
    )
    op.create_table(
        "former_reference",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_former_reference_case_file_id")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_former_reference")),
    )
    op.create_index("ix_former_reference_case_file_id", "former_reference", ["case_file_id"])
    op.add_column("caseload_entry", sa.Column("worker_key", sa.String(length=200), nullable=True))
    op.create_index("ix_caseload_entry_worker_key", "caseload_entry", ["worker_key"])
    _fill_worker_keys()
    op.add_column("cycle_auditor", sa.Column("own_cases", sa.JSON(), nullable=True))
    op.execute("UPDATE cycle_auditor SET own_cases = '[]'")
    with op.batch_alter_table("cycle_auditor") as batch_op:
        batch_op.alter_column("own_cases", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    """References stay as they are now; the former ones are lost."""
    with op.batch_alter_table("cycle_auditor") as batch_op:
        batch_op.drop_column("own_cases")
    op.drop_index("ix_caseload_entry_worker_key", "caseload_entry")
    op.drop_column("caseload_entry", "worker_key")
    op.drop_table("former_reference")
    op.drop_table("pseudonym_key")


def _fill_worker_keys() -> None:
    entry = sa.table("caseload_entry", sa.column("worker"), sa.column("worker_key"))
    bind = op.get_bind()
    for name in bind.scalars(sa.select(entry.c.worker).distinct()).all():
        if name is not None:
            key = " ".join(name.split()).casefold()
            bind.execute(sa.update(entry).where(entry.c.worker == name).values(worker_key=key))
