"""Claim E1: state, nonce, PKCE, `iss`, `aud` and `tid` are checked; the key is `tid` + `oid`."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from identity_provider.process import (
    BEGIN,
    OBJECT,
    IdentityProvider,
    provider,
    running_provider,
)
from identity_provider.server import CLIENT, TENANT
from sqlalchemy import select
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.accounts import disable_person
from audit_app.store.mailed_links import make_link
from audit_app.store.tables import HistoryEntry, LinkPurpose, Person, SignIn, SignInMethod

__all__ = ["provider", "running_provider"]

REFUSED = "You could not be signed in here with your council account. Nothing was changed."


@pytest.fixture
def bound(session: Session, person: Callable[..., Person]) -> Person:
    """Somebody whose account is bound to the council account that the provider vouches for."""
    return bind(session, person(Role.QA_LEAD))


def bind(session: Session, person: Person, object_id: str = OBJECT) -> Person:
    person.sso_tenant, person.sso_object = TENANT, object_id
    session.commit()
    return person


def who_is_in(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(SignIn.person_id).order_by(SignIn.id)))


def reasons(session: Session) -> list[str]:
    session.rollback()
    return list(
        session.scalars(
            select(HistoryEntry.detail)
            .where(HistoryEntry.action == "sign-in refused")
            .order_by(HistoryEntry.id)
        )
    )


def assert_refused(answer, client: CheckedClient, session: Session, why: str) -> None:
    assert answer.status_code == 403
    assert REFUSED in answer.get_data(as_text=True)
    assert who_is_in(session) == []
    assert client.get("/").location.startswith("/sign-in")
    assert reasons(session) == [f'{{"why":"{why}"}}']


def test_the_right_token_lets_the_person_in(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    answer = provider.sign_in(client, f"{BEGIN}?next=/reports")
    assert (answer.status_code, answer.location) == (302, "/reports")
    assert who_is_in(session) == [bound.id]
    assert session.scalar(select(SignIn.method)) is SignInMethod.SINGLE_SIGN_ON
    assert client.get("/").status_code == 200
    seen = provider.seen()
    assert seen["code_challenge_method"] == "S256"
    assert (seen["response_type"], seen["client_id"]) == ("code", CLIENT)
    assert seen["scope"] == "openid profile"
    assert min(len(seen["state"]), len(seen["nonce"])) >= 43


BAD = {
    "iss": {"claims": {"iss": "https://elsewhere.example"}},
    "iss missing": {"claims": {"iss": None}},
    "aud": {"claims": {"aud": "another site"}},
    "aud missing": {"claims": {"aud": None}},
    "aud and others without azp": {"claims": {"aud": [CLIENT, "another site"]}},
    "aud is a part": {"claims": {"aud": f"{CLIENT}-2"}},
    "azp": {"claims": {"azp": "another site"}},
    "nonce": {"claims": {"nonce": "of another sign-in"}},
    "nonce missing": {"claims": {"nonce": None}},
    "tid": {"claims": {"tid": "another council"}},
    "tid missing": {"claims": {"tid": None}},
    "oid missing": {"claims": {"oid": None}},
    "oid empty": {"claims": {"oid": ""}},
    "oid no words": {"claims": {"oid": [OBJECT]}},
    "exp": {"from_now": {"exp": -120}},
    "exp missing": {"claims": {"exp": None}},
    "exp no number": {"claims": {"exp": "2100-01-01"}},
    "exp endless": {"claims": {"exp": float("inf")}},
    "iat": {"from_now": {"iat": 300}},
    "iat missing": {"claims": {"iat": None}},
    "nbf": {"from_now": {"nbf": 300}},
    "signature none": {"signed": "none"},
    "signature by the public key as a secret": {"signed": "public key"},
    "signature by the client secret": {"signed": "client secret"},
    "signature by a stranger of the same name": {"signed": "stranger"},
    "signature by a key that is not published": {"signed": "second"},
    "signature of no token": {"answer": {"id_token": "not a token"}},
    "token missing": {"answer": {"id_token": None}},
    "token is a list": {"answer": {"id_token": ["a", "b"]}},
    "unknown": {"claims": {"oid": "object-2"}},
    "code": {"back": {"code": "of somebody else"}},
    "provider says no": {"back": {"code": None, "error": "access_denied"}},
    "state": {"back": {"state": "of another sign-in"}},
    "state missing": {"back": {"state": None}},
}


@pytest.mark.parametrize("case", BAD)
def test_a_changed_token_lets_nobody_in(
    case: str, provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    provider.tell(**BAD[case])
    assert_refused(provider.sign_in(client), client, session, case.split()[0])
    provider.tell()
    assert provider.sign_in(client).location == "/"  # and the next one does, so it was that
    assert who_is_in(session) == [bound.id]


def test_the_refusal_reads_the_same_whatever_the_reason(
    provider: IdentityProvider, app: Flask, bound: Person
) -> None:
    pages = set()
    for case in ("nonce", "tid", "unknown", "signature none", "state"):
        provider.tell(**BAD[case])
        page = provider.sign_in(app.test_client()).get_data(as_text=True)
        pages.add(page[page.index("<main") : page.index("</main>")])
    assert len(pages) == 1


def test_what_is_right_in_another_form_is_taken(
    provider: IdentityProvider, app: Flask, bound: Person
) -> None:
    for right in (
        {"claims": {"aud": [CLIENT]}},
        {"claims": {"aud": [CLIENT, "another site"], "azp": CLIENT}},
        {"signed": "elliptic"},
        {"from_now": {"exp": -30}},
    ):
        provider.tell(**right)
        assert provider.sign_in(app.test_client()).location == "/", right


def test_an_address_signs_nobody_in(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person, person
) -> None:
    administrator = person(Role.ADMINISTRATOR, email="boss@council.example")
    address = {"email": administrator.email, "preferred_username": administrator.email}
    provider.tell(claims=address | {"email_verified": True, "sub": str(administrator.id)})
    assert provider.sign_in(client).location == "/"
    assert who_is_in(session) == [bound.id]
    provider.tell(claims=address | {"email_verified": True, "oid": "object-2"})
    assert provider.sign_in(client).status_code == 403


def test_a_disabled_person_is_not_let_in(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person, person
) -> None:
    disable_person(session, bound, by=person(Role.ADMINISTRATOR), at=clock.now())
    session.commit()
    assert_refused(provider.sign_in(client), client, session, "disabled")


def test_the_way_back_works_once_and_in_the_browser_that_began(
    provider: IdentityProvider, app: Flask, session: Session, bound: Person
) -> None:
    mine, theirs = app.test_client(), app.test_client()
    back = provider.press_button(mine.get(BEGIN).location)
    theirs.get(BEGIN)  # has begun as well, with a state of their own
    assert theirs.get(back).status_code == 403
    assert app.test_client().get(back).status_code == 403  # has begun nothing
    assert mine.get(back).status_code == 302
    assert mine.get(back).status_code == 403
    assert who_is_in(session) == [bound.id]


def test_what_was_asked_is_used_up_by_a_refusal_too(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    back = provider.press_button(client.get(BEGIN).location)
    assert client.get(f"{BEGIN}/back?code=1&state=2").status_code == 403
    assert client.get(back).status_code == 403  # although code and state are the right ones
    assert who_is_in(session) == []


def test_a_code_is_worth_nothing_with_the_cookie_of_before(
    provider: IdentityProvider, app: Flask, session: Session, bound: Person
) -> None:
    client = app.test_client()
    back = provider.press_button(client.get(BEGIN).location)
    before = client.get_cookie("session")
    assert client.get(back).status_code == 302
    thief = app.test_client()
    thief.set_cookie("session", before.value)
    assert thief.get(back).status_code == 403
    assert who_is_in(session) == [bound.id]


def test_a_verifier_that_is_not_the_one_asked_with_is_no_use(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    back = provider.press_button(client.get(BEGIN).location)
    with client.session_transaction() as kept:
        kept["single_sign_on"] = kept["single_sign_on"] | {"verifier": "v" * 64}
    assert_refused(client.get(back), client, session, "code")


def test_who_comes_back_too_late_begins_anew(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    back = provider.press_button(client.get(BEGIN).location)
    with client.session_transaction() as kept:
        kept["single_sign_on"] = kept["single_sign_on"] | {"at": int(time.time()) - 601}
    assert_refused(client.get(back), client, session, "state")


def test_a_key_that_is_new_is_fetched_once(
    provider: IdentityProvider, app: Flask, bound: Person
) -> None:
    assert provider.sign_in(app.test_client()).location == "/"
    before = provider.seen()["asked_for_keys"]
    assert provider.sign_in(app.test_client()).location == "/"
    assert provider.seen()["asked_for_keys"] == before  # kept
    provider.tell(signed="second", keys=["second"])
    assert provider.sign_in(app.test_client()).location == "/"
    assert provider.seen()["asked_for_keys"] == before + 1
    provider.tell(signed="first", keys=["second"])
    assert provider.sign_in(app.test_client()).status_code == 403  # taken back
    assert provider.seen()["asked_for_keys"] == before + 2


@pytest.mark.parametrize(
    "next_page", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", ""]
)
def test_nobody_is_sent_to_another_site(
    next_page: str, provider: IdentityProvider, client: CheckedClient, bound: Person
) -> None:
    begin = client.get(BEGIN, query_string={"next": next_page})
    assert client.get(provider.press_button(begin.location)).location == "/"


AWAY = "The council’s sign-in cannot be reached just now."
ODD_METADATA = [
    {"issuer": "https://elsewhere.example"},
    {"token_endpoint": "http://elsewhere.example/token"},
    {"jwks_uri": "http://elsewhere.example/keys"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": None},
]


@pytest.mark.parametrize("odd", ODD_METADATA)
def test_a_provider_that_leads_elsewhere_is_not_followed(
    odd: dict, provider: IdentityProvider, client: CheckedClient
) -> None:
    provider.tell(metadata=odd)
    answer = client.get(BEGIN, follow_redirects=True)
    assert answer.request.path == "/sign-in"
    assert AWAY in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "way",
    ["slow", "dripping", "dripping headers", "huge", "redirect", "broken", "list", "deep"],
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_in_trouble_holds_nobody_up(
    path: str,
    way: str,
    provider: IdentityProvider,
    client: CheckedClient,
    session: Session,
    bound: Person,
) -> None:
    provider.tell(ways={path: way}, seconds=2)
    began = time.monotonic()
    answer = client.get(BEGIN)
    if path != "/.well-known/openid-configuration":
        answer = client.get(provider.press_button(answer.location))
    assert time.monotonic() - began < 1.9
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert AWAY in page
    assert 'name="password"' in page
    assert not provider.seen()["went_elsewhere"]  # a redirect is not followed
    assert who_is_in(session) == []


def test_a_provider_that_is_down_leaves_the_other_ways_in(
    provider: IdentityProvider, app: Flask, client: CheckedClient, monkeypatch
) -> None:
    down = IdentityProvider(9)  # nothing listens there
    monkeypatch.setitem(app.config, "SINGLE_SIGN_ON", down.settings)
    assert AWAY in client.get(BEGIN, follow_redirects=True).get_data(as_text=True)


def test_without_settings_there_is_no_such_page(client: CheckedClient) -> None:
    assert client.get(BEGIN).status_code == 404
    assert client.get(f"{BEGIN}/back?code=1&state=2").status_code == 404
    assert "council account" not in client.get("/sign-in").get_data(as_text=True)


def follow_invitation(client: CheckedClient, session: Session, person: Person) -> str:
    """The address of the provider that the page between leads to."""
    token = make_link(session, person, LinkPurpose.INVITATION, clock.now())
    session.commit()
    client.get(f"/invitation/{token}")
    page = client.send(f"/invitation/{token}/council-account", follow_redirects=True)
    assert "Use your council account" in page.get_data(as_text=True)
    address = page.get_data(as_text=True).split('class="govuk-button" href="')[1].split('"')[0]
    return address.replace("&amp;", "&")


def test_an_invitation_binds_and_from_then_on_lets_in(
    provider: IdentityProvider, app: Flask, session: Session, person
) -> None:
    invited, client = person(Role.QA_LEAD), app.test_client()
    provider.tell(claims={"email": "another@council.example"})
    back = provider.press_button(follow_invitation(client, session, invited))
    assert client.get(back).location == "/"
    session.refresh(invited)
    assert (invited.sso_tenant, invited.sso_object) == (TENANT, OBJECT)
    actions = session.scalars(select(HistoryEntry.action).order_by(HistoryEntry.id)).all()
    assert actions[-2:] == ["bound to council account", "signed in"]
    assert OBJECT not in str(session.scalars(select(HistoryEntry.detail)).all())
    assert provider.sign_in(app.test_client()).location == "/"
    assert who_is_in(session) == [invited.id, invited.id]


def test_nobody_is_bound_twice(
    provider: IdentityProvider, app: Flask, session: Session, bound: Person, person
) -> None:
    invited, client = person(Role.QA_LEAD), app.test_client()
    address = follow_invitation(client, session, invited)
    assert_refused(client.get(provider.press_button(address)), client, session, "bound elsewhere")
    session.refresh(invited)
    assert invited.sso_object is None
    provider.tell(claims={"oid": "object-2"})
    address = follow_invitation(client, session, bound)
    assert client.get(provider.press_button(address)).status_code == 403
    session.refresh(bound)
    assert bound.sso_object == OBJECT


def test_an_invitation_that_was_used_or_not_followed_now_binds_nobody(
    provider: IdentityProvider, app: Flask, session: Session, person
) -> None:
    invited, client = person(Role.QA_LEAD), app.test_client()
    address = follow_invitation(client, session, invited)
    make_link(session, invited, LinkPurpose.INVITATION, clock.now())  # takes the place of it
    session.commit()
    assert_refused(client.get(provider.press_button(address)), client, session, "link")
    follow_invitation(client, session, invited)  # and then goes another way
    assert provider.sign_in(client).status_code == 403
    session.refresh(invited)
    assert invited.sso_object is None
