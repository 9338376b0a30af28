"""Good practice is written down beside a met answer, and met with again wherever it is of use."""

from __future__ import annotations

import pytest
from factories import AT, Draft, complete_audit, make_person
from web.page_checks import parse, text_of

from audit_app.core.access import Role
from audit_app.store.audits import audits_of, record_answers
from audit_app.store.people import Scope, appoint, appointments_of, end_appointment
from audit_app.store.tables import RecordedState

PRAISE = "The health visitor’s entries are in it too."
SHORT = "Nothing since March."


def draft(question, value, evidence, *, quotable=True):
    return Draft(
        question, RecordedState.ANSWERED, value=value, evidence=evidence, quotable=quotable
    )


@pytest.fixture
def audit(council, session):
    """Two answers with evidence, one of them met."""
    audit = audits_of(session, council.managers[0])[0]
    drafts = [
        draft("chron_place", "agreed_place", PRAISE),
        draft("chron_cumulative", "partly_met", SHORT),
    ]
    record_answers(session, audit, drafts, at=AT)
    session.commit()
    return audit


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


def words_of(page):
    return text_of(next(parse(page.text).iter("main")))


def labels_of(page):
    return {
        one.get("for"): text_of(one).partition(" (question")[0] for one in parse(page).iter("label")
    }


def test_the_box_of_a_met_answer_asks_for_good_practice(audit, client):
    labels = labels_of(client.get(f"/audits/{audit.id}/sections/chron_main").text)
    assert labels["chron_place_evidence"] == "What was good practice here?"
    assert labels["chron_cumulative_evidence"] == "What you saw"
    assert labels["chron_quality_evidence"] == "What you saw"  # not answered yet


def test_good_practice_is_at_hand_for_the_judgement_and_marked_when_checked(audit, client):
    judged = words_of(client.get(f"/audits/{audit.id}/judgement"))
    assert f"Good practice that you wrote down Question 9: {PRAISE}" in judged
    assert SHORT not in judged
    checked = words_of(client.get(f"/audits/{audit.id}/check"))
    assert f"Good practice: {PRAISE}" in checked
    assert f"Good practice: {SHORT}" not in checked


def test_it_is_never_asked_for(council, session, client):
    """A met answer without a word is complete."""
    other = audits_of(session, council.managers[0])[1]
    record_answers(session, other, [draft("chron_place", "agreed_place", "")], at=AT)
    session.commit()
    assert "Good practice" not in words_of(client.get(f"/audits/{other.id}/judgement"))
    page = client.get(f"/audits/{other.id}/check").text
    assert "chron_place_evidence" not in page


def test_results_tell_strengths_with_what_may_be_quoted_first(audit, council, session, signed_in):
    changes = {
        "chron_place": draft(
            "chron_place", "agreed_place", "For the council only.", quotable=False
        ),
        "chron_up_to_date": draft("chron_up_to_date", "met", PRAISE),
        "chron_cumulative": draft("chron_cumulative", "not_met", SHORT),
        "chron_quality": draft("chron_quality", "good", ""),
        "chron_reassessed": draft("chron_reassessed", "met", ""),
        "chron_new_incident": draft("chron_new_incident", "yes", ""),
        "chron_last_entry": draft("chron_last_entry", "2026-10-20", ""),
    }
    complete_audit(session, audit, changes)
    session.commit()
    address = f"/cycles/{council.cycle.key}/results/chronology"
    page = words_of(signed_in(council.lead).get(address))
    told = page.partition("Good practice in the auditors’ words")[2]
    assert told.startswith(" 2 met answers say what was good practice.")
    assert 0 < told.index(PRAISE) < told.index("For the council only.")
    assert SHORT not in told
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    (held,) = appointments_of(session, member)
    end_appointment(session, member, held, at=AT)
    appoint(session, member, Role.INDEPENDENT_MEMBER, scope=Scope(theme="monthly_sample"), at=AT)
    session.commit()
    quoted = words_of(signed_in(member).get(address))
    assert PRAISE in quoted
    assert "For the council only." not in quoted
