"""The fixtures of the web tests, for claims that are proved over HTTP."""

from __future__ import annotations

import pytest
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

#: Walks over every address of the site: what they ask of the pages is the same on either database,
#: so `make test` walks on SQLite, and `make test-all` on PostgreSQL too.
WALKS = frozenset(
    {
        "test_a02_nobody_reaches_anothers",
        "test_a03_identifiers_are_absent",
        "test_a05_only_legal_moves",
        "test_a16_content_security_policy",
        "test_a17_headers",
        "test_a19_csrf",
        "test_a20_no_template_from_input",
        "test_bad_input",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the second walk as a long proof."""
    for item in items:
        if item.path.stem in WALKS and "postgresql" in item.name:
            item.add_marker(pytest.mark.slow)
