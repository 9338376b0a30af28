"""The whole path by pages for what is no case file: import, open, draw, audit, results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from factories import complete_audit, make_person, shipped_library
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from web.conftest import sign_in_to
from web.page_checks import CheckedClient, parse, text_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS, capital
from audit_app.question_banks.read import Library
from audit_app.store.instruments import publish_library
from audit_app.store.tables import Audit, Person

FILES = {
    Subject.STRATEGY_DISCUSSION: (
        "Child ID,Strategy Discussion Date,Team,Worker,Date of Birth\n",
        "K{n}Z,0{n}/09/2026,South,Jo Worker,01/02/2016\n",
    ),
    Subject.SUPERVISION_FILE: ("Worker,Team,Supervisor\n", "Jo Worker{n},South,Max Muster\n"),
    Subject.AGENCY: ("Agency,Contact role\n", "Agency {n},Named nurse\n"),
}
HIDDEN = {
    Subject.STRATEGY_DISCUSSION: ("K{n}Z", ", 0{n}/09/2026"),
    Subject.SUPERVISION_FILE: ("Jo Worker{n}", ""),
}
FACTS = {
    Subject.STRATEGY_DISCUSSION: ("September 2026", "10 years", "South"),
    Subject.SUPERVISION_FILE: ("South",),
    Subject.AGENCY: ("Named nurse",),
}


@dataclass(frozen=True)
class Site:
    """The site as the two people see it who make the path."""

    lead: CheckedClient
    auditor: CheckedClient
    person: Person


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def site(app: Flask, session: Session) -> Site:
    lead = make_person(session, Role.QA_LEAD)
    auditor = make_person(session, Role.SENIOR_MANAGER, team="North")
    session.commit()
    return Site(sign_in_to(app, lead), sign_in_to(app, auditor), auditor)


def publish(session: Session, subject: Subject) -> None:
    library = shipped_library()
    form = replace(library.forms["monthly_sample"], key="other", title="Other", subject=subject)
    publish_library(session, Library(library.banks, {"other": form}), at=clock.now())
    session.commit()


def words_of(answer) -> str:
    return text_of(next(parse(answer.text).iter("main")))


def take_into_use(site: Site, subject: Subject) -> str:
    """Import four by the page; the page that shows what was read."""
    head, row = FILES[subject]
    content = head + "".join(row.format(n=n) for n in range(1, 5))
    answer = site.lead.send(
        "/caseload/import",
        {
            "subject": subject,
            "as_at": ["1", "11", "2026"],
            "file": (BytesIO(content.encode()), "list.csv"),
        },
    )
    page = words_of(site.lead.get(answer.location))
    site.lead.send(f"{answer.location}/use")
    return page


def draw(site: Site, subject: Subject) -> str:
    """Open a cycle and draw three; the page that counts before the draw."""
    opened = site.lead.send(
        "/cycles/open?form=other",
        {
            "name": "Round",
            "month": ["11", "2026"],
            "due_on": ["30", "11", "2026"],
            "auditors": [str(site.person.id)],
        },
    )
    assert opened.location == "/cycles/other-2026-11"
    many = SUBJECT_WORDS[subject].many
    assert f"There is no list of {many} to draw from" in words_of(site.lead.get(opened.location))
    take_into_use(site, subject)
    assert f"Draw the sample: {many} for 1 auditor" in words_of(site.lead.get(opened.location))
    page = words_of(site.lead.get(f"{opened.location}/draw?per_auditor=3"))
    answer = site.lead.send(f"{opened.location}/draw", {"per_auditor": "3"})
    assert answer.location == opened.location
    return page


@pytest.mark.parametrize("subject", list(FILES))
def test_a_qa_lead_goes_the_whole_path_by_pages(
    subject: Subject, site: Site, session: Session
) -> None:
    what = SUBJECT_WORDS[subject]
    publish(session, subject)
    page = draw(site, subject)
    assert f"Draw 3 {what.many}" in page
    assert "Status is" not in page
    assert ("Youngest age" in page) == (subject is Subject.STRATEGY_DISCUSSION)
    assert ("Team is" in page) == (subject is not Subject.AGENCY)
    for place in ("", "/method", "/frame", "/results"):
        page = words_of(site.lead.get(f"/cycles/other-2026-11{place}"))
        assert what.one in page.lower() or what.many in page.lower()
        assert "case file" not in page.lower()
    audits = session.scalars(select(Audit).order_by(Audit.id)).all()
    home = words_of(site.auditor.get("/"))
    assert "Your audits to do" in home
    assert audits[0].case_file.title in home
    page = words_of(site.auditor.get(f"/audits/{audits[0].id}"))
    assert page.count(what.call(audits[0].case_file.reference)) >= 1
    for fact in FACTS[subject]:
        assert fact in page
    check_identifier(subject, site, audits[0], page)
    session.rollback()
    for audit in audits:
        complete_audit(session, audit)
    session.commit()
    page = words_of(site.lead.get("/cycles/other-2026-11/results"))
    assert f"Every theme is met in every {what.one} to which it applies" in page
    assert ("Theme by team" in page) == what.has_teams
    page = words_of(site.lead.get("/cycles/other-2026-11/results/supervision"))
    assert f"3 of 3 {what.many}" in page


def check_identifier(subject: Subject, site: Site, audit: Audit, page: str) -> None:
    """It is shown on request, and noted; an agency has none, so no page asks for it."""
    what, address = SUBJECT_WORDS[subject], f"/audits/{audit.id}/case-number"
    if subject is Subject.AGENCY:
        assert "recorded in the history" not in page
        assert site.auditor.send(address).status_code == 404
        return
    first, rest = HIDDEN[subject]
    names = [first.format(n=n) + rest.format(n=n) for n in range(5)]
    assert audit.case_file.council_id in names
    assert audit.case_file.council_id not in page
    assert f"Show the {what.number}" in page
    shown = words_of(site.auditor.send(address))
    assert capital(what.number) in shown
    assert audit.case_file.council_id in shown


def test_the_page_of_an_extract_counts_what_it_lists(site: Site) -> None:
    page = take_into_use(site, Subject.SUPERVISION_FILE)
    assert "Extract of supervision files as at 1 November 2026" in page
    assert "Supervision files by team" in page
    page = words_of(site.lead.get("/caseload"))
    assert "Supervision files 22 November 2026" in page
    take_into_use(site, Subject.AGENCY)
    assert words_of(site.lead.get("/caseload")).count("In use") == 2
