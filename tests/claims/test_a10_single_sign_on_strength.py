"""Claim A10, single sign-on: the provider asks for a second factor, and its word is checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from identity_provider.process import (
    BEGIN,
    OBJECT,
    IdentityProvider,
    provider,
    running_provider,
)
from identity_provider.server import TENANT
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.tables import Person, SignIn

__all__ = ["provider", "running_provider"]
AGAIN = f"{BEGIN}?again=1&next=/account"


@pytest.fixture
def bound(session: Session, person: Callable[..., Person]) -> Person:
    """Somebody whose account is bound to the council account that the provider vouches for."""
    made = person(Role.QA_LEAD)
    made.sso_tenant, made.sso_object = TENANT, OBJECT
    session.commit()
    return made


def sign_ins(session: Session) -> list[SignIn]:
    session.expire_all()
    session.rollback()
    return list(session.scalars(select(SignIn).order_by(SignIn.id)))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"amr": ["pwd"]},
        {"amr": []},
        {"amr": "pwd"},
        {"amr": {"mfa": True}},
        {"amr": ["not mfa"]},
        {"amr": [["mfa"]]},
        {"acr": "1"},
        {"acrs": ["c9"]},
        {"AMR": ["mfa"]},
    ],
)
def test_a_weak_sign_in_at_the_provider_is_not_enough(
    said: dict, provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    provider.tell(claims={"amr": None} | said)
    assert provider.sign_in(client).status_code == 403
    assert sign_ins(session) == []


@pytest.mark.parametrize(
    "said",
    [{"amr": ["pwd", "mfa"]}, {"amr": "mfa"}, {"acr": "mfa"}, {"acrs": ["c1"]}, {"acr": "c1"}],
)
def test_a_strong_one_is_and_no_code_is_asked_for(
    said: dict,
    provider: IdentityProvider,
    app: Flask,
    client: CheckedClient,
    bound: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strict = replace(provider.settings, strength=("mfa", "c1"))
    monkeypatch.setitem(app.config, "SINGLE_SIGN_ON", strict)
    provider.tell(claims={"amr": None} | said)
    assert provider.sign_in(client).location == "/"
    assert client.get("/").status_code == 200
    wanted = json.loads(provider.seen()["claims"])
    assert wanted == {"id_token": {"acrs": {"essential": True, "value": "c1"}}}


def test_confirming_asks_the_provider_to_ask_again(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    provider.sign_in(client)
    session.execute(update(SignIn).values(confirmed_at=clock.now() - timedelta(hours=1)))
    session.commit()
    assert provider.sign_in(client, AGAIN).location == "/account"
    seen = provider.seen()
    assert (seen["prompt"], seen["max_age"]) == ("login", "0")
    (only,) = sign_ins(session)
    assert clock.now() - only.confirmed_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"auth_time": None}},
        {"from_now": {"auth_time": -3600}},
        {"claims": {"oid": "object-2"}},
        {"claims": {"oid": "object-3"}},
        {"claims": {"amr": ["pwd"]}},
    ],
)
def test_confirming_without_being_asked_anew_or_by_another_changes_nothing(
    lie: dict,
    provider: IdentityProvider,
    client: CheckedClient,
    session: Session,
    bound: Person,
    person,
) -> None:
    another = person(Role.ADMINISTRATOR)
    another.sso_tenant, another.sso_object = TENANT, "object-2"
    provider.sign_in(client)
    long_ago = clock.now() - timedelta(hours=1)
    session.execute(update(SignIn).values(confirmed_at=long_ago))
    session.commit()
    provider.tell(**lie)
    assert provider.sign_in(client, AGAIN).status_code == 403
    (only,) = sign_ins(session)
    assert (only.person_id, only.confirmed_at) == (bound.id, long_ago)


def test_confirming_while_the_provider_is_away_signs_nobody_out(
    provider: IdentityProvider, client: CheckedClient, session: Session, bound: Person
) -> None:
    provider.sign_in(client)
    provider.tell(ways={"/token": "broken"})
    answer = provider.sign_in(client, AGAIN)
    assert answer.status_code == 503
    assert "you are still signed in" in answer.get_data(as_text=True)
    assert client.get("/").status_code == 200
