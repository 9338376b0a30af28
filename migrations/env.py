"""Runs migrations on the connection that the program hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from audit_app.store.tables import Base


def run(connection: Connection) -> None:
    """Run in one transaction; SQLite rebuilds a table where it cannot alter it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
