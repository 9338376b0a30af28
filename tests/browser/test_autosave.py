"""Typing is saved by itself: through a killed server, an ended session, a second window."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from browser.real_browser import BROWSER_MARKS, choose, enter, leave, sign_in
from factories import SECRET, forget_codes, make_council, shipped_library
from playwright.sync_api import expect
from sqlalchemy import select

from audit_app import clock
from audit_app.store.audits import audits_of
from audit_app.store.database import Database
from audit_app.store.instruments import publish_library
from audit_app.store.sign_ins import end_sign_ins
from audit_app.store.tables import Audit, Person, RecordedAnswer

pytestmark = BROWSER_MARKS
BOX = "#sup_challenge_evidence"
SAVED = re.compile(r"^Saved \d\d:\d\d$")


def environment(folder: Path) -> dict[str, str]:
    """A site of its own, with the secret that the tests' authenticators are kept with."""
    own = {"AUDIT_APP_INSTANCE": str(folder), "AUDIT_APP_SECRET_KEY": SECRET}
    return {k: v for k, v in os.environ.items() if not k.startswith("AUDIT_APP_")} | own


class Site:
    """A served site in a process of its own, which a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "audit_app.cli", "serve", "--no-worker", "--port"]
        self.process = subprocess.Popen(
            [*command, str(self.port)],
            env=environment(self.folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self.url}/sign-in", timeout=2)
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the site did not start")

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    subprocess.run(
        [sys.executable, "-m", "audit_app.cli", "migrate"], env=environment(folder), check=True
    )
    database = Database(f"sqlite:///{folder / 'audit.db'}")
    with database.session() as session:
        publish_library(session, shipped_library(), at=clock.now())
        make_council(session)
    database.close()
    forget_codes()
    served = Site(folder)
    served.start()
    yield served
    served.kill()


@pytest.fixture
def database(site):
    database = Database(f"sqlite:///{site.folder / 'audit.db'}")
    yield database
    database.close()


@pytest.fixture
def audit_path(database):
    with database.sessions() as session:
        audit = session.scalars(select(Audit).order_by(Audit.id)).first()
        return f"/audits/{audit.id}/sections/sup_main"


@pytest.fixture
def page(browser, site, database, audit_path):
    with database.sessions() as session:
        audit = session.get(Audit, int(audit_path.split("/")[2]))
        email = session.get(Person, audit.auditor_id).email
        assert audits_of(session, audit.auditor)
    page = sign_in(browser, site.url, email)
    page.email = email
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(site.url + audit_path)
    return page


def kept(database, question="sup_challenge"):
    with database.sessions() as session:
        row = session.scalars(
            select(RecordedAnswer).where(RecordedAnswer.question_id == question)
        ).first()
        return row.evidence if row else None


def state(page):
    return page.locator("[data-save-state]")


def test_a_server_killed_in_the_middle_of_typing_loses_nothing_acknowledged(
    site, page, database, audit_path
):
    acknowledged = []
    page.on("response", lambda answer: acknowledged.extend(evidence_in(answer)))
    choose(page, "sup_challenge", "Not met")
    box = page.locator(BOX)
    box.press_sequentially("The notes of June list tasks")
    until(page, lambda: acknowledged and acknowledged[-1] == box.input_value())

    box.press_sequentially(" and nobody asks why, from week to week", delay=40)
    site.kill()
    box.press_sequentially("; the plan stays", delay=20)
    expect(state(page)).to_have_text("Not saved: kept here, trying again", timeout=10_000)
    page.wait_for_timeout(200)
    whole = box.input_value()
    assert whole.startswith(kept(database))
    assert kept(database).startswith(acknowledged[-1])

    page.get_by_role("button", name="Save and continue").click()
    expect(box).to_be_visible()  # the page is not left with words unsaved
    site.start()
    expect(state(page)).to_have_text(SAVED, timeout=40_000)
    until(page, lambda: kept(database) == whole)
    page.context.close()  # the browser's console tells of the server that was away


def test_who_was_signed_out_signs_in_beside_the_page_and_it_saves(site, page, database):
    with database.session() as session:
        end_sign_ins(session, _person(session, page.email), at=clock.now())
    page.locator(BOX).fill("Typed after the session had ended")
    expect(state(page)).to_contain_text("you have been signed out", timeout=10_000)
    link = state(page).get_by_role("link").element_handle()
    with page.expect_event("requestfinished", timeout=10_000):
        pass  # a try that is in vain, meanwhile
    page.wait_for_timeout(200)
    assert link.evaluate("link => link.isConnected"), "a link that is renewed loses a press on it"
    with page.context.expect_page() as opened:
        link.click()
    beside = opened.value
    enter(beside, page.email)
    beside.wait_for_url(f"{site.url}/**")
    beside.close()
    expect(state(page)).to_have_text(SAVED, timeout=40_000)
    assert kept(database) == "Typed after the session had ended"
    page.context.close()


def test_two_windows_see_both_texts_and_keep_one(site, page, database, audit_path):
    other = page.context.new_page()
    other.goto(site.url + audit_path)
    page.locator(BOX).fill("What this window says")
    expect(state(page)).to_have_text(SAVED, timeout=10_000)
    other.locator(BOX).fill("What the other window says")
    expect(other.locator(".app-place-conflict")).to_be_visible(timeout=10_000)
    assert kept(database) == "What this window says"
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Somebody saved this meanwhile")
    expect(other.locator("main")).to_contain_text("What this window says")
    other.get_by_label("Keep mine instead").check()
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_role("heading", level=1)).not_to_contain_text("meanwhile")
    assert kept(database) == "What the other window says"
    leave(page)


def test_an_interval_is_counted_as_its_dates_are_typed(page):
    question = page.locator('[data-question="sup_recorded_at_once"]')
    for box, word in zip(
        question.locator("input[inputmode=numeric]").all(),
        ("2", "4", "2026", "8", "4", "2026"),
        strict=True,
    ):
        box.fill(word)
    # From Maundy Thursday over Good Friday, the weekend and Easter Monday.
    expect(question.locator("[data-result]")).to_contain_text("2 working days", timeout=10_000)
    leave(page)


def evidence_in(answer):
    """The evidence that an autosave sent, where the server has acknowledged it."""
    if answer.ok and answer.url.endswith("/autosave"):
        yield from parse_qs(answer.request.post_data or "").get(BOX[1:], [])


def until(page, holds):
    """Wait until something holds, for 15 seconds at most."""
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to hold")


def _person(session, email):
    return session.scalars(select(Person).where(Person.email == email)).one()
