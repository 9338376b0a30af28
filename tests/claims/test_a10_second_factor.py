"""Claim A10: a password alone opens nothing; each code lets one sign-in in, once.

The half about single sign-on is in `test_a10_single_sign_on_strength.py`.
"""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from claims.walking import address_of, rules_of
from factories import PASSWORD, SECRET, fresh_code, totp_secret
from passlib.totp import TOTP

from audit_app import clock
from audit_app.core.access import Role
from audit_app.second_factor import code_at, make_totp_secret
from audit_app.store.tables import Passkey, Person
from audit_app.web.access import OPEN_ENDPOINTS

LEAD = "lead@council.example"
CODE = "/sign-in/code"
SET_UP = "/sign-in/set-up-code"
SET_UP_PASSKEY = "/sign-in/set-up-passkey"


@pytest.fixture
def lead(person):
    return person(Role.QA_LEAD, email=LEAD)


@pytest.fixture
def new_lead(lead, session):
    """Somebody who has a password only, as after an invitation."""
    lead.tf_totp_secret = lead.tf_primary_method = None
    session.commit()
    return lead


def half_signed_in(app, email=LEAD):
    client = app.test_client()
    client.get("/sign-in")
    answer = client.send("/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302
    client.get(answer.location)
    return client


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def key_on(page: str) -> str:
    found = re.search(r'class="app-key">([^<]+)<', page)
    assert found, page
    return found[1]


def recovery_codes_on(page: str) -> set[str]:
    return set(re.findall(r"<li>([0-9a-z]+(?:-[0-9a-z]+)+)</li>", page))


def test_a_password_alone_opens_no_page(app, lead):
    client = half_signed_in(app)
    for rule in rules_of(app):
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        for method in sorted(rule.methods - {"OPTIONS"}):
            data = {"csrf_token": client.token} if method == "POST" else None
            answer = client.open(address_of(app, rule), method=method, data=data)
            assert answer.status_code in (302, 400, 404), (method, rule)
            assert not answer.location or answer.location.startswith("/sign-in"), (method, rule)


def test_without_a_second_factor_only_its_set_up_is_open(app, new_lead):
    client = half_signed_in(app)
    assert not is_in(client)
    client = half_signed_in(app)
    assert client.get(CODE).location == "/sign-in"
    client = half_signed_in(app)
    assert client.get("/sign-in/recovery-code").location == "/sign-in"
    assert half_signed_in(app).get(SET_UP).status_code == 200


def test_the_first_set_up_works_to_its_end(app, new_lead, session):
    client = half_signed_in(app)
    page = client.send(SET_UP, {"setup": "authenticator"}).text
    assert "<svg" in page
    shown = TOTP(key_on(page).replace("-", "").replace(" ", ""))
    assert not is_in(client)
    assert client.send(CODE, {"code": "000000"}).status_code == 200
    answer = client.send(CODE, {"code": shown.generate().token})
    assert len(recovery_codes_on(answer.text)) == 10
    assert is_in(client)
    session.expire_all()
    kept = session.get_one(Person, new_lead.id).tf_totp_secret
    assert kept
    assert shown.base32_key not in kept


def test_a_set_up_that_was_begun_cannot_replace_the_one_that_was_finished(app, new_lead, session):
    begun = half_signed_in(app)
    page = begun.send(SET_UP, {"setup": "authenticator"}).text
    own = TOTP(key_on(page).replace("-", "").replace(" ", "")).generate().token
    new_lead.tf_totp_secret, new_lead.tf_primary_method = totp_secret(), "authenticator"
    session.commit()
    assert begun.send(CODE, {"code": own}).location == "/sign-in"
    assert not is_in(begun)
    session.expire_all()
    assert session.get_one(Person, new_lead.id).tf_totp_secret == totp_secret()


@pytest.mark.parametrize("change", ["password", "tf_totp_secret"])
def test_half_a_sign_in_ends_with_what_it_began_with(app, lead, session, change):
    client = half_signed_in(app)
    if change == "password":
        lead.password = "$argon2id$another"
    else:
        lead.tf_totp_secret = make_totp_secret(SECRET)
    session.commit()
    assert client.send(CODE, {"code": fresh_code(LEAD)}).location == "/sign-in"
    assert not is_in(client)


def give_passkey(person, session) -> None:
    person.tf_totp_secret = person.tf_primary_method = None
    made = {"name": "Laptop", "credential_id": b"1", "public_key": b"2", "usage": "first"}
    person.webauthn.append(Passkey(**made, device_type="single_device"))
    session.commit()


def test_a_password_never_sets_up_a_factor_beside_a_passkey(app, lead, session):
    give_passkey(lead, session)
    client = app.test_client()
    client.get("/sign-in")
    answer = client.send("/sign-in", {"email": LEAD, "password": PASSWORD})
    assert answer.location.partition("?")[0] == "/sign-in/passkey"
    assert "The password is right" in client.get(answer.location).text
    assert client.send(SET_UP_PASSKEY).location == "/sign-in"
    assert client.send(SET_UP, {"setup": "authenticator"}).location == "/sign-in"
    assert not is_in(client)


def test_a_passkey_is_offered_first_and_what_is_none_lets_nobody_in(app, new_lead, session):
    client = half_signed_in(app)
    assert "Set up a passkey" in client.get(SET_UP).text
    assert "data-passkey" in client.send(SET_UP_PASSKEY).text
    for said in ("", "null", "{}", '{"id": "x", "rawId": "eA", "response": {}}'):
        answer = client.send(f"{SET_UP_PASSKEY}/keep", {"credential": said})
        assert answer.location == SET_UP, said
    session.expire_all()
    assert session.get_one(Person, new_lead.id).webauthn == []
    assert not is_in(client)


def test_nobody_sets_up_a_passkey_without_a_password_or_beside_a_factor(app, lead, client):
    client.get("/sign-in")
    half = half_signed_in(app)
    for one in (client, half):
        assert one.send(SET_UP_PASSKEY).location == "/sign-in"
        assert one.send(f"{SET_UP_PASSKEY}/keep", {"credential": "{}"}).location == "/sign-in"
    assert not is_in(half)


def test_half_a_sign_in_ends_with_the_account(app, lead, session):
    client = half_signed_in(app)
    lead.active = False
    session.commit()
    assert client.send(CODE, {"code": fresh_code(LEAD)}).location == "/sign-in"


def test_half_a_sign_in_lasts_ten_minutes(app, lead, monkeypatch):
    client = half_signed_in(app)
    late = clock.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.send(CODE, {"code": fresh_code(LEAD)}).location == "/sign-in"


def test_somebody_signed_in_changes_the_second_factor_only_on_the_account_pages(lead, signed_in):
    client = signed_in(lead)
    client.get("/account")
    for path in (SET_UP, CODE, "/sign-in/recovery-code"):
        assert client.get(path).location == "/"
        assert client.send(path, {"setup": "authenticator", "code": "000000"}).location == "/"
    assert is_in(client)


def test_a_wrong_code_an_old_one_and_another_persons_are_refused(app, lead, person):
    person(Role.QA_LEAD, email="other@council.example")
    another = code_at(SECRET, make_totp_secret(SECRET), int(time.time()))
    old = code_at(SECRET, totp_secret(), int(time.time()) - 120)
    client = half_signed_in(app)
    for code in ("000000", another, old, ""):
        answer = client.send(CODE, {"code": code})
        assert answer.status_code == 200, code
        assert "Error:" in answer.text
    assert not is_in(client)


def test_a_code_is_good_once_and_none_before_it_afterwards(app, lead):
    first, second = half_signed_in(app), half_signed_in(app)
    code = fresh_code(LEAD)
    assert first.send(CODE, {"code": code}).status_code == 302
    assert second.send(CODE, {"code": code}).status_code == 200
    before = code_at(SECRET, totp_secret(), int(time.time()) - 30)
    assert second.send(CODE, {"code": before}).status_code == 200
    assert not is_in(second)
    assert is_in(first)


def both_at_once(clients, path, code):
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.send(path, {"code": code}).status_code, clients))
    return sorted(answers), sorted(is_in(one) for one in clients)


