"""What an audit still lacks, in the order of the form, and how far each section is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.core_factory import (
    NOT_APPLICABLE,
    NOT_RECORDED,
    answer_all,
    answered,
    is_bank_holiday,
    make_bank,
    make_form,
    make_question,
    met_questions,
    unhurried,
)
from core.core_strategies import filled_forms
from hypothesis import given

from audit_app.core.answers import Answer, hidden_questions
from audit_app.core.completeness import (
    JUDGEMENT,
    PROGRESS_WORDS,
    GradeChoice,
    Missing,
    Progress,
    missing_answers,
    missing_judgement,
    needs_evidence,
    section_progress,
)
from audit_app.core.judgement import suggest
from audit_app.core.question_bank import (
    ADVERSE,
    AnswerType,
    AuditForm,
    Condition,
    Evidence,
    Outcome,
    Question,
)

Filled = tuple[AuditForm, dict[str, Answer]]


def lacks(*asked: Question, **answers: Answer) -> list[Missing]:
    return missing_answers(make_form(make_bank("voice", *asked)), answers, is_bank_holiday)


@pytest.mark.parametrize(
    ("type_", "verb"),
    [
        (AnswerType.MET, "Choose an answer"),
        (AnswerType.CHOICES, "Choose an answer"),
        (AnswerType.DATE, "Enter the date"),
        (AnswerType.INTERVAL, "Enter both dates"),
        (AnswerType.NUMBER, "Enter the number"),
        (AnswerType.TEXT, "Write an answer"),
    ],
)
def test_an_unanswered_question_is_asked_for(type_: AnswerType, verb: str) -> None:
    question = make_question("seen", type_)
    expected = Missing("voice_section", "seen", f"{verb}: Seen is on the file.")
    assert lacks(question) == [expected]
    assert lacks(replace(question, required=False)) == []


def test_an_adverse_answer_is_asked_for_its_evidence() -> None:
    question = make_question("seen")
    expected = Missing(
        "voice_section",
        "seen_evidence",
        "Say what you saw, and where on the file: Seen is on the file.",
    )
    for answer in (
        answered(question, "not_met"),
        answered(question, "not_met", " \n"),
        NOT_RECORDED,
    ):
        assert lacks(question, seen=answer) == [expected]
    assert lacks(question, seen=answered(question, "not_met", "No visit in the notes.")) == []
    assert lacks(question, seen=answered(question, "met")) == []
    assert lacks(question, seen=NOT_APPLICABLE) == []


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_when_evidence_is_needed(outcome: Outcome | None) -> None:
    needed = {
        evidence: needs_evidence(make_question(evidence=evidence), outcome) for evidence in Evidence
    }
    assert needed == {
        Evidence.ADVERSE: outcome in ADVERSE,
        Evidence.ALWAYS: outcome is not None,
        Evidence.NEVER: False,
    }


def test_what_is_missing_stands_in_the_order_of_the_form() -> None:
    one, two, three = met_questions(3)
    form = make_form(make_bank("voice", one, two), make_bank("chronology", three))
    found = missing_answers(form, {"q1": NOT_RECORDED}, is_bank_holiday)
    assert [(lack.section, lack.field) for lack in found] == [
        ("voice_section", "q1_evidence"),
        ("voice_section", "q2"),
        ("chronology_section", "q3"),
    ]


def test_a_hidden_question_lacks_nothing() -> None:
    first = make_question("first", AnswerType.YES_NO)
    after = make_question("after", shown_when=Condition("first", frozenset({"yes"})))
    kept = {"after": NOT_RECORDED}
    assert lacks(first, after, first=answered(first, "no", "Notes"), **kept) == []
    assert len(lacks(first, after, first=answered(first, "yes"), **kept)) == 1


THEMES = [
    make_bank("voice", make_question("v"), title="Voice of the child"),
    make_bank("males", make_question("m"), title="Role of males"),
]


def judged(themes: dict[str, GradeChoice], overall: GradeChoice) -> list[tuple[str, str, str]]:
    form = make_form(*THEMES)
    answers = answer_all(list(form.questions.values()), "met", "not_applicable")
    suggested = suggest(form, answers, is_bank_holiday)
    found = missing_judgement(form, suggested, themes, overall)
    return [(lack.section, lack.field, lack.what) for lack in found]


def test_each_scored_theme_and_the_whole_need_a_grade() -> None:
    assert judged({}, GradeChoice(None)) == [
        (JUDGEMENT, "grade_voice", "Choose your grade for “Voice of the child”"),
        (JUDGEMENT, "grade_overall", "Choose your grade for the audit as a whole"),
    ]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_another_grade_than_the_suggested_one_needs_a_reason(reason: str) -> None:
    lower = GradeChoice("good", reason)
    assert judged({"voice": lower}, lower) == [
        (
            JUDGEMENT,
            "reason_voice",
            "Say why your grade for “Voice of the child” differs from the suggested one",
        ),
        (
            JUDGEMENT,
            "reason_overall",
            "Say why your grade for the audit as a whole differs from the suggested one",
        ),
    ]
    said = GradeChoice("good", "The visits were rushed.")
    assert judged({"voice": said}, said) == []


def test_the_suggested_grade_needs_no_reason() -> None:
    assert judged({"voice": GradeChoice("outstanding")}, GradeChoice("outstanding")) == []


def test_how_far_each_section_is() -> None:
    one, two, three = met_questions(3)
    form = make_form(make_bank("voice", one, two), make_bank("males", three, title="Role of males"))
    answers = {"q1": answered(one, "met"), "q2": answered(two, "not_met")}
    voice, males = section_progress(form, answers, is_bank_holiday)
    assert (voice.key, voice.title, voice.theme) == ("voice_section", "Voice", "voice")
    assert (voice.answered, voice.shown, voice.need_evidence, voice.missing) == (2, 2, 1, 1)
    assert (males.answered, males.shown, males.need_evidence, males.missing) == (0, 1, 0, 1)
    assert (voice.state, males.state) == (Progress.IN_PROGRESS, Progress.NOT_STARTED)
    answers["q2"] = answered(two, "not_met", "No record of a visit.")
    assert section_progress(form, answers, is_bank_holiday)[0].state is Progress.COMPLETE


def test_every_progress_has_its_words() -> None:
    assert set(PROGRESS_WORDS) == set(Progress)


@given(filled_forms())
@unhurried
def test_the_sections_together_lack_what_the_form_lacks(filled: Filled) -> None:
    form, answers = filled
    found = missing_answers(form, answers, is_bank_holiday)
    sections = section_progress(form, answers, is_bank_holiday)
    assert sum(section.missing for section in sections) == len(found)
    assert sum(section.need_evidence for section in sections) == sum(
        lack.field.endswith("_evidence") for lack in found
    )
    for section in sections:
        assert 0 <= section.answered <= section.shown
        assert section.missing <= section.shown
        mine = [lack for lack in found if lack.section == section.key]
        assert (section.state is Progress.COMPLETE) == (not mine and section.shown > 0)


@given(filled_forms())
@unhurried
def test_when_nothing_lacks_every_shown_question_is_answered(filled: Filled) -> None:
    form, answers = filled
    hidden = hidden_questions(form.questions, answers)
    shown = [question for question in form.questions.values() if question.id not in hidden]
    found = {lack.field for lack in missing_answers(form, answers, is_bank_holiday)}
    assert {question.id for question in shown if question.id not in answers} == {
        field for field in found if not field.endswith("_evidence")
    }
    given_evidence = {id_: replace(answer, evidence="Seen.") for id_, answer in answers.items()}
    left = missing_answers(form, given_evidence, is_bank_holiday)
    assert not any(lack.field.endswith("_evidence") for lack in left)
