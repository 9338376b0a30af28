"""An immediate concern: raised from any page, told at once, escalated once, acknowledged by one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from factories import complete_audit
from sqlalchemy import func, select
from web.page_checks import errors_of, parse, text_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.concerns import ConcernLevel
from audit_app.store.audits import audits_of
from audit_app.store.concerns import escalate_overdue, find_concern
from audit_app.store.tables import Audit, Concern, ConcernContact, HistoryEntry, Mail

WORDS = "CANARY a bruise that nobody explains, visit of 3 March"
BUTTON = "Immediate concern for a child’s safety"


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def auditor(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def raised(auditor, audit, words=WORDS):
    answer = auditor.send("/concerns/new", {"audit": str(audit.id), "words": words})
    assert answer.status_code == 302, errors_of(answer.text)
    return int(answer.location.rsplit("/", 1)[1])


def test_the_button_stands_on_every_page_of_whoever_audits_and_on_no_others(
    auditor, lead, as_role, audit
):
    pages = ("/", f"/audits/{audit.id}", f"/audits/{audit.id}/sections/sup_main", "/account")
    for path in pages:
        assert BUTTON in text_of(parse(auditor.get(path).text)), path
    assert f"/concerns/new?audit={audit.id}" in auditor.get(f"/audits/{audit.id}").text
    assert BUTTON not in lead.get("/").text
    assert BUTTON not in as_role(Role.SUB_GROUP).get("/").text


def test_raising_tells_every_qa_lead_until_somebody_is_named_and_touches_no_score(
    session, auditor, audit, council
):
    before = audit.state, audit.grade, len(audit.answers)
    number = raised(auditor, audit)
    session.rollback()
    mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [mail.address for mail in mails] == [council.lead.email]
    assert f"/concerns/{number}" in mails[0].body
    for secret in ("CANARY", audit.case_file.reference, audit.case_file.council_id):
        assert secret not in mails[0].subject + mails[0].body
    again = session.get(Audit, audit.id)
    assert (again.state, again.grade, len(again.answers)) == before
    entry = session.scalars(
        select(HistoryEntry).where(HistoryEntry.action == "raised a concern")
    ).one()
    assert json.loads(entry.detail) == {"concern": number, "told": 1}


def test_a_concern_needs_a_case_file_of_ones_own_and_words(auditor, audit, council, session):
    answer = auditor.send("/concerns/new", {})
    assert set(errors_of(answer.text)) == {"#audit", "#words"}
    others = audits_of(session, council.managers[1])[0]
    answer = auditor.send("/concerns/new", {"audit": str(others.id), "words": WORDS})
    assert "#audit" in errors_of(answer.text)
    assert WORDS in text_of(parse(answer.text))
    assert session.scalar(select(func.count(Concern.id))) == 0


def test_named_people_are_told_at_once_others_when_the_time_runs_out_each_once(
    session, auditor, lead, audit, council
):
    first, second = council.managers[1], council.managers[2]
    answer = lead.send(
        "/concerns/contacts",
        {f"person_{first.id}": "at_once", f"person_{second.id}": "when_time_runs_out"},
    )
    assert answer.status_code == 302
    raised(auditor, audit)
    assert addresses(session) == [first.email]
    site = "https://audit.example"
    assert escalate_overdue(session, site_url=site, at=clock.now()) == 0
    late = clock.now() + timedelta(hours=2, minutes=1)
    assert escalate_overdue(session, site_url=site, at=late) == 1
    assert escalate_overdue(session, site_url=site, at=late + timedelta(days=1)) == 0
    session.commit()
    assert sorted(addresses(session)) == sorted([first.email, first.email, second.email])


def test_somebody_must_be_told_at_once(session, lead, council):
    answer = lead.send(
        "/concerns/contacts", {f"person_{council.managers[0].id}": "when_time_runs_out"}
    )
    assert "at least one person who is told at once" in text_of(parse(answer.text))
    assert session.scalar(select(func.count(ConcernContact.person_id))) == 0


def test_the_banner_shows_until_one_person_acknowledges_and_the_auditor_sees_what_is_done(
    session, auditor, lead, audit, council
):
    number = raised(auditor, audit)
    assert "1 concern for a child’s safety waits" in text_of(parse(lead.get("/").text))
    assert "waits for an answer" not in auditor.get("/").text
    page = lead.get(f"/concerns/{number}")
    assert WORDS in text_of(parse(page.text))
    empty = lead.send(f"/concerns/{number}/acknowledge", {"action": " "})
    assert list(errors_of(empty.text)) == ["#action"]
    done = lead.send(f"/concerns/{number}/acknowledge", {"action": "Duty manager told at 14:10"})
    assert done.status_code == 302
    second = lead.send(f"/concerns/{number}/acknowledge", {"action": "Me too"})
    assert "already" in text_of(parse(lead.get(second.location).text))
    assert "waits" not in lead.get("/").text
    told = text_of(parse(auditor.get(f"/concerns/raised/{number}").text))
    assert "Duty manager told at 14:10" in told
    cycle = text_of(parse(lead.get(f"/cycles/{council.cycle.key}").text))
    assert "1 raised, 1 acknowledged, within less than a minute" in cycle


def test_only_who_is_named_reads_a_concern_or_sees_the_case_number(
    session, auditor, signed_in, audit, council, as_role
):
    sub_group = as_role(Role.SUB_GROUP)
    number = raised(auditor, audit)
    other = signed_in(council.managers[1])
    assert other.get(f"/concerns/{number}").status_code == 404
    assert other.get(f"/concerns/raised/{number}").status_code == 404
    assert other.send(f"/concerns/{number}/case-number").status_code == 404
    assert "CANARY" not in other.get("/concerns").text
    assert sub_group.get(f"/concerns/{number}").status_code == 403
    assert auditor.send(f"/concerns/{number}/case-number").status_code == 404
    session.rollback()
    session.add(ConcernContact(person_id=council.managers[1].id, level=ConcernLevel.AT_ONCE))
    session.commit()
    assert WORDS in text_of(parse(other.get(f"/concerns/{number}").text))
    shown = other.send(f"/concerns/{number}/case-number")
    assert audit.case_file.council_id in shown.text
    session.rollback()
    assert find_concern(session, council.managers[1], number) is not None
    noted = select(func.count(HistoryEntry.id)).where(HistoryEntry.action == "case number shown")
    assert session.scalar(noted) == 1


def test_a_submitted_audit_may_raise_one_too(session, auditor, audit):
    complete_audit(session, audit)
    session.commit()
    assert raised(auditor, audit)


def addresses(session):
    session.rollback()
    return list(session.scalars(select(Mail.address).order_by(Mail.id)))
