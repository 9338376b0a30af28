"""A19: every write needs a CSRF token, and none is a GET."""

from __future__ import annotations

import pytest
from claims.every_page import SOME, addresses, make_full_site
from sqlalchemy import select

from audit_app.core.access import Role
from audit_app.store.tables import Base

NOTED = {"history", "history_head"}
"""A refusal, and whose identifier was read, are noted; that is no change that a person asks for."""
SEEN = {"sign_in": {"seen_at"}}


@pytest.fixture
def site(session, tmp_path):
    return make_full_site(session, tmp_path)


def contents(session):
    """Every row of every table, without what may change while somebody only looks."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in NOTED:
            continue
        columns = [c for c in table.columns if c.name not in SEEN.get(table.name, ())]
        rows = session.execute(select(*columns)).all()
        found[table.name] = sorted(repr(tuple(row)) for row in rows)
    session.rollback()
    return found


@pytest.mark.parametrize("role", Role)
def test_no_get_changes_a_row(app, session, site, signed_in, role):
    client = signed_in(site.people[role])
    client.get("/")
    before = contents(session)
    answers = [client.get(path, buffered=True) for _, path in addresses(app, site, "GET")]
    assert contents(session) == before
    assert client.get("/").status_code == 200, "nor does a GET sign anybody out"
    assert all(answer.status_code < 500 for answer in answers)
    assert sum(answer.status_code == 200 for answer in answers) >= 2


@pytest.mark.parametrize("role", SOME)
def test_no_post_is_taken_without_a_token(app, session, site, signed_in, client, role):
    sender = signed_in(site.people[role]) if role else client
    sender.get("/")
    before = contents(session)
    for rule, path in addresses(app, site, "POST"):
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 91}):
            answer = sender.post(path, data=data)
            assert answer.status_code == 400, (rule, answer.status_code)
            assert "This form could not be sent" in answer.text, rule
    assert sender.post("/sign-out").status_code == 400
    assert contents(session) == before


def test_the_token_of_one_person_is_worth_nothing_to_another(site, signed_in):
    mine, theirs = (signed_in(site.people[r]) for r in (Role.QA_LEAD, Role.SENIOR_MANAGER))
    mine.get("/"), theirs.get("/")
    assert mine.token
    assert mine.token != theirs.token
    assert theirs.post("/sign-out", data={"csrf_token": mine.token}).status_code == 400
    assert theirs.post("/sign-out", data={"csrf_token": theirs.token}).status_code == 302


def test_no_route_takes_another_writing_method(app):
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule
