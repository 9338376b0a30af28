"""Role by route by method: what the running application allows, read from itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from audit_app.core.access import Permission, Reach, Role, reach_of
from audit_app.web.access import OPEN_ENDPOINTS, SHUT_ENDPOINTS, declared_permission

#: What a browser asks for by itself beside GET; they are answered as GET is.
_SILENT = {"HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Line:
    """Whether a role may send this method to this route; `role` None: nobody is signed in.

    `permission` None: open to everybody. `reach`: of which objects; others answer 404.
    """

    role: Role | None
    route: str
    endpoint: str
    method: str
    permission: Permission | None
    reach: Reach | None
    allowed: bool


def lines_of(app: Flask) -> list[Line]:
    """Every role at every route with every method, by route, method and role."""
    lines = [
        _line(app, role, rule.rule, rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in SHUT_ENDPOINTS
        for method in (rule.methods or set()) - _SILENT
        for role in (None, *Role)
    ]
    roles = [None, *Role]
    return sorted(lines, key=lambda one: (one.route, one.method, roles.index(one.role)))


def _line(app: Flask, role: Role | None, route: str, endpoint: str, method: str) -> Line:
    if endpoint in OPEN_ENDPOINTS:
        return Line(role, route, endpoint, method, None, None, allowed=True)
    permission = declared_permission(app, endpoint)
    reach = reach_of(role, permission) if role is not None and permission is not None else None
    return Line(role, route, endpoint, method, permission, reach, allowed=reach is not None)
