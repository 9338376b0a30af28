"""A real Chromium on a real server: what every test with a browser begins with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from factories import PASSWORD, fresh_code
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUILT = Path(__file__).parents[2] / "audit_app" / "web" / "static" / "built" / "app.css"

BROWSER_MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
    pytest.mark.skipif(not BUILT.exists(), reason="the front-end assets are not built"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of a site that is served on a free port while the block runs."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


def sign_in(browser: Browser, site: str, email: str, **options) -> Page:
    """A page in a context of its own; `faults` holds what the console and the policy say."""
    page = browser.new_context(**options).new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{site}/sign-in")
    enter(page, email)
    return page


def enter(page: Page, email: str) -> None:
    """Sign in on the page that is open: password, then code."""
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.fill("#code", fresh_code(email))
    page.get_by_role("button", name="Sign in", exact=True).click()


def leave(page: Page) -> None:
    """Close the page's context, which must have seen no fault."""
    assert page.faults == []  # a policy violation stands on the console, too
    page.context.close()


def choose(page: Page, question: str, *words: str) -> None:
    """Choose answers of a question by their labels."""
    for label in words:
        page.locator(f'[data-question="{question}"]').get_by_label(label, exact=True).check()
