"""What a QA lead does in a browser: caseload, cycle, sample, results, finding, report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from audit_app.store.results import CycleResults

LONG = 90_000
"""Milliseconds that a report may take on a busy machine."""


def fact(page: Page, name: str) -> Locator:
    """The value of a fact in the grey bar."""
    entry = page.locator(".app-facts div").filter(has=page.locator(f'dt:text-is("{name}")'))
    return entry.locator("dd")


def press(page: Page, name: str) -> None:
    """Press a button, or follow a link that looks like one."""
    page.get_by_role("button", name=name, exact=True).click()


def row_of(page: Page, heading: str) -> Locator:
    """The row of a table whose heading is this."""
    return page.locator("main tr").filter(
        has=page.get_by_role("rowheader", name=heading, exact=True)
    )


def import_caseload(page: Page, workbook: Path, *, case_files: int) -> None:
    """Read the council's export, look at what was read, and use it."""
    page.get_by_role("link", name="Set up", exact=True).click()
    page.get_by_role("link", name="Caseload", exact=True).click()
    press(page, "Import a caseload")
    page.set_input_files("#file", workbook)
    press(page, "Read the file")
    expect(page.locator("main")).to_contain_text("was read and is not in use yet")
    expect(fact(page, "Case files")).to_have_text(str(case_files))
    expect(fact(page, "Doubtful places")).to_have_text("1")
    doubt = page.get_by_role("region", name="Doubtful places").locator("tbody tr")
    expect(doubt).to_have_count(1)
    expect(doubt).to_contain_text("Date Child Was Last Seen")
    press(page, "Use this extract")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("The extract is in use")


def open_cycle(page: Page, not_auditing: str) -> str:
    """Open this month's cycle with all managers but one; the cycle's address."""
    page.get_by_role("link", name="Audits", exact=True).click()
    page.get_by_role("link", name="Cycles", exact=True).click()
    press(page, "Open a cycle")
    form = page.locator(".app-card").filter(has_text="Monthly case file sample")
    form.get_by_role("button").click()
    page.get_by_label(not_auditing).uncheck()
    press(page, "Open the cycle")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("is open")
    expect(page.locator("tbody tr")).to_have_count(3)
    return page.url


def draw(page: Page, *, closed: int, case_files: int) -> None:
    """Count what is left, draw two case files for each, and see that none is done."""
    press(page, "Draw the sample")
    expect(row_of(page, "In the extract").locator("td").last).to_have_text(str(case_files))
    page.get_by_label("Your own seed").fill("seed of the browser test")
    expect(page.locator("main")).to_contain_text(
        f"6 case files will be drawn by chance from {case_files - closed}: 2 for each of 3 auditors"
    )
    press(page, "Draw 6 case files")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("The sample is drawn")
    expect(fact(page, "Audits done")).to_have_text("0 of 6 done")
    expect(page.get_by_text("Not started", exact=True)).to_have_count(6)


def see_who_is_done(page: Page, cycle: str, *, done: int) -> None:
    """The cycle's page says who has done theirs."""
    page.goto(cycle)
    expect(fact(page, "Audits done")).to_have_text(f"{done} of 6 done")
    expect(page.locator("main").get_by_text("Submitted", exact=True)).to_have_count(done)


def read_results(page: Page, cycle: str, results: CycleResults) -> None:
    """Every figure of the themes, and of the questions of one, is that of the store."""
    page.goto(f"{cycle}/results")
    expect(page.locator("main")).to_contain_text("6 of 6 audits are submitted")
    for theme in results.themes:
        title = results.form.bank(theme.theme).title
        row = page.get_by_role("region", name="Theme by theme", exact=True).locator("tr")
        figure = row.filter(has=page.get_by_role("rowheader", name=title, exact=True))
        expect(figure).to_contain_text(f"{theme.count.k} of {theme.count.n}")
    press_link(page, "Supervision recorded")
    supervision = next(one for one in results.themes if one.theme == "supervision")
    for key, count in supervision.questions.items():
        row = page.locator("tr").filter(has_text=results.form.questions[key].text)
        expect(row.first).to_contain_text(f"{count.k} of {count.n}")


def press_link(page: Page, name: str) -> None:
    """Follow the first link of this name in the page itself."""
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def confirm_finding(page: Page, question: str, statement: str, quote: str) -> None:
    """From a question's figure to its answers, to a finding with a quote, confirmed."""
    page.locator("tr").filter(has_text=question).get_by_role("link").click()
    expect(page.locator("tbody tr").first).to_contain_text(quote)
    press_link(page, "Draft a finding from this question")
    page.get_by_label("Area for development").check()
    page.get_by_label("Finding", exact=True).fill(statement)
    page.get_by_label("Proposed action").fill("Practise challenge in two workshops.")
    page.get_by_label("Who does it").fill("Head of service, assessment")
    for label, words in (("Day", "31"), ("Month", "3"), ("Year", "2031")):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label(quote).check()
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("31 March 2031")
    expect(page.locator("blockquote")).to_have_text(quote)
    press(page, "Confirm the finding")
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text(statement)


def compile_report(page: Page, cycle: str, work: Callable[[], None]) -> str:
    """Ask for the report, wait on its page while `work` goes on, and find the PDF's address."""
    page.goto(f"{cycle}/editions")
    press(page, "Compile the report")
    expect(page.get_by_role("status")).to_contain_text("Waiting to begin")
    work()
    done = page.get_by_role("heading", name="The report is compiled")
    expect(done).to_be_visible(timeout=LONG)
    address = page.get_by_role("button", name="Open the PDF").get_attribute("href")
    assert address
    return address
