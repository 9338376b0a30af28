"""A question bank owned in the browser: drafted, uploaded, edited, tried, published."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from factories import AT, best_value, make_council, shipped_library
from sqlalchemy import func, select
from web.page_checks import errors_of, parse, text_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import AnswerType, Guidance, Question, Section, Source
from audit_app.question_banks.options import DEFAULT_OPTIONS
from audit_app.question_banks.read import Library
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.xlsform.write import write_workbook
from audit_app.store.bank_drafts import begin_draft, draft_of, load_draft
from audit_app.store.instruments import (
    latest_bank,
    latest_form,
    load_bank,
    load_form,
    publish_library,
)
from audit_app.store.people import Scope, appoint, end_appointment
from audit_app.store.tables import BankDraft, BankVersion, FormVersion, HistoryEntry, RecordedAnswer


def met(id_):
    """The smallest question that there can be."""
    return Question(
        id_,
        "Is it so?",
        AnswerType.MET,
        Guidance("Front.", "It is."),
        (Source("Inquiry", "p. 3"),),
        DEFAULT_OPTIONS[AnswerType.MET],
    )


def main_of(page):
    return text_of(next(parse(page).iter("main")))


@pytest.fixture
def lead(as_role):
    return as_role(Role.QA_LEAD)


@pytest.fixture
def draft(lead, session):
    """A draft of the shipped bank on the chronology, as published."""
    assert lead.send("/banks/chronology/1.0/draft").status_code == 302
    return current(session)


def current(session):
    session.rollback()
    session.expire_all()
    return draft_of(session, "chronology")


def fields_of(page, address):
    """What a browser would send of the form on the page that edits something."""
    sent = {}
    for form in parse(page).iter("form"):
        if form.get("action", address) != address or form.get("method") != "post":
            continue
        for control in form.iter():
            name, kind = control.get("name"), control.get("type")
            if not name or name == "csrf_token" or control.tag == "button":
                continue
            if control.tag == "select":
                chosen = [o for o in control.iter("option") if o.get("selected") is not None]
                sent[name] = chosen[0].get("value") if chosen else ""
            elif control.tag == "textarea":
                sent[name] = (control.text or "").removeprefix("\n")
            elif kind not in ("radio", "checkbox"):
                sent[name] = control.get("value") or ""
            elif control.get("checked") is not None:
                sent.setdefault(name, []).append(control.get("value"))
    return sent


def edited(client, address, **changes):
    page = client.get(address)
    assert page.status_code == 200, address
    return client.send(address, fields_of(page.text, address) | changes)


def test_a_question_is_saved_as_it_stands_when_nothing_was_changed(lead, draft, session):
    for question in load_draft(draft).questions:
        address = f"/banks/drafts/{draft.id}/questions/{question.id}"
        assert edited(lead, address).status_code == 302, question.id
    assert current(session).changes == 0
    assert load_draft(draft) == shipped_library().banks["chronology"]


def test_words_are_kept_and_each_fault_stands_beside_its_field(lead, draft, session):
    address = f"/banks/drafts/{draft.id}/questions/chron_place"
    page = edited(
        lead,
        address,
        good="",
        weight="11",
        option_2_points="9",
        text="Where is it?",
        document_2="",
    )
    assert page.status_code == 200
    found = errors_of(page.text)
    assert found["#good"] == "Enter what good looks like"
    assert found["#weight"] == "“Weight” is 11: choose a number from 1 to 10"
    assert found["#document_2"] == "Enter the document that the question comes from"
    assert "more points than a better one" in found["#option_1_label"]
    assert ">Where is it?</textarea>" in page.text
    assert current(session).changes == 0


def test_a_question_is_added_with_what_it_depends_on(lead, draft, session):
    new = f"/banks/drafts/{draft.id}/sections/chron_main/questions/new"
    assert "Choose how the question is answered" in lead.get(f"{new}?type=riddle").text
    words = {
        "type": "choice",
        "text": "Who keeps it?",
        "where": "Front.",
        "good": "One person.",
        "document_1": "Inquiry",
        "place_1": "p. 3",
        "weight": "2",
        "option_1_label": "The worker",
        "option_1_outcome": "met",
        "option_2_label": "2 or more",
        "option_2_outcome": "not_met",
        "shown_question": "chron_place",
    }
    page = lead.send(new, words)
    assert errors_of(page.text) == {
        "#shown_answers": "Choose at least one answer that shows this question"
    }
    sent = fields_of(page.text, new) | {"shown_answers": ["agreed_place"]}
    assert lead.send(new, sent).status_code == 302
    added = list(load_draft(current(session)).questions)[-1]
    assert added.id == "chronology_who_keeps_it"
    assert [option.key for option in added.options] == ["the_worker", "option_2_or_more"]
    assert added.shown_when.answers == {"agreed_place"}


def test_the_facts_beside_a_question_are_chosen_and_taken_away(lead, draft, session):
    address = f"/banks/drafts/{draft.id}/questions/chron_reassessed"
    assert edited(lead, address, facts=["age", "last_seen"]).status_code == 302
    asked = {question.id: question for question in load_draft(current(session)).questions}
    assert asked["chron_reassessed"].facts == {CaseFact.AGE, CaseFact.LAST_SEEN}
    assert edited(lead, address, facts=[]).status_code == 302
    asked = {question.id: question for question in load_draft(current(session)).questions}
    assert asked["chron_reassessed"].facts == frozenset()
    page = edited(lead, address, facts=["surname"])
    assert "“surname” is not known" in errors_of(page.text)["#facts"]


def test_the_second_of_two_people_overwrites_nothing_in_silence(lead, draft, as_role, session):
    address = f"/banks/drafts/{draft.id}/questions/chron_place"
    mine = fields_of(lead.get(address).text, address) | {"text": "In my words?"}
    other = as_role(Role.QA_LEAD, name="Sam Second")
    assert edited(other, address, text="In other words?").status_code == 302
    page = lead.send(address, mine)
    assert "Sam Second changed this draft" in " ".join(errors_of(page.text).values())
    assert ">In my words?</textarea>" in page.text
    assert next(load_draft(current(session)).questions).text == "In other words?"
    assert lead.send(address, fields_of(page.text, address)).status_code == 302
    assert next(load_draft(current(session)).questions).text == "In my words?"
    late = lead.send(f"/banks/drafts/{draft.id}/delete", {"seen": "0"})
    assert "changed this draft" in " ".join(errors_of(late.text).values())
    assert current(session) is not None


def test_a_published_question_is_retired_and_a_new_one_simply_gone(lead, draft, session):
    at = f"/banks/drafts/{draft.id}"
    lead.send(f"{at}/questions/chron_place/move", {"seen": "0", "to": "down"})
    assert [q.id for q in load_draft(current(session)).questions][:2] == [
        "chron_last_entry",
        "chron_place",
    ]
    page = main_of(lead.get(at).text)
    assert "chron_last_entry: The question “chron_place” comes later or is this one" in page
    lead.send(f"{at}/questions/chron_new_incident/retire", {"seen": "1"})
    bank = load_draft(current(session))
    assert [question.id for question in bank.retired] == ["chron_new_incident"]
    assert "is retired, so nobody answers it" in main_of(lead.get(at).text)
    assert lead.get(f"{at}/preview/chron_main").status_code == 200
    assert lead.get(f"{at}/try").status_code == 200
    lead.send(f"{at}/questions/chron_new_incident/bring-back", {"seen": "2"})
    assert load_draft(current(session)).retired == ()
    assert "chron_new_incident" in [q.id for q in load_draft(current(session)).questions]


FAULTY = """\
key: visits
title: Visits
version: "1.0"
summary: Are visits made?
sections:
  - key: visits_main
    title: Visits
    questions:
      - {id: visits_any, text: Was there a visit?, type: yes_no, weight: 12}
