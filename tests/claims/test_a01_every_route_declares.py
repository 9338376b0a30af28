"""Claim A1: every route declares a permission, and nobody signed in gets past the short list."""

from __future__ import annotations

from claims.walking import address_of, rules_of

from audit_app.core.access import MATRIX, Permission, Role
from audit_app.web.access import OPEN_ENDPOINTS, SHUT_ENDPOINTS, declared_permission


def test_every_route_declares_a_permission_that_somebody_has(app):
    for rule in rules_of(app):
        if rule.endpoint in OPEN_ENDPOINTS | SHUT_ENDPOINTS:
            continue
        permission = declared_permission(app, rule.endpoint)
        assert isinstance(permission, Permission), rule
        assert any(permission in given for given in MATRIX.values()), rule


def test_every_open_endpoint_is_one_that_there_is(app):
    """A name that no route bears would open whatever is called so later."""
    assert {rule.endpoint for rule in rules_of(app)} >= OPEN_ENDPOINTS


def test_nobody_signed_in_is_sent_to_sign_in_from_every_other_route(app, client, council):
    client.get("/sign-in")
    for rule in rules_of(app):
        if rule.endpoint in OPEN_ENDPOINTS | SHUT_ENDPOINTS:
            continue
        for method in sorted(rule.methods - {"OPTIONS"}):
            data = {"csrf_token": client.token} if method == "POST" else None
            answer = client.open(address_of(app, rule), method=method, data=data)
            assert answer.status_code == 302, (method, rule)
            assert answer.location.startswith("/sign-in"), (method, rule)


def test_what_asks_which_methods_there_are_learns_nothing_else(app, client):
    for rule in rules_of(app):
        if rule.endpoint not in OPEN_ENDPOINTS | SHUT_ENDPOINTS:
            answer = client.open(address_of(app, rule), method="OPTIONS")
            assert answer.status_code in (200, 302), rule
            assert answer.text == "" or answer.status_code == 302, rule


def test_what_the_library_brings_along_unused_is_not_there_for_anybody(app, client, as_role):
    everybody = as_role(*Role)
    for one in (client, everybody):
        one.get("/sign-in")
        for rule in rules_of(app):
            if rule.endpoint in SHUT_ENDPOINTS:
                for method in sorted(rule.methods - {"OPTIONS"}):
                    data = {"csrf_token": one.token} if method == "POST" else None
                    answer = one.open(address_of(app, rule), method=method, data=data)
                    assert answer.status_code == 404, (method, rule)
