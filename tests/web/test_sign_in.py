"""Signing in and out, and how long a session lasts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from factories import PASSWORD, fresh_code
from web.conftest import sign_in_to
from web.page_checks import errors_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.passwords import hash_password, verify_password
from audit_app.store.people import appoint, end_appointment
from audit_app.web import sign_in
from audit_app.web.access import SHUT_ENDPOINTS

GENERIC = "The email address or the password is not right. Check both and try again."
LEAD = "lead@council.example"


def enter(client, email=LEAD, password=PASSWORD):
    client.get("/sign-in")
    answer = client.send("/sign-in", {"email": email, "password": password})
    if answer.status_code != 302:
        return answer
    assert client.get(answer.location).status_code == 200
    return client.send(answer.location, {"code": fresh_code(email)})


def test_signing_in_and_out(client, person):
    person(Role.QA_LEAD, email=LEAD)
    assert client.get("/").location == "/sign-in"
    answer = enter(client)
    assert answer.status_code == 302
    assert answer.location == "/"
    assert client.get("/").status_code == 200
    assert client.send("/sign-out").location == "/sign-in"
    assert client.get("/").location == "/sign-in"


def test_the_case_of_an_address_does_not_matter(client, person):
    person(Role.QA_LEAD, email=LEAD)
    assert enter(client, email="Lead@Council.example").status_code == 302


def test_signing_in_leads_back_to_the_page_but_never_elsewhere(client, person):
    person(Role.QA_LEAD, email=LEAD)
    assert client.get("/audits/7?x=1").location == "/sign-in?next=/audits/7?x%3D1"
    client.get("/sign-in")
    data = {"email": LEAD, "password": PASSWORD}
    step = client.send("/sign-in?next=/audits/7", data).location
    client.get(step)
    assert client.send(step, {"code": fresh_code(LEAD)}).location == "/audits/7"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_redirect_to_another_site(client, person, target):
    person(Role.QA_LEAD, email=LEAD)
    client.get("/sign-in")
    answer = client.send("/sign-in", {"email": LEAD, "password": PASSWORD, "next": target})
    client.get(answer.location)
    answer = client.send(answer.location, {"code": fresh_code(LEAD)})
    assert answer.status_code == 302
    assert urljoin("https://here.example/sign-in", answer.location).startswith("https://here.")


@pytest.mark.parametrize(
    ("email", "password"),
    [(LEAD, "wrong"), ("nobody@council.example", PASSWORD), ("off@council.example", PASSWORD)],
)
def test_refusals_read_the_same(client, person, session, email, password):
    person(Role.QA_LEAD, email=LEAD)
    off = person(Role.QA_LEAD, email="off@council.example")
    off.active = False
    session.commit()
    answer = enter(client, email=email, password=password)
    assert answer.status_code == 200
    assert errors_of(answer.text) == {"#email": GENERIC}
    assert password not in answer.text
    assert email in answer.text
    assert "<title>Error: Sign in" in answer.text


def test_a_disabled_account_is_out_at_once(person, signed_in, session):
    somebody = person(Role.QA_LEAD)
    client = signed_in(somebody)
    assert client.get("/").status_code == 200
    somebody.active = False
    session.commit()
    assert client.get("/").location == "/sign-in"


def test_a_changed_role_bites_on_the_next_request(person, session, fresh_app):
    from audit_app.core.access import Permission
    from audit_app.web.access import requires

    fresh_app.add_url_rule("/lead", "lead", requires(Permission.MANAGE_CYCLES)(lambda: "x"))
    somebody = person(Role.QA_LEAD)
    client = sign_in_to(fresh_app, somebody)
    assert client.get("/lead").status_code == 200
    end_appointment(session, somebody, somebody.roles[0], at=clock.now())
    appoint(session, somebody, Role.SUB_GROUP, at=clock.now())
    session.commit()
    assert client.get("/lead").status_code == 403


@pytest.fixture
def later(monkeypatch):
    start = clock.now()
    moment = {"now": start}
    monkeypatch.setattr(sign_in.clock, "now", lambda: moment["now"])

    def move(**step):
        moment["now"] += timedelta(**step)

    return move


def test_an_idle_session_ends(person, signed_in, later):
    client = signed_in(person(Role.QA_LEAD))
    later(minutes=29)
    assert client.get("/").status_code == 200
    later(minutes=29)
    assert client.get("/").status_code == 200
    later(minutes=31)
    answer = client.get("/")
    assert answer.location.startswith("/sign-in")
    assert "You were signed out" in client.get(answer.location).text


def test_a_busy_session_ends_after_eight_hours(person, signed_in, later):
    client = signed_in(person(Role.QA_LEAD))
    for _ in range(24):
        later(minutes=20)
        assert client.get("/").status_code == 200
    later(minutes=1)
    assert client.get("/").location.startswith("/sign-in")


def test_a_token_from_before_signing_in_is_worth_nothing(client, person):
    person(Role.QA_LEAD, email=LEAD)
    client.get("/sign-in")
    before = client.token
    enter(client)
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_passwords_are_argon2id_with_enough_memory():
    hashed = hash_password("pass phrase ﬁ")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password("pass phrase fi", hashed)
    assert not verify_password("pass phrase", hashed)
    assert hash_password("pass phrase ﬁ") != hashed


def test_nothing_of_the_library_is_switched_on_but_what_is_used(app, as_role):
    client = as_role(Role.QA_LEAD)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in SHUT_ENDPOINTS:
            path = rule.rule.replace("<token>", "x")
            assert client.get(path).status_code in (404, 405), rule


def test_sign_in_speaks_html_only(client, person):
    person(Role.QA_LEAD, email=LEAD)
    client.get("/sign-in")
    answer = client.post(
        "/sign-in",
        json={"email": LEAD, "password": PASSWORD},
        headers={"X-CSRFToken": client.token, "Accept": "application/json"},
    )
    assert answer.mimetype != "application/json"
