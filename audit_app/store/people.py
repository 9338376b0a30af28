"""People, teams and roles."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.access import SCOPES_OF, Role, ScopeKind
from audit_app.core.faults import Refusal
from audit_app.store.tables import Appointment, Person, Team, TeamMembership


class PeopleFault(Refusal):
    """One sentence: why the person cannot be added or changed."""


LONGEST_ADDRESS = 254

#: What an address of ours is made of; nothing in it can begin another address or heading.
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*")


def find_person(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its case."""
    address = email.replace("\x00", "").strip().lower()  # PostgreSQL refuses a NUL
    return session.scalar(select(Person).where(func.lower(Person.email) == address))


def people(session: Session) -> list[Person]:
    """Everybody, by name."""
    return list(session.scalars(select(Person).order_by(Person.name, Person.id)))


def has_people(session: Session) -> bool:
    """Whether anybody has an account."""
    return session.scalar(select(Person.id).limit(1)) is not None


def people_with_role(session: Session, role: Role) -> list[Person]:
    """The active people with a role, by name."""
    appointed = select(Appointment.person_id).where(
        Appointment.role == role, Appointment.ended_at.is_(None)
    )
    wanted = select(Person).where(Person.id.in_(appointed), Person.active)
    return list(session.scalars(wanted.order_by(Person.name, Person.id)))


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    team: str | None,
    password_hash: str | None,
    at: datetime,
    worker_name: str | None = None,
) -> Person:
    """Add a person; PeopleFault when the address is taken or is none.

    Without a password the person comes in by a mailed link. `worker_name`: as the worker column of
    the council's extract writes it.
    """
    address = email.strip().lower()
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise PeopleFault(f"“{email}” is not an email address. Nobody was added.")
    if find_person(session, address) is not None:
        raise PeopleFault(f"{address} already has an account. Nobody was added.")
    person = Person(
        email=address,
        name=name.strip(),
        worker_name=" ".join((worker_name or "").split()) or None,
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=at,
    )
    session.add(person)
    session.flush()
    for role in sorted(set(roles)):
        appoint(session, person, role, at=at)
    if team:
        move_to_team(session, person, team, at=at)
    session.refresh(person)
    return person


@dataclass(frozen=True, slots=True)
class Scope:
    """What an appointment is narrowed to; at most one of the three, none for everything."""

    team_id: int | None = None
    theme: str | None = None
    cycle_id: int | None = None

    @property
    def kind(self) -> ScopeKind | None:
        """Which of the three it is."""
        if self.team_id is not None:
            return ScopeKind.TEAM
        if self.theme is not None:
            return ScopeKind.THEME
        return ScopeKind.CYCLE if self.cycle_id is not None else None


EVERYTHING = Scope()


def appoint(
    session: Session,
    person: Person,
    role: Role,
    *,
    at: datetime,
    scope: Scope = EVERYTHING,
    by: Person | None = None,
) -> Appointment:
    """Give a person a role, from now on; `by` is None for the command line.

    PeopleFault when the person gives it to themself, has it in this scope already, or the role
    takes no such scope.
    """
    _refuse_own_roles(person, by)
    check_scope(role, scope)
    for held in appointments_of(session, person, still=True):
        if held.role is role and scope_of(held) == scope:
            raise PeopleFault(f"{person.name} has this role already. Nothing was changed.")
    appointment = Appointment(
        person_id=person.id,
        role=role,
        team_id=scope.team_id,
        theme=scope.theme,
        cycle_id=scope.cycle_id,
        began_at=at,
    )
    session.add(appointment)
    session.flush()
    session.expire(person, ["roles"])
    return appointment


def check_scope(role: Role, scope: Scope) -> None:
    """PeopleFault when the role takes no such scope."""
    if scope.kind is not None and scope.kind not in SCOPES_OF[role]:
        raise PeopleFault(
            f"This role is not given for one {scope.kind.value} only. Nothing was changed."
        )


def end_appointment(
    session: Session,
    person: Person,
    appointment: Appointment,
    *,
    at: datetime,
    by: Person | None = None,
) -> None:
    """Take a role away, from now on; the row stays, so that one sees who had what when.

    PeopleFault when it is the person's own, or the last administrator's.
    """
    _refuse_own_roles(person, by)
    if appointment.role is Role.ADMINISTRATOR:
        keep_an_administrator(session, person)
    appointment.ended_at = at
    session.flush()
    session.expire(person, ["roles"])


def keep_an_administrator(session: Session, person: Person) -> None:
    """PeopleFault when this person is the only administrator who can come in.

    The administrators' appointments are held until the transaction ends, so that two of them
    cannot take each other's role at the same moment.
    """
    held = select(Appointment.id).where(
        Appointment.role == Role.ADMINISTRATOR, Appointment.ended_at.is_(None)
    )
    session.execute(held.order_by(Appointment.id).with_for_update()).all()
    able = session.scalars(
        select(Person.id).where(
            Person.id.in_(
                select(Appointment.person_id).where(
                    Appointment.role == Role.ADMINISTRATOR, Appointment.ended_at.is_(None)
                )
            ),
            Person.active,
            Person.password.is_not(None) | Person.sso_object.is_not(None),
        )
    ).all()
    if list(able) == [person.id]:
        raise PeopleFault(
            f"{person.name} is the only administrator who can sign in: give somebody else the "
            "role first. Nothing was changed."
        )


def _refuse_own_roles(person: Person, by: Person | None) -> None:
    if by is not None and by.id == person.id:
        raise PeopleFault(
            "You cannot change your own roles: another administrator has to. Nothing was changed."
        )


def scope_of(appointment: Appointment) -> Scope:
    """What an appointment is narrowed to."""
    return Scope(appointment.team_id, appointment.theme, appointment.cycle_id)


def appointments_of(session: Session, person: Person, *, still: bool = False) -> list[Appointment]:
    """The person's appointments, oldest first; `still`: only those that have not ended."""
    query = select(Appointment).where(Appointment.person_id == person.id)
    if still:
        query = query.where(Appointment.ended_at.is_(None))
    return list(session.scalars(query.order_by(Appointment.id)))


def memberships_of(session: Session, person: Person) -> list[TeamMembership]:
    """Every team that the person was in, oldest first."""
    return list(
        session.scalars(
            select(TeamMembership)
            .where(TeamMembership.person_id == person.id)
            .order_by(TeamMembership.id)
        )
    )


def move_to_team(session: Session, person: Person, team: str | None, *, at: datetime) -> None:
    """From now on the person is in this team, or in none; the old membership is kept as ended.

    The person's row is held until the transaction ends, so that an audit cannot be submitted on
    the strength of the team that they had a moment ago.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    present = session.scalar(
        select(TeamMembership).where(
            TeamMembership.person_id == person.id, TeamMembership.ended_at.is_(None)
        )
    )
    wanted = team_named(session, team) if team else None
    if (present.team_id if present is not None else None) == (wanted.id if wanted else None):
        return
    if present is not None:
        present.ended_at = at
        session.flush()
    if wanted is not None:
        session.add(TeamMembership(person_id=person.id, team_id=wanted.id, began_at=at))
    session.flush()
    session.expire(person, ["team"])


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
