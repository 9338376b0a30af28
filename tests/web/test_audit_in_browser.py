"""The audit form in a real Chromium: with scripts, without them, on a phone, by axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.real_browser import BROWSER_MARKS, choose, leave, serving, sign_in
from playwright.sync_api import expect

from audit_app.store.audits import audits_of

pytestmark = BROWSER_MARKS


@pytest.fixture
def site(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def page(browser, site, council):
    page = sign_in(browser, site, council.managers[0].email)
    yield page
    leave(page)


def test_follow_ups_show_and_hide_as_one_answers(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/chron_main")
    follow_up = page.locator('[data-question="chron_up_to_date"]')
    expect(follow_up).to_be_hidden()
    choose(page, "chron_place", "In the agreed place")
    expect(follow_up).to_be_visible()
    choose(page, "chron_place", "There is none")
    expect(follow_up).to_be_hidden()


def test_the_evidence_box_opens_when_it_is_needed(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    box = page.locator("#sup_challenge_evidence")
    expect(box).to_be_hidden()
    choose(page, "sup_challenge", "Met")
    expect(box).to_be_hidden()
    choose(page, "sup_challenge", "Not recorded on the file")
    expect(box).to_be_visible()
    page.locator('[data-question="sup_file_signed"] .app-show-evidence').click()
    expect(page.locator("#sup_file_signed_evidence")).to_be_focused()


def test_a_typed_answer_opens_its_box_as_soon_as_it_falls_short(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    question = page.locator('[data-question="sup_weeks_between"]')
    question.locator("#sup_weeks_between").fill("3")
    question.get_by_role("button", name="Add good practice").wait_for()
    expect(question.locator("textarea")).to_be_hidden()
    question.locator("#sup_weeks_between").fill("40")
    expect(question.get_by_label("What you saw")).to_be_visible()


def test_good_practice_is_one_step_from_a_met_answer(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    question = page.locator('[data-question="sup_challenge"]')
    choose(page, "sup_challenge", "Met")
    question.get_by_role("button", name="Add good practice").click()
    box = question.get_by_label("What was good practice here?")
    expect(box).to_be_focused()
    box.fill("She asks what his day is like.")
    choose(page, "sup_challenge", "Partly met")
    expect(question.get_by_label("What you saw")).to_have_value("She asks what his day is like.")
    choose(page, "sup_challenge", "Met")
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("link", name="Judgement").click()
    page.get_by_role("button", name="Begin the box below with these").click()
    expect(page.locator("#done_well")).to_have_value("She asks what his day is like.")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")


def test_a_link_leads_to_a_box_that_was_put_away(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main#sup_challenge_evidence")
    expect(page.locator("#sup_challenge_evidence")).to_be_focused()


def test_the_reason_is_asked_for_where_the_grade_differs(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    choose(page, "sup_challenge", "Met")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()
    page.goto(f"{site}/audits/{audit.id}/judgement")
    reason = page.locator("#reason_supervision")
    expect(reason).to_be_hidden()
    page.locator("#grade_supervision-4").check()
    expect(reason).to_be_visible()
    page.locator("#grade_supervision").check()
    expect(reason).to_be_hidden()


def test_what_is_saved_already_is_left_at_one_press(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    choose(page, "sup_challenge", "Met")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved", timeout=15_000)
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Role of males")


def test_an_unreadable_date_is_summed_up_with_focus(page, site, audit):
    page.goto(f"{site}/audits/{audit.id}/sections/sup_main")
    page.fill("#sup_recorded_at_once", "31")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#sup_recorded_at_once")).to_be_focused()
    expect(page.locator("#sup_recorded_at_once")).to_have_value("31")


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_breaks_a_rule_of_axe_or_scrolls_sideways(browser, site, council, audit, width):
    page = sign_in(
        browser, site, council.managers[0].email, viewport={"width": width, "height": 900}
    )
    sections = ("voice_heard", "chron_main", "signoff_main", "sup_main", "males_main")
    paths = ["/", f"/audits/{audit.id}", f"/audits/{audit.id}/judgement"]
    paths += [f"/audits/{audit.id}/check", *(f"/audits/{audit.id}/sections/{k}" for k in sections)]
    for path in paths:
        page.goto(site + path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    leave(page)


def test_an_audit_page_works_without_scripts(browser, site, council, audit):
    page = sign_in(browser, site, council.managers[0].email, java_script_enabled=False)
    page.goto(f"{site}/audits/{audit.id}/sections/chron_main")
    expect(page.locator('[data-question="chron_up_to_date"]')).to_be_visible()
    expect(page.locator("#chron_cumulative_evidence")).to_be_visible()
    choose(page, "chron_cumulative", "Partly met")
    page.fill("#chron_cumulative_evidence", "Two incidents stand apart")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and come back later").click()
    page.goto(f"{site}/audits/{audit.id}/sections/chron_main")
    expect(page.locator("#chron_cumulative-2")).to_be_checked()
    expect(page.locator("#chron_cumulative_evidence")).to_have_value("Two incidents stand apart")
    page.context.close()
