"""Banks and forms keep the hash of what scores, beside that of their whole content."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from audit_app.question_banks.canonical import (
    bank_from_data,
    form_from_data,
    form_scoring_hash,
    scoring_hash,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HASH = sa.String(length=64)
TABLES = ("bank_version", "form_version")


def upgrade() -> None:
    """Reckon the hash of every version that is there from its content."""
    for table in TABLES:
        op.add_column(table, sa.Column("scoring_hash", HASH, nullable=True))
    _fill()
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("scoring_hash", existing_type=HASH, nullable=False)


def downgrade() -> None:
    """The hashes can be reckoned again at any time."""
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("scoring_hash")


def _fill() -> None:
    bank, form = (
        sa.table(name, sa.column("id"), sa.column("content"), sa.column("scoring_hash"))
        for name in TABLES
    )
    pinned = sa.table("form_bank", sa.column("form_version_id"), sa.column("bank_version_id"))
    bind = op.get_bind()
    banks = {
        row.id: bank_from_data(json.loads(row.content))
        for row in bind.execute(sa.select(bank.c.id, bank.c.content)).all()
    }
    for id_, read in banks.items():
        hashed = scoring_hash(read)
        bind.execute(sa.update(bank).where(bank.c.id == id_).values(scoring_hash=hashed))
    for row in bind.execute(sa.select(form.c.id, form.c.content)).all():
        ids = bind.scalars(
            sa.select(pinned.c.bank_version_id).where(pinned.c.form_version_id == row.id)
        ).all()
        over = {banks[id_].key: banks[id_] for id_ in ids}
        hashed = form_scoring_hash(form_from_data(json.loads(row.content), over))
        bind.execute(sa.update(form).where(form.c.id == row.id).values(scoring_hash=hashed))
