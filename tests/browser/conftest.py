"""A browser for each module, and a site on a database of the module's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser.real_browser import browser, serving
from factories import forget_codes
from flask import Flask

from audit_app.config import Settings
from audit_app.store.database import Database
from audit_app.web.app import create_app

__all__ = ["browser"]


@dataclass(frozen=True)
class House:
    """A served site with what stands behind it."""

    site: str
    app: Flask
    database: Database
    settings: Settings


@pytest.fixture(scope="module")
def house(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A served site on an empty, migrated SQLite database, for all tests of a module."""
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(empty_sqlite, folder / "audit.db")
    url = f"sqlite:///{folder / 'audit.db'}"
    settings = Settings(url, folder, "an unlikely test secret 5Q", council="Anywhere Council")
    database = Database(url)
    app = create_app(settings, database)
    forget_codes()
    with serving(app) as site:
        yield House(site, app, database, settings)
    database.close()
