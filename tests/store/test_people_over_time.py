"""Who was where when: teams and roles keep their history, whatever the moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from factories import AT, make_council, make_person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from audit_app.core.access import SCOPES_OF, Role, ScopeKind
from audit_app.store.people import (
    EVERYTHING,
    PeopleFault,
    Scope,
    appoint,
    appointments_of,
    end_appointment,
    memberships_of,
    move_to_team,
    scope_of,
)
from audit_app.store.people_lists import find_scope, scope_names
from audit_app.store.tables import Person


def later(step: int) -> datetime:
    return AT + timedelta(days=step)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(st.sampled_from(["North", " north ", "SOUTH", "East", None, ""]), max_size=8))
def test_one_membership_is_open_and_none_overlap(session: Session, moves: list[str | None]) -> None:
    """After any sequence of moves the open membership is the team that the person is in."""
    with session.begin_nested() as nested:
        person = make_person(session, Role.SENIOR_MANAGER, "Mover")
        expected: list[str] = []
        for step, team in enumerate(moves):
            move_to_team(session, person, team, at=later(step))
            wanted = (team or "").strip().casefold()
            if not expected or expected[-1] != wanted:
                expected.append(wanted)
            assert (person.team.name.casefold() if person.team else "") == wanted
        found = memberships_of(session, person)
        assert [one.team.name.casefold() for one in found] == [team for team in expected if team]
        still = [one for one in found if one.ended_at is None]
        assert [one.team for one in still] == ([person.team] if person.team else [])
        for before, after in pairwise(found):
            assert before.ended_at is not None
            assert before.began_at <= before.ended_at <= after.began_at
        nested.rollback()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from(list(Role))), max_size=12))
def test_roles_are_those_that_have_not_ended(
    session: Session, steps: list[tuple[bool, Role]]
) -> None:
    """After any sequence of giving and ending, the roles are right and no row is lost."""
    with session.begin_nested() as nested:
        person = make_person(session, Role.SUB_GROUP, "Holder")
        make_person(session, Role.ADMINISTRATOR, "Other")
        held, given_in_all = {Role.SUB_GROUP}, 1
        for step, (gives, role) in enumerate(steps):
            at = later(step)
            if gives and role not in held:
                appoint(session, person, role, at=at)
                held.add(role)
                given_in_all += 1
            elif gives:
                with pytest.raises(PeopleFault, match="has this role already"):
                    appoint(session, person, role, at=at)
            elif role in held:
                end_appointment(session, person, the(session, person, role), at=at)
                held.remove(role)
            assert person.role_names == held
        rows = appointments_of(session, person)
        assert len(rows) == given_in_all
        assert {one.role for one in rows if one.ended_at is None} == held
        nested.rollback()


def the(session: Session, person: Person, role: Role):
    return next(one for one in appointments_of(session, person, still=True) if one.role is role)


def test_a_role_is_narrowed_only_to_what_it_can_be(session: Session) -> None:
    cycle = make_council(session).cycle
    scopes = {
        ScopeKind.TEAM: find_scope(session, ScopeKind.TEAM, " north "),
        ScopeKind.THEME: find_scope(session, ScopeKind.THEME, "protection_plans"),
        ScopeKind.CYCLE: find_scope(session, ScopeKind.CYCLE, cycle.key),
    }
    assert scopes[ScopeKind.CYCLE] == Scope(cycle_id=cycle.id)
    for role in Role:
        person = make_person(session, Role.SUB_GROUP, f"For {role.value}")
        for kind, scope in scopes.items():
            assert scope.kind is kind
            if kind in SCOPES_OF[role]:
                made = appoint(session, person, role, at=AT, scope=scope)
                assert scope_of(made) == scope
            else:
                with pytest.raises(PeopleFault, match=f"not given for one {kind.value} only"):
                    appoint(session, person, role, at=AT, scope=scope)


def test_scopes_have_names(session: Session) -> None:
    cycle = make_council(session).cycle
    names = scope_names(session)
    north = find_scope(session, ScopeKind.TEAM, "North")
    assert names.name(EVERYTHING) == ""
    assert names.name(north) == "North"
    assert names.name(Scope(cycle_id=cycle.id)) == cycle.name
    assert names.name(Scope(theme="monthly_sample")) == "Monthly case file sample"
    assert cycle.id in names.open_cycles
    for kind in ScopeKind:
        with pytest.raises(PeopleFault, match=f"There is no {kind.value} “nowhere”"):
            find_scope(session, kind, "nowhere")
