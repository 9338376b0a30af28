"""`audit-app people`."""

from __future__ import annotations

from typing import Any

import click

from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.cli.people_options import RoleWanted, role_options
from audit_app.clock import now
from audit_app.config import Settings
from audit_app.passwords import check_password, hash_password
from audit_app.store.accounts import (
    Grant,
    change_person,
    disable_person,
    enable_person,
    end_role,
    give_role,
    invite_person,
)
from audit_app.store.database import Session
from audit_app.store.history import record_history
from audit_app.store.mailed_links import mail_link
from audit_app.store.people import (
    appointments_of,
    find_person,
    memberships_of,
    scope_of,
)
from audit_app.store.people import people as everybody
from audit_app.store.people_lists import PersonState, ScopeNames, scope_names, state_of
from audit_app.store.tables import Appointment, LinkPurpose, Person

_TEAM = click.option("--team", help="The team whose case files they may never audit.")
_WORKER = click.option(
    "--worker-name", help="As the worker column of the extract writes it: their own case files."
)


@click.group()
def people() -> None:
    """People and their accounts."""


@people.command()
@click.argument("email")
@click.option("--name", required=True)
@role_options(several=True)
@_TEAM
@_WORKER
@click.option("--password", envvar="AUDIT_APP_NEW_PASSWORD", help="Asked for when left out.")
@as_json
def add(
    email: str,
    name: str,
    team: str | None,
    worker_name: str | None,
    password: str | None,
    as_json: bool,
    wanted: RoleWanted,
) -> None:
    """Add a person who signs in with EMAIL and a password that you choose."""
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    check_password(password)
    with open_session() as (session, _settings):
        person = invite_person(
            session,
            email=email,
            name=name,
            grants=wanted.grants(session),
            team=team,
            worker_name=worker_name,
            password_hash=hash_password(password),
            by=None,
            at=now(),
        )
        data = _summary(person)
    say(data, [f"{data['email']} may sign in."], as_json=as_json)


@people.command()
@click.argument("email")
@click.option("--name", help="Needed for somebody new.")
@role_options(several=True, required=False)
@_TEAM
@_WORKER
@as_json
def invite(
    email: str,
    name: str | None,
    team: str | None,
    worker_name: str | None,
    as_json: bool,
    wanted: RoleWanted,
) -> None:
    """Mail EMAIL a link to come in by; again, for somebody who was invited and has not come.

    Where no mail server is set, the link is printed as well.
    """
    with open_session() as (session, settings):
        person = find_person(session, email)
        if person is None:
            if not (name and wanted.roles):
                raise click.UsageError("Somebody new needs --name and --role")
            person = invite_person(
                session,
                email=email,
                name=name,
                grants=wanted.grants(session),
                team=team,
                worker_name=worker_name,
                by=None,
                at=now(),
            )
        else:
            _check_waiting(person, changes=bool(name or team or worker_name or wanted.roles))
            record_history(session, None, "invited again", "person", person.id, at=now())
        data = _summary(person) | _mailed(session, person, settings)
    lines = [f"An invitation to {data['email']} is waiting to be mailed. It works for 7 days."]
    if "link" in data:
        lines = [f"{data['email']} comes in by {data['link']}", "It works once, for 7 days."]
    say(data, lines, as_json=as_json)


@people.command()
@click.argument("email")
@as_json
def disable(email: str, as_json: bool) -> None:
    """Shut the account of EMAIL: signed out at once, roles and past work kept."""
    with open_session() as (session, _settings):
        person = _person(session, email)
        disable_person(session, person, by=None, at=now())
        data = _summary(person)
    say(data, [f"{data['email']} is disabled."], as_json=as_json)


@people.command()
@click.argument("email")
@as_json
def enable(email: str, as_json: bool) -> None:
    """Open the account of EMAIL again."""
    with open_session() as (session, _settings):
        person = _person(session, email)
        enable_person(session, person, by=None, at=now())
        data = _summary(person)
    say(data, [f"{data['email']} is enabled."], as_json=as_json)


@people.command()
@click.argument("email")
@role_options()
@as_json
def appoint(email: str, as_json: bool, wanted: RoleWanted) -> None:
    """Give EMAIL a role from now on, for everything or for one thing only."""
    with open_session() as (session, _settings):
        person, (grant,) = _person(session, email), wanted.grants(session)
        give_role(session, person, grant, by=None, at=now())
        data = _summary(person)
    say(data, [f"{data['email']} has the role from now on."], as_json=as_json)


