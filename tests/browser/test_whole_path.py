"""The whole path in one story: from the council's export to a report that the sub-group reads."""

from __future__ import annotations

import io
import threading
from datetime import date
from pathlib import Path

import pytest
from browser import lead_steps, manager_steps
from browser.conftest import House
from browser.real_browser import BROWSER_MARKS, enter, leave, sign_in
from caseload.annex_a import list_6_row, list_7_row, write_annex_a
from factories import complete_audit, make_person, shipped_library
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState
from audit_app.jobs import work_once
from audit_app.store.audits import Draft
from audit_app.store.instruments import publish_library
from audit_app.store.results import CycleResults, cycle_results
from audit_app.store.tables import Audit, Cycle, RecordedState

pytestmark = BROWSER_MARKS

CASE_FILES, CLOSED = 80, 5
TEAMS = ("North", "South", "East", "West")
APPROVER = "Approving Manager"
NO_CHRONOLOGY = Draft(
    "chron_place", RecordedState.ANSWERED, value="missing", evidence="There is none anywhere."
)
STATEMENT = "In 5 of 6 case files supervision challenges what has not changed."


@pytest.fixture(scope="module")
def emails(house: House) -> dict[str, str]:
    """The published banks and the people; nothing else is there yet."""
    with house.database.session() as session:
        publish_library(session, shipped_library(), at=clock.now())
        people = [
            make_person(session, Role.QA_LEAD, "Quality Lead"),
            make_person(session, Role.SUB_GROUP, "Sub Group"),
            make_person(session, Role.SENIOR_MANAGER, APPROVER, "West"),
        ]
        people += [
            make_person(session, Role.SENIOR_MANAGER, f"{team} Manager", team) for team in TEAMS[:3]
        ]
        return {person.name: person.email for person in people}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The council's export: case files of four teams, some closed, one with a date that is none."""
    rows = [
        list_6_row(4000 + number, **{"Allocated Team": TEAMS[number % 4]})
        for number in range(CASE_FILES)
    ]
    for row in rows[:CLOSED]:
        row |= {"CIN Closure Date": date(2025, 9, 1), "Case status": "e) Closed episode"}
    rows[9]["Date Child Was Last Seen"] = "some time in spring"
    plans = [list_7_row(4000 + number) for number in range(20, 40)]
    path = tmp_path_factory.mktemp("export") / "annex_a.xlsx"
    return write_annex_a(path, rows, list_7_rows=plans)


def test_from_the_export_to_the_report(browser, house, emails, workbook) -> None:
    lead = sign_in(browser, house.site, emails["Quality Lead"])
    lead_steps.import_caseload(lead, workbook, case_files=CASE_FILES)
    cycle = lead_steps.open_cycle(lead, APPROVER)
    lead_steps.draw(lead, case_files=CASE_FILES, closed=CLOSED)

    audit_by_hand(browser, house, emails["North Manager"])
    lead_steps.see_who_is_done(lead, cycle, done=1)
    submit_the_others(house)
    lead_steps.see_who_is_done(lead, cycle, done=6)

    results = results_of(house)
    chronology = next(one.count for one in results.themes if one.theme == "chronology")
    assert (chronology.k, chronology.n) == (5, 6)
    lead_steps.read_results(lead, cycle, results)
    challenge = results.form.questions["sup_challenge"].text
    lead_steps.confirm_finding(lead, challenge, STATEMENT, manager_steps.EVIDENCE)

    worker = threading.Thread(target=work_once, args=(house.database, house.settings))
    pdf = house.site + lead_steps.compile_report(lead, cycle, worker.start)
    worker.join()
    text = words_of_pdf(lead, pdf)
    for words in (STATEMENT, "5 of 6", manager_steps.EVIDENCE):
        assert words in text
    leave(lead)

    publish_and_read(browser, house, emails, pdf)


def audit_by_hand(browser: Browser, house: House, email: str) -> None:
    """A manager's whole audit, left in the middle and taken up again."""
    page = sign_in(browser, house.site, email)
    manager_steps.begin_audit(page)
    manager_steps.answer_until_supervision(page)
    manager_steps.write_evidence(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    enter(page, email)
    manager_steps.find_all_again(page)
    manager_steps.answer_the_rest(page)
    manager_steps.judge(page)
    manager_steps.check_and_submit(page)
    leave(page)


def submit_the_others(house: House) -> None:
    """The other five audits, quickly; the first of them has no chronology."""
    with house.database.session() as session:
        waiting = select(Audit).where(Audit.state != AuditState.SUBMITTED).order_by(Audit.id)
        for number, audit in enumerate(session.scalars(waiting).all()):
            changes = {"chron_place": NO_CHRONOLOGY} if number == 0 else None
            complete_audit(session, audit, changes, at=clock.now())


def results_of(house: House) -> CycleResults:
    """What the store counts."""
    with house.database.session(writes=False) as session:
        return cycle_results(session, session.scalars(select(Cycle)).one())


def words_of_pdf(page: Page, address: str) -> str:
    """The text of a PDF that this person may open, with single spaces."""
    answer = page.context.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


def publish_and_read(browser: Browser, house: House, emails: dict[str, str], pdf: str) -> None:
    """The sub-group sees the report once a manager has approved it, and not before."""
    reader = sign_in(browser, house.site, emails["Sub Group"])
    expect(reader.locator("main")).to_contain_text("No report has been published yet")
    assert reader.context.request.get(pdf).status == 404

    approver = sign_in(browser, house.site, emails[APPROVER])
    approver.get_by_role("link", name="Reports and exports", exact=True).click()
    approver.get_by_role("rowheader").get_by_role("link").click()
    approver.get_by_role("button", name="Approve and publish").click()
    expect(approver.locator(".govuk-notification-banner")).to_contain_text("is published")
    leave(approver)

    reader.get_by_role("link", name="Reports", exact=True).click()
    reader.get_by_role("rowheader").get_by_role("link").click()
    address = reader.get_by_role("button", name="Open the PDF").get_attribute("href")
    assert house.site + address == pdf
    assert STATEMENT in words_of_pdf(reader, pdf)
    leave(reader)
