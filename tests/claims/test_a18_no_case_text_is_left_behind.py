"""Claim A18: what somebody types about a child stays in no browser storage, address or log.

Typed in a real Chromium, warned of, saved and moved on from; then everything that the browser keeps
and that the server wrote down is searched.
"""

from __future__ import annotations

import json
import logging

import pytest
from browser.page_rules import check_narrow, check_rules
from browser.real_browser import BROWSER_MARKS, choose, leave, serving, sign_in
from playwright.sync_api import expect
from sqlalchemy import select

from audit_app.store.audits import audits_of
from audit_app.store.tables import HistoryEntry, RecordedAnswer

pytestmark = BROWSER_MARKS

CANARY = "canaryheron"
WORDS = f"{CANARY} moved to M1 1AA"
SAID = "This seems to hold a postcode."

_KEPT = """async () => {
  const copy = store => Object.fromEntries(Object.entries(store));
  const databases = await indexedDB.databases();
  const cached = "caches" in window ? await caches.keys() : [];
  const workers = navigator.serviceWorker
    ? (await navigator.serviceWorker.getRegistrations()).length : 0;
  return {
    local: copy(localStorage), session: copy(sessionStorage), databases, cached, workers,
    cookie: document.cookie, name: window.name, state: history.state,
    entries: performance.getEntries().map(one => one.name),
  };
}"""


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def site(app):
    with serving(app) as address:
        yield address


def watch(page):
    """Every address that the browser asks for, and every one that it shows."""
    seen = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("request", lambda request: seen.append(request.headers.get("referer", "")))
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    return seen


def test_what_is_typed_stays_in_the_database_alone(
    browser, site, council, session, audit, caplog, capfd, tmp_path
):
    caplog.set_level(logging.DEBUG)
    page = sign_in(browser, site, council.managers[0].email)
    addresses, kept = watch(page), []
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    choose(page, "sup_challenge", "Not recorded on the file")
    page.fill("#sup_challenge_evidence", WORDS)
    expect(page.locator("#sup_challenge_evidence-words")).to_contain_text(SAID)
    kept.append(page.evaluate(_KEPT))
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: not url.endswith("/sup_main"))
    kept.append(page.evaluate(_KEPT))
    for path in ("judgement", "check", ""):
        page.goto(f"{site}/audits/{audit.id}/{path}".rstrip("/"))
        kept.append(page.evaluate(_KEPT))
    page.goto(f"{site}/audits/{audit.id}/judgement")
    page.fill("#done_well", WORDS)
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_url(lambda url: not url.endswith("/judgement"))
    page.go_back()
    kept.append(page.evaluate(_KEPT))
    kept.append(page.context.storage_state(indexed_db=True))
    leave(page)

    session.rollback()  # sees what was kept meanwhile
    assert session.scalar(select(RecordedAnswer.evidence)) == WORDS, "it was saved, and is searched"
    assert any("check-words" in one for one in addresses)
    assert CANARY not in json.dumps(kept)
    assert not [one for one in addresses if CANARY in one]
    assert all(one["databases"] == [] for one in kept[:-1])
    assert all(one["local"] == one["session"] == {} for one in kept[:-1])
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err + caplog.text
    for row in session.scalars(select(HistoryEntry)):
        assert CANARY not in f"{row.action} {row.subject} {row.detail}"
    for file in tmp_path.rglob("*"):
        if file.is_file() and ".db" not in file.name:
            assert CANARY.encode() not in file.read_bytes(), file.name


@pytest.mark.parametrize("width", [1280, 320])
def test_a_box_says_what_it_holds_before_it_is_saved(browser, site, council, audit, width):
    page = sign_in(
        browser, site, council.managers[0].email, viewport={"width": width, "height": 900}
    )
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    choose(page, "sup_challenge", "Not recorded on the file")
    box, said = (
        page.locator("#sup_challenge_evidence"),
        page.locator("#sup_challenge_evidence-words"),
    )
    expect(said).to_be_empty()
    expect(said).to_have_attribute("aria-live", "polite")
    box.fill(WORDS)
    box.press("Tab")
    expect(said).to_contain_text(SAID)
    expect(said).to_be_visible()
    check_rules(page)
    check_narrow(page)
    box.fill("Moved in October")
    box.press("Tab")
    expect(said).to_be_empty()
    leave(page)
