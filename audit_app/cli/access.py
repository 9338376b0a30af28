"""`audit-app access`: who may do what, as the application itself has it."""

from __future__ import annotations

from itertools import groupby

import click

from audit_app.cli.context import as_json, say
from audit_app.config import settings_from_environment
from audit_app.core.access import ROLE_WORDS
from audit_app.store.database import Database
from audit_app.web.app import create_app
from audit_app.web.url_matrix import Line, lines_of


@click.group()
def access() -> None:
    """Who may do what."""


@access.command()
@as_json
def matrix(as_json: bool) -> None:
    """Print role × route × method × allowed, read from the application."""
    settings = settings_from_environment()
    database = Database(settings.database_url)
    try:
        lines = lines_of(create_app(settings, database))
    finally:
        database.close()
    say({"matrix": [_as_data(line) for line in lines]}, _as_table(lines), as_json=as_json)


def _as_data(line: Line) -> dict[str, object]:
    return {
        "role": line.role,
        "route": line.route,
        "method": line.method,
        "permission": line.permission,
        "reach": line.reach,
        "allowed": line.allowed,
    }


def _as_table(lines: list[Line]) -> list[str]:
    """A line for each route and method, with the roles that may and how far."""
    said = []
    for (route, method), group in groupby(lines, key=lambda one: (one.route, one.method)):
        allowed = [one for one in group if one.allowed]
        if any(one.permission is None for one in allowed):
            who = "everybody"
        else:
            who = "; ".join(_role_and_reach(one) for one in allowed) or "nobody"
        said.append(f"{method:<5} {route}\n      {who}")
    return said


def _role_and_reach(line: Line) -> str:
    assert line.role is not None, "only what is open is allowed to nobody signed in"
    return f"{ROLE_WORDS[line.role]}: {line.reach}"
