"""Sections of an audit: every answer type is saved as typed, and comes back as it was."""

from __future__ import annotations

import pytest
from factories import AT, make_person
from sqlalchemy import select
from web.page_checks import errors_of, filled, parse, text_of
from web.query_counts import counted_queries

from audit_app.core.access import Role
from audit_app.question_banks.read import read_folder
from audit_app.store.audits import audits_of, form_of
from audit_app.store.people import move_to_team
from audit_app.store.tables import Audit, AuditTheme, RecordedAnswer, RecordedState
from audit_app.web.audits.forms import has_evidence
from audit_app.web.fields import FIELD_FOR

SECTIONS = ("voice_heard", "chron_main", "signoff_main", "sup_main", "males_main")


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def save(client, audit):
    """Post one section's answers as a page does, for the questions that are named."""

    def post(section, data, **extra):
        asked = [
            id_
            for id_ in form_of(audit).questions
            if any(name == id_ or name.startswith(f"{id_}_") for name in data)
        ]
        sent = {"question": asked} | data | extra
        return client.fill(f"/audits/{audit.id}/sections/{section}", sent)

    return post


def stored(session, audit, question_id):
    session.rollback()  # so that it sees what the page has committed since
    return session.get(RecordedAnswer, (audit.id, question_id))


READABLE = [
    ("chron_main", "chron_cumulative", {"": "partly_met"}, "partly_met"),
    ("voice_heard", "voice_allegation", {"": "no"}, "no"),
    ("chron_main", "chron_quality", {"": "good"}, "good"),
    ("signoff_main", "signoff_approved", {"": "one"}, "one"),
    ("males_main", "males_services", {"": ["police", "mental_health"]}, "mental_health police"),
    ("chron_main", "chron_last_entry", {"_day": "9", "_month": "9", "_year": "2026"}, "2026-09-09"),
    ("sup_main", "sup_weeks_between", {"": "3.5"}, "3.5"),
    ("sup_main", "sup_difference", {"": "Two lines\r\nof words"}, "Two lines\nof words"),
    (
        "sup_main",
        "sup_recorded_at_once",
        {
            "_from_day": "9",
            "_from_month": "9",
            "_from_year": "2026",
            "_to_day": "6",
            "_to_month": "10",
            "_to_year": "2026",
        },
        "2026-09-09/2026-10-06",
    ),
    (
        "signoff_main",
        "signoff_referral_24h",
        {
            "_from_day": "1",
            "_from_month": "3",
            "_from_year": "2026",
            "_from_time": "09:30",
            "_to_day": "2",
            "_to_month": "3",
            "_to_year": "2026",
            "_to_time": "11:00",
        },
        "2026-03-01T09:30/2026-03-02T11:00",
    ),
]


@pytest.mark.parametrize(("section", "question", "parts", "value"), READABLE)
def test_each_type_is_saved_and_comes_back(
    session, audit, client, save, section, question, parts, value
):
    sent = {question + end: typed for end, typed in parts.items()}
    answer = save(section, sent | {f"{question}_evidence": "Page 3"})
    assert answer.status_code == 302, errors_of(answer.text)
    row = stored(session, audit, question)
    assert (row.state, row.value) == (RecordedState.ANSWERED, value)
    page = client.get(f"/audits/{audit.id}/sections/{section}").text
    shown = filled(page)
    for name, typed in sent.items():
        wanted = [typed] if isinstance(typed, str) else sorted(typed)
        assert sorted(shown[name]) == [text.replace("\r\n", "\n") for text in wanted]
    assert "Saved " in page


