"""The banks and forms that come with the program."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from question_banks.banks_page import bank_row, form_row
from question_banks.facts import BY_CASE_FILE_AUDIT, DOCUMENTS, FACTS

from audit_app.core.question_bank import (
    AnswerType,
    AuditForm,
    Outcome,
    QuestionBank,
    Source,
    Subject,
)
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_to_data,
    form_from_data,
    form_to_data,
)
from audit_app.question_banks.read import check_paths, read_folder
from audit_app.resources import data_folder

FOLDER = data_folder("question_banks")
PAGE = Path(__file__).parents[2] / "docs" / "banks.md"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yml"))
LIBRARY = read_folder()
BANKS = list(LIBRARY.banks.values())
QUESTIONS = {question.id: question for bank in BANKS for question in bank.questions}
PLACE = re.compile(
    r"(recommendation|action|item|strand|paragraph)s? [0-9A-Z]|main finding|areas? for|strengths, "
)
NUMBERED = re.compile(r"(recommendation|action|item|strand|paragraph)s? [0-9A-Z]|main finding on")
FIVE = ["voice_of_the_child", "chronology", "manager_sign_off", "supervision", "role_of_males"]
SUBJECTS = {
    "monthly_sample": Subject.CASE_FILE,
    "referrals_week": Subject.CASE_FILE,
    "under_twos": Subject.CASE_FILE,
    "referrals_progress": Subject.CASE_FILE,
    "protection_plans": Subject.CASE_FILE,
    "multi_agency_case": Subject.CASE_FILE,
    "strategy_discussions": Subject.STRATEGY_DISCUSSION,
    "strategy_discussion_agencies": Subject.STRATEGY_DISCUSSION,
    "self_assessment": Subject.AGENCY,
    "supervision_notes": Subject.SUPERVISION_FILE,
}


@pytest.mark.parametrize("file", FILES)
def test_each_shipped_file_is_read_and_kept_exactly(file: str) -> None:
    path = FOLDER / file
    assert check_paths([path]) == []
    library = read_folder([path])
    if Path(file).parent.name == "forms":
        form = library.forms[path.stem]
        assert form_from_data(form_to_data(form), library.banks) == form
    else:
        bank = library.banks[path.stem]
        assert bank_from_data(bank_to_data(bank)) == bank


def test_the_five_banks_make_up_the_monthly_sample() -> None:
    assert [bank.key for bank in LIBRARY.forms["monthly_sample"].banks] == FIVE
    assert {bank.version for bank in BANKS if bank.key in FIVE} == {"1.0"}


def test_every_form_is_there_with_its_subject_and_every_bank_is_in_one() -> None:
    assert {key: form.subject for key, form in LIBRARY.forms.items()} == SUBJECTS
    assert {key for key, form in LIBRARY.forms.items() if not form.themed} == {"monthly_sample"}
    assert {bank.key for form in LIBRARY.forms.values() for bank in form.banks} == set(
        LIBRARY.banks
    )


def test_there_are_banks_and_questions_enough_and_none_asks_the_same_twice() -> None:
    assert len(BANKS) >= 13
    assert len(QUESTIONS) == sum(1 for bank in BANKS for _ in bank.questions) >= 120
    texts = Counter(
        re.sub(r"\W+", " ", question.text).strip().casefold() for question in QUESTIONS.values()
    )
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.key)
def test_each_bank_is_short_and_sourced(bank: QuestionBank) -> None:
    questions = list(bank.questions)
    longest = {"self_assessment": 29}.get(bank.key, 8 if bank.key in FIVE else 12)
    assert 6 <= len(questions) <= longest
    assert 1 <= sum(question.critical for question in questions) <= 3
    assert sum(question.type is AnswerType.TEXT for question in questions) <= 1
    for question in questions:
        assert any(NUMBERED.match(source.place) for source in question.sources), question.id
        for source in question.sources:
            assert PLACE.match(source.place), question.id
            assert source.document in DOCUMENTS.values(), question.id
        assert len(question.text) <= 120, question.id
        assert len(question.guidance.where) <= 160, question.id
        assert len(question.guidance.good) <= 200, question.id
        assert max((len(option.label) for option in question.options), default=0) <= 70, question.id


@pytest.mark.parametrize("form", LIBRARY.forms.values(), ids=lambda form: form.key)
def test_each_form_can_be_filled_in_at_one_sitting(form: AuditForm) -> None:
    """At most 40 questions on the way that shows the fewest: what depends on an answer is extra."""
    always = [question for question in form.questions.values() if question.shown_when is None]
    assert len(always) <= (35 if form.key == "monthly_sample" else 40)


def test_what_is_for_information_only_asks_for_no_evidence() -> None:
    asked = [
        id_
        for id_, question in QUESTIONS.items()
        if not question.is_scored and question.evidence.value != "never"
    ]
    assert asked == []
    # "Not there" is an answer of its own wherever a paper may be silent about what was done.
    silent = {
        id_
        for id_, question in QUESTIONS.items()
        if question.type in (AnswerType.MET, AnswerType.INTERVAL)
        and not question.allows_not_recorded
    }
    assert silent == set()


def carries(source: Source, tag: str) -> bool:
    """Whether a source is the one that the tag names, down to its number."""
    match = re.fullmatch(r"(r)(\d+)|(\w+)(?: (.+))?", tag)
    assert match, tag
    document, number = match[1] or match[3], match[2] or match[4]
    said = source.document == DOCUMENTS[document]
    return said and (number is None or bool(re.search(rf"\b{re.escape(number)}\b", source.place)))


@pytest.mark.parametrize(("fact", "source", "ids"), FACTS, ids=[f"{s}-{f}" for f, s, _ in FACTS])
def test_each_fact_is_asked_for_and_cites_its_source(fact: str, source: str, ids: str) -> None:
    for id_ in ids.split():
        assert id_ in QUESTIONS, f"{fact}: no question {id_}"
        assert any(carries(one, source) for one in QUESTIONS[id_].sources), f"{id_} not {source}"


@pytest.mark.parametrize("number", BY_CASE_FILE_AUDIT)
def test_each_recommendation_that_relies_on_case_file_audit_has_a_scored_question(
    number: int,
) -> None:
    citing = [q for q in QUESTIONS.values() if any(carries(s, f"r{number}") for s in q.sources)]
    assert citing
    assert number == 30 or any(question.is_scored for question in citing)


def test_the_time_limits_are_those_of_the_sources() -> None:
    limits = {id_: str(q.limit) for id_, q in QUESTIONS.items() if q.limit is not None}
    assert limits == {
        "voice_seen_24h": "24 hours",
        "signoff_referral_24h": "24 hours",
        "sup_recorded_at_once": "1 working day",
        "ref_passed_on": "1 hour",
        "ref_confirmed_48h": "48 hours",
        "ref_decision_24h": "24 hours",
        "assess_days": "7 days",
        "cpp_core_new_school": "10 working days",
        "cpp_documents": "5 working days",
    }


def test_an_agency_marks_29_areas_green_amber_or_red() -> None:
    form = LIBRARY.forms["self_assessment"]
    assert [grade.key for grade in form.scale] == ["green", "amber", "red"]
    assert len(form.questions) == 29
    for question in form.questions.values():
        # What cannot be shown is amber or red, as the words of these say.
        assert not question.allows_not_recorded
        assert [(option.key, option.outcome) for option in question.options] == [
            ("green", Outcome.MET),
            ("amber", Outcome.PARTLY_MET),
            ("red", Outcome.NOT_MET),
        ]


def test_what_is_asked_for_each_is_asked_once_for_each() -> None:
    each = {s.key: s.repeat for bank in BANKS for s in bank.sections if s.repeat is not None}
    assert set(each) == {"assess_males", "attend_agency", "agency_part", "prog_child"}
    agencies = {entry.key for entry in each["attend_agency"].entries}
    assert agencies == {"social_care", "police", "health", "education"}
    assert {"housing", "adult_services", "youth_offending"} < {
        entry.key for entry in each["agency_part"].entries
    }


def test_every_answer_type_is_used() -> None:
    assert {question.type for question in QUESTIONS.values()} == set(AnswerType)


def test_the_page_of_the_banks_is_true() -> None:
    page = PAGE.read_text("utf-8")
    assert f"{len(BANKS)} banks with {len(QUESTIONS)} questions, and {len(SUBJECTS)} forms" in page
    assert [row for bank in BANKS if (row := bank_row(bank)) not in page] == []
    for form in LIBRARY.forms.values():
        # Which system it serves is said by hand.
        assert form_row(form, "").removesuffix("|").rstrip() in page
