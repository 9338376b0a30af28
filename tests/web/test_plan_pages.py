"""Pages of the audit plan: the year, planning, moving a date, opening a cycle from it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from factories import AT, make_council, make_person
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.audit_plan.read import read_plan
from audit_app.core.access import Role
from audit_app.core.plan import PlanDraft, PlanKind
from audit_app.store.plan import add_entry
from audit_app.store.plan_files import load_plan
from audit_app.store.tables import Cycle, HistoryEntry, PlanEntry

SENT = {
    "kind": "themed",
    "title": "Children on plans",
    "form": "protection_plans",
    "cohort": "Children who have a child protection plan.",
    "month": ["12", "2026"],
    "due_on": ["", "", ""],
    "role": "independent_member",
    "auditor": "",
    "body": "Committee",
    "report_on": ["12", "1", "2027"],
    "exempt": "y",
    "repeats": "",
}


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 20))


@pytest.fixture
def council(session):
    """Without a cycle of its own in the months that are planned."""
    made = make_council(session, month="2025-11")
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in, today):
    return signed_in(council.lead)


def only(session) -> PlanEntry:
    session.rollback()
    return session.scalars(select(PlanEntry).order_by(PlanEntry.id.desc())).first()


def test_a_year_says_what_is_late_lacking_and_next(lead, session, council, database):
    load_plan(session, read_plan(), by=None, at=AT)
    session.commit()
    page = text_of(parse(lead.get("/plan").text))
    assert "April 2026 to March 2027" in page
    assert "Referrals of one week in July" in page.partition("What is late")[2]
    assert "Late: no report is published" in page
    assert "No supervision audit" not in page
    later = text_of(parse(lead.get("/plan?year=2030").text))
    assert "one is to be drawn each month" in later
    assert later.count("No supervision audit is planned") == 4
    assert lead.get("/plan?year=99999").status_code == 200
    with counted_queries(database) as few:
        lead.get("/plan?year=2030")
    with counted_queries(database) as many:
        lead.get("/plan?year=2026")
    assert len(many) <= len(few) + 1


def test_home_says_what_is_late_and_next_to_those_whom_it_concerns(
    lead, session, council, signed_in
):
    load_plan(session, read_plan(), by=None, at=AT)
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    session.commit()
    home = text_of(parse(lead.get("/").text))
    assert "late: no report is published" in home
    assert "How the referrals of July progressed, November 2026" in home
    assert "Children on child protection plans" in text_of(parse(signed_in(member).get("/").text))
    manager = text_of(parse(signed_in(council.managers[0]).get("/").text))
    assert "Monthly sample" not in manager
    assert "Children on child protection plans" not in manager


def test_an_audit_is_planned_and_its_date_moves_only_with_a_reason(lead, session, council):
    sent = lead.send("/plan/new", SENT)
    assert sent.status_code == 302, errors_of(sent.text)
    entry = only(session)
    assert (entry.month, entry.report_on, entry.exempt) == ("2026-12", date(2027, 1, 12), True)
    change = f"/plan/{entry.id}/change"
    assert 'value="2027"' in lead.get(change).text
    moved = SENT | {"report_on": ["19", "1", "2027"]}
    refused = lead.send(change, moved)
    assert errors_of(refused.text) == {"#reason": "Say why the date moves"}
    assert only(session).report_on == date(2027, 1, 12)
    assert lead.send(change, moved | {"reason": "meeting_moved"}).location == f"/plan/{entry.id}"
    assert only(session).report_on == date(2027, 1, 19)
    detail = json.loads(
        session.scalars(select(HistoryEntry.detail).order_by(HistoryEntry.id.desc())).first()
    )
    assert detail == {"report_on": ["2027-01-12", "2027-01-19"], "reason": "meeting_moved"}
    page = text_of(parse(lead.get(f"/plan/{entry.id}").text))
    assert "19 January 2027, exempt item" in page
    assert lead.send(f"/plan/{entry.id}/remove").location == "/plan?year=2026"
    assert only(session) is None


@pytest.mark.parametrize(
    ("changes", "target", "said"),
    [
        ({"title": ""}, "#title", "Give it a title"),
        ({"kind": ""}, "#kind", "Choose the kind of audit"),
        ({"role": ""}, "#role", "Choose who audits"),
        ({"month": ["", ""]}, "#month-month", "Enter the month of the audit"),
        ({"report_on": ["31", "2", "2027"]}, "#report_on-day", "Day of the meeting must be a real"),
        ({"body": ""}, "#title", "Say to whom it is reported"),
        ({"form": ""}, "", ""),
        ({"form": "", "kind": "supervision"}, "#title", "Only of a themed audit"),
        ({"role": "senior_manager"}, "#title", "others audit than you chose"),
        ({"kind": "re_audit"}, "#title", "A re-audit says what it repeats"),
        ({"repeats": "cycle-1"}, "#title", "A re-audit says what it repeats"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_form(lead, session, changes, target, said):
    answer = lead.send("/plan/new", SENT | changes)
    if not target:
        assert answer.status_code == 302
        return
    errors = errors_of(answer.text)
    assert said in errors[target], errors
    assert only(session) is None


def test_a_cycle_is_opened_from_its_entry_and_named_from_it(lead, session, council):
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    make_person(session, Role.INDEPENDENT_MEMBER, "Another Member")
    session.commit()
    lead.send("/plan/new", SENT | {"auditor": str(member.id)})
    entry = only(session)
    page = lead.get(f"/plan/{entry.id}").text
    address = f"/cycles/open?form=protection_plans&plan={entry.id}"
    assert address in page.replace("&amp;", "&")
    offered = lead.get(address).text
    assert 'value="Children on plans, December 2026"' in offered
    sent = {
        "name": "Plans",
        "month": ["1", "2027"],
        "due_on": ["31", "1", "2027"],
        "auditors": [str(member.id)],
    }
    opened = lead.send(address, sent)
    assert opened.status_code == 302, errors_of(opened.text)
    session.rollback()
    cycle = session.scalar(select(Cycle).where(Cycle.name == "Plans"))
    assert only(session).cycle_id == cycle.id
    said = text_of(parse(lead.get(f"/plan/{entry.id}").text))
    assert "Open" in said
    assert f"/plan/{entry.id}" in lead.get(f"/cycles/{cycle.key}").text
    assert "Audits are due on 31 January 2027" in said
    assert lead.send(f"/plan/{entry.id}/remove").location == f"/plan/{entry.id}"
    assert only(session).cycle_id == cycle.id


def test_readers_read_and_only_the_qa_lead_changes(session, council, signed_in, as_role, today):
    draft = PlanDraft(
        PlanKind.MONTHLY_SAMPLE, "Sample", "2026-12", Role.SENIOR_MANAGER, form="monthly_sample"
    )
    entry = add_entry(session, draft, by=None, at=AT)
    session.commit()
    for reader in (as_role(Role.SUB_GROUP), signed_in(council.managers[0])):
        assert "Sample" in reader.get("/plan").text
        assert "Change" not in text_of(parse(reader.get(f"/plan/{entry.id}").text))
        assert reader.send(f"/plan/{entry.id}/remove").status_code == 403
    assert as_role(Role.INDEPENDENT_MEMBER).get(f"/plan/{entry.id}").status_code == 404
