"""D1, D2, D4, D7: each page of doing an audit in each of its states, at a desk and at 400 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from browser.audit_states import NOT_MET, REPEATED, Audits, make_audits
from browser.conftest import House
from browser.page_rules import (
    check_focus_is_seen,
    check_no_words_are_covered,
    check_rules,
    check_words_for_colours,
)
from browser.real_browser import BROWSER_MARKS
from factories import AT
from playwright.sync_api import Browser, Page, expect
from web.conftest import sign_in_to

from audit_app.core.save_order import Sending
from audit_app.store.save_stamps import places_of, save_answers_in_order
from audit_app.store.tables import Audit

pytestmark = BROWSER_MARKS

ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 × 1024 at 400 %: as wide as the narrowest phone, and not higher than a hand."""
ENTRIES = f"/asked-for/{REPEATED}"


@dataclass(frozen=True)
class State:
    """A page in one state: who opens it, where, and the button that is pressed there first.

    What comes back after the button has errors.
    """

    person: str
    path: str
    press: str = ""


def of_manager(path: str, press: str = "") -> State:
    return State("manager", path, press)


STATES: dict[str, State] = {
    "task list, not started": of_manager("/audits/{new}"),
    "task list, in progress": of_manager("/audits/{begun}"),
    "task list, ready to submit": of_manager("/audits/{whole}"),
    "task list, returned": of_manager("/audits/{returned}"),
    "section, empty": of_manager("/audits/{new}/sections/sup_main"),
    "section, evidence asked for": of_manager("/audits/{begun}/sections/sup_main"),
    "section, follow-ups hidden": of_manager("/audits/{begun}/sections/chron_main"),
    "section, saved with errors": of_manager("/audits/{faulty}/sections/chron_main"),
    "section, sent with errors": of_manager(
        "/audits/{faulty}/sections/chron_main", "Save and continue"
    ),
    "section, by a Change link": of_manager(
        "/audits/{faulty}/sections/chron_main?then=check#chron_last_entry", "Save and continue"
    ),
    "section, complete": of_manager("/audits/{whole}/sections/sup_main"),
    "section, returned": of_manager("/audits/{returned}/sections/chron_main"),
    "section, of an entry": of_manager(f"/audits/{{begun}}/sections/{REPEATED}.1"),
    "entries, not said yet": of_manager(f"/audits/{{new}}{ENTRIES}"),
    "entries, without a name": of_manager(f"/audits/{{new}}{ENTRIES}", "Add"),
    "entries, one named": of_manager(f"/audits/{{begun}}{ENTRIES}"),
    "entry, to rename": of_manager(f"/audits/{{begun}}{ENTRIES}/1"),
    "entry, to remove": of_manager(f"/audits/{{begun}}{ENTRIES}/1/remove"),
    "files of the audit": of_manager("/audits/{begun}/attachments"),
    "files, none was chosen": of_manager("/audits/{begun}/attachments", "Attach the file"),
    "files of a question": of_manager("/audits/{begun}/questions/sup_challenge/attachments"),
    "judgement, nothing to grade": of_manager("/audits/{new}/judgement"),
    "judgement, to be given": of_manager("/audits/{begun}/judgement"),
    "judgement, a grade differs": of_manager("/audits/{whole}/judgement"),
    "judgement, returned": of_manager("/audits/{returned}/judgement"),
    "answers, much is missing": of_manager("/audits/{begun}/check"),
    "answers, refused": of_manager("/audits/{begun}/check", "Submit audit"),
    "answers, complete": of_manager("/audits/{whole}/check"),
    "actions, one proposed": of_manager("/audits/{begun}/actions"),
    "actions, nothing was said": of_manager("/audits/{begun}/actions", "Propose it"),
    "audit, submitted": of_manager("/audits/{done}"),
    "audit, just submitted": of_manager("/audits/{done}/submitted"),
    "audit, withdrawn": of_manager("/audits/{withdrawn}"),
    "audit, with a reply": of_manager("/audits/{replied}"),
    "audit, version that was returned": of_manager(
        "/second-readings/of-audit/{returned}/versions/1"
    ),
    "concern, of one audit": of_manager("/concerns/new?audit={begun}"),
    "concern, nothing was said": of_manager("/concerns/new", "Tell them now"),
    "concern, raised": of_manager("/concerns/raised/{raised}"),
    "concern, to be answered": State("lead", "/concerns/{raised}"),
    "concern, no answer was said": State("lead", "/concerns/{raised}", "Acknowledge: I act on it"),
    "home, under a concern's banner": State("lead", "/"),
    "action, of its owner": State("owner", "/actions/{action}"),
    "action, nothing was said": State("owner", "/actions/{action}", "It is done"),
    "reply, to be written": State("practitioner", "/replies/{unreplied}"),
    "reply, nothing was written": State("practitioner", "/replies/{unreplied}", "Send reply"),
    "reply, sent": State("practitioner", "/replies/{replied}"),
    "dispute": State("lead", "/replies/disputes/{dispute}"),
    "dispute, not answered": State("lead", "/replies/disputes/{dispute}", "Answer the dispute"),
    "second reading, not started": State("reader", "/audits/{reading}"),
    "second reading, a section": State("reader", "/audits/{reading}/sections/sup_main"),
    "second reading, still blind": State("reader", "/second-readings/{blind}"),
    "second reading, submitted": State("reader", "/audits/{compared_reading}/submitted"),
    "both readings": State("reader", "/second-readings/{compared}"),
    "both readings, not settled": State(
        "reader", "/second-readings/{compared}", "Agree on these grades"
    ),
    "both readings, no comment": State(
        "reader", "/second-readings/{compared}", "Return with these comments"
    ),
}


