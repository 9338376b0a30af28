"""Actions on the site: proposed, given out, kept up by their owners, verified by another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from factories import AT, agree_with_suggestions, complete_audit, drafts_for, make_person
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import ActionState, FindingKind
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.actions import make_of_finding, propose_action, say_done, verify
from audit_app.store.audits import audits_of, form_of, record_answers
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.store.tables import Action, ActionUpdate, HistoryEntry, Mail

WHAT = "CANARY ask the school again"
DUE = ["1", "12", "2026"]


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def owner(council, session):
    made = make_person(session, Role.ACTION_OWNER, "Olive Owner")
    session.commit()
    return made


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def action(council, session, owner, audit):
    """Open, for a case."""
    made = propose_action(session, audit, WHAT, owner, date(2026, 12, 1), by=audit.auditor, at=AT)
    complete_audit(session, audit)
    session.commit()
    return made


@pytest.fixture
def finding(council, session):
    text = FindingText(
        "chronology",
        None,
        FindingKind.AREA_FOR_DEVELOPMENT,
        "Words",
        1,
        2,
        action="Agree one place for it.",
        action_due=date(2027, 3, 31),
    )
    made = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    confirm_finding(made, by=council.lead, at=AT)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def value_of(page, **attributes):
    """The value of the input that has these attributes."""
    return next(
        element.get("value")
        for element in parse(page).iter("input")
        if all(element.get(name) == value for name, value in attributes.items())
    )


def rows_of(client, address):
    body = next(parse(client.get(address).text).iter("tbody"))
    return [text_of(row) for row in body.iter("tr")]


def said(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return text_of(parse(answer.text))


def test_an_auditor_proposes_and_submitting_gives_it_to_its_owner(
    session, council, signed_in, owner, audit
):
    auditor = signed_in(council.managers[0])
    page = f"/audits/{audit.id}/actions"
    assert "Actions for this case" in said(auditor, f"/audits/{audit.id}")
    assert set(errors_of(auditor.send(page, {}).text)) == {"#what", "#owner", "#due_on-day"}
    past = {"what": WHAT, "owner": str(owner.id), "due_on": ["1", "11", "2026"]}
    assert "#due_on-day" in errors_of(auditor.send(page, past).text)
    for what in (WHAT, "The wrong file"):
        sent = {"what": what, "owner": str(owner.id), "due_on": DUE}
        assert auditor.send(page, sent).status_code == 302
    assert "2 proposed" in said(auditor, f"/audits/{audit.id}")
    session.rollback()
    wrong = session.scalar(select(Action).where(Action.what == "The wrong file"))
    assert auditor.send(f"{page}/{wrong.id}/take-back").status_code == 302
    assert "no action for you to read yet" in said(signed_in(owner), "/actions")
    session.rollback()
    record_answers(session, audit, drafts_for(form_of(audit)), at=AT)
    agree_with_suggestions(session, audit)
    session.commit()
    assert auditor.send(f"/audits/{audit.id}/check").status_code == 302
    session.rollback()
    assert [mail.address for mail in session.scalars(select(Mail))] == [owner.email]
    home = said(signed_in(owner), "/")
    assert WHAT in home
    assert "The wrong file" not in home


def test_words_that_may_name_somebody_are_said_once_before_they_are_kept(
    session, council, signed_in, owner, audit
):
    auditor, page = signed_in(council.managers[0]), f"/audits/{audit.id}/actions"
    sent = {"what": "Write to M1 1AE.", "owner": str(owner.id), "due_on": DUE}
    answer = auditor.send(page, sent)
    assert "Nothing is saved yet" in answer.text
    assert session.scalar(select(Action.id)) is None
    told = value_of(answer.text, name="told")
    assert auditor.send(page, sent | {"told": told}).status_code == 302


def test_the_owner_sees_the_words_and_the_reference_and_has_two_buttons(
    session, council, signed_in, owner, action, audit
):
    client, page = signed_in(owner), f"/actions/{action.id}"
    text = said(client, page)
    for seen in (WHAT, audit.case_file.reference, "in 9 days", "Add this", "It is done"):
        assert seen in text
    for hidden in (audit.auditor.name, audit.case_file.council_id, "Verify", "Change owner"):
        assert hidden not in text
    assert "#words" in errors_of(client.send(f"{page}/update", {"done": "yes"}).text)
    assert client.send(f"{page}/update", {"words": "Asked."}).status_code == 302
    assert client.send(f"{page}/update", {"words": "Note.", "done": "yes"}).status_code == 302
    session.expire_all()
    assert action.state is ActionState.DONE
    assert "A QA lead now looks at it" in said(client, page)
    assert "nothing for you to do" in said(client, "/")
    entries = session.scalars(select(HistoryEntry).where(HistoryEntry.subject == "action"))
    details = [(one.action, one.detail) for one in entries]
    assert [deed for deed, _ in details] == ["proposed", "opened", "added to", "said done"]
    assert "CANARY" not in str(details)


def test_a_qa_lead_verifies_or_says_what_is_missing(
    session, council, signed_in, owner, lead, action
):
    page = f"/actions/{action.id}"
    signed_in(owner).send(f"{page}/update", {"words": "Note.", "done": "yes"})
    assert "1 action to verify" in said(lead, "/")
    assert "#words" in errors_of(lead.send(f"{page}/decide", {}).text)
    assert lead.send(f"{page}/decide", {"words": "Which note?"}).status_code == 302
    assert "Which note?" in said(signed_in(owner), page)
    signed_in(owner).send(f"{page}/update", {"words": "Of 5 November.", "done": "yes"})
    assert lead.send(f"{page}/decide", {"accept": "yes"}).status_code == 302
    assert "Verified" in said(lead, page)
    for path in ("decide", "call-off"):
        assert lead.send(f"{page}/{path}", {"words": "No."}).status_code == 302
    assert lead.send(f"{page}/decide", {}).status_code == 302
    assert signed_in(owner).send(f"{page}/update", {}).status_code == 302
    session.expire_all()
    assert action.state is ActionState.VERIFIED


def test_a_qa_lead_gives_it_to_another_who_is_told_or_calls_it_off(
    session, council, signed_in, owner, lead, action
):
    other = make_person(session, Role.ACTION_OWNER, "Other Owner")
    session.commit()
    page = f"/actions/{action.id}"
    sent = {"owner": str(other.id), "due_on": ["5", "1", "2027"], "reason": "Olive is away."}
    assert "#reason" in errors_of(lead.send(f"{page}/change", sent | {"reason": ""}).text)
    assert lead.send(f"{page}/change", sent).status_code == 302
    session.rollback()
    assert [mail.address for mail in session.scalars(select(Mail))] == [other.email]
    assert signed_in(owner).get(page).status_code == 404
    text = said(lead, page)
    assert "Given to Other Owner, due 5 January 2027" in text
    assert "Olive is away." in text
    assert lead.send(f"{page}/call-off", {"words": "The case moved away."}).status_code == 302
    assert "Called off" in said(signed_in(other), page)


def test_an_own_action_is_verified_by_another(session, council, signed_in, lead, owner, action):
    action.owner_id = council.lead.id
    session.commit()
    page = f"/actions/{action.id}"
    assert "another QA lead verifies it" in said(lead, page)
    assert lead.send(f"{page}/call-off", {"words": "No."}).status_code == 302
    assert "own action" in said(lead, page)
    session.expire_all()
    assert action.state is ActionState.TO_DO


def test_a_finding_gives_its_action_to_somebody(session, council, lead, owner, finding):
    page = f"/cycles/{council.cycle.key}/findings/{finding.id}"
    assert "Give the action to somebody" in said(lead, page)
    form = lead.get(f"{page}/action")
    assert value_of(form.text, id="due_on-year") == "2027"
    sent = {"owner": str(owner.id), "due_on": ["31", "3", "2027"]}
    assert lead.send(f"{page}/action", sent).status_code == 302
    made = session.scalars(select(Action)).one()
    assert (made.what, made.finding_id) == ("Agree one place for it.", finding.id)
    assert f"/actions/{made.id}" in lead.get(page).text
    assert lead.send(f"{page}/action", sent).status_code == 302
    assert "somebody’s already" in said(lead, page)
    assert [mail.address for mail in session.scalars(select(Mail))] == [owner.email]


def test_others_read_it_without_the_case_file_and_the_owners_name(
    session, council, signed_in, action, audit
):
    action.what = "Write to M1 1AE."
    session.add(ActionUpdate(action_id=action.id, at=AT, by_id=action.owner_id, words="A NOTE"))
    session.commit()
    reader = signed_in(council.managers[1])
    for address in ("/actions", f"/actions/{action.id}"):
        text = said(reader, address)
        assert "One case file" in text
        assert "Action owner" in text
        assert "Write to [postcode]." in text
        for hidden in (audit.case_file.reference, "Olive Owner", "A NOTE", "M1 1AE"):
            assert hidden not in text


def test_the_list_says_what_is_late_and_narrows(
    session, council, signed_in, lead, owner, action, finding
):
    late = make_of_finding(
        session, council.cycle, finding, owner, date(2026, 11, 20), by=council.lead, at=AT
    )
    session.commit()
    first, second = rows_of(lead, "/actions")
    assert "Agree one place" in first
    assert "late by 2 days Late" in first
    assert WHAT in second
    assert late.id != action.id
    assert "1 late action" in said(lead, "/")
    assert rows_of(lead, "/actions?state=late") == [first]
    assert "No action is like that" in said(lead, "/actions?state=verified")
    assert rows_of(lead, f"/actions?owner={owner.id}") == [first, second]
    assert "No action is like that" in said(lead, f"/actions?owner={council.managers[0].id}")
    assert lead.get("/actions?owner=x&state=y&page=z").status_code == 200
    assert WHAT in said(lead, f"/case-files/{action.audit.case_file_id}")


def test_the_pack_says_how_far_actions_are_what_is_out_of_order_first(
    session, council, owner, finding, audit
):
    def standings():
        contents = gather_pack(
            session, council.cycle, load_design("qa_sub_group"), edition=1, council="Anywhere"
        )
        decisions = " ".join(contents.summary.decisions)
        return [str(one.standing) for one in contents.actions], decisions, contents.cover

    complete_audit(session, audit)
    text = FindingText("supervision", None, FindingKind.STRENGTH, "Words", 1, 2, action="Keep it.")
    second = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    confirm_finding(second, by=council.lead, at=AT)
    assert standings()[0] == ["no owner", "no owner"]
    made = make_of_finding(
        session, council.cycle, finding, owner, date(2026, 11, 20), by=council.lead, at=AT
    )
    found, decisions, cover = standings()
    assert found == ["late", "no owner"]
    assert "which is late" in decisions
    assert cover.data_cut_off == date(2026, 11, 21)  # the day on which it became late
    say_done(session, made, "Minutes.", by=owner, at=clock.now())
    found, decisions, _cover = standings()
    assert found == ["no owner", "done, not verified yet"]
    assert "late" not in decisions
    verify(session, made, "", by=council.lead, at=clock.now())
    assert standings()[0] == ["no owner", "verified"]


def test_an_empty_list_says_what_will_stand_there(lead, as_role):
    assert "There is no action yet" in said(lead, "/actions")
    for role in (Role.SUB_GROUP, Role.ACTION_OWNER, Role.PRACTITIONER, Role.INDEPENDENT_MEMBER):
        assert "no action for you to read yet" in said(as_role(role), "/actions")
    assert as_role(Role.ADMINISTRATOR).get("/actions").status_code == 403


def test_more_actions_cost_no_more_queries(session, council, lead, owner, audit, database):
    def propose(number):
        for place in range(number):
            propose_action(
                session, audit, f"Do {place}", owner, date(2026, 12, 1), by=audit.auditor, at=AT
            )

    propose(2)
    complete_audit(session, audit)
    other = audits_of(session, council.managers[1])[0]
    session.commit()
    lead.get("/actions")
    with counted_queries(database) as few:
        lead.get("/actions")
    for place in range(20):
        propose_action(
            session, other, f"See {place}", owner, date(2026, 12, 1), by=other.auditor, at=AT
        )
    complete_audit(session, other)
    session.commit()
    with counted_queries(database) as many:
        lead.get("/actions")
    assert len(many) == len(few)
