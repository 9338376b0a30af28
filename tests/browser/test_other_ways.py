"""The audit form without scripts, by buttons alone, and without a mouse, by keyboard alone."""

from __future__ import annotations

import pytest
from browser.conftest import House
from browser.manager_steps import EVIDENCE, answer_section, judge, question, save
from browser.real_browser import BROWSER_MARKS, leave, sign_in
from factories import drafts_for, make_council
from playwright.sync_api import Page, expect

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


def test_a_section_is_answered_by_keyboard_alone(browser, house, managers):
    page = sign_in(browser, house.site, managers[0].email)
    tab_to(page, "Start with case file")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case file")
    tab_to(page, "Chronology")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chronology")

    pick(page, "chron_place", steps=0)  # Space chooses the first option
    type_on(page, "chron_last_entry", "14", "5", "2025")
    pick(page, "chron_up_to_date", steps=1)  # each arrow the next one
    pick(page, "chron_cumulative", steps=2)
    tab_into(page, "chron_cumulative", "textarea")
    page.keyboard.type(EVIDENCE)
    pick(page, "chron_new_incident", steps=1)
    pick(page, "chron_quality", steps=1)
    tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    # First what was typed is saved, then the page is left.
    expect(page.get_by_role("heading", level=1)).to_have_text("Manager sign-off", timeout=20_000)

    page.go_back()
    page.reload()
    for key, label in (
        ("chron_place", "In the agreed place"),
        ("chron_up_to_date", "Partly met"),
        ("chron_cumulative", "Not met"),
        ("chron_new_incident", "No"),
        ("chron_quality", "Good"),
    ):
        expect(question(page, key).get_by_label(label, exact=True)).to_be_checked()
    expect(page.locator("#chron_last_entry")).to_have_value("14")
    expect(page.locator("#chron_cumulative_evidence")).to_have_value(EVIDENCE)
    leave(page)


def test_letters_choose_while_the_focus_is_on_a_choice_and_can_be_turned_off(
    browser, house, managers
):
    page = sign_in(browser, house.site, managers[2].email)
    page.get_by_role("button", name="Start with case file").first.click()
    page.get_by_role("link", name="Supervision recorded").click()
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


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the link or button that begins with these words has the focus."""
    tab_until(page, "(here, words) => here.textContent.trim().startsWith(words)", words)


def tab_into(page: Page, key: str, control: str) -> None:
    """Press Tab until a control of this question has the focus."""
    place = f'[data-question="{key}"] {control}'
    tab_until(page, "(here, place) => here.matches(place)", place)


def tab_until(page: Page, test: str, argument: str) -> None:
    """Press Tab until the focused element passes the test; each stop must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate_handle("document.activeElement").as_element()
        assert here.is_visible()
        if here.evaluate(test, argument):
            return
    raise AssertionError(f"60 times Tab do not reach {argument}")


def pick(page: Page, key: str, *, steps: int) -> None:
    """Choose an option: Space takes the first, each arrow goes one further."""
    tab_into(page, key, "input[type=radio]")
    page.keyboard.press("Space")
    for _ in range(steps):
        page.keyboard.press("ArrowDown")


def type_on(page: Page, key: str, *words: str) -> None:
    """Type into the boxes of a date, one Tab apart."""
    tab_into(page, key, "input[inputmode=numeric]")
    page.keyboard.type(words[0])
    for word in words[1:]:
        page.keyboard.press("Tab")
        page.keyboard.type(word)
