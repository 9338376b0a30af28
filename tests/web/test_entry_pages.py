"""Sections that are asked once for each of something, on pages; levels and rules shown there."""

from __future__ import annotations

import json
import re

import pytest
from factories import AT, complete_audit, drafts_for, household_library, make_council
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of

from audit_app.store.audits import Draft, audits_of, form_of, record_answers
from audit_app.store.entries import add_entry, repeated_sections
from audit_app.store.instruments import publish_library
from audit_app.store.tables import Audit, AuditEntry, HistoryEntry, RecordedState


@pytest.fixture
def council(session):
    made = make_council(session, form="household_form", library=household_library())
    session.commit()
    return made


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def at(audit):
    return f"/audits/{audit.id}/asked-for/male"


def said(page):
    """All words of a page."""
    return text_of(parse(page))


def labels(session):
    session.rollback()
    return list(session.scalars(select(AuditEntry.label).order_by(AuditEntry.number)))


def again(session, audit):
    session.rollback()
    return session.get(Audit, audit.id)


def name(session, audit, *names):
    session.rollback()
    for one in names:
        section = repeated_sections(audit)["male"]
        add_entry(session, audit.auditor, audit, section, one, at=AT)
    session.commit()


def test_the_task_list_asks_who_is_there_and_then_has_a_line_for_each(client, audit, at):
    before = said(client.get(f"/audits/{audit.id}").text)
    assert "Role of males: who is there?" in before
    assert "Say for whom it is asked, or that there is none" in before
    assert "Agencies: Health" in before
    answer = client.send(at, {"label": "Father"})
    assert answer.location == at
    client.send(at, {"label": "Mother’s partner"})
    after = said(client.get(f"/audits/{audit.id}").text)
    assert "Father, Mother’s partner" in after
    assert "Role of males: Father" in after
    assert "Role of males: Mother’s partner" in after
    page = client.get(f"/audits/{audit.id}/sections/male.2").text
    assert "Role of males: Mother’s partner" in said(page)
    assert f'href="{at}"' in page
    assert "By fax" not in page


def test_there_is_none_goes_on_and_is_not_asked_again(client, audit, at, session):
    page = said(client.get(at).text)
    assert "asked once for each male in the household" in page
    answer = client.send(f"{at}/none", {})
    assert answer.location == f"/audits/{audit.id}/sections/agency.health"
    assert "You said that there is none" in said(client.get(at).text)
    assert "Say for whom" not in said(client.get(f"/audits/{audit.id}/check").text)
    assert labels(session) == [""]


def test_the_section_before_leads_to_the_question_who_is_there(client, audit, at, session):
    home = f"/audits/{audit.id}/sections/home"
    sent = {"question": "home_visited", "home_visited": "met"}
    assert client.send(home, sent).location == at
    name(session, audit, "Father")
    assert client.send(home, sent).location == f"/audits/{audit.id}/sections/male.1"
    assert "#label" in client.get(f"/audits/{audit.id}/check").text or labels(session)


def test_a_name_that_will_not_do_is_said_beside_the_box(client, at, session):
    page = client.send(at, {"label": " "}).text
    assert (
        "Say who it is to the child, in words, such as “mother’s partner”."
        in errors_of(page).values()
    )
    client.send(at, {"label": "Father"})
    page = client.send(at, {"label": "father"}).text
    assert "is there already" in errors_of(page)["#label"]
    assert 'value="father"' in page
    assert labels(session) == ["Father"]


def test_a_persons_name_is_warned_of_once_and_never_refused(client, at, session):
    page = client.send(at, {"label": "Worker 3"}).text
    assert "Nothing is saved yet" in said(page)
    assert labels(session) == []
    client.send(at, {"label": "Worker 3", "told": re.findall(r'name="told" value="(\w+)"', page)})
    assert labels(session) == ["Worker 3"]


def test_renaming_keeps_the_answers_and_removing_asks_first(client, audit, at, session):
    name(session, audit, "Father", "Uncle")
    record_answers(session, audit, drafts_for(form_of(audit)), at=AT)
    session.commit()
    assert client.send(f"{at}/2", {"label": "Mother’s brother"}).location == at
    page = said(client.get(f"{at}/2/remove").text)
    assert "Remove “Mother’s brother”?" in page
    assert "2 questions answered for “Mother’s brother” will be deleted" in page
    assert labels(session) == ["Father", "Mother’s brother"]
    assert client.send(f"{at}/2/remove", {}).location == at
    left = {row.question_id for row in again(session, audit).answers}
    assert {"male_checked.1", "male_how.1"} <= left
    assert not {"male_checked.2", "male_how.2"} & left


