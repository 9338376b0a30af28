"""Claim A7: sign-ins end on the server, each begins with a new token, and none goes on for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import PASSWORD, fresh_code
from sqlalchemy import select

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.tables import SignIn

LEAD = "lead@council.example"


@pytest.fixture
def lead(person):
    return person(Role.QA_LEAD, email=LEAD)


def enter(client, email=LEAD):
    client.get("/sign-in")
    step = client.send("/sign-in", {"email": email, "password": PASSWORD}).location
    client.get(step)
    assert client.send(step, {"code": fresh_code(email)}).location == "/"
    assert client.get("/account").status_code == 200
    return client


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def opens(app, cookie: str) -> bool:
    replayed = app.test_client()
    replayed.set_cookie("session", cookie)
    return replayed.get("/account").status_code == 200


@pytest.fixture
def later(monkeypatch):
    moment = {"now": clock.now()}
    monkeypatch.setattr(clock, "now", lambda: moment["now"])

    def move(**step):
        moment["now"] += timedelta(**step)

    return move


def test_what_was_there_before_signing_in_is_worth_nothing_afterwards(app, client, lead):
    client.get("/sign-in")
    planted, token = cookie_of(client), client.token
    step = client.send("/sign-in", {"email": LEAD, "password": PASSWORD}).location
    half, half_token = cookie_of(client), client.token
    client.get(step)
    client.send(step, {"code": fresh_code(LEAD)})
    client.get("/account")
    assert len({planted, half, cookie_of(client)}) == 3
    assert not opens(app, planted)
    assert not opens(app, half)
    assert client.token not in (token, half_token)
    for old in (token, half_token):
        assert client.post("/sign-out", data={"csrf_token": old}).status_code == 400
    assert client.get("/account").status_code == 200


def test_signing_in_again_ends_what_the_cookie_held(app, client, lead, session):
    first = cookie_of(enter(client))
    with client.session_transaction() as values:
        for name in ("_user_id", "_fresh"):
            values.pop(name)  # the token is left, as in a cookie that was planted
    client.token = ""
    enter(client)
    assert not opens(app, first)
    assert session.scalars(select(SignIn.ended_at)).all().count(None) == 1


def test_signing_out_ends_it_on_the_server(app, client, lead):
    cookie = cookie_of(enter(client))
    assert opens(app, cookie)
    client.send("/sign-out")
    assert not opens(app, cookie)


def test_ending_one_sign_in(app, lead, signed_in, session):
    here, there = signed_in(lead), signed_in(lead)
    cookie = cookie_of(there)
    second = session.scalars(select(SignIn.id).order_by(SignIn.id)).all()[1]
    here.get("/account/sign-ins")
    here.send(f"/account/sign-ins/{second}/end")
    assert not opens(app, cookie)
    assert here.get("/account").status_code == 200


def test_ending_all_others(app, lead, person, signed_in):
    here, others = signed_in(lead), [cookie_of(signed_in(lead)) for _ in range(2)]
    stranger = cookie_of(signed_in(person(Role.QA_LEAD)))
    here.get("/account/sign-ins")
    here.send("/account/sign-ins/end-others")
    assert [opens(app, cookie) for cookie in others] == [False, False]
    assert here.get("/account").status_code == 200
    assert opens(app, stranger)


def test_changing_the_password_signs_out_everywhere_else(app, lead, signed_in):
    here, there = signed_in(lead), cookie_of(signed_in(lead))
    here.get("/account/password")
    data = {"present": PASSWORD, "chosen": "seven green umbrellas walking"}
    assert here.send("/account/password", data).location == "/account"
    assert not opens(app, there)
    assert here.get("/account").status_code == 200


def test_half_an_hour_without_a_request_ends_it_for_good(app, lead, signed_in, later):
    client = signed_in(lead)
    cookie = cookie_of(client)
    later(minutes=29, seconds=59)
    assert opens(app, cookie)
    later(minutes=30)
    assert opens(app, cookie)
    later(minutes=30, seconds=1)
    assert not opens(app, cookie)
    assert not opens(app, cookie)


def test_eight_hours_end_it_however_busy_somebody_is(app, lead, signed_in, later):
    cookie = cookie_of(signed_in(lead))
    for _ in range(32):
        later(minutes=15)
        assert opens(app, cookie)
    later(seconds=1)
    assert not opens(app, cookie)


def test_the_cookie_holds_a_token_that_the_database_does_not(lead, signed_in, session):
    client = signed_in(lead)
    with client.session_transaction() as values:
        token = values["sign_in"]
    assert len(token) >= 43  # 256 bits
    kept = session.scalars(select(SignIn)).one()
    assert token not in repr(vars(kept))


def test_a_made_up_token_opens_nothing(lead, signed_in):
    client = signed_in(lead)
    with client.session_transaction() as values:
        values["sign_in"] = "A" * 43
    assert client.get("/account").location.startswith("/sign-in")


def test_a_sign_in_is_of_one_person(lead, person, signed_in):
    client = signed_in(lead)
    with client.session_transaction() as values:
        values["_user_id"] = person(Role.ADMINISTRATOR).fs_uniquifier
    assert client.get("/account").location.startswith("/sign-in")
