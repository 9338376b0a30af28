"""A17: `__Host-` cookies under TLS, HSTS, nosniff, a referrer policy and no-store, always."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims.every_page import SOME, addresses, make_full_site
from factories import PASSWORD
from flask import abort

from audit_app.core.access import Permission, Role
from audit_app.web import access
from audit_app.web.app import create_app

HTTPS = {"base_url": "https://localhost"}


def check_headers(answer, *, stored=False):
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    if not stored:
        assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers
    for cookie in headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=" in cookie, cookie
        assert "SameSite=None" not in cookie, cookie
        assert "Domain=" not in cookie, cookie


def check_secure(answer):
    """What TLS adds."""
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-"), cookie
        assert "Secure" in cookie, cookie
        assert "Path=/" in cookie, cookie


@pytest.mark.parametrize("role", SOME)
def test_every_answer_of_every_route(app, session, client, signed_in, role, tmp_path):
    site = make_full_site(session, tmp_path)
    sender = signed_in(site.people[role]) if role else client
    seen = set()
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        walked = "POST" if method == "PUT" else "GET" if method == "OPTIONS" else method
        for rule, path in addresses(app, site, walked):
            answer = sender.open(path, method=method, buffered=True)
            check_headers(answer, stored=rule.endpoint == "static")
            seen.add(answer.status_code)
    answer = sender.get("/nowhere")
    check_headers(answer)
    assert seen >= {200, 302 if role is None else 404, 400, 405}


@pytest.fixture
def secure(settings, database):
    """A site behind TLS."""
    return create_app(
        replace(settings, secure_cookies=True, site_url="https://localhost"), database
    )


def test_every_answer_over_tls(secure, session, tmp_path):
    site = make_full_site(session, tmp_path)
    client, statuses, cookies = secure.test_client(), set(), 0
    for method in ("GET", "POST"):
        for rule, path in addresses(secure, site, method):
            answer = client.open(path, method=method, buffered=True, **HTTPS)
            check_headers(answer, stored=rule.endpoint == "static")
            check_secure(answer)
            statuses.add(answer.status_code)
            cookies += len(answer.headers.getlist("Set-Cookie"))
    assert statuses >= {200, 302, 400}
    assert cookies


@pytest.mark.parametrize("password", [PASSWORD, "a wrong one entirely"])
def test_cookies_of_signing_in_over_tls(secure, person, password):
    lead = person(Role.QA_LEAD)
    client = secure.test_client()
    page = client.get("/sign-in", **HTTPS).text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "email": lead.email, "password": password},
        headers={"Referer": "https://localhost/sign-in"},
        **HTTPS,
    )
    assert answer.status_code == (302 if password == PASSWORD else 200)
    check_headers(answer)
    check_secure(answer)
    if password == PASSWORD:
        assert answer.headers.getlist("Set-Cookie")
        follow = client.get(answer.location, **HTTPS)
        check_headers(follow)
        check_secure(follow)


@pytest.mark.parametrize("status", [403, 404, 413, 418, 500, 503])
def test_errors_carry_them_too(settings, database, monkeypatch, status):
    app = create_app(replace(settings, secure_cookies=True), database)
    monkeypatch.setattr(access, "OPEN_ENDPOINTS", access.OPEN_ENDPOINTS | {"faulty"})
    app.add_url_rule("/faulty", "faulty", lambda: abort(status) if status != 500 else 1 / 0)
    answer = app.test_client().get("/faulty", **HTTPS)
    assert answer.status_code == status
    check_headers(answer)
    check_secure(answer)


def test_a_refused_page_and_a_redirect_carry_them(fresh_app, person, signed_in):
    fresh_app.add_url_rule("/lead", "lead", access.requires(Permission.MANAGE_CYCLES)(lambda: "x"))
    answer = fresh_app.test_client().get("/lead")
    assert answer.status_code == 302
    check_headers(answer)
