"""A site on a database of its own, with the repository's question banks published."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient

from audit_app import clock
from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.passwords import hash_password
from audit_app.question_banks.read import read_folder
from audit_app.store.database import Database
from audit_app.store.instruments import publish_library
from audit_app.store.people import add_person
from audit_app.store.tables import Base, Person
from audit_app.web.app import create_app

PASSWORD = "a long pass phrase"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    """A database file with schema and published banks, to be copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        publish_library(session, read_folder(), at=clock.now())
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, reckoned once."""
    return hash_password(PASSWORD)


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    """This test's database."""
    path = tmp_path / "audit.db"
    shutil.copy(empty_database, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session of the test's own; commit what pages are to see."""
    with database.sessions() as session:
        yield session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a site over plain http."""
    return Settings(
        database_url="sqlite://",
        instance=tmp_path,
        secret_key="an unlikely test secret 5Q",
        council="Anywhere Council",
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """The site."""
    app = create_app(settings, database)
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def person(session: Session, password_hash: str) -> Callable[..., Person]:
    """A factory of people: `person(Role.QA_LEAD, team="North")`."""

    def make(*roles: Role, team: str | None = None, email: str = "", name: str = "") -> Person:
        address = email or f"{secrets.token_hex(4)}@council.example"
        made = add_person(
            session,
            email=address,
            name=name or "Pat Example",
            roles=roles,
            team=team,
            password_hash=password_hash,
            at=clock.now(),
        )
        session.commit()
        return made

    return make


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Person], CheckedClient]:
    """A client with this person's session, without the cost of the password."""

    def sign_in(person: Person) -> CheckedClient:
        client = app.test_client()
        now = int(clock.now().timestamp())
        with client.session_transaction() as values:
            values["_user_id"] = person.fs_uniquifier
            values["_fresh"] = True
            values["signed_in_at"] = values["seen_at"] = now
        return client

    return sign_in


@pytest.fixture
def as_role(person, signed_in) -> Callable[..., CheckedClient]:
    """A client signed in as a new person with these roles."""
    return lambda *roles, **more: signed_in(person(*roles, **more))