@people.command(name="end-role")
@click.argument("email")
@role_options()
@as_json
def end_a_role(email: str, as_json: bool, wanted: RoleWanted) -> None:
    """End a role of EMAIL; name what it is narrowed to, as it was given."""
    with open_session() as (session, _settings):
        person, (grant,) = _person(session, email), wanted.grants(session)
        for held in appointments_of(session, person, still=True):
            if Grant(held.role, scope_of(held)) == grant:
                end_role(session, person, held, by=None, at=now())
                break
        else:
            raise NotFound(f"{person.email} does not have this role. Nothing was changed.")
        data = _summary(person)
    say(data, [f"{data['email']} no longer has the role."], as_json=as_json)


@people.command()
@click.argument("email")
@click.option("--team", required=True, help="The new team; an empty text for none.")
@as_json
def move(email: str, team: str, as_json: bool) -> None:
    """Move EMAIL to another team from now on."""
    with open_session() as (session, _settings):
        person = _person(session, email)
        change_person(
            session,
            person,
            name=person.name,
            worker_name=person.worker_name,
            team=team,
            by=None,
            at=now(),
        )
        data = _summary(person)
    say(data, [f"{data['email']} is in {data['team'] or 'no team'}."], as_json=as_json)


@people.command()
@click.argument("email")
@as_json
def show(email: str, as_json: bool) -> None:
    """Show EMAIL: account, and every team and role with its days."""
    with open_session(writes=False) as (session, _settings):
        person, names = _person(session, email), scope_names(session)
        data = _summary(person) | {
            "worker_name": person.worker_name,
            "teams": [
                {"team": one.team.name, **_days(one)} for one in memberships_of(session, person)
            ],
            "appointments": [_appointment(one, names) for one in appointments_of(session, person)],
        }
    lines = [f"{data['email']}  {data['name']}  {data['state']}"]
    lines += [
        f"  {one['from']} – {one['to'] or 'still'}  team {one['team']}" for one in data["teams"]
    ]
    lines += [
        f"  {one['from']} – {one['to'] or 'still'}  {one['role']}"
        + (f", {one['scope']} only" if one["scope"] else "")
        for one in data["appointments"]
    ]
    say(data, lines, as_json=as_json)


@people.command(name="list")
@as_json
def list_people(as_json: bool) -> None:
    """List everybody with an account."""
    with open_session(writes=False) as (session, _settings):
        rows = [_summary(one) for one in everybody(session)]
    lines = [f"{row['email']}  {row['name']}  {' '.join(row['roles'])}" for row in rows]
    say({"people": rows}, lines or ["Nobody has an account yet."], as_json=as_json)


def _person(session: Session, email: str) -> Person:
    person = find_person(session, email)
    if person is None:
        raise NotFound(
            f"Nobody has an account as “{email}”: 'audit-app people list' shows who has. "
            "Nothing was changed."
        )
    return person


def _summary(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "roles": sorted(person.role_names),
        "team": person.team.name if person.team is not None else None,
        "active": person.active,
        "state": state_of(person).value,
    }


def _check_waiting(person: Person, *, changes: bool) -> None:
    if state_of(person) is not PersonState.INVITED:
        raise NotFound(f"{person.email} is not waiting for an invitation. Nothing was changed.")
    if changes:
        raise click.UsageError(
            f"{person.email} has an account already: invite again without other options"
        )


def _mailed(session: Session, person: Person, settings: Settings) -> dict[str, str]:
    """The link, where there is no mail server to bring it."""
    link = mail_link(
        session,
        person,
        LinkPurpose.INVITATION,
        site_url=settings.site_url,
        council=settings.council,
        at=now(),
    )
    return {} if settings.smtp_url else {"link": link}


def _appointment(appointment: Appointment, names: ScopeNames) -> dict[str, Any]:
    return {
        "role": appointment.role.value,
        "scope": names.name(scope_of(appointment)) or None,
        **_days(appointment),
    }


def _days(one: Any) -> dict[str, str | None]:  # noqa: ANN401 # an appointment or a membership
    return {
        "from": one.began_at.isoformat(timespec="seconds"),
        "to": one.ended_at.isoformat(timespec="seconds") if one.ended_at else None,
    }
