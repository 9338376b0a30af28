"""Keeping and deleting on the site: three people, holds, and what each role sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from factories import AT, complete_audit, make_person
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import PurgeState
from audit_app.core.retention import Kept
from audit_app.store.cycles import close_cycle
from audit_app.store.history import verify_history
from audit_app.store.people import Scope, appoint, appointments_of, end_appointment
from audit_app.store.retention import ask_for_purge, place_hold
from audit_app.store.tables import Audit, HistoryEntry, LegalHold, Person, Purge

NOW = datetime(2033, 1, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def closed(council, session):
    for audit in session.scalars(select(Audit)):
        complete_audit(session, audit)
    close_cycle(council.cycle, at=AT + timedelta(days=30))
    session.commit()
    return council


@pytest.fixture
def lead(closed, signed_in):
    return signed_in(closed.lead)


@pytest.fixture
def manager(closed, signed_in):
    return signed_in(closed.managers[0])


@pytest.fixture
def administrator(closed, as_role):
    return as_role(Role.ADMINISTRATOR)


def words_of(answer):
    return text_of(parse(answer.get_data(as_text=True)))


def told(client, answer):
    """The words of the page that a post leads to."""
    assert answer.status_code == 302
    return words_of(client.get(answer.location))


def the_purge(session):
    session.rollback()
    return session.scalars(select(Purge)).one()


def test_three_people_delete_and_each_step_is_in_the_history(
    lead, manager, administrator, session, closed
):
    assert "6 audits submitted before 10 January 2027" in words_of(lead.get("/keeping"))
    assert "It is asked for" in told(lead, lead.send("/keeping/ask/audits"))
    page = words_of(lead.get("/keeping"))
    assert "has been asked for and is not settled yet" in page
    purge = the_purge(session)
    page = words_of(manager.get("/keeping/approve"))
    assert "Audits submitted before 10 January 2027 6 audits, asked for" in page
    assert "It is approved" in told(manager, manager.send(f"/keeping/{purge.id}/approve"))
    assert "approved on 10 January 2033 by Manager 0" in words_of(administrator.get("/keeping/run"))
    page = told(administrator, administrator.send(f"/keeping/{purge.id}/run"))
    assert "Deleted: 6 audits" in page
    session.rollback()
    assert the_purge(session).state is PurgeState.RUN
    assert {audit.purged_at for audit in session.scalars(select(Audit))} == {NOW}
    done = session.execute(
        select(HistoryEntry.action).where(HistoryEntry.subject == "purge").order_by(HistoryEntry.id)
    )
    assert list(done.scalars()) == ["asked for", "approved", "ran"]
    assert verify_history(session, {}) is None
    said = "The numbers are of the case; no reference, no name"
    page = words_of(administrator.get("/keeping/run"))
    references = session.scalars(select(Audit)).all()
    assert not [one for one in references if one.case_file.reference in page], said


def test_what_is_not_approved_is_not_run_and_nobody_approves_their_own(
    lead, administrator, session, closed, signed_in
):
    both = make_person(session, Role.SENIOR_MANAGER, "Both Roles")
    appoint(session, both, Role.QA_LEAD, at=AT)
    session.commit()
    client = signed_in(both)
    client.send("/keeping/ask/audits")
    purge = the_purge(session)
    assert "Nothing was changed" in told(client, client.send(f"/keeping/{purge.id}/approve"))
    assert "You asked for it, so another person" in words_of(client.get("/keeping/approve"))
    answer = administrator.send(f"/keeping/{purge.id}/run")
    assert "Nothing was changed" in told(administrator, answer)
    assert the_purge(session).state is PurgeState.ASKED


def test_it_can_be_turned_down_even_once_approved(lead, manager, administrator, session):
    lead.send("/keeping/ask/audits")
    purge = the_purge(session)
    manager.send(f"/keeping/{purge.id}/approve")
    assert "Turn it down after all" in words_of(manager.get("/keeping/approve"))
    assert "Nothing is deleted" in told(manager, manager.send(f"/keeping/{purge.id}/refuse"))
    answer = administrator.send(f"/keeping/{purge.id}/run")
    assert "Nothing was changed" in told(administrator, answer)
    assert "Nothing was changed" in told(manager, manager.send(f"/keeping/{purge.id}/approve"))
    assert "Turned down" in words_of(lead.get("/keeping"))


def test_asking_twice_or_for_nothing_is_refused(lead):
    lead.send("/keeping/ask/audits")
    assert "asked for already" in told(lead, lead.send("/keeping/ask/audits"))
    assert "Nothing of this kind" in told(lead, lead.send("/keeping/ask/accounts"))
    assert lead.send("/keeping/ask/everything").status_code == 404


def test_a_hold_is_placed_by_reference_and_lifted(lead, session):
    case_file = session.scalars(select(Audit)).first().case_file
    values = {"reference": f" {case_file.reference.lower()} ", "reason": "Complaint 2026/14"}
    assert "until somebody lifts the hold" in told(lead, lead.send("/keeping/hold", values))
    page = words_of(lead.get("/keeping"))
    assert f"{case_file.reference} Complaint 2026/14" in page
    assert "5 audits" in page
    assert "1 more is under a legal hold and stays" in page
    again = lead.send("/keeping/hold", values).get_data(as_text=True)
    assert "under a legal hold already" in errors_of(again)["#reference"]
    session.rollback()
    hold = session.scalars(select(LegalHold)).one()
    assert "is lifted" in told(lead, lead.send(f"/keeping/holds/{hold.id}/lift"))
    assert lead.send(f"/keeping/holds/{hold.id}/lift").status_code == 404
    session.rollback()
    noted = session.execute(
        select(HistoryEntry.action, HistoryEntry.detail).where(HistoryEntry.subject == "case file")
    ).all()
    assert [action for action, _ in noted] == ["placed a legal hold", "lifted a legal hold"]
    assert "Complaint" not in str(noted)


def test_a_hold_needs_its_case_file_and_its_reason(lead):
    page = lead.send("/keeping/hold", {"reference": "0000-0000"}).get_data(as_text=True)
    assert errors_of(page)["#reason"] == "Say why nothing of it may be deleted"
    page = lead.send("/keeping/hold", {"reference": "0000-0000", "reason": "A claim"})
    page = page.get_data(as_text=True)
    assert errors_of(page)["#reference"] == "There is no case file with this reference"
    assert "A claim" in page


def test_a_role_within_a_scope_does_not_reach_it(closed, session, signed_in):
    person = make_person(session, Role.QA_LEAD, "Theme Lead")
    (whole,) = appointments_of(session, person)
    appoint(session, person, Role.QA_LEAD, scope=Scope(theme="under_twos"), at=AT)
    end_appointment(session, person, whole, at=AT)
    session.commit()
    client = signed_in(person)
    assert client.get("/keeping").status_code == 404
    assert client.send("/keeping/ask/audits").status_code == 404
    assert client.get("/keeping/hold").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.QA_LEAD])
def test_only_the_qa_lead_asks_and_holds(as_role, role):
    client = as_role(role)
    for path in ("/keeping", "/keeping/hold"):
        assert client.get(path).status_code == 403
    assert client.send("/keeping/ask/audits").status_code == 403
    may_approve = 200 if role is Role.SENIOR_MANAGER else 403
    may_run = 200 if role is Role.ADMINISTRATOR else 403
    assert client.get("/keeping/approve").status_code == may_approve
    assert client.get("/keeping/run").status_code == may_run


def test_empty_pages_say_what_will_stand_there(as_role):
    assert "No case file is under a legal hold" in words_of(as_role(Role.QA_LEAD).get("/keeping"))
    page = words_of(as_role(Role.SENIOR_MANAGER).get("/keeping/approve"))
    assert "Nothing waits for approval" in page
    assert "Nothing is to be deleted" in words_of(as_role(Role.ADMINISTRATOR).get("/keeping/run"))


def test_long_lists_cost_no_more_queries(lead, manager, session, closed, database):
    def asked(paths):
        counts = []
        for client, path in paths:
            with counted_queries(database) as sent:
                client.get(path)
            counts.append(len(sent))
        return counts

    audits = session.scalars(select(Audit).order_by(Audit.id)).all()
    place_hold(session, audits[0].case_file, "A claim", by=closed.lead, at=NOW)
    ask_for_purge(session, Kept.AUDITS, date(2027, 1, 10), by=closed.lead, at=NOW)
    session.commit()
    paths = [(lead, "/keeping"), (manager, "/keeping/approve")]
    first = asked(paths)
    for number, audit in enumerate(audits[1:]):
        other = make_person(session, Role.QA_LEAD, f"Lead {number}")
        place_hold(session, audit.case_file, "A claim", by=other, at=NOW)
        session.add(
            Purge(
                kind=Kept.AUDITS,
                before=date(2027, 1, 10),
                state=PurgeState.REFUSED,
                counts={},
                asked_at=NOW,
                asked_by_id=other.id,
            )
        )
    session.commit()
    assert asked(paths) == first
    assert session.scalars(select(Person)).all()
