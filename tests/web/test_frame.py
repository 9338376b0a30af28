"""The frame of the site: access of every view, headers of every answer, errors."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from claims.walking import address_of
from flask import abort
from sqlalchemy import select
from web.conftest import sign_in_to

from audit_app.core.access import Permission, Role
from audit_app.store.tables import HistoryEntry
from audit_app.web.access import SHUT_ENDPOINTS, requires
from audit_app.web.app import create_app

GENERIC = "The email address or the password is not right. Check both and try again."


def test_a_view_without_permission_is_shut(fresh_app, person):
    fresh_app.add_url_rule("/forgotten", "forgotten", lambda: "case data")
    answer = sign_in_to(fresh_app, person(Role.QA_LEAD)).get("/forgotten")
    assert answer.status_code == 403
    assert "case data" not in answer.text


def test_a_refusal_stands_in_the_history(fresh_app, person, session):
    somebody = person(Role.SUB_GROUP)
    fresh_app.add_url_rule("/lead", "lead", requires(Permission.MANAGE_CYCLES)(lambda: "x"))
    assert sign_in_to(fresh_app, somebody).get("/lead").status_code == 403
    entry = session.scalars(select(HistoryEntry)).one()
    assert (entry.person_id, entry.action, entry.subject) == (somebody.id, "refused", "lead")


def test_headers_of_every_answer(app, as_role):
    client = as_role(Role.QA_LEAD)
    answers = [
        client.get("/"),
        client.get("/nowhere"),
        client.post("/sign-out", data={}),
        app.test_client().get("/"),
        app.test_client().get("/sign-in"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 302, 200]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert rule in policy
        assert "script-src 'nonce-" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in answer.headers


def test_cookies_and_hsts_over_https(settings, database, person):
    secure = create_app(
        type(settings)(settings.database_url, settings.instance, settings.secret_key, "X", True),
        database,
    )
    answer = secure.test_client().get("/sign-in", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_nonces_differ(client):
    first, second = (client.get("/sign-in").headers["Content-Security-Policy"] for _ in "12")
    assert first != second


def test_every_post_needs_a_token(app, as_role):
    client = as_role(*Role)
    posts = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint not in SHUT_ENDPOINTS
    ]
    assert posts
    for rule in posts:
        answer = client.post(address_of(app, rule))
        assert answer.status_code == 400, rule
        assert "This form could not be sent" in answer.text


def test_no_address_writes_by_get(app):
    """A view that writes is reached by POST alone: none is both, but forms shown again."""
    for rule in app.url_map.iter_rules():
        assert not rule.methods & {"PUT", "PATCH", "DELETE"}, rule


@pytest.mark.parametrize(
    ("raised", "status", "title"),
    [
        (lambda: abort(404), 404, "Page not found"),
        (lambda: abort(413), 413, "What you sent is too large"),
        (lambda: 1 / 0, 500, "Sorry, something went wrong"),
        (lambda: abort(418), 418, "This request could not be understood"),
    ],
)
def test_error_pages(fresh_app, person, raised, status, title):
    fresh_app.add_url_rule("/faulty", "faulty", requires(Permission.SEE_HOME)(raised))
    answer = sign_in_to(fresh_app, person(Role.QA_LEAD)).get("/faulty")
    assert answer.status_code == status
    assert title in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_request_that_is_too_large_is_refused(fresh_app, person):
    fresh_app.config["MAX_CONTENT_LENGTH"] = 1000
    client = sign_in_to(fresh_app, person(Role.QA_LEAD))
    client.get("/")
    answer = client.send("/sign-out", {"text": "x" * 2000})
    assert answer.status_code == 413


def test_an_error_rolls_back_and_success_commits(fresh_app, person, session):
    from audit_app.store.people import team_named
    from audit_app.store.tables import Team
    from audit_app.web.database import db

    def good():
        team_named(db(), "kept")
        return "x"

    def bad():
        team_named(db(), "lost")
        return "x", 422

    fresh_app.add_url_rule("/good", "good", requires(Permission.SEE_HOME)(good))
    fresh_app.add_url_rule("/bad", "bad", requires(Permission.SEE_HOME)(bad))
    client = sign_in_to(fresh_app, person(Role.QA_LEAD))
    client.get("/good")
    client.get("/bad")
    assert session.scalars(select(Team.name)).all() == ["kept"]


def test_a_missing_name_in_a_template_is_a_fault(app):
    from jinja2 import UndefinedError

    for text in ("{{ nothing }}", "{{ person.nothing }}", "{% if nothing %}{% endif %}"):
        with pytest.raises(UndefinedError), app.app_context():
            app.jinja_env.from_string(text).render(person=object())
    assert app.jinja_env.from_string("{{ {}.a.b }}{{ '<' }}").render() in ("&lt;", "<")


def test_a_lost_database_still_gives_a_plain_page(fresh_app, person):
    def lose():
        raise OSError("the disk is gone")

    client = sign_in_to(fresh_app, person(Role.QA_LEAD))
    fresh_app.extensions["database"] = SimpleNamespace(sessions=lose)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Sorry, something went wrong" in answer.text
    assert "disk" not in answer.text
