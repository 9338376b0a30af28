"""Claim A11: nobody learns who has an account, guessing is limited, and the owner is not shut out.

Time is compared by what takes it: each try costs exactly one hash of a password.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import argon2.low_level
import pytest
from factories import PASSWORD, fresh_code
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.tables import HistoryEntry
from audit_app.web.guessing import TRIES
from audit_app.web.refusals import OF_ALL, OF_PLACE, WINDOW, Refusals

LEAD = "lead@council.example"
CODE = "/sign-in/code"
GUESSES = TRIES.amount


@pytest.fixture
def lead(person):
    return person(Role.QA_LEAD, email=LEAD)


@pytest.fixture
def hashes(monkeypatch):
    """How often a password was hashed, or compared with a hash."""
    counted = Counter()
    for name in ("hash_secret", "verify_secret"):
        true = getattr(argon2.low_level, name)

        def count(*given, _true=true, **more):
            counted["hashes"] += 1
            return _true(*given, **more)

        for module in (argon2.low_level, argon2._password_hasher, *_binders(name)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, count)
    return counted


def _binders(name):
    from passlib.handlers import argon2 as handler

    return [one for one in (handler, handler._argon2_cffi) if one and hasattr(one, name)]


def attempt(client, email=LEAD, password="not the password at all"):
    client.get("/sign-in")
    return client.send("/sign-in", {"email": email, "password": password})


def enter(client):
    step = attempt(client, password=PASSWORD).location
    client.get(step)
    answer = client.send(step, {"code": fresh_code(LEAD)})
    assert client.get("/account").status_code == 200
    return answer


def same(page: str) -> str:
    """Without what is another in every answer, and the address that was typed."""
    for other in (r'name="csrf_token" value="[^"]+"', r'nonce="[^"]+"', r"[\w.]+@council\.example"):
        page = re.sub(other, "", page)
    return page


def test_every_refusal_looks_and_costs_the_same(app, lead, person, session, hashes):
    person(Role.QA_LEAD, email="off@council.example").active = False
    person(Role.QA_LEAD, email="unset@council.example").password = None
    person(Role.QA_LEAD, email="often@council.example")
    session.commit()
    for _ in range(GUESSES):
        attempt(app.test_client(), "often@council.example")
    seen = {}
    for email, password in [
        (LEAD, "wrong"),
        ("nobody@council.example", PASSWORD),
        ("off@council.example", PASSWORD),
        ("off@council.example", "wrong"),
        ("unset@council.example", PASSWORD),
        ("often@council.example", "wrong"),
        ("often@council.example", PASSWORD),
    ]:
        hashes.clear()
        answer = attempt(app.test_client(), email, password)
        cookies = sorted(
            header.partition("=")[0] for header in answer.headers.getlist("Set-Cookie")
        )
        seen[email, password] = (
            answer.status_code,
            same(answer.text),
            cookies,
            hashes["hashes"],
        )
    first = seen[LEAD, "wrong"]
    assert first[0] == 200
    assert first[3] == 1
    for which, found in seen.items():
        assert found == first, which


def test_guessing_is_limited_and_never_locks_out_a_known_device(app, lead):
    known = app.test_client()
    assert enter(known).status_code == 302
    known.send("/sign-out")
    for _ in range(GUESSES + 1):
        assert attempt(app.test_client()).status_code == 200
    assert attempt(app.test_client(), password=PASSWORD).status_code == 200
    assert enter(known).status_code == 302
    assert known.get("/account").status_code == 200


def test_a_known_device_has_only_so_many_tries_either(app, lead):
    known = app.test_client()
    enter(known)
    known.send("/sign-out")
    for _ in range(GUESSES):
        attempt(known)
    assert attempt(known, password=PASSWORD).status_code == 200
    assert attempt(app.test_client(), password=PASSWORD).status_code == 302


def test_a_device_cookie_that_is_forged_or_another_persons_is_worth_nothing(app, lead, person):
    person(Role.QA_LEAD, email="other@council.example")
    known = app.test_client()
    enter(known)
    true = known.get_cookie("device").value
    forger = URLSafeTimedSerializer("another secret", salt="known device")
    payload = app.extensions["guesses"]._signer.loads(true)
    for _ in range(GUESSES):
        attempt(app.test_client())
        attempt(app.test_client(), "other@council.example")
    for email, cookie in [
        (LEAD, forger.dumps(payload)),
        (LEAD, true[:-2] + "xx"),
        (LEAD, "[]"),
        ("other@council.example", true),
    ]:
        client = app.test_client()
        client.set_cookie("device", cookie)
        assert attempt(client, email, PASSWORD).status_code == 200, cookie


def test_one_network_address_cannot_try_many_accounts(app, lead):
    for _ in range(100):
        with app.test_request_context("/sign-in", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
            app.extensions["guesses"].was_wrong()
    assert attempt(app.test_client(), password=PASSWORD).status_code == 200
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert attempt(elsewhere, password=PASSWORD).status_code == 302


def test_codes_are_limited_too_and_say_no_more(app, lead, session):
    client = app.test_client()
    attempt(client, password=PASSWORD)
    client.get(CODE)
    pages = {same(client.send(CODE, {"code": "000000"}).text) for _ in range(6)}
    right = client.send(CODE, {"code": fresh_code(LEAD)})
    assert right.status_code == 200
    assert pages == {same(right.text)}
    actions = session.scalars(select(HistoryEntry.action)).all()
    assert actions.count("sign-in refused") == 7


def refusals_noted(session):
    session.rollback()
    found = select(HistoryEntry.detail).where(HistoryEntry.action == "sign-in refused")
    return [json.loads(detail) for detail in session.scalars(found.order_by(HistoryEntry.id))]


def test_a_flood_of_refusals_fills_no_history_and_is_counted(app, lead, session, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    more = 3
    for n in range(OF_PLACE + more):
        attempt(app.test_client(), f"nobody{n}@council.example")
    assert len(refusals_noted(session)) == OF_PLACE
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    attempt(elsewhere, "nobody@council.example")
    assert len(refusals_noted(session)) == OF_PLACE + 1
    now += WINDOW
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.8"
    attempt(client)
    *_, counted, last = refusals_noted(session)
    assert counted == {"why": "too many to note each", "times": more}
    assert last == {"why": "password"}


def test_many_addresses_together_fill_no_history_either():
    counts, at = Refusals(), clock.now()
    noted = [counts.may_note(str(n), at) for n in range(OF_ALL + 2)]
    assert noted.count(True) == OF_ALL
    assert counts.take_left_out(at) == 0
    assert counts.take_left_out(at + WINDOW) == 2
    assert counts.take_left_out(at + WINDOW) == 0
    assert counts.may_note("0", at + WINDOW)
