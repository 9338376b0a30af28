"""The library of banks on the site: all that is published, in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from factories import AT, complete_audit, make_council, shipped_library
from web.page_checks import parse, text_of
from web.query_counts import counted_queries

from audit_app.core.access import Role
from audit_app.core.question_bank import (
    AnswerType,
    Guidance,
    Limit,
    LimitUnit,
    NumberBands,
    Question,
)
from audit_app.question_banks.read import Library
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.xlsform.read import read_workbook
from audit_app.store.audits import Draft, audits_of
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form, publish_library, published_banks
from audit_app.store.tables import RecordedState
from audit_app.web.banks.words import say_limits


def words_of(page):
    return text_of(next(parse(page).iter("main")))


def test_the_library_lists_every_bank_and_form(as_role, session):
    page = words_of(as_role(Role.SENIOR_MANAGER).get("/banks").text)
    for bank in published_banks(session):
        assert f"{bank.title} {bank.version}" in page
        assert bank.content_hash[:12] in page
    for form in shipped_library().forms.values():
        assert form.title in page
    assert "banks publish" not in page
    assert "audit-app banks publish" in words_of(as_role(Role.QA_LEAD).get("/banks").text)


@pytest.mark.parametrize("bank", shipped_library().banks.values(), ids=lambda bank: bank.key)
def test_a_bank_shows_everything_that_an_auditor_is_asked(as_role, bank):
    page = as_role(Role.SENIOR_MANAGER).get(f"/banks/{bank.key}/{bank.version}").text
    said = words_of(page)
    for question in bank.questions:
        for words in (question.text, question.guidance.where, question.guidance.good):
            assert " ".join(words.split()) in said
        for source in question.sources:
            assert str(source) in said
        for option in question.options:
            assert option.label in said
    shown = sum(1 for question in bank.questions if question.shown_when)
    assert page.count("<dt>Shown when</dt>") == shown
    critical = sum(1 for question in bank.questions if question.critical and question.is_scored)
    assert said.count("critical: not met") == critical


def test_a_condition_is_said_in_words(as_role):
    page = words_of(as_role(Role.QA_LEAD).get("/banks/chronology/1.0").text)
    assert (
        "“Where is the child's chronology?” is answered “In the agreed place” or "
        "“Somewhere else on the file”"
    ) in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"type": AnswerType.INTERVAL, "limit": Limit(LimitUnit.WORKING_DAYS, 10, 15)},
            ["Met within 10 working days", "partly met within 15 working days"],
        ),
        (
            {"type": AnswerType.INTERVAL, "limit": Limit(LimitUnit.HOURS, 1)},
            ["Met within 1 hour"],
        ),
        (
            {"type": AnswerType.NUMBER, "unit": "weeks", "bands": NumberBands(met_to=4)},
            ["Met up to 4 weeks"],
        ),
        (
            {
                "type": AnswerType.NUMBER,
                "bands": NumberBands(met_from=2, partly_from=1, partly_to=1),
            },
            ["Met from 2 up", "partly met from 1 to 1"],
        ),
    ],
)
def test_limits_are_said_in_words(more, said):
    question = Question("x", "How long?", guidance=Guidance("", ""), sources=(), **more)
    assert say_limits(question) == [*said, "otherwise not met"]


def test_a_question_without_a_limit_says_none():
    question = Question("x", "When?", AnswerType.DATE, Guidance("", ""), ())
    assert say_limits(question) == []


@pytest.mark.parametrize(
    "path", ["/banks/nothing/1.0", "/banks/chronology/9.9", "/banks/nothing/1.0/download.xlsx"]
)
def test_what_is_not_published_is_not_found(as_role, path):
    assert as_role(Role.QA_LEAD).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/banks", "/banks/chronology"])
def test_more_versions_and_cycles_are_not_more_queries(as_role, session, database, path):
    def queries():
        client = as_role(Role.QA_LEAD)
        with counted_queries(database) as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    make_council(session)
    session.commit()
    before = queries()
    library = shipped_library()
    for version in ("8.0", "9.0"):
        banks = {key: replace(bank, version=version) for key, bank in library.banks.items()}
        forms = {
            key: replace(form, version=version, banks=tuple(banks[b.key] for b in form.banks))
            for key, form in library.forms.items()
        }
        publish_library(session, Library(banks, forms), at=AT)
        form = latest_form(session, "monthly_sample")
        create_cycle(session, form, name=version, month="2026-12", at=AT)
    session.commit()
    assert queries() == before < 20


def test_a_question_that_finds_nothing_is_pointed_out_to_those_who_see_results(as_role, session):
    council = make_council(session, managers=6)
    audits = [audit for manager in council.managers for audit in audits_of(session, manager)]
    seldom = Draft("sup_challenge", RecordedState.NOT_APPLICABLE)
    for audit in audits:
        complete_audit(session, audit, {"sup_challenge": seldom})
    session.commit()
    page = words_of(as_role(Role.QA_LEAD).get("/banks/supervision").text)
    assert "12 answers, never anything but met: does it still earn its place?" in page
    assert "12 of 12 answers are “not applicable”: is it asked of the right files?" in page
    assert "Monthly case file sample 1.0 asks version 1.0" in page
    assert council.cycle.name in page
    assert re.search(
        r"Supervision.*\d questions", words_of(as_role(Role.QA_LEAD).get("/banks").text)
    )
    managers = words_of(as_role(Role.SENIOR_MANAGER).get("/banks/supervision").text)
    assert "answers" not in managers
    assert "Change this bank" not in managers


def test_a_bank_can_be_taken_away_and_is_the_same_bank(as_role):
    bank = shipped_library().banks["chronology"]
    client = as_role(Role.SENIOR_MANAGER)
    page = client.get(f"/banks/chronology/{bank.version}").text
    workbook = client.get(f"/banks/chronology/{bank.version}/download.xlsx")
    assert workbook.headers["Content-Disposition"].endswith(f"chronology-{bank.version}.xlsx")
    assert read_workbook(workbook.data, "chronology.xlsx").bank == bank
    text = client.get(f"/banks/chronology/{bank.version}/download.yml")
    assert text.headers["Content-Disposition"].endswith("chronology.yml")
    assert text.text == write_yaml(bank)
    for answer in (workbook, text):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.request.path in page
