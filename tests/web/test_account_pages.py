"""Account settings: password, authenticator app, recovery codes, sign-ins; confirming anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from factories import PASSWORD, fresh_code
from passlib.totp import TOTP
from sqlalchemy import select
from web.page_checks import errors_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.passwords import verify_password
from audit_app.store.tables import HistoryEntry, Passkey, Person, SignIn

LEAD = "lead@council.example"
NEW = "seven green umbrellas walking"


@pytest.fixture
def lead(person):
    return person(Role.QA_LEAD, email=LEAD)


@pytest.fixture
def client(lead, signed_in):
    return signed_in(lead)


@pytest.fixture
def later(monkeypatch):
    def move(**step):
        moment = clock.now() + timedelta(**step)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


def actions(session) -> list[str]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(HistoryEntry.action).order_by(HistoryEntry.id)))


def test_the_settings_say_who_one_is(client):
    page = client.get("/account").text
    for words in (LEAD, "QA lead", "An authenticator app is set up", "You have no passkey"):
        assert words in page


@pytest.mark.parametrize(
    ("present", "chosen", "field", "words"),
    [
        ("not the one", NEW, "#present", "not your present password"),
        (PASSWORD, "short", "#chosen", "at least 8"),
        (PASSWORD, "password1", "#chosen", "leaked"),
        (PASSWORD, "Pat Example", "#chosen", "whose account"),
        (PASSWORD, "", "#chosen", "Type a new password"),
    ],
)
def test_passwords_that_are_refused(client, session, lead, present, chosen, field, words):
    client.get("/account/password")
    page = client.send("/account/password", {"present": present, "chosen": chosen}).text
    assert words in errors_of(page)[field]
    assert present not in page
    session.expire_all()
    assert verify_password(PASSWORD, session.get_one(Person, lead.id).password)
    assert "changed password" not in actions(session)


def test_the_password_is_changed_and_others_are_out(client, lead, signed_in, session):
    other = signed_in(lead)
    client.get("/account/password")
    data = {"present": PASSWORD, "chosen": NEW}
    assert client.send("/account/password", data).location == "/account"
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert actions(session)[-1] == "changed password"
    assert verify_password(NEW, session.get_one(Person, lead.id).password)


def test_a_new_app_takes_the_place_of_the_one_before(client, lead, signed_in, session):
    other, old = signed_in(lead), lead.tf_totp_secret
    page = client.get("/account/authenticator").text
    assert "<svg" in page
    shown = TOTP(re.sub("[- ]", "", re.search(r'app-key">([^<]+)<', page)[1]))
    wrong = client.send("/account/authenticator", {"code": "000000"}).text
    assert "#code" in errors_of(wrong)
    code = shown.generate().token
    assert client.send("/account/authenticator", {"code": code}).location == "/account"
    assert other.get("/account").status_code == 302
    assert actions(session)[-1] == "changed authenticator"
    assert session.get_one(Person, lead.id).tf_totp_secret != old


def test_after_a_quarter_of_an_hour_one_confirms_and_comes_back(client, session, later):
    assert client.get("/account/authenticator").status_code == 200
    later(minutes=15, seconds=1)
    asked = client.get("/account/authenticator").location
    assert asked == "/sign-in/again?next=/account/authenticator"
    client.get(asked)
    for password, code in [("wrong", fresh_code(LEAD)), (PASSWORD, "000000")]:
        data = {"password": password, "code": code, "next": "/account/authenticator"}
        assert "#password" in errors_of(client.send(asked, data).text)
    data = {"password": PASSWORD, "code": fresh_code(LEAD), "next": "/account/authenticator"}
    assert client.send(asked, data).location == "/account/authenticator"
    assert client.get("/account/authenticator").status_code == 200
    assert actions(session)[-1] == "confirmed"


def test_confirming_leads_to_no_other_site(client):
    client.get("/sign-in/again")
    data = {"password": PASSWORD, "code": fresh_code(LEAD), "next": "https://evil.example/"}
    assert client.send("/sign-in/again", data).location == "/"


def test_recovery_codes_are_shown_once(client, session, later):
    page = client.get("/account").text
    assert "You have none." in page
    page = client.send("/account/recovery-codes").text
    codes = re.findall(r"<li>([0-9a-z-]{8,})</li>", page)
    assert len(codes) == 10
    account = client.get("/account").text
    assert "You have 10 codes left." in account
    assert not any(code in account for code in codes)
    assert client.get("/account/recovery-codes").status_code == 405
    assert actions(session)[-1] == "made recovery codes"
    later(minutes=16)
    assert client.send("/account/recovery-codes").location.startswith("/sign-in/again")


def test_sign_ins_are_listed_and_ended(client, lead, signed_in, session):
    signed_in(lead)
    page = client.get("/account/sign-ins").text
    assert page.count("A test</strong>") == 2
    assert page.count("(this one)") == 1
    newest = session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    assert client.send(f"/account/sign-ins/{newest}/end").status_code == 302
    assert client.get("/account/sign-ins").text.count("A test</strong>") == 1
    assert actions(session)[-1] == "ended sign-in"
    signed_in(lead)
    client.send("/account/sign-ins/end-others")
    assert actions(session)[-1] == "ended other sign-ins"
    assert client.get("/account/sign-ins").text.count("A test</strong>") == 1


def test_another_persons_sign_in_is_not_there(client, person, signed_in, session):
    stranger = signed_in(person(Role.QA_LEAD, name="Other Person"))
    theirs = session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    client.get("/account/sign-ins")
    assert client.send(f"/account/sign-ins/{theirs}/end").status_code == 404
    assert client.send("/account/sign-ins/987654/end").status_code == 404
    assert stranger.get("/account").status_code == 200


def _passkey(session, person, name="Work laptop") -> int:
    made = Passkey(
        name=name,
        credential_id=name.encode(),
        public_key=b"x",
        sign_count=0,
        usage="first",
        backup_state=False,
        device_type="single_device",
        lastuse_datetime=clock.now(),
    )
    person.webauthn.append(made)
    session.commit()
    return made.id


def test_a_passkey_is_removed_but_never_the_last_factor(client, lead, person, session):
    mine, theirs = _passkey(session, lead), _passkey(session, person(Role.QA_LEAD), "Not mine")
    client.get("/account")
    assert client.send(f"/account/passkeys/{theirs}/remove").status_code == 404
    lead.tf_totp_secret = None
    session.commit()
    client.send(f"/account/passkeys/{mine}/remove")
    assert "This is your only second factor" in client.get("/account").text
    assert session.get(Passkey, mine) is not None
    second = _passkey(session, lead, "Telephone")
    client.send(f"/account/passkeys/{second}/remove")
    assert "The passkey is removed." in client.get("/account").text
    assert actions(session)[-1] == "removed passkey"


def test_a_passkey_is_added_by_somebody_who_lately_proved_who_they_are(client, session):
    assert client.get("/account/passkeys/add").status_code == 200
    session.scalars(select(SignIn)).one().confirmed_at -= timedelta(minutes=15, seconds=1)
    session.commit()
    asked = client.get("/account/passkeys/add").location
    assert asked == "/sign-in/again?next=/account/passkeys/add"
