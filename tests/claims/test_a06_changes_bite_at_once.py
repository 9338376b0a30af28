"""Claim A6: a changed role, a disabled account or a lost second factor bites on the next request.

Each test replays a cookie that was good a moment before.
"""

from __future__ import annotations

import pytest

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.accounts import disable_person, enable_person, take_away_second_factor
from audit_app.store.people import appoint, end_appointment
from audit_app.store.tables import Person


@pytest.fixture
def administrator(person):
    return person(Role.ADMINISTRATOR, name="Admin Example")


def test_an_ended_role_opens_nothing_and_a_new_one_opens(person, signed_in, session):
    somebody = person(Role.ADMINISTRATOR, name="Two Roles")
    person(Role.ADMINISTRATOR)
    client = signed_in(somebody)
    assert client.get("/people").status_code == 200
    end_appointment(session, somebody, somebody.roles[0], at=clock.now())
    appoint(session, somebody, Role.SUB_GROUP, at=clock.now())
    session.commit()
    assert client.get("/people").status_code == 403
    assert client.get("/account").status_code == 200
    appoint(session, somebody, Role.ADMINISTRATOR, at=clock.now())
    session.commit()
    assert client.get("/people").status_code == 200


def test_a_disabled_account_is_out_and_stays_out_when_it_is_enabled(
    person, signed_in, session, administrator
):
    somebody = person(Role.QA_LEAD)
    client = signed_in(somebody)
    assert client.get("/account").status_code == 200
    disable_person(session, somebody, by=administrator, at=clock.now())
    session.commit()
    assert client.get("/account").location.startswith("/sign-in")
    assert client.post("/account/sign-ins/end-others").status_code in (302, 400)
    enable_person(session, somebody, by=administrator, at=clock.now())
    session.commit()
    assert client.get("/account").location.startswith("/sign-in")


def test_the_very_cookie_of_a_disabled_account_is_refused(app, person, signed_in, session):
    """The flag alone is enough, even where the sign-ins were not ended with it."""
    somebody = person(Role.QA_LEAD)
    cookie = signed_in(somebody).get_cookie("session").value
    session.get_one(Person, somebody.id).active = False
    session.commit()
    replayed = app.test_client()
    replayed.set_cookie("session", cookie)
    assert replayed.get("/account").location.startswith("/sign-in")


def test_a_second_factor_that_was_taken_away_ends_what_it_opened(
    person, signed_in, session, administrator
):
    somebody = person(Role.QA_LEAD)
    client = signed_in(somebody)
    assert client.get("/account").status_code == 200
    take_away_second_factor(session, somebody, by=administrator, at=clock.now())
    session.commit()
    assert client.get("/account").location.startswith("/sign-in")
