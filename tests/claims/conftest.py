"""The fixtures of the web tests, for claims that are proved over HTTP."""

from __future__ import annotations

from web.conftest import (
    app,
    as_role,
    browser,
    client,
    council,
    database,
    fresh_app,
    person,
    session,
    settings,
    shared_app,
    signed_in,
)

__all__ = [
    "app",
    "as_role",
    "browser",
    "client",
    "council",
    "database",
    "fresh_app",
    "person",
    "session",
    "settings",
    "shared_app",
    "signed_in",
]
