"""What a mailed link opens, and asking for one without learning who has an account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from factories import PASSWORD
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient, errors_of, parse, text_of

from audit_app import clock
from audit_app.config import SingleSignOn
from audit_app.core.access import Role
from audit_app.passwords import verify_password
from audit_app.store.accounts import Grant, invite_person
from audit_app.store.mailed_links import make_link
from audit_app.store.people import Scope
from audit_app.store.tables import HistoryEntry, LinkPurpose, Mail, MailedLink, Person
from audit_app.web.invitation.asking import set_up_limits

NEW_PASSWORD = "seven grey herons by the weir"
ASK = "/sign-in/forgotten"


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> None:
    """No test is held back by what another asked for."""
    set_up_limits(app)


@pytest.fixture
def invited(session: Session, council) -> Person:
    person = invite_person(
        session,
        email="new@council.example",
        name="New Person",
        grants=[Grant(Role.INDEPENDENT_MEMBER, Scope(theme="protection_plans"))],
        team=None,
        worker_name=None,
        by=None,
        at=clock.now(),
    )
    session.commit()
    return person


@pytest.fixture
def link_for(session: Session) -> Callable[..., str]:
    """Makes a link and gives its address on the site."""

    def make(person: Person, purpose: LinkPurpose = LinkPurpose.INVITATION, ago=timedelta(0)):
        token = make_link(session, person, purpose, clock.now() - ago)
        session.commit()
        return f"/invitation/{token}"

    return make


def words_of(response) -> str:
    return text_of(parse(response.get_data(as_text=True)))


def look_again(session: Session) -> None:
    session.rollback()
    session.expire_all()


def test_an_invitation_says_who_and_as_what_and_sets_a_password_once(
    client: CheckedClient, session: Session, invited: Person, link_for
) -> None:
    address = link_for(invited)
    page = words_of(client.get(address))
    assert "This is the account of New Person at Anywhere Council." in page
    assert "Independent member, for Children on child protection plans only" in page
    answer = client.send(address, {"password": NEW_PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    look_again(session)
    assert verify_password(NEW_PASSWORD, invited.password or "")
    entry = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.person_id, entry.subject_id) == (
        "chose password",
        invited.id,
        invited.id,
    )
    assert "a second factor comes next" in words_of(client.get("/sign-in"))
    for again in (client.get(address), client.send(address, {"password": PASSWORD})):
        assert again.status_code == 404
        assert "This link no longer works" in words_of(again)
    look_again(session)
    assert verify_password(NEW_PASSWORD, invited.password or "")


def test_opening_a_link_changes_nothing(
    client: CheckedClient, session: Session, invited: Person, link_for
) -> None:
    """A mail scanner that follows links must not use them up."""
    address = link_for(invited)
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    look_again(session)
    assert [link.used_at for link in session.scalars(select(MailedLink))] == [None]


def test_a_password_that_will_not_do_says_why_and_the_link_still_works(
    client: CheckedClient, session: Session, invited: Person, link_for
) -> None:
    address = link_for(invited)
    client.get(address)
    for password, said in (("", "Enter a password"), ("short", "at least 8 characters")):
        page = client.send(address, {"password": password}).get_data(as_text=True)
        assert said in errors_of(page)["#password"]
        assert not password or f'value="{password}"' not in page
    look_again(session)
    assert invited.password is None
    assert client.send(address, {"password": NEW_PASSWORD}).status_code == 302


def test_links_that_do_not_work_all_read_the_same(
    client: CheckedClient, session: Session, invited: Person, link_for, person
) -> None:
    used, disabled = person(Role.QA_LEAD), person(Role.QA_LEAD)
    dead = {
        "forged": "/invitation/" + "a" * 43,
        "short": "/invitation/x",
        "too old": link_for(invited, ago=timedelta(days=7)),
        "replaced": link_for(used),
        "disabled": link_for(disabled),
    }
    link_for(used)
    disabled.active = False
    session.commit()
    nonce = re.compile(r'nonce="[^"]+"|value="[^"]+"')
    client.get(ASK)
    for method in ("get", "send"):
        answers = [getattr(client, method)(address) for address in dead.values()]
        assert [answer.status_code for answer in answers] == [404] * len(dead)
        assert len({nonce.sub("", answer.get_data(as_text=True)) for answer in answers}) == 1
    assert session.scalars(select(HistoryEntry).where(HistoryEntry.action == "refused")).all() == []


def test_a_new_password_keeps_the_second_factor_and_ends_sign_ins(
    client: CheckedClient, session: Session, person, signed_in, link_for
) -> None:
    somebody = person(Role.QA_LEAD)
    somebody.tf_primary_method, somebody.tf_totp_secret = "authenticator", "encrypted"
    session.commit()
    address = link_for(somebody, LinkPurpose.NEW_PASSWORD)
    page = words_of(client.get(address))
    assert f"This is the password of {somebody.email}." in page
    assert client.send(address, {"password": NEW_PASSWORD}).status_code == 302
    look_again(session)
    assert verify_password(NEW_PASSWORD, somebody.password or "")
    assert (somebody.tf_primary_method, somebody.tf_totp_secret) == ("authenticator", "encrypted")


def test_with_single_sign_on_the_council_account_comes_first(
    app: Flask, client: CheckedClient, invited: Person, person, link_for, monkeypatch
) -> None:
    address = link_for(invited)
    assert "Use your council account" not in words_of(client.get(address))
    assert client.send(f"{address}/council-account").status_code == 404
    provider = SingleSignOn("https://id.council.example", "client", "secret", "tenant")
    monkeypatch.setitem(app.config, "SINGLE_SIGN_ON", provider)
    page = words_of(client.get(address))
    assert page.index("Use your council account") < page.index("Or set a password")
    local = link_for(person(Role.QA_LEAD), LinkPurpose.NEW_PASSWORD)
    assert "Use your council account" not in words_of(client.get(local))
    assert client.send(f"{local}/council-account").status_code == 404
    if "single_sign_on.begin" in app.view_functions:
        assert client.send(f"{address}/council-account").status_code == 302
        with client.session_transaction() as kept:
            assert kept["mailed_link"] == address.rpartition("/")[2]


def test_asking_for_a_password_mails_a_link_to_who_has_one(
    client: CheckedClient, session: Session, person
) -> None:
    somebody = person(Role.QA_LEAD, email="lead@council.example")
    client.get(ASK)
    page = words_of(client.send(ASK, {"email": " LEAD@council.example "}))
    assert "Check your mail" in page
    (mail,) = session.scalars(select(Mail))
    assert (mail.address, mail.subject) == (somebody.email, "A new password for case file audits")
    (path,) = re.findall(r"http://127\.0\.0\.1:5000(/invitation/\S+)", mail.body)
    assert "Choose a new password" in words_of(client.get(path))
    assert verify_password(PASSWORD, somebody.password or "")  # until the link is used


def test_nobody_learns_from_asking_who_has_an_account(
    client: CheckedClient, session: Session, person, invited: Person
) -> None:
    """Known, unknown, disabled, invited, council account only, asked too often: one answer."""
    known, disabled, council_only = (person(Role.QA_LEAD) for _ in range(3))
    disabled.active = False
    council_only.password, council_only.sso_tenant, council_only.sso_object = None, "t", "o"
    session.commit()
    client.get(ASK)
    addresses = [known.email, disabled.email, council_only.email, invited.email]
    addresses += ["nobody@council.example", "no address", *[known.email] * 4]
    answers = [client.send(ASK, {"email": address}) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    nonce = re.compile(r'nonce="[^"]+"|value="[^"]+"')
    assert len({nonce.sub("", answer.get_data(as_text=True)) for answer in answers}) == 1
    look_again(session)
    mails = session.scalars(select(Mail)).all()
    assert [mail.address for mail in mails] == [known.email] * 3  # three an hour
    asked = session.scalars(
        select(HistoryEntry).where(HistoryEntry.action == "asked for new password")
    ).all()
    assert all("@" not in json.dumps([row.detail, row.subject]) for row in asked)


def test_asking_takes_as_long_for_anybody(client: CheckedClient, session: Session, person) -> None:
    client.get(ASK)
    known = [person(Role.QA_LEAD).email for _ in range(15)]
    unknown = [f"nobody{n}@council.example" for n in range(15)]
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for pair in zip(known, unknown, strict=True):
        for kind, address in zip(("known", "unknown"), pair, strict=True):
            began = perf_counter()
            client.send(ASK, {"email": address})
            took[kind].append(perf_counter() - began)
    assert median(took["known"]) < 3 * median(took["unknown"]) + 0.02


def test_a_network_that_asks_too_often_gets_no_more_mail(
    client: CheckedClient, session: Session, person
) -> None:
    somebody = person(Role.QA_LEAD)
    client.get(ASK)
    for n in range(60):
        client.send(ASK, {"email": f"nobody{n}@council.example"})
    client.send(ASK, {"email": somebody.email})
    assert session.scalars(select(Mail)).all() == []
    client.send(ASK, {"email": somebody.email}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    look_again(session)
    assert len(session.scalars(select(Mail)).all()) == 1


def test_an_empty_address_is_asked_for_again(client: CheckedClient) -> None:
    client.get(ASK)
    page = client.send(ASK, {"email": " "}).get_data(as_text=True)
    assert errors_of(page) == {"#email": "Enter your email address"}
    too_long = client.send(ASK, {"email": "x" * 300}).get_data(as_text=True)
    assert "254 characters" in errors_of(too_long)["#email"]


def test_a_link_leads_to_the_site_and_not_to_the_host_of_the_request(
    client: CheckedClient, session: Session, person
) -> None:
    somebody = person(Role.QA_LEAD)
    elsewhere = "http://else.example"
    client.get(ASK, base_url=elsewhere)
    client.send(
        ASK,
        {"email": somebody.email},
        base_url=elsewhere,
        headers={"X-Forwarded-Host": "else.example"},
    )
    (mail,) = session.scalars(select(Mail))
    assert "else.example" not in mail.body