def test_the_history_holds_no_word_of_who_they_are(client, at, session):
    client.send(at, {"label": "Stepfather"})
    client.send(f"{at}/1", {"label": "Lodger"})
    client.send(f"{at}/1/remove", {})
    session.rollback()
    details = session.scalars(
        select(HistoryEntry.detail).where(HistoryEntry.action == "named entries")
    ).all()
    assert [json.loads(one) for one in details] == [
        {"male": [0, 1]},
        {"male.1": "changed"},
        {"male": [1, 0]},
    ]


def test_nobody_elses_audit_and_no_other_section(council, client, signed_in, at, audit, session):
    name(session, audit, "Father")
    other = signed_in(council.managers[1])
    for address in (at, f"{at}/1", f"{at}/1/remove"):
        assert other.get(address).status_code == 404
        assert other.send(address, {"label": "Uncle"}).status_code == 404
    assert other.send(f"{at}/none", {}).status_code == 404
    for address in (at.replace("male", "home"), at.replace("male", "agency"), f"{at}/7"):
        assert client.get(address).status_code == 404


def test_what_is_submitted_cannot_be_changed(client, audit, at, session):
    name(session, audit, "Father")
    complete_audit(session, audit)
    session.commit()
    for address in (at, f"{at}/none", f"{at}/1", f"{at}/1/remove"):
        assert client.send(address, {"label": "Uncle"}).location == f"/audits/{audit.id}"
    assert labels(session) == ["Father"]


def test_levels_and_their_sentences_stand_beside_the_theme(client, audit, session):
    name(session, audit, "Father", "Uncle")
    not_met = Draft(
        "male_checked.2", RecordedState.ANSWERED, value="not_met", evidence="Nobody asked."
    )
    drafts = drafts_for(form_of(audit), {"male_checked.2": not_met})
    record_answers(session, audit, drafts, at=AT)
    session.commit()
    weak = (
        "Role of males: Uncle: area needing improvement: “It was checked who he is” is not met; "
        "strength needs it to be met."
    )
    page = said(client.get(f"/audits/{audit.id}/judgement").text)
    assert weak in page
    assert "and a male whom nobody checked may be a risk" in page
    assert "Overall" not in page
    complete_audit(session, audit, {"male_checked.2": not_met})
    session.commit()
    read = said(client.get(f"/audits/{audit.id}").text)
    assert weak in read
    assert "The home: strength: 1 met." in read
    assert "Overall" not in read


def test_not_applicable_says_when_and_asks_why(client, audit, session):
    home = f"/audits/{audit.id}/sections/home"
    page = said(client.get(home).text)
    assert "When the child has no home yet" in page
    assert "or: why does this not apply?" in page
    client.send(home, {"question": "home_visited", "home_visited": "-not_applicable"})
    page = said(client.get(home).text)
    assert "Why does this not apply?" in page
    check = client.get(f"/audits/{audit.id}/check").text
    assert "Say why this does not apply: The home was visited." in said(check)
    assert "#home_visited_evidence" in check


def test_a_retired_option_cannot_be_sent(client, audit, session):
    name(session, audit, "Father")
    sent = {"question": ["male_checked.1", "male_how.1"], "male_checked.1": "met"}
    page = client.send(f"/audits/{audit.id}/sections/male.1", sent | {"male_how.1": "fax"})
    assert "is not offered any more" in errors_of(page.text)["#male_how.1"]


def test_the_bank_page_says_every_rule_in_words(as_role, session):
    from audit_app.core.access import Role

    publish_library(session, household_library(), at=AT)
    session.commit()
    page = said(as_role(Role.QA_LEAD).get("/banks/household/1.0").text)
    for words in (
        "Strength, Area needing improvement",
        "Good when “The home” is not rated area needing improvement, and at most 1 of the rated "
        "sections is rated area needing improvement",
        "Requires improvement when at least 1 of the rated sections is rated strength",
        "Inadequate in every other case",
        "Not better than requires improvement when “It was checked who he is” is not met or not "
        "recorded on the file, because a male whom nobody checked may be a risk",
        "Asked once for each male in the household, whom the auditor names: 3 at most",
        "Asked once for each agency: Health, Police",
        "Strength when none of the questions is partly met, not met or not recorded on the file",
        "Not applicable when the child has no home yet, with a reason",
        "By fax: not met, 0 points (offered no more)",
        "Asked no more",
        "Is each male known?",
    ):
        assert words in page, words
