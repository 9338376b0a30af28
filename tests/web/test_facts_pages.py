"""What is known of a case file stands beside the questions that it helps to answer."""

from __future__ import annotations

import pytest
from factories import AT, complete_audit, make_person
from web.page_checks import parse, text_of

from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.store.actions import propose_action
from audit_app.store.audits import Draft, audits_of
from audit_app.store.before_reading import case_facts
from audit_app.store.cycles import create_cycle
from audit_app.store.tables import Audit, RecordedState


def beside(page, question):
    """The small words beside one question of a page."""
    box = next(one for one in parse(page).iter("div") if one.get("data-question") == question)
    return [text_of(one) for one in box.iter("p") if one.get("class") == "app-question__beside"]


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


def test_a_question_has_the_facts_that_it_names_with_the_extract_s_day(audit, client):
    section = client.get(f"/audits/{audit.id}/sections/signoff_main").text
    assert beside(section, "signoff_approved") == [
        "From the extract of 1 November 2026: protection plan since 4 March 2026"
    ]
    assert beside(section, "signoff_standard") == []  # it names none


def test_a_fact_that_the_extract_does_not_hold_is_left_out(audit, client, session):
    section = client.get(f"/audits/{audit.id}/sections/chron_main").text
    assert case_facts(session, audit).last_referral is None
    assert beside(section, "chron_up_to_date") == []
    assert beside(section, "chron_last_entry") == [
        "From the extract of 1 November 2026: last statutory visit 20 October 2026"
    ]
    assert audit.case_file.council_id not in section


def test_none_of_them_is_shown_where_no_case_file_is_answered_for(as_role):
    page = as_role(Role.QA_LEAD).get("/banks/chronology/1.0").text
    assert "From the extract of" not in page
    assert "Last referral, Last review conference" not in page  # in the order of the pages
    assert "Last statutory visit, Last review conference, Last referral" in " ".join(page.split())


@pytest.fixture
def earlier(council, session, audit):
    """The same case file audited by another manager in June, with something to do and a name."""
    form, other = council.cycle.form_version, council.managers[1]
    june = create_cycle(session, form, name="June", month="2026-06", auditors=[other], at=AT)
    june.state = CycleState.DRAWN
    made = Audit(
        cycle=june,
        case_file=audit.case_file,
        auditor=other,
        form_version=form,
        due_on=june.due_on,
        allocated_at=AT,
        state=AuditState.ALLOCATED,
    )
    session.add(made)
    session.flush()
    owner = make_person(session, Role.ACTION_OWNER, "Olive Owner")
    what = f"Ask {case_facts(session, audit).worker} for the chronology."
    propose_action(session, made, what, owner, june.due_on, by=other, at=AT)
    missing = Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence="A secret.")
    complete_audit(session, made, {"chron_place": missing})
    session.commit()
    return made


def test_an_earlier_audit_is_told_beside_its_questions_and_on_the_task_list(
    earlier, audit, client, council
):
    section = client.get(f"/audits/{audit.id}/sections/chron_main").text
    assert beside(section, "chron_place") == ["In June 2026: not met"]
    assert beside(section, "chron_cumulative") == ["In June 2026: met"]
    assert beside(section, "chron_last_entry")[1:] == []
    tasks = text_of(next(parse(client.get(f"/audits/{audit.id}").text).iter("main")))
    assert "June 2026 Monthly case file sample: outstanding" in tasks
    assert "Chronology: requires improvement" in tasks
    assert "Ask [name] for the chronology.Action owner · due 30 June 2026 · Late" in tasks
    for page in (section, tasks):
        for secret in ("A secret.", council.managers[1].name, "Olive Owner"):
            assert secret not in page