@pytest.mark.parametrize(
    ("section", "question", "ending"),
    [
        ("chron_main", "chron_cumulative", ""),
        ("males_main", "males_services", ""),
        ("chron_main", "chron_last_entry", "_state"),
        ("sup_main", "sup_weeks_between", "_state"),
        ("sup_main", "sup_recorded_at_once", "_state"),
    ],
)
def test_not_recorded_can_be_chosen_for_each_type_and_taken_back(
    session, audit, client, save, section, question, ending
):
    save("chron_main", {"chron_place": "agreed_place"})
    assert save(section, {question + ending: "-not_recorded"}).status_code == 302
    assert stored(session, audit, question).state is RecordedState.NOT_RECORDED
    page = client.get(f"/audits/{audit.id}/sections/{section}").text
    assert filled(page)[question + ending] == ["-not_recorded"]
    save(section, {"question": question})
    assert stored(session, audit, question) is None


UNREADABLE = [
    (
        "chron_main",
        "chron_last_entry",
        {"_day": "31", "_month": "2", "_year": "2026"},
        "not a real",
    ),
    ("chron_main", "chron_last_entry", {"_day": "3"}, "needs a month and a year"),
    ("chron_main", "chron_last_entry", {"_day": "1", "_month": "1", "_year": "20"}, "4 figures"),
    ("chron_main", "chron_last_entry", {"_day": "1", "_month": "1", "_year": "1020"}, "1900"),
    ("sup_main", "sup_weeks_between", {"": "a few"}, "is not a number"),
    ("sup_main", "sup_weeks_between", {"": "4", "_state": "-not_recorded"}, "keep one"),
    ("sup_main", "sup_weeks_between", {"_state": ["-not_applicable", "-not_recorded"]}, "only one"),
    ("males_main", "males_services", {"": ["police", "-not_recorded"]}, "keep one"),
    ("chron_main", "chron_cumulative", {"": "<script>alert(1)</script>"}, "not one of its options"),
    ("chron_main", "chron_place", {"": "-not_recorded"}, "not offered"),
    ("sup_main", "sup_recorded_at_once", {"_from_day": "9"}, "needs a month"),
    (
        "sup_main",
        "sup_recorded_at_once",
        {
            "_from_day": "9",
            "_from_month": "9",
            "_from_year": "2026",
            "_to_day": "8",
            "_to_month": "9",
            "_to_year": "2026",
        },
        "must not be before",
    ),
    (
        "signoff_main",
        "signoff_referral_24h",
        {"_from_day": "1", "_from_month": "May", "_from_year": "2026", "_from_time": "noon"},
        "“noon” is not a time",
    ),
]


@pytest.mark.parametrize(("section", "question", "parts", "words"), UNREADABLE)
def test_what_cannot_be_read_is_kept_and_said(
    session, audit, client, save, section, question, parts, words
):
    sent = {question + end: typed for end, typed in parts.items()}
    answer = save(section, sent | {f"{question}_evidence": "Seen on page 4"})
    assert answer.status_code == 200
    said = errors_of(answer.text)
    assert list(said) == [f"#{question}"]
    assert words in said[f"#{question}"]
    assert text_of(parse(answer.text)).count(said[f"#{question}"]) == 2  # summary and field
    row = stored(session, audit, question)
    assert row.state is RecordedState.UNFINISHED
    assert row.value is None
    assert row.evidence == "Seen on page 4"
    if section == "chron_main" and question == "chron_last_entry":
        save("chron_main", {"chron_place": "agreed_place"})
    for page in (answer.text, client.get(f"/audits/{audit.id}/sections/{section}").text):
        shown = filled(page)
        for name, typed in sent.items():
            if "<script>" not in typed and question != "chron_place":
                assert shown[name] == ([typed] if isinstance(typed, str) else typed), name


def test_an_answer_that_another_one_rules_out_is_no_error(audit, client, save):
    typed = {"chron_last_entry_day": "31", "chron_last_entry_month": "2"}
    shown = save("chron_main", typed | {"chron_place": "elsewhere"})
    assert list(errors_of(shown.text)) == ["#chron_last_entry"]
    onward = save("chron_main", typed | {"chron_place": "missing"})
    assert onward.location == f"/audits/{audit.id}/sections/signoff_main"
    assert not errors_of(client.get(f"/audits/{audit.id}/sections/chron_main").text)


