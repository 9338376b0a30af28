"""Schema changes: bringing a database up to date, and asking whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from audit_app.resources import data_folder
from audit_app.store.database import Database, DatabaseFault, explain


def migrate(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the schema to a revision; return the one before and the one after.

    DatabaseFault when the database cannot be reached, or a revision is not known here.
    """
    try:
        with database.engine.connect() as connection, _rebuilding(connection):
            before = _revision_of(connection)
            config = migration_config(connection)
            if revision == "head" or _is_ahead(config, before, revision):
                command.upgrade(config, revision)
            else:
                command.downgrade(config, revision)
            connection.commit()
            return before, _revision_of(connection)
    except DatabaseError as fault:
        raise DatabaseFault(explain(fault)) from fault
    except CommandError as fault:
        raise DatabaseFault(
            f"The schema cannot be brought there: {str(fault).rstrip('.')}. Nothing was changed: "
            "use the version of the program that made this database, or a newer one."
        ) from None


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """On SQLite a table that cannot be altered is rebuilt, which its foreign keys would forbid.

    So they are off while migrations run, and every one of them is checked at the end.
    Source: https://sqlite.org/lang_altertable.html, section 7.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise DatabaseFault(
                "After the change of the schema a row names another one that is not there. "
                "Bring back the last backup, and tell whoever keeps this program."
            )
        connection.rollback()
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def check_schema(database: Database) -> None:
    """DatabaseFault unless the schema is the newest one."""
    try:
        with database.engine.connect() as connection:
            found = _revision_of(connection)
    except DatabaseError as fault:
        raise DatabaseFault(explain(fault)) from None
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    if found != wanted:
        raise DatabaseFault(
            "The database is not up to date: run 'audit-app migrate' first. Nothing was changed."
        )


def migration_config(connection: Connection) -> Config:
    """Alembic's settings, with the connection that migrations run on."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(data_folder("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_ahead(config: Config, found: str | None, wanted: str) -> bool:
    if wanted == "base":
        return False
    script = ScriptDirectory.from_config(config)
    line = [one.revision for one in script.walk_revisions()][::-1]
    for known in (wanted, found):
        if known is not None and known not in line:
            raise CommandError(f"no revision {known} is known here")
    return found is None or line.index(wanted) > line.index(found)
