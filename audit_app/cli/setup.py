"""`audit-app migrate`."""

from __future__ import annotations

import click

from audit_app.cli.context import as_json, say
from audit_app.config import make_key, settings_from_environment
from audit_app.store.database import Database
from audit_app.store.schema import migrate as bring_up_to_date


@click.command()
@as_json
@click.option("--to", "revision", default="head", help="Another revision than the newest.")
def migrate(revision: str, as_json: bool) -> None:
    """Bring the database's schema up to date; the first time, also write a secret key."""
    settings = settings_from_environment(needs_secret=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    if not settings.secret_key:
        make_key(settings.instance)
    database = Database(settings.database_url)
    try:
        before, after = bring_up_to_date(database, revision)
    finally:
        database.close()
    unchanged = before == after
    say(
        {"before": before, "after": after},
        [f"The database is up to date ({after})." if unchanged else f"Schema: {before} → {after}."],
        as_json=as_json,
    )
