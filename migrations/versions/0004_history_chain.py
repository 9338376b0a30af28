"""The history becomes a chain of hashes that the database refuses to change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from audit_app.core.chain import GENESIS, Entry, entry_hash

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
REFUSES = "entries of the history are never changed or deleted"


def upgrade() -> None:
    """Bind the entries that are there, in their order, and number them without gaps."""
    entries = _chained(_rows())
    op.drop_table("history")
    op.create_table(
        "history_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_history_head_one_head")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_head")),
    )
    history = _make_history(*_plain(), *_chain(), autoincrement=False)
    op.create_index("ix_history_subject", "history", ["subject", "subject_id"])
    if entries:
        op.bulk_insert(
            history,
            [
                {
                    "id": entry.number,
                    "at": entry.at,
                    "person_id": entry.person_id,
                    "action": entry.action,
                    "subject": entry.subject,
                    "subject_id": entry.subject_id,
                    "detail": entry.detail,
                    "previous_hash": entry.previous_hash,
                    "hash": entry.hash,
                }
                for entry in entries
            ],
        )
    last = entries[-1] if entries else None
    number, last_hash = (last.number, last.hash) if last is not None else (0, GENESIS)
    op.execute(f"INSERT INTO history_head VALUES (1, {number}, '{last_hash}')")  # noqa: S608
    _refuse_changes()


def downgrade() -> None:
    """The entries stay; their chain is lost."""
    rows = _rows()
    _allow_changes()
    op.drop_table("history")
    op.drop_table("history_head")
    history = _make_history(*_plain(), autoincrement=True)
    if rows:
        op.bulk_insert(history, rows)


def _plain() -> tuple[sa.Column, ...]:
    return (
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
    )


def _chain() -> tuple[sa.Column, ...]:
    return (
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
    )


def _rows() -> list[dict[str, object]]:
    history = sa.table("history", sa.column("id"), *(sa.column(c.name, c.type) for c in _plain()))
    found = op.get_bind().execute(sa.select(history).order_by(history.c.id))
    return [dict(row) for row in found.mappings()]


def _chained(rows: list[dict[str, object]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, row in enumerate(rows, start=1):
        at = row["at"] if row["at"].tzinfo is not None else row["at"].replace(tzinfo=UTC)
        before = entries[-1].hash if entries else GENESIS
        entry = Entry(
            number,
            at,
            row["person_id"],
            row["action"],
            row["subject"],
            row["subject_id"],
            detail="",
            previous_hash=before,
        )
        entries.append(replace(entry, hash=entry_hash(entry)))
    return entries


def _make_history(*columns: sa.Column, autoincrement: bool) -> sa.Table:
    table = op.create_table(
        "history",
        sa.Column("id", sa.Integer(), autoincrement=autoincrement, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_history_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index("ix_history_person_id", "history", ["person_id"])
    return table


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER history_refuses_{event.lower()} BEFORE {event} ON history "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION history_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER history_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON history "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_refuses()"
    )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER history_refuses_{event}")
        return
    op.execute("DROP TRIGGER history_refuses ON history")
    op.execute("DROP FUNCTION history_refuses()")
