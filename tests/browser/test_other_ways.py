"""The audit form without scripts, by buttons alone; its letter keys. See also test_by_keyboard."""

from __future__ import annotations

import pytest
from browser.conftest import House
from browser.manager_steps import EVIDENCE, answer_section, judge, question, save
from browser.real_browser import BROWSER_MARKS, leave, sign_in
from factories import drafts_for, make_council
from playwright.sync_api import expect

from audit_app.store.audits import audits_of, record_answers
from audit_app.store.instruments import load_form
from audit_app.store.tables import Person

pytestmark = BROWSER_MARKS


@pytest.fixture(scope="module")
def managers(house: House) -> tuple[Person, ...]:
    """Three managers with two case files each; the second has answered all but one section."""
    with house.database.session() as session:
        council = make_council(session)
        audit = audits_of(session, council.managers[1])[0]
        form = load_form(audit.form_version)
        drafts = [one for one in drafts_for(form) if not one.question_id.startswith("sup_")]
        record_answers(session, audit, drafts, at=audit.cycle.opened_at)
        return council.managers


def test_an_audit_is_submitted_by_buttons_alone(browser, house, managers):
    page = sign_in(browser, house.site, managers[1].email, java_script_enabled=False)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Supervision recorded").click()
    answer_section(page, "sup_main")
    save(page)
    page.get_by_role("link", name="All sections").click()
    expect(page.locator("main")).to_contain_text("1 needs evidence")

    page.get_by_role("link", name="Check your answers and submit").click()
    save(page, "Submit audit")
    expect(page).to_have_title("Error: Check your answers – Case file audit")
    page.locator(".govuk-error-summary a").first.click()
    assert page.url.endswith("#sup_challenge_evidence")
    expect(page.locator("#sup_challenge_evidence")).to_be_visible()
    page.fill("#sup_challenge_evidence", EVIDENCE)
    save(page)

    page.get_by_role("link", name="All sections").click()
    page.get_by_role("link", name="Judgement").click()
    judge(page)
    save(page, "Submit audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit submitted")
    leave(page)


def test_letters_choose_while_the_focus_is_on_a_choice_and_can_be_turned_off(
    browser, house, managers
):
    page = sign_in(browser, house.site, managers[2].email)
    page.get_by_role("button", name="Start with case file").first.click()
    page.get_by_role("link", name="Supervision recorded").click()
    page.wait_for_url("**/sections/sup_main")  # with its scripts
    chosen = question(page, "sup_challenge")
    chosen.get_by_label("Met", exact=True).focus()
    page.keyboard.press("p")
    expect(chosen.get_by_label("Partly met", exact=True)).to_be_checked()
    page.keyboard.press("r")
    expect(chosen.get_by_label("Not recorded on the file", exact=True)).to_be_checked()
    page.keyboard.press("3")
    expect(chosen.get_by_label("Not met", exact=True)).to_be_checked()
    page.keyboard.press("e")
    box = page.locator("#sup_challenge_evidence")
    expect(box).to_be_focused()
    page.keyboard.type("map")
    expect(box).to_have_value("map")
    section = page.url
    save(page, "Save and come back later")

    page.goto(f"{house.site}/account")
    save(page, "Turn letter keys off")
    page.goto(section)
    chosen = question(page, "sup_challenge")
    chosen.get_by_label("Not met", exact=True).focus()
    page.keyboard.press("m")
    expect(chosen.get_by_label("Not met", exact=True)).to_be_checked()
    leave(page)