@pytest.fixture(scope="module")
def audits(house: House) -> Audits:
    """An audit in each state."""
    with house.database.session() as session:
        return make_audits(session)


@pytest.fixture(scope="module")
def page_of(browser: Browser, house: House, audits: Audits) -> Iterator[Callable[[str], Page]]:
    """Each person's page, signed in once."""
    pages: dict[str, Page] = {}

    def open_for(name: str) -> Page:
        if name not in pages:
            pages[name] = signed_in_page(browser, house, audits.people[name])
        return pages[name]

    yield open_for
    for page in pages.values():
        page.context.close()


def signed_in_page(browser: Browser, house: House, person, **options) -> Page:
    """A page in a context of its own, with the cookie of a sign-in."""
    client = sign_in_to(house.app, person)
    cookie = client.get_cookie("session")
    context = browser.new_context(**options)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": house.site}])
    page = context.new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    return page


@pytest.mark.parametrize("name", STATES)
def test_a_page_keeps_the_rules(page_of, house, audits, name):
    state = STATES[name]
    page = page_of(state.person)
    page.goto(house.site + state.path.format(**audits.ids))
    if state.press:
        page.get_by_role("button", name=state.press, exact=True).click()
        check_errors(page)
    check_page(page)


def test_a_save_that_met_anothers_keeps_the_rules(page_of, house, audits):
    page = page_of("manager")
    page.goto(house.site + "/audits/{new}/sections/sup_main".format(**audits.ids))
    with house.database.session() as session:
        audit = session.get_one(Audit, audits.ids["new"])
        draft = replace(NOT_MET, evidence="Saved meanwhile.")
        read = {
            id_: place.base for id_, place in places_of(session, audit, ["sup_challenge"]).items()
        }
        other = Sending("another-window", 1)
        save_answers_in_order(session, audit.auditor, audit, [draft], read, other, at=AT)
    page.locator("#sup_challenge").focus()
    page.keyboard.press("e")
    page.keyboard.type("Typed here.")
    page.get_by_role("button", name="Save and continue").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Somebody saved this meanwhile", timeout=15_000)
    check_page(page)
    page.get_by_role("button", name="Save and continue").click()
    check_errors(page)
    check_page(page)


def test_a_refused_file_and_words_that_name_somebody_keep_the_rules(page_of, house, audits):
    page = page_of("manager")
    page.goto(house.site + "/audits/{begun}/attachments".format(**audits.ids))
    page.set_input_files("#file", {"name": "a.exe", "mimeType": "", "buffer": b"MZ\x90\x00"})
    page.get_by_role("button", name="Attach the file").click()
    check_errors(page)
    check_page(page)
    page.goto(house.site + "/audits/{begun}/judgement".format(**audits.ids))
    page.fill("#done_well", "Worker 1 rang 020 7946 0000 each week.")
    page.locator("#difference_made").focus()
    expect(page.locator("#done_well-words .app-words__said")).to_be_visible()
    check_page(page)


def test_what_stands_beside_the_questions_works_without_scripts(browser, house, audits):
    page = signed_in_page(browser, house, audits.people["manager"], java_script_enabled=False)
    at = house.site + "/audits/{begun}".format(**audits.ids)
    page.goto(at + ENTRIES)
    page.fill("#label", "Grandfather")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Answer for Grandfather").click()
    page.get_by_label("Met", exact=True).first.check()
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.locator("main")).to_contain_text("1 of 2 answered")
    page.goto(f"{at}/questions/sup_challenge/attachments")
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "", "buffer": b"What was seen"})
    page.get_by_role("button", name="Attach the file").click()
    expect(page.get_by_role("link", name="a.txt")).to_be_visible()
    page.goto(f"{at}/actions")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Write what is to be done")
    page.get_by_label("What is to be done").fill("Write the plan anew")
    page.get_by_label("Who does it").select_option(label="Action Owner (action owner)")
    for label, words in (("Day", "15"), ("Month", "1"), ("Year", "2027")):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("main")).to_contain_text("Write the plan anew")
    page.get_by_role("link", name="Immediate concern for a child’s safety").click()
    page.get_by_label("What did you see that cannot wait?").fill("A bruise.")
    page.get_by_role("button", name="Tell them now").click()
    expect(page.locator("main")).to_contain_text("1 person is being told by mail now.")
    page.context.close()


def check_page(page: Page) -> None:
    """What each page keeps, at a desk and zoomed."""
    assert page.locator("form:not([novalidate])").count() == 0
    check_words_for_colours(page)
    check_rules(page)
    desk = page.viewport_size
    page.set_viewport_size(ZOOMED)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
    check_rules(page)
    check_no_words_are_covered(page)
    check_focus_is_seen(page)
    page.set_viewport_size(desk)
    assert page.faults == []


def check_errors(page: Page) -> None:
    """The summary has the focus; each of its links leads to a control with its words beside it."""
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    links = page.locator(".govuk-error-summary a")
    assert links.count()
    for link in links.all():
        target = (link.get_attribute("href") or "").rpartition("#")[2]
        if page.url.endswith("/check"):  # what is missing stands on other pages
            continue
        link.click()
        expect(page.locator(f'[id="{target}"]')).to_be_focused()
        words = link.inner_text()
        assert page.locator(".govuk-error-message", has_text=words).count(), words