"""
LAUGHS = b"a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n"
BOMB = b"PK\x03\x04" + b"\x00" * 3000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (FAULTY.encode(), ["`weight` is 12", "`guidance` is missing", "visits_any"]),
        (LAUGHS, ["anchors (&amp;) and aliases (*) are refused"]),
        (BOMB, ["workbook"]),
        (b"\xff\xfe\x00", ["UTF-8"]),
        (b"banks: [x]\nscale: []\n", ["this is an audit form"]),
    ],
    ids=["faulty", "laughs", "bomb", "binary", "form"],
)
def test_a_faulty_file_is_told_by_place_and_leaves_nothing(lead, session, data, said):
    page = lead.send("/banks/drafts/upload", {"file": (BytesIO(data), "../visits.yml")})
    assert page.status_code == 200
    assert "#file" in errors_of(page.text)
    for words in said:
        assert words in page.text
    assert session.scalar(select(func.count(BankDraft.id))) == 0


@pytest.mark.parametrize("kind", ["yml", "xlsx"])
def test_a_bank_comes_in_as_a_file_and_what_it_leaves_out_is_retired(lead, session, kind):
    bank = shipped_library().banks["chronology"]
    section = bank.sections[0]
    shorter = replace(bank, sections=(replace(section, questions=section.questions[:-1]),))
    data = write_yaml(shorter).encode() if kind == "yml" else write_workbook(shorter)
    answer = lead.send("/banks/drafts/upload", {"file": (BytesIO(data), f"my bank.{kind}")})
    draft = current(session)
    if answer.status_code == 302:
        assert answer.location.endswith(f"/banks/drafts/{draft.id}")
    kept = load_draft(draft)
    assert [one.id for one in kept.retired] == [section.questions[-1].id]
    assert kept.sections == shorter.sections
    again = lead.send("/banks/drafts/upload", {"file": (BytesIO(data), f"my bank.{kind}")})
    assert "There is a draft of the bank chronology already" in again.text


def test_trying_moves_the_grade_and_stores_nothing(lead, draft, session):
    address = f"/banks/drafts/{draft.id}/try"
    page = lead.get(address)
    assert "No grade yet" in main_of(page.text)
    best = {question.id: best_value(question) for question in load_draft(draft).questions}
    del best["chron_last_entry"]
    good = main_of(lead.send(address, best).text)
    assert "Outstanding" in good
    worse = main_of(lead.send(address, best | {"chron_cumulative": "not_met"}).text)
    assert "Requires improvement" in worse
    assert "16 of 22 points; this grade is suggested from 40%" in worse
    assert "4. Not met: 0 of 6 points" in worse
    session.rollback()
    assert session.scalar(select(func.count(RecordedAnswer.audit_id))) == 0
    assert current(session).changes == 0


def test_the_preview_is_the_page_of_an_audit(lead, draft):
    page = lead.get(f"/banks/drafts/{draft.id}/preview/chron_main").text
    assert 'data-question="chron_place"' in page
    assert "Answer only if you chose “Yes”" in page
    assert "What you saw" in page
    assert "Where on the file" in page


def test_publishing_brings_the_bank_and_its_forms_together(lead, draft, session):
    council = make_council(session)
    pinned = council.cycle.form_version_id
    session.commit()
    edited(lead, f"/banks/drafts/{draft.id}/questions/chron_cumulative", weight="5")
    address = f"/banks/drafts/{draft.id}/publish"
    page = lead.get(address).text
    said = main_of(page)
    assert "goes from 1.0 to 2.0 (major)" in said
    assert "the weight is 5, was 3" in said
    assert council.cycle.name in said
    answer = lead.send(address, fields_of(page, address))
    assert answer.location.endswith("/banks/chronology/2.0")
    session.rollback()
    session.expire_all()
    assert draft_of(session, "chronology") is None
    for key, raised in (("monthly_sample", "2.0"), ("under_twos", "3.0")):
        form = load_form(latest_form(session, key))
        assert (form.version, form.bank("chronology").version) == (raised, "2.0")
    assert latest_form(session, "protection_plans").version == "2.0"
    assert council.cycle.form_version_id == pinned
    detail = session.scalar(
        select(HistoryEntry.detail).where(HistoryEntry.subject == "question banks")
    )
    assert "chronology" in detail
    assert "monthly_sample" in detail


def test_what_cannot_be_published_leaves_everything_as_it_was(lead, draft, session):
    before = session.scalar(select(func.count(BankVersion.id)))
    address = f"/banks/drafts/{draft.id}/publish"
    nothing = lead.send(address, {"seen": "0", "forms": ["monthly_sample"]})
    assert "Nothing was published" in nothing.text
    edited(lead, f"/banks/drafts/{draft.id}/questions/chron_cumulative", weight="5")
    late = lead.send(address, {"seen": "0", "forms": ["monthly_sample"]})
    assert late.status_code == 409
    assert "changed this draft" in late.text
    session.rollback()
    assert session.scalar(select(func.count(BankVersion.id))) == before
    assert session.scalar(select(func.count(FormVersion.id))) == len(shipped_library().forms)
    assert current(session).changes == 1


def test_an_id_that_another_bank_has_is_in_the_way(lead, draft, session):
    new = f"/banks/drafts/{draft.id}/sections/chron_main/questions/new"
    words = fields_of(lead.get(f"{new}?type=text").text, f"{new}?type=text") | {
        "type": "text",
        "id": "sup_challenge",
        "text": "What else?",
        "where": "Front.",
        "good": "Anything.",
        "document_1": "Inquiry",
        "place_1": "p. 3",
    }
    assert lead.send(new, words).status_code == 302
    said = "The bank supervision has a question called sup_challenge already"
    assert said in main_of(lead.get(f"/banks/drafts/{draft.id}").text)
    sent = {"seen": "1", "forms": []}
    refused = lead.send(f"/banks/drafts/{draft.id}/publish", sent)
    assert "Nothing was published" in refused.text
    assert latest_bank(session, "chronology").version == "1.0"


def test_a_new_bank_grows_from_nothing_and_is_asked_in_a_form(lead, session):
    words = {"title": "Visits", "key": "visits", "summary": "Are visits made?"}
    made = lead.send("/banks/drafts/new", words)
    assert "Add a question" in main_of(lead.get(made.location).text)
    new = f"{made.location}/sections/visits_main/questions/new"
    question = {
        "type": "met",
        "text": "Every visit is written up.",
        "where": "Notes.",
        "good": "Each.",
        "document_1": "Inquiry",
        "place_1": "34",
        "weight": "1",
    }
    form = fields_of(lead.get(f"{new}?type=met").text, f"{new}?type=met")
    assert lead.send(new, form | question).status_code == 302
    address = f"{made.location}/publish"
    page = lead.get(address).text
    assert "is published for the first time, as 1.0" in main_of(page)
    sent = fields_of(page, address)
    assert "forms" not in sent
    lead.send(address, sent | {"forms": ["monthly_sample"]})
    session.rollback()
    assert latest_bank(session, "visits").version == "1.0"
    assert load_form(latest_form(session, "monthly_sample")).banks[-1].key == "visits"


def test_a_lead_for_one_theme_owns_only_what_that_theme_alone_asks(person, signed_in, session):
    lead = person(Role.QA_LEAD)
    end_appointment(session, lead, lead.roles[0], at=clock.now())
    appoint(session, lead, Role.QA_LEAD, at=clock.now(), scope=Scope(theme="monthly_sample"))
    alone = replace(
        shipped_library().banks["chronology"],
        key="alone",
        sections=(Section("alone_main", "Alone", (met("alone_q"),)),),
    )
    form = shipped_library().forms["monthly_sample"]
    form = replace(form, version="2.0", banks=(*form.banks, alone))
    publish_library(session, Library({"alone": alone}, {form.key: form}), at=AT)
    other = begin_draft(
        session, shipped_library().banks["chronology"], None, by=person(Role.QA_LEAD), at=AT
    )
    session.commit()
    client = signed_in(lead)
    assert client.send("/banks/chronology/1.0/draft").status_code == 404, "under twos ask it too"
    assert client.get(f"/banks/drafts/{other.id}").status_code == 404
    assert f"/banks/drafts/{other.id}" not in client.get("/banks").text
    words = {"title": "New", "key": "new", "summary": "New?"}
    assert "Your role is for one theme" in client.send("/banks/drafts/new", words).text
    own = client.send("/banks/alone/1.0/draft").location
    edited(client, f"{own}/questions/alone_q", text="In other words?")
    page = client.get(f"{own}/publish").text
    assert "Also ask it in" not in page
    assert client.send(f"{own}/publish", fields_of(page, f"{own}/publish")).status_code == 302
    session.rollback()
    assert load_bank(latest_bank(session, "alone")).version == "1.0.1"