def test_coming_back_later_keeps_everything_without_a_word(session, audit, client, save):
    answer = save("sup_main", {"sup_weeks_between": "a few", "later": "1"})
    assert answer.location == f"/audits/{audit.id}"
    assert stored(session, audit, "sup_weeks_between").state is RecordedState.UNFINISHED
    assert "1 cannot be read" in client.get(f"/audits/{audit.id}").text


def test_saving_leads_on_to_the_next_section_and_then_the_judgement(audit, save):
    places = [save(key, {}).location for key in SECTIONS]
    assert places == [f"/audits/{audit.id}/sections/{key}" for key in SECTIONS[1:]] + [
        f"/audits/{audit.id}/judgement"
    ]


def test_an_emptied_answer_goes_but_its_evidence_stays(session, audit, save):
    save("sup_main", {"sup_file_signed": "met", "sup_file_signed_evidence": "page 4"})
    save("sup_main", {"sup_file_signed_evidence": "page 4"})
    row = stored(session, audit, "sup_file_signed")
    assert (row.state, row.evidence) == (RecordedState.UNFINISHED, "page 4")
    save("sup_main", {"question": "sup_file_signed"})
    assert stored(session, audit, "sup_file_signed") is None


def test_a_question_that_the_page_did_not_ask_keeps_its_answer(session, audit, client, save):
    save("sup_main", {"sup_file_signed": "met"})
    client.fill(f"/audits/{audit.id}/sections/sup_main", {"question": "sup_challenge"})
    assert stored(session, audit, "sup_file_signed").value == "met"


def test_evidence_and_its_quotable_mark(session, audit, client, save):
    save(
        "sup_main",
        {
            "sup_file_signed": "not_met",
            "sup_file_signed_evidence": "Nothing since May\r\n(page 9)",
            "sup_file_signed_quotable": "y",
            "sup_challenge": "met",
            "sup_challenge_quotable": "y",
        },
    )
    row = stored(session, audit, "sup_file_signed")
    assert (row.evidence, row.quotable) == ("Nothing since May\n(page 9)", True)
    assert not stored(session, audit, "sup_challenge").quotable
    shown = filled(client.get(f"/audits/{audit.id}/sections/sup_main").text)
    assert shown["sup_file_signed_evidence"] == ["Nothing since May\n(page 9)"]
    assert shown["sup_file_signed_quotable"] == ["y"]


def test_an_interval_says_its_length_against_the_limit(client, audit, save):
    section, question, parts, _value = READABLE[8]
    save(section, {question + end: typed for end, typed in parts.items()})
    page = client.get(f"/audits/{audit.id}/sections/sup_main").text
    said = "9 September to 6 October 2026 is 19 working days: 18 over the limit of 1 working day."
    assert said in page


def test_follow_ups_say_when_they_apply_without_scripts(client, audit):
    page = client.get(f"/audits/{audit.id}/sections/chron_main").text
    assert (
        "Answer only if you chose “In the agreed place” or “Somewhere else on the file” "
        "in question 9." in page
    )
    follow_up = next(e for e in parse(page).iter() if e.get("data-question") == "chron_last_entry")
    assert follow_up.get("data-watches") == "chron_place"
    assert follow_up.get("data-watched-answers") == "agreed_place elsewhere"


def test_nothing_is_chosen_beforehand(client, audit):
    for key in SECTIONS:
        shown = filled(client.get(f"/audits/{audit.id}/sections/{key}").text)
        assert set(shown) == {"question", "stamp", "window", "number"}


CANARIES = ("{{7*7}}", "<script>alert('x')</script>", '"><img src=x onerror=alert(1)>', "a\0b")


