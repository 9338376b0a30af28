"""Schema changes: bringing a database up to date, and asking whether it is."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from audit_app.resources import data_folder
from audit_app.store.database import Database, DatabaseFault


def migrate(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the schema to a revision; return the one before and the one after."""
    with database.engine.connect() as connection:
        before = _revision_of(connection)
        config = migration_config(connection)
        if revision == "head" or _is_ahead(config, before, revision):
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)
        connection.commit()
        return before, _revision_of(connection)


def check_schema(database: Database) -> None:
    """DatabaseFault unless the schema is the newest one."""
    try:
        with database.engine.connect() as connection:
            found = _revision_of(connection)
    except OperationalError as fault:
        raise DatabaseFault(
            f"The database cannot be reached, so nothing was changed: {fault.orig}"
        ) from None
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
    return found is None or line.index(wanted) > line.index(found)
