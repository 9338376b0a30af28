"""What commands share: settings, the database, and one JSON object on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click

from audit_app.cli.output import as_json, say
from audit_app.config import Settings, settings_from_environment
from audit_app.core.faults import Refusal
from audit_app.store.cycles import find_cycle
from audit_app.store.database import Database, Session
from audit_app.store.schema import check_schema
from audit_app.store.tables import Cycle

__all__ = ["Day", "NotFound", "as_json", "cycle_named", "open_session", "say"]

Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day written 2026-11-30, from 2000 to 2199."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day; a usage fault when it is none."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if not 2000 <= day.year <= 2199 or value != day.isoformat():
            self.fail(f"“{value}” is not a day such as 2026-11-30", param, ctx)
        return day


class NotFound(Refusal):
    """What the command names is not there."""


@contextmanager
def open_session(
    *, needs_secret: bool = False, writes: bool = True
) -> Iterator[tuple[Session, Settings]]:
    """A session on an up-to-date database; committed at the end, rolled back on a fault."""
    settings = settings_from_environment(needs_secret=needs_secret)
    database = Database(settings.database_url)
    try:
        check_schema(database)
        with database.session(writes=writes) as session:
            yield session, settings
    finally:
        database.close()


def cycle_named(session: Session, named: str) -> Cycle:
    """The cycle with this key or name, or NotFound."""
    cycle = find_cycle(session, named)
    if cycle is None:
        raise NotFound(
            f"There is no cycle “{named}”: 'audit-app cycles list' shows their keys. "
            "Nothing was changed."
        )
    return cycle