@pytest.mark.parametrize("canary", CANARIES)
def test_no_text_becomes_code(session, audit, client, canary):
    for key in SECTIONS:
        ids = [
            q.id
            for _bank, section in form_of(audit).sections
            if section.key == key
            for q in section.questions
        ]
        data = {"question": ids}
        for id_ in ids:
            question = form_of(audit).questions[id_]
            for end in FIELD_FOR[question.type].all_endings():
                data[id_ + end] = canary
            data[f"{id_}_evidence"] = canary
        pages = [client.send(f"/audits/{audit.id}/sections/{key}", data).text]
        pages += [
            client.get(path).text
            for path in (
                f"/audits/{audit.id}/sections/{key}",
                f"/audits/{audit.id}",
                f"/audits/{audit.id}/check",
            )
        ]
        for page in pages:
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert ">49<" not in page
            tree = parse(page)
            assert not list(tree.iter("img"))
    assert stored(session, audit, "sup_difference").value == canary.replace("\0", "")


def test_another_managers_audit_does_not_exist(council, session, signed_in, audit):
    other = signed_in(council.managers[1])
    for path in ("", "/sections/sup_main", "/judgement", "/check", "/submitted"):
        assert other.get(f"/audits/{audit.id}{path}").status_code == 404, path
    for path in ("/sections/sup_main", "/judgement", "/check", "/case-number"):
        answer = other.send(f"/audits/{audit.id}{path}", {"sup_challenge": "met"})
        assert answer.status_code == 404, path
    session.rollback()
    assert session.scalars(select(RecordedAnswer)).all() == []
    assert session.get(Audit, audit.id).state.value == "allocated"


def test_an_audit_of_the_own_team_does_not_exist(council, session, client, audit):
    manager = council.managers[0]
    move_to_team(session, manager, audit.team.name, at=AT)
    session.commit()
    assert client.get(f"/audits/{audit.id}").status_code == 404
    assert client.send(f"/audits/{audit.id}/sections/sup_main").status_code == 404


def test_an_unknown_section_is_404(client, audit):
    assert client.get(f"/audits/{audit.id}/sections/nothing").status_code == 404


def test_opening_pages_writes_nothing(client, audit, database):
    paths = ["", "/judgement", "/check", "/submitted", *(f"/sections/{key}" for key in SECTIONS)]
    with counted_queries(database) as statements:
        for path in paths:
            client.get(f"/audits/{audit.id}{path}")
        client.get("/")
    assert statements
    assert [s for s in statements if s.split()[0] not in ("SELECT", "PRAGMA", "BEGIN")] == []


@pytest.mark.parametrize("path", ["", "/sections/sup_main", "/judgement", "/check"])
def test_a_page_asks_the_database_little(client, audit, database, path):
    with counted_queries(database) as asked:
        assert client.get(f"/audits/{audit.id}{path}").status_code == 200
    # The task list asks four more: what happened to the audit, since when, which actions it
    # proposes, and what is attached. A page that saves asks two more: the stamps of what it shows,
    # and what is attached. Each page of a senior manager asks whether a concern waits for them;
    # those that show an audit being filled in ask what its second reader says of it.
    most = {"": 18, "/sections/sup_main": 16, "/check": 13}.get(path, 15)
    assert len(asked) <= most, asked


def test_the_names_of_controls_never_collide():
    """A question may not be called as the part of another question's field."""
    for form in read_folder().forms.values():
        names = [
            id_ + end
            for id_, question in form.questions.items()
            for end in (
                *FIELD_FOR[question.type].all_endings(),
                *(("_evidence", "_quotable") if has_evidence(question) else ()),
            )
        ]
        assert len(names) == len(set(names))


def test_an_independent_member_has_no_audits_of_others(session, council, signed_in, audit):
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    session.commit()
    assert signed_in(member).get(f"/audits/{audit.id}").status_code == 404


def test_grades_are_not_written_by_a_section(session, audit, save):
    save("sup_main", {"sup_challenge": "met"})
    assert session.scalars(select(AuditTheme)).all() == []
