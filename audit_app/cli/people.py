"""`audit-app people`."""

from __future__ import annotations

from typing import Any

import click

from audit_app.cli.context import as_json, open_session, say
from audit_app.clock import now
from audit_app.core.access import Role
from audit_app.passwords import check_password, hash_password
from audit_app.store.history import record_history
from audit_app.store.people import add_person
from audit_app.store.people import people as everybody

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def people() -> None:
    """People and their accounts."""


@people.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--team", help="The team whose case files they may never audit.")
@click.option("--password", envvar="AUDIT_APP_NEW_PASSWORD", help="Asked for when left out.")
@as_json
def add(
    email: str,
    name: str,
    roles: tuple[str, ...],
    team: str | None,
    password: str | None,
    as_json: bool,
) -> None:
    """Add a person who signs in with EMAIL."""
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    check_password(password)
    with open_session() as (session, _settings):
        person = add_person(
            session,
            email=email,
            name=name,
            roles=[Role(role) for role in roles],
            team=team,
            password_hash=hash_password(password),
            at=now(),
        )
        record_history(session, None, "added", "person", person.id, at=now())
        data = {"email": person.email, "roles": sorted(person.role_names)}
    say(data, [f"{data['email']} may sign in."], as_json=as_json)


@people.command(name="list")
@as_json
def list_people(as_json: bool) -> None:
    """List everybody with an account."""
    with open_session() as (session, _settings):
        rows: list[dict[str, Any]] = [
            {
                "email": one.email,
                "name": one.name,
                "roles": sorted(one.role_names),
                "team": one.team.name if one.team is not None else None,
                "active": one.active,
            }
            for one in everybody(session)
        ]
    lines = [f"{row['email']}  {row['name']}  {' '.join(row['roles'])}" for row in rows]
    say({"people": rows}, lines or ["Nobody has an account yet."], as_json=as_json)
