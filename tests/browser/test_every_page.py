"""Every page that each role's own links reach: no fault, no violation, at a desk and on a phone."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urldefrag, urlsplit

import pytest
from browser.conftest import House
from browser.full_council import FullCouncil, make_full_council
from browser.page_rules import SeenShapes, check_narrow, check_rules
from browser.real_browser import BROWSER_MARKS, leave, sign_in
from playwright.sync_api import Page, expect

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import MATRIX, Role
from audit_app.spreadsheets import XLSX_TYPE
from audit_app.web.access import declared_permission

pytestmark = BROWSER_MARKS

#: Whole audits are only for those who see all results, not those of their theme; what is held on
#: one child only for those who export everything.
NOT_FOR = {
    # Nobody of this council both answers for an agency and leads.
    Role.QA_LEAD: {"agencies.show_beside_own"},
    Role.INDEPENDENT_MEMBER: {
        # Of agencies those who answered read what stands beside their own part.
        "agencies.show_cycle",
        "agencies.show_subject",
        "audits.read_audit",
        "exports.give_case_file",
    },
    Role.SENIOR_MANAGER: {
        "exports.give_case_file",
        # Readers are named, and calibrations begun, by QA leads.
        "calibrations.call",
        "calibrations.choose",
        "second_readings.choose",
        "second_readings.name",
        "second_readings.show_readings",
    },
}
#: No pages: a script asks for one and reads its answer; a button of a form takes the other away.
NOT_HERE = {"autosave.form_token", "draw.save_cohort"}
#: Where one is sent on the way to something that gives data away.
BEFORE_AN_EXPORT = ("/sign-in/again", "/sign-in/again/passkey")
OPENED = 3
"""So many pages of one kind (one address pattern) are opened for a role."""
#: What looks different in each of its states.
OPENED_MORE = {"audits.show_audit": 12, "cycles.show_cycle": 12}
CHECKED = 2
"""So many of them are measured, the first one narrow, too."""

#: What is no page: it is taken away, and not looked at.
FILES = {".pdf": "application/pdf", ".xlsx": XLSX_TYPE, ".yml": "application/yaml"}
ATTACHED = "attachments.open_file"
"""A file whose address does not say its type: here a PDF."""


@pytest.fixture(scope="module")
def council(house: House) -> FullCouncil:
    """A council with something on every page."""
    with house.database.session() as session:
        return make_full_council(session, AttachmentFolder.of(house.settings.instance))


@pytest.fixture(scope="module")
def seen() -> SeenShapes:
    """What was measured for one role is not measured for the next."""
    return SeenShapes()


@pytest.mark.parametrize("role", Role)
def test_what_a_role_can_reach_is_without_fault(browser, house, council, seen, role):
    page = sign_in(browser, house.site, council.emails[role])
    starts = ["/", *BEFORE_AN_EXPORT, *council.after_a_form.get(role, ())]
    reached = crawl(page, house, starts, seen)
    assert reached.keys() == pages_of(house, role)
    leave(page)


def crawl(page: Page, house: House, starts: list[str], seen: SeenShapes) -> Counter[str]:
    """Follow links breadth first, rare kinds of page first; how many of each kind were opened."""
    known, opened = set(starts), Counter()
    waiting = {path: kind_of(house, path) for path in starts}
    while waiting:
        # By turns the first and the last that was found: lists put like beside like.
        found = reversed(waiting) if opened.total() % 2 else waiting
        path = min(found, key=lambda one: opened[waiting[one]])
        kind = waiting.pop(path)
        if opened[kind] == OPENED_MORE.get(kind, OPENED):
            continue
        opened[kind] += 1
        file = file_type(kind, path)
        if file:
            answer = page.context.request.get(house.site + path)
            assert (answer.status, answer.headers["content-type"]) == (200, file)
            continue
        answer = page.goto(house.site + path)
        assert answer.status < 400, path
        if opened[kind] <= CHECKED:
            check_rules(page, seen)
        if opened[kind] == 1:
            check_narrow(page, seen=seen)
        assert page.faults == [], path
        fresh = [one for one in links_of(page, house.site) if one not in known]
        known.update(fresh)
        waiting |= {one: kind_of(house, one) for one in fresh}
    return opened


def file_type(kind: str, path: str) -> str | None:
    """The media type of a file; None for a page."""
    if kind == ATTACHED:
        return FILES[".pdf"]
    return next((type_ for ending, type_ in FILES.items() if path.endswith(ending)), None)


def links_of(page: Page, site: str) -> list[str]:
    """Where the links of the page lead on this site, without fragments, each once."""
    found = page.eval_on_selector_all(
        "main a[href], nav a[href], header a[href], aside a[href]",
        "links => links.map(link => link.href)",
    )
    own = (urldefrag(one).url.removeprefix(site) for one in found if one.startswith(f"{site}/"))
    return list(dict.fromkeys(own))


def kind_of(house: House, path: str) -> str:
    """The endpoint that answers at this address."""
    adapter = house.app.url_map.bind("")
    return adapter.match(urlsplit(path).path, method="GET")[0]


def pages_of(house: House, role: Role) -> set[str]:
    """The endpoint of every page that the role's permissions open."""
    return (
        {
            rule.endpoint
            for rule in house.app.url_map.iter_rules()
            if "GET" in rule.methods
            and declared_permission(house.app, rule.endpoint) in MATRIX[role]
        }
        - NOT_FOR.get(role, set())
        - NOT_HERE
    )


@pytest.fixture(scope="module")
def leads_page(browser, house, council):
    page = sign_in(browser, house.site, council.emails[Role.QA_LEAD])
    yield page
    leave(page)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/caseload/import", "Read the file"),
        ("/plan/new", "Plan it"),
        ("/cycles/open?form=monthly_sample", "Open the cycle"),
        ("/cycles/monthly_sample-2026-11/findings/new?theme=chronology", "Save"),
    ],
)
def test_a_form_with_errors_breaks_no_rule(leads_page, house, path, words):
    page = leads_page
    page.goto(house.site + path)
    for box in page.locator("main input[type=text], main textarea").all():
        box.fill("")
    page.get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    check_rules(page)
    check_narrow(page)
    for link in page.locator(".govuk-error-summary a").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        expect(page.locator(f'[id="{target}"]')).to_be_focused()
