"""What a senior manager does in a browser: one audit from the first answer to the last."""

from __future__ import annotations

from browser.real_browser import choose
from playwright.sync_api import Locator, Page, expect

SECTIONS = ("voice_heard", "chron_main", "signoff_main", "sup_main", "males_main")
CHOSEN: dict[str, dict[str, tuple[str, ...]]] = {
    "voice_heard": {
        "voice_allegation": ("Yes",),
        "voice_delay_reason": ("Not applicable",),
        "voice_before_approval": ("The child and the carer",),
        "voice_interpreter": ("Not applicable",),
        "voice_child_views": ("Met",),
        "voice_parent_views": ("Met",),
        "voice_difference": ("Met",),
    },
    "chron_main": {
        "chron_place": ("In the agreed place",),
        "chron_up_to_date": ("Met",),
        "chron_cumulative": ("Met",),
        "chron_new_incident": ("No",),
        "chron_quality": ("Good",),
    },
    "signoff_main": {
        "signoff_approved": ("The latest assessment and the plan",),
        "signoff_seen_checked": ("Yes",),
        "signoff_standard": ("Met",),
        "signoff_allocation": ("Met",),
        "signoff_worker": ("Met",),
        "signoff_held_by_worker": ("Yes",),
        "signoff_key_decisions": ("Met",),
    },
    "sup_main": {
        "sup_file_signed": ("Met",),
        "sup_actions_clear": ("Met",),
        "sup_actions_followed": ("Met",),
        "sup_challenge": ("Not met",),
    },
    "males_main": {
        "males_household": ("Met",),
        "males_identified": ("Yes",),
        "males_resident": ("Not applicable",),
        "males_non_resident": ("Met",),
        "males_contact": ("He was met in person",),
        "males_services": ("Probation", "Police"),
        "males_domestic_violence": ("No",),
    },
}
#: Day, month, year and time of each moment.
TYPED: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
    "voice_heard": {"voice_seen_24h": (("4", "3", "2025", "09:15"), ("4", "3", "2025", "16:40"))},
    "chron_main": {"chron_last_entry": (("14", "5", "2025"),)},
    "signoff_main": {
        "signoff_referral_24h": (("4", "3", "2025", "09:15"), ("4", "3", "2025", "11:00"))
    },
    "sup_main": {"sup_recorded_at_once": (("5", "6", "2025"), ("6", "6", "2025"))},
}
EVIDENCE = "The notes of June list tasks; none of them asks why the plan has not changed."
REASON = "Three of the five records repeat the one before, which the counts do not show."


def question(page: Page, key: str) -> Locator:
    """The place of one question on the page."""
    return page.locator(f'[data-question="{key}"]')


def type_moments(page: Page, key: str, moments: tuple[tuple[str, ...], ...]) -> None:
    """Type one date, or both ends of an interval, with times where they are asked."""
    for place, parts in enumerate(moments):
        for label, words in zip(("Day", "Month", "Year", "Time, 24 hours"), parts, strict=False):
            question(page, key).get_by_label(label, exact=True).nth(place).fill(words)


def answer_section(page: Page, section: str) -> None:
    """Answer every question of the section that is open."""
    for key, labels in CHOSEN[section].items():
        choose(page, key, *labels)
    for key, moments in TYPED.get(section, {}).items():
        type_moments(page, key, moments)
    if section == "sup_main":
        page.fill("#sup_weeks_between", "4")


def save(page: Page, words: str = "Save and continue") -> None:
    """Press one of the buttons of the form, and wait for the page that comes."""
    with page.expect_navigation():
        page.get_by_role("button", name=words).click()


def begin_audit(page: Page) -> str:
    """See two case files at home, and open the first one's first section; the audit's address."""
    expect(page.locator(".app-card")).to_have_count(2)
    expect(page.locator(".app-card").first).to_contain_text("0 of 5 sections done")
    page.locator(".app-card").first.get_by_role("button", name="Start").click()
    address = page.url
    expect(page.locator(".govuk-task-list__item")).to_have_count(8)
    page.get_by_role("link", name="Voice of the child").click()
    return address


def answer_until_supervision(page: Page) -> None:
    """Three sections; a date that is none comes back with the words that were typed."""
    answer_section(page, "voice_heard")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Chronology")
    answer_section(page, "chron_main")
    type_moments(page, "chron_last_entry", (("31", "February", "2025"),))
    save(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: Chronology – Case file audit")
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#chron_last_entry")).to_be_focused()
    for label, words in (("Day", "31"), ("Month", "February"), ("Year", "2025")):
        box = question(page, "chron_last_entry").get_by_label(label, exact=True)
        expect(box).to_have_value(words)
    type_moments(page, "chron_last_entry", TYPED["chron_main"]["chron_last_entry"])
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Manager sign-off")
    answer_section(page, "signoff_main")
    save(page)


def write_evidence(page: Page) -> None:
    """An adverse answer with what was seen, which may be quoted; the rest is for another day."""
    choose(page, "sup_challenge", "Not met")
    page.fill("#sup_challenge_evidence", EVIDENCE)
    page.locator("#sup_challenge_quotable").check()
    save(page, "Save and come back later")


def find_all_again(page: Page) -> None:
    """Signed in again, go on where the work was left; everything is there."""
    expect(page.locator(".app-card").first).to_contain_text("3 of 5 sections done")
    page.locator(".app-card").first.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("to do first")
    for section in SECTIONS[:3]:
        title = {"voice_heard": "Voice of the child", "chron_main": "Chronology"}
        page.get_by_role("link", name=title.get(section, "Manager sign-off")).click()
        for key, labels in CHOSEN[section].items():
            for label in labels:
                expect(question(page, key).get_by_label(label, exact=True)).to_be_checked()
        for key, moments in TYPED[section].items():
            expect(question(page, key).get_by_label("Day", exact=True).first).to_have_value(
                moments[0][0]
            )
        page.get_by_role("link", name="All sections").click()
    page.get_by_role("link", name="Supervision recorded").click()
    expect(question(page, "sup_challenge").get_by_label("Not met", exact=True)).to_be_checked()
    expect(page.locator("#sup_challenge_evidence")).to_have_value(EVIDENCE)
    expect(page.locator("#sup_challenge_quotable")).to_be_checked()


def answer_the_rest(page: Page) -> None:
    """The last two sections."""
    answer_section(page, "sup_main")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Role of males")
    answer_section(page, "males_main")
    save(page)


def judge(page: Page) -> None:
    """Every grade as suggested but one, with its reason."""
    for place in page.locator("[data-grade]").all():
        suggested = place.get_attribute("data-suggested")
        place.locator(f'input[value="{suggested}"]').check()
    supervision = page.get_by_role("region", name="Supervision recorded")
    supervision.get_by_label("Inadequate", exact=True).check()
    supervision.get_by_label("Why your grade differs").fill(REASON)
    page.get_by_label("What was done well").fill("The chronology is clear.")
    page.get_by_label("What difference was made for the child").fill("She is seen alone.")
    save(page)


def check_and_submit(page: Page) -> None:
    """See everything once more, submit, and read what happens next."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    main = page.locator("main")
    expect(main).not_to_contain_text("to do before you can submit")
    for words in (EVIDENCE, REASON, "May be quoted in reports", "14 May 2025"):
        expect(main).to_contain_text(words)
    save(page, "Submit audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit submitted")
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    page.get_by_role("link", name="Go to my audits").click()
    expect(page.locator(".app-card")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Audits that you have submitted")