def test_of_two_clients_with_one_code_at_once_one_comes_in(app, lead):
    clients = [half_signed_in(app) for _ in range(2)]
    answers, came_in = both_at_once(clients, CODE, fresh_code(LEAD))
    assert answers == [200, 302]
    assert came_in == [False, True]


@pytest.fixture
def recovery_codes(lead, signed_in):
    client = signed_in(lead)
    client.get("/account")
    page = client.send("/account/recovery-codes").text
    codes = re.findall(r"<li>([0-9a-z]+(?:-[0-9a-z]+)+)</li>", page)
    assert len(set(codes)) == 10
    return codes


def test_a_recovery_code_is_good_once(app, lead, recovery_codes):
    for code, answer in [(recovery_codes[0], 302), (recovery_codes[0], 200), ("no-such-code", 200)]:
        client = half_signed_in(app)
        assert client.send("/sign-in/recovery-code", {"code": code}).status_code == answer
        assert is_in(client) == (answer == 302)
    client = half_signed_in(app)
    shouted = f" {recovery_codes[1].upper()} "
    assert client.send("/sign-in/recovery-code", {"code": shouted}).status_code == 302


def test_of_two_clients_with_one_recovery_code_at_once_one_comes_in(app, recovery_codes):
    clients = [half_signed_in(app) for _ in range(2)]
    answers, came_in = both_at_once(clients, "/sign-in/recovery-code", recovery_codes[0])
    assert answers == [200, 302]
    assert came_in == [False, True]
