"""A site on a database of its own, with the repository's question banks published."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.real_browser import browser
from factories import (
    SECRET,
    Council,
    forget_codes,
    give_authenticator,
    make_council,
    password_hash,
    publish_shipped,
)
from flask import Flask
from flask import session as flask_session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient

from audit_app import clock
from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.store.database import Database
from audit_app.store.people import add_person
from audit_app.store.sign_ins import begin_sign_in
from audit_app.store.tables import Person, SignInMethod
from audit_app.web.app import create_app
from audit_app.web.guessing import Guesses
from audit_app.web.signed_in import TOKEN

__all__ = ["browser"]


@pytest.fixture
def database(database: Database) -> Database:
    """This test's database, with the shipped banks published."""
    with database.session() as session:
        publish_shipped(session)
    return database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session of the test's own; commit what pages are to see."""
    with database.sessions() as session:
        yield session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a site over plain http."""
    return Settings("sqlite://", tmp_path, SECRET, council="Anywhere Council")


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One site for all tests, since compiling its templates takes long."""
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(
        Settings("sqlite://", folder, SECRET, "Anywhere Council"), Database("sqlite://")
    )
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def app(shared_app: Flask, database: Database, tmp_path: Path) -> Flask:
    """The site on this test's database."""
    shared_app.extensions["database"] = database
    shared_app.config["INSTANCE"] = tmp_path
    shared_app.extensions["guesses"] = Guesses(shared_app)
    forget_codes()
    return shared_app


@pytest.fixture
def fresh_app(settings: Settings, database: Database) -> Flask:
    """A site of the test's own, whose settings and addresses it may change."""
    app = create_app(settings, database)
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def person(session: Session) -> Callable[..., Person]:
    """A factory of people: `person(Role.QA_LEAD, team="North")`."""

    def make(*roles: Role, team: str | None = None, email: str = "", name: str = "") -> Person:
        address = email or f"{secrets.token_hex(4)}@council.example"
        made = add_person(
            session,
            email=address,
            name=name or "Pat Example",
            roles=roles,
            team=team,
            password_hash=password_hash(),
            at=clock.now(),
        )
        give_authenticator(made)
        session.commit()
        return made

    return make


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Person], CheckedClient]:
    """A client with this person's session, without the cost of the password."""
    return lambda person: sign_in_to(app, person)


@pytest.fixture
def as_role(person, signed_in) -> Callable[..., CheckedClient]:
    """A client signed in as a new person with these roles."""
    return lambda *roles, **more: signed_in(person(*roles, **more))


@pytest.fixture
def council(session: Session) -> Council:
    """A QA lead, three managers with two case files each, nothing answered yet."""
    made = make_council(session)
    session.commit()
    return made


def sign_in_to(app: Flask, person: Person) -> CheckedClient:
    """A client of a site, with a sign-in of this person, without the cost of the password."""
    client = app.test_client()
    database: Database = app.extensions["database"]
    with database.session() as session:
        token = begin_sign_in(
            session,
            person,
            method=SignInMethod.PASSWORD_AND_CODE,
            device="A test",
            at=clock.now(),
        )
    with app.test_request_context():
        client.token = generate_csrf()
        known = dict(flask_session)
    with client.session_transaction() as values:
        values.update(known, _user_id=person.fs_uniquifier, _fresh=True)
        values[TOKEN] = token
    return client
