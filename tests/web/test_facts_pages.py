"""What is known of a case file stands beside the questions that it helps to answer."""

from __future__ import annotations

import pytest
from web.page_checks import parse, text_of

from audit_app.core.access import Role
from audit_app.store.audits import audits_of
from audit_app.store.before_reading import case_facts


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
