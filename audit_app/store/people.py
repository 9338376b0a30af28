"""People, teams and roles."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.faults import Refusal
from audit_app.store.tables import Person, PersonRole, Team


class PeopleFault(Refusal):
    """One sentence: why the person cannot be added."""


def find_person(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its case."""
    return session.scalar(select(Person).where(func.lower(Person.email) == email.strip().lower()))


def people(session: Session) -> list[Person]:
    """Everybody, by name."""
    return list(session.scalars(select(Person).order_by(Person.name, Person.id)))


def has_people(session: Session) -> bool:
    """Whether anybody has an account."""
    return session.scalar(select(Person.id).limit(1)) is not None


def people_with_role(session: Session, role: Role) -> list[Person]:
    """The active people with a role, by name."""
    wanted = select(Person).join(Person.roles).where(PersonRole.name == role, Person.active)
    return list(session.scalars(wanted.order_by(Person.name, Person.id)))


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    team: str | None,
    password_hash: str,
    at: datetime,
) -> Person:
    """Add a person; PeopleFault when the address is taken or is none."""
    address = email.strip().lower()
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise PeopleFault(f"“{email}” is not an email address. Nobody was added.")
    if find_person(session, address) is not None:
        raise PeopleFault(f"{address} already has an account. Nobody was added.")
    person = Person(
        email=address,
        name=name.strip(),
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=at,
        team=team_named(session, team) if team else None,
        roles=[_role(session, role) for role in sorted(set(roles))],
    )
    session.add(person)
    session.flush()
    return person


def team_named(session: Session, name: str) -> Team:
    """The team with this name, whatever its case and spaces; it is added when there is none.

    Two spellings of one team would let an auditor draw case files of their own team.
    """
    name = " ".join(name.split())
    team = next((one for one in teams(session) if one.name.casefold() == name.casefold()), None)
    if team is None:
        team = Team(name=name)
        session.add(team)
        session.flush()
    return team


def teams(session: Session) -> list[Team]:
    """Every team, by name."""
    return list(session.scalars(select(Team).order_by(Team.name)))


def _role(session: Session, role: Role) -> PersonRole:
    found = session.scalar(select(PersonRole).where(PersonRole.name == role))
    if found is None:
        found = PersonRole(name=role)
        session.add(found)
        session.flush()
    return found
