"""Lists of people: filtered, who has which role, and what roles can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from audit_app.core.access import Role, ScopeKind
from audit_app.core.lifecycle import CycleState
from audit_app.store.people import PeopleFault, Scope, teams
from audit_app.store.tables import Appointment, Cycle, FormVersion, Person


class PersonState(StrEnum):
    """Whether somebody can come in."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """What scopes are called: teams and cycles by id, themes (audit forms) by key."""

    teams: Mapping[int, str]
    themes: Mapping[str, str]
    cycles: Mapping[int, str]
    open_cycles: frozenset[int]

    def name(self, scope: Scope) -> str:
        """The scope in words; empty for everything."""
        if scope.team_id is not None:
            return self.teams.get(scope.team_id, "")
        if scope.theme is not None:
            return self.themes.get(scope.theme, scope.theme)
        return self.cycles.get(scope.cycle_id, "") if scope.cycle_id is not None else ""


def state_of(person: Person) -> PersonState:
    """Whether this person can come in; invited: has no way to sign in yet."""
    if not person.active:
        return PersonState.DISABLED
    has_a_way = person.password is not None or person.sso_object is not None
    return PersonState.ACTIVE if has_a_way else PersonState.INVITED


def person_to_manage(session: Session, person_id: int) -> Person | None:
    """One person; whose account was purged is not there."""
    return session.scalar(select(Person).where(Person.id == person_id, Person.purged_at.is_(None)))


def people_listed(
    session: Session,
    *,
    words: str = "",
    role: Role | None = None,
    state: PersonState | None = None,
) -> list[Person]:
    """The people whose name or address holds the words, by name, with their team and roles.

    With a role: who has it now. Of disabled people only where their state is asked for, since a
    role gives them nothing.
    """
    query = select(Person).where(Person.purged_at.is_(None))
    sought = words.strip()
    if sought:
        query = query.where(
            or_(
                Person.name.icontains(sought, autoescape=True),
                Person.email.icontains(sought, autoescape=True),
            )
        )
    if role is not None:
        query = query.where(Person.id.in_(_holders(role)))
        if state is None:
            query = query.where(Person.active)
    if state is not None:
        query = query.where(_is_in(state))
    return list(session.scalars(query.order_by(func.lower(Person.name), Person.id)))


def holders_of_roles(session: Session) -> dict[Role, int]:
    """How many people who are not disabled have each role."""
    counts = session.execute(
        select(Appointment.role, func.count(Appointment.person_id.distinct()))
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.ended_at.is_(None), Person.active, Person.purged_at.is_(None))
        .group_by(Appointment.role)
    ).all()
    return dict.fromkeys(Role, 0) | dict(counts)


def scope_names(session: Session) -> ScopeNames:
    """The names of every team, published form and cycle."""
    forms = session.execute(
        select(FormVersion.key, FormVersion.title).order_by(FormVersion.id)
    ).all()
    cycles = session.execute(
        select(Cycle.id, Cycle.name, Cycle.state).order_by(Cycle.month.desc(), Cycle.id.desc())
    ).all()
    return ScopeNames(
        {team.id: team.name for team in teams(session)},
        dict(sorted(dict(forms).items(), key=lambda item: item[1])),
        {number: name for number, name, _state in cycles},
        frozenset(number for number, _name, state in cycles if state is not CycleState.CLOSED),
    )


def find_scope(session: Session, kind: ScopeKind, named: str) -> Scope:
    """The scope of this kind with this key or name; PeopleFault when there is none."""
    wanted, names = " ".join(named.split()).casefold(), scope_names(session)
    if kind is ScopeKind.THEME and named in names.themes:
        return Scope(theme=named)
    if kind is ScopeKind.TEAM:
        for number, name in names.teams.items():
            if name.casefold() == wanted:
                return Scope(team_id=number)
    if kind is ScopeKind.CYCLE:
        found = session.scalars(
            select(Cycle.id).where(or_(Cycle.key == named, Cycle.name == named)).limit(2)
        ).all()
        if len(found) == 1:
            return Scope(cycle_id=found[0])
    raise PeopleFault(f"There is no {kind.value} “{named}”. Nothing was changed.")


def _holders(role: Role) -> ColumnElement[int]:
    return (
        select(Appointment.person_id)
        .where(Appointment.role == role, Appointment.ended_at.is_(None))
        .scalar_subquery()
    )


def _is_in(state: PersonState) -> ColumnElement[bool]:
    has_a_way = Person.password.is_not(None) | Person.sso_object.is_not(None)
    return {
        PersonState.ACTIVE: Person.active & has_a_way,
        PersonState.INVITED: Person.active & ~has_a_way,
        PersonState.DISABLED: ~Person.active,
    }[state]
