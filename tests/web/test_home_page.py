"""The home page, by role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import complete_audit, make_council
from sqlalchemy import event
from web.page_checks import parse, text_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import FindingKind
from audit_app.store.audits import audits_of
from audit_app.store.cycles import close_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.web.words import say_day

APPROVES = ["Deletions to approve"]


def words_of(answer):
    assert answer.status_code == 200
    return text_of(parse(answer.text))


def test_a_manager_sees_cards_and_what_is_done(council, session, signed_in):
    manager = council.managers[0]
    first, second = audits_of(session, manager)
    first.due_on = clock.today() - timedelta(days=3)
    second.due_on = clock.today() + timedelta(days=8)
    session.commit()
    page = words_of(signed_in(manager).get("/"))
    assert "Your case files to audit" in page
    assert page.index(first.case_file.reference) < page.index(second.case_file.reference)
    assert "Late by 3 days" in page
    assert "In 8 days" in page
    assert page.count("0 of 5 sections done") == 2
    complete_audit(session, first)
    session.commit()
    page = words_of(signed_in(manager).get("/"))
    assert page.index("Audits that you have submitted") < page.index(first.case_file.reference)
    other = audits_of(session, council.managers[1])[0]
    assert other.case_file.reference not in page


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.ADMINISTRATOR, "You look after accounts and settings"),
        (Role.SUB_GROUP, "No report has been published yet"),
        (Role.INDEPENDENT_MEMBER, "There is no case file for you to audit"),
    ],
)
def test_other_roles(as_role, role, words):
    assert words in words_of(as_role(role).get("/"))


def test_the_qa_lead_sees_the_cycles_that_are_not_closed(council, session, signed_in):
    complete_audit(session, audits_of(session, council.managers[0])[0])
    session.commit()
    answer = signed_in(council.lead).get("/")
    page = words_of(answer)
    assert f"{council.cycle.name} 30 November 2026" in page
    assert "1 of 6" in page
    assert f'href="/cycles/{council.cycle.key}"' in answer.text
    close_cycle(council.cycle, at=clock.now())
    session.commit()
    assert "Every cycle is closed." in words_of(signed_in(council.lead).get("/"))


def test_the_qa_leads_morning_is_counts_that_open_lists(council, session, signed_in, monkeypatch):
    page = signed_in(council.lead).get("/")
    assert "What waits" not in page.text
    monkeypatch.setattr(clock, "today", lambda: council.cycle.due_on + timedelta(days=1))
    complete_audit(session, audits_of(session, council.managers[0])[0])
    session.commit()
    page = signed_in(council.lead).get("/")
    assert "5 audits past their due day" in words_of(page)
    assert f'href="/cycles/{council.cycle.key}"><span class="app-counts__number">5' in page.text


@pytest.mark.parametrize(
    ("role", "first", "second"),
    [
        (Role.QA_LEAD, ["Home", "Audits", "Reports and exports", "Set up", "History"], None),
        (Role.ADMINISTRATOR, ["Home", "People", "Deletions to run", "History"], []),
        (Role.SUB_GROUP, ["Home", "Audits", "Reports"], []),
        (
            Role.SENIOR_MANAGER,
            ["Home", "Audits", "Our service", "Reports and exports", "Question banks", *APPROVES],
            [],
        ),
        (Role.PRACTITIONER, ["Home", "Actions"], []),
    ],
)
def test_the_navigation_is_short_and_says_where_one_is(as_role, role, first, second):
    client = as_role(role)
    page = parse(client.get("/").text)
    links = page.findall(".//*[@class='govuk-service-navigation__link']")
    assert [text_of(link) for link in links] == first
    assert [text_of(link) for link in links if link.get("aria-current") == "page"] == ["Home"]
    assert page.find(".//*[@class='app-second-row']") is None
    if second is None:
        page = parse(client.get("/caseload/import").text)
        rows = page.findall(".//*[@class='app-second-row__link']")
        assert [text_of(row) for row in rows] == [
            "Question banks",
            "Caseload",
            "Keeping and deleting",
        ]
        assert [text_of(row) for row in rows if row.get("aria-current") == "true"] == ["Caseload"]


def test_readers_see_what_is_published_and_approvers_what_waits(
    council, session, signed_in, person
):
    edition = store_edition(
        session,
        council.cycle,
        design="qa_sub_group",
        number=1,
        title="QA sub-group report",
        data_cut_off=clock.today(),
        data_hash="0" * 64,
        content=b"%PDF-",
        page_count=31,
        by_id=council.lead.id,
        at=clock.now(),
    )
    session.commit()
    reader = signed_in(person(Role.SUB_GROUP))
    assert "No report has been published yet" in words_of(reader.get("/"))
    waiting = words_of(signed_in(council.managers[0]).get("/"))
    assert "QA sub-group report, edition 1 · Sample 2026-11 · waiting for approval" in waiting
    publish_edition(edition, by=council.managers[0], at=clock.now())
    session.commit()
    answer = reader.get("/")
    assert f"published {say_day(clock.today())} · 31 pages" in words_of(answer)
    assert f'href="/editions/{edition.id}"' in answer.text


def test_the_number_of_queries_does_not_grow_with_past_audits(database, session, signed_in):
    def queries(person):
        asked = []
        listen = lambda *a: asked.append(a[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        assert signed_in(person).get("/").status_code == 200
        event.remove(database.engine, "before_cursor_execute", listen)
        return len(asked)

    council = make_council(session, managers=1, per_auditor=6)
    manager = council.managers[0]
    audits = audits_of(session, manager)
    for audit in audits[:2]:
        complete_audit(session, audit)
    session.commit()
    before = queries(manager)
    for audit in audits[2:]:
        complete_audit(session, audit)
    session.commit()
    assert queries(manager) <= before


def test_the_qa_lead_sees_which_findings_wait(council, session, signed_in):
    lead = signed_in(council.lead)
    assert "Findings to confirm" not in words_of(lead.get("/"))
    text = FindingText("chronology", None, FindingKind.STRENGTH, "It is there.", 1, 2)
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=clock.now())
    session.commit()
    assert f"1 draft in {council.cycle.name}" in words_of(lead.get("/"))
    confirm_finding(finding, by=council.lead, at=clock.now())
    session.commit()
    assert "Findings to confirm" not in words_of(lead.get("/"))
