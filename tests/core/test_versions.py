"""How far a change raises the version, why, and which questions can still be read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest
from core.core_factory import (
    MET,
    MET_OPTIONS,
    NO_CAPS,
    NOT_MET,
    make_bank,
    make_form,
    make_option,
    make_question,
    unhurried,
)
from core.core_strategies import filled_forms
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import (
    AnswerType,
    AuditForm,
    Band,
    Cap,
    Condition,
    Entry,
    Evidence,
    Grade,
    Guidance,
    Limit,
    LimitUnit,
    NumberBands,
    Outcome,
    Question,
    QuestionBank,
    Repeat,
    Requirement,
    Rung,
    Section,
    Source,
    Subject,
)
from audit_app.core.replies import PracticeSees
from audit_app.core.version_numbers import next_version, raises_enough, version_numbers
from audit_app.core.version_parts import judgement_part, scoring_part, theme_part
from audit_app.core.versions import Bump, compare_banks, compare_forms
from audit_app.question_banks.canonical import form_scoring_hash, scoring_hash

forms = filled_forms().map(lambda filled: filled[0])
banks = forms.map(lambda form: form.banks[0])

#: For each field of a question another value, which is not the default of any builder.
SCORING: Mapping[str, Any] = {
    "type": AnswerType.CHOICES,
    "options": (make_option("both", MET), make_option("none", NOT_MET)),
    "weight": 9,
    "required": False,
    "allows_not_applicable": False,
    "allows_not_recorded": False,
    "shown_when": Condition("gate", frozenset({"yes"})),
    "limit": Limit(LimitUnit.HOURS, 71),
    "bands": NumberBands(met_from=71),
    "unit": "visits",
}
WORDS: Mapping[str, Any] = {
    "text": "In other words?",
    "guidance": Guidance("Elsewhere.", "Better."),
    "sources": (Source("Another inquiry", "page 1"),),
    "evidence": Evidence.ALWAYS,
    "from_label": "Referral",
    "to_label": "Visit",
    "not_applicable_when": "no child lives there",
    "not_applicable_reason": True,
    "continues": "asked_before",
    "facts": frozenset({CaseFact.AGE}),
}


def changed(bank: QuestionBank, **changes: Any) -> QuestionBank:
    """The bank with its first question changed."""
    first = bank.sections[0]
    question = replace(first.questions[0], **changes)
    section = replace(first, questions=(question, *first.questions[1:]))
    return replace(bank, sections=(section, *bank.sections[1:]))


def scored_bank(question: Question) -> QuestionBank:
    return make_bank("theme", question, make_question("other"))


def test_every_field_of_a_question_is_scoring_judgement_or_words() -> None:
    names = {field.name for field in fields(Question)}
    assert names == {"id", "critical", *SCORING, *WORDS}


@unhurried
@given(bank=banks)
def test_a_bank_differs_in_nothing_from_itself(bank: QuestionBank) -> None:
    diff = compare_banks(bank, replace(bank, version="7.3"))
    assert (diff.bump, diff.reasons) == (Bump.NONE, ())
    assert diff.comparable_questions == tuple((q.id, q.id) for q in bank.questions)


@unhurried
@given(one=banks, other=banks)
def test_a_bump_is_the_largest_reason_and_the_same_both_ways(
    one: QuestionBank, other: QuestionBank
) -> None:
    there, back = compare_banks(one, other), compare_banks(other, one)
    assert there.bump == back.bump == max((r.bump for r in there.reasons), default=Bump.NONE)
    assert [r.bump for r in there.reasons] == sorted((r.bump for r in there.reasons), reverse=True)
    assert set(there.comparable_questions) == {(b, a) for a, b in back.comparable_questions}
    assert (there.bump is Bump.MAJOR) is (scoring_hash(one) != scoring_hash(other))
    if there.bump < Bump.MAJOR:
        assert (there.bump is Bump.MINOR) is (judgement_part(one) != judgement_part(other))
    assert (there.bump is Bump.NONE) is (one == other)


@unhurried
@given(form=forms, name=st.sampled_from(sorted(SCORING)), data=st.data())
def test_any_change_of_a_scored_question_s_scoring_is_major(
    form: AuditForm, name: str, data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(list(form.questions.values())))
    other = replace(question, **{name: SCORING[name]})
    old, new = scored_bank(question), scored_bank(other)
    diff = compare_banks(old, new)
    counts = question.is_scored or other.is_scored
    assert diff.bump is (Bump.MAJOR if counts else Bump.PATCH)
    assert {reason.id for reason in diff.reasons} == {question.id}
    assert diff.comparable_questions == (("other", "other"),)
    assert (scoring_hash(old) == scoring_hash(new)) is not counts


@unhurried
@given(form=forms, name=st.sampled_from(sorted(WORDS)))
def test_other_words_are_a_patch(form: AuditForm, name: str) -> None:
    for bank in form.banks:
        other = changed(bank, **{name: WORDS[name]})
        diff = compare_banks(bank, other)
        assert [(r.bump, r.kind) for r in diff.reasons] == [(Bump.PATCH, name)]
        assert scoring_hash(bank) == scoring_hash(other)
        assert len(diff.comparable_questions) == len(list(bank.questions))


def asked(*questions: Question, **changes: Any) -> QuestionBank:
    return replace(make_bank("theme", *questions), **changes)


Q1, Q2, NOTE = make_question("q1"), make_question("q2"), make_question("note", AnswerType.TEXT)
LEVELS = (Grade("strength", "Strength"), Grade("area", "Area"))
RATING = (Rung("strength", (Requirement(frozenset({"met"}), at_least=1),)), Rung("area"))
EACH = Repeat("male", at_most=4)


def sections(*parts: Section, **changes: Any) -> QuestionBank:
    return replace(make_bank("theme"), sections=parts, **changes)


def rated(*questions: Question, key: str = "one") -> Section:
    return Section(key, key, questions, rating=RATING)


@pytest.mark.parametrize(
    ("old", "new", "bump", "told"),
    [
        (asked(Q1), asked(Q1, Q2), Bump.MAJOR, ["q2: was added."]),
        (asked(Q1, Q2), asked(Q1), Bump.MAJOR, ["q2: was taken away."]),
        (asked(Q1, Q2), asked(Q1, retired=(Q2,)), Bump.MAJOR, ["q2: is retired."]),
        (asked(Q1), asked(Q1, NOTE), Bump.PATCH, ["note: was added. It is not scored."]),
        (asked(Q1), asked(replace(Q1, weight=2)), Bump.MAJOR, ["q1: the weight is 2, was 1."]),
        (asked(Q1), asked(replace(Q1, critical=True)), Bump.MINOR, ["q1: is critical now."]),
        (
            asked(Q1),
            asked(replace(Q1, options=(*MET_OPTIONS[:2], replace(MET_OPTIONS[2], retired=True)))),
            Bump.MAJOR,
            ["q1: the option not_met is offered no more."],
        ),
        (
            asked(Q1),
            asked(replace(Q1, options=(*MET_OPTIONS[:2], replace(MET_OPTIONS[2], label="No")))),
            Bump.PATCH,
            ["q1: the words of the option not_met changed."],
        ),
        (
            asked(Q1),
            asked(replace(Q1, options=MET_OPTIONS[::-1])),
            Bump.PATCH,
            ["q1: its options stand in another order."],
        ),
        (
            asked(Q1, Q2),
            asked(Q2, Q1),
            Bump.PATCH,
            ["theme: sections or questions stand in another order."],
        ),
        (
            sections(rated(Q1, Q2), rated(NOTE, key="two"), levels=LEVELS),
            sections(rated(Q1), rated(NOTE, Q2, key="two"), levels=LEVELS),
            Bump.MINOR,
            ["q2: stands in two, was in one."],
        ),
        (
            sections(Section("one", "One", (Q1,))),
            sections(Section("one", "One", (Q1,), rating=RATING), levels=LEVELS),
            Bump.MINOR,
            ["theme: the levels changed.", "one: how this section is rated changed."],
        ),
        (
            sections(Section("one", "One", (Q1,))),
            sections(Section("one", "One", (Q1,), repeat=EACH)),
            Bump.MAJOR,
            [
                "q1: what it is asked for, or how often, changed.",
                "one: what it is asked for changed.",
            ],
        ),
        (
            sections(Section("one", "One", (Q1,), repeat=EACH)),
            sections(Section("one", "One", (Q1,), repeat=replace(EACH, each="man"))),
            Bump.PATCH,
            ["one: what it is asked for changed."],
        ),
        (
            asked(Q1),
            asked(Q1, grading=RATING),
            Bump.MINOR,
            ["theme: how the theme’s grade is suggested changed."],
        ),
        (
            asked(Q1, caps=(Cap("area", because="so"),)),
            asked(Q1, caps=(Cap("area", because="thus"),)),
            Bump.PATCH,
            ["theme: the reasons given for the caps changed."],
        ),
    ],
)
def test_each_kind_of_change_has_its_bump_and_its_sentence(
    old: QuestionBank, new: QuestionBank, bump: Bump, told: list[str]
) -> None:
    diff = compare_banks(old, new)
    assert diff.bump is bump
    assert [str(reason) for reason in diff.reasons] == told
    assert (diff.bump is Bump.MAJOR) is (scoring_part(old) != scoring_part(new))


def test_a_question_under_a_new_id_goes_on_from_the_earlier_one() -> None:
    first = asked(Q1, Q2)
    second = asked(Q1, replace(Q2, id="q3", continues="q2"), retired=(Q2,))
    diff = compare_banks(first, second)
    assert diff.bump is Bump.MAJOR
    assert diff.comparable_questions == (("q1", "q1"), ("q2", "q3"))
    assert "q3: goes on from q2." in map(str, diff.reasons)
    third = asked(
        Q1, replace(Q2, id="q4", continues="q3"), retired=(replace(Q2, id="q3", continues="q2"), Q2)
    )
    assert compare_banks(first, third).comparable_questions == (("q1", "q1"), ("q2", "q4"))
    heavier = asked(Q1, replace(Q2, id="q3", continues="q2", weight=3), retired=(Q2,))
    assert compare_banks(first, heavier).comparable_questions == (("q1", "q1"),)


def test_a_question_that_hangs_on_a_continued_one_stays_comparable() -> None:
    follow_up = replace(Q2, shown_when=Condition("q1", frozenset({"met"})))
    old = asked(Q1, follow_up)
    new = asked(
        replace(Q1, id="q0", continues="q1"),
        replace(Q2, shown_when=Condition("q0", frozenset({"met"}))),
        retired=(Q1,),
    )
    assert compare_banks(old, new).comparable_questions == (("q1", "q0"), ("q2", "q2"))


def test_an_unscored_question_counts_where_a_scored_one_hangs_on_it() -> None:
    gate = make_question(
        "gate",
        AnswerType.CHOICE,
        options=tuple(make_option(key, Outcome.INFORMATION) for key in ("yes", "no")),
    )
    wider = replace(gate, options=(*gate.options, make_option("perhaps", Outcome.INFORMATION)))
    hung = replace(Q1, shown_when=Condition("gate", frozenset({"yes"})))
    assert compare_banks(asked(gate, Q1), asked(wider, Q1)).bump is Bump.PATCH
    assert compare_banks(asked(gate, hung), asked(wider, hung)).bump is Bump.MAJOR


RULES = NO_CAPS
FORM = make_form(asked(Q1), rules=RULES)


@pytest.mark.parametrize(
    ("changes", "bump"),
    [
        ({}, Bump.NONE),
        ({"title": "Another"}, Bump.PATCH),
        ({"percent_from": 30}, Bump.PATCH),
        ({"practice_sees": PracticeSees.GRADES}, Bump.PATCH),
        ({"earlier_findings": False}, Bump.PATCH),
        ({"scale": (replace(FORM.scale[0], label="Best"), *FORM.scale[1:])}, Bump.PATCH),
        ({"scale": FORM.scale[::-1]}, Bump.MINOR),
        ({"rules": replace(RULES, met_from="outstanding")}, Bump.MINOR),
        ({"rules": replace(RULES, theme_bands=(Band("inadequate", 0),))}, Bump.MINOR),
        ({"rules": replace(RULES, theme_caps=(Cap("good", theme_grade="x"),))}, Bump.MINOR),
        ({"rules": replace(RULES, overall_grading=(Rung("good"),))}, Bump.MINOR),
        ({"subject": Subject.AGENCY}, Bump.MAJOR),
        ({"banks": (asked(replace(Q1, text="Else?")),)}, Bump.PATCH),
        ({"banks": (asked(replace(Q1, critical=True)),)}, Bump.MINOR),
        ({"banks": (asked(replace(Q1, weight=4)),)}, Bump.MAJOR),
        ({"banks": (asked(Q1), make_bank("more", Q2))}, Bump.MAJOR),
    ],
)
def test_a_form_is_raised_as_its_rules_and_banks_are(changes: dict[str, Any], bump: Bump) -> None:
    new = replace(FORM, **changes)
    diff = compare_forms(FORM, new)
    assert diff.bump is bump
    assert (form_scoring_hash(FORM) == form_scoring_hash(new)) is (bump <= Bump.PATCH)


def test_a_theme_is_decided_by_its_own_bank_and_the_rules_of_a_theme() -> None:
    form = make_form(asked(Q1), make_bank("more", Q2), rules=RULES)
    same = [
        replace(form, rules=replace(RULES, overall_bands=(Band("inadequate", 0),))),
        replace(form, banks=(asked(replace(Q1, text="Else?")), make_bank("more"))),
    ]
    other = [
        replace(form, rules=replace(RULES, met_from="outstanding")),
        replace(form, banks=(asked(replace(Q1, weight=2)), form.banks[1])),
    ]
    assert all(theme_part(form, "theme") == theme_part(one, "theme") for one in same)
    assert all(theme_part(form, "theme") != theme_part(one, "theme") for one in other)


def test_entries_of_a_section_are_scoring_by_key_and_words_by_name() -> None:
    health, police = Entry("health", "Health"), Entry("police", "Police")

    def bank(*entries: Entry) -> QuestionBank:
        return sections(Section("one", "One", (Q1,), repeat=Repeat("agency", entries)))

    assert compare_banks(bank(health), bank(health, police)).bump is Bump.MAJOR
    renamed = bank(replace(health, label="The health service"))
    assert compare_banks(bank(health), renamed).bump is Bump.PATCH


@pytest.mark.parametrize(
    ("version", "bump", "lowest"),
    [
        ("1.0", Bump.NONE, "1.0.1"),
        ("1.0", Bump.PATCH, "1.0.1"),
        ("1.9.9", Bump.PATCH, "1.9.10"),
        ("1.9.9", Bump.MINOR, "1.10"),
        ("1.9.9", Bump.MAJOR, "2.0"),
    ],
)
def test_the_lowest_version_that_will_do(version: str, bump: Bump, lowest: str) -> None:
    assert next_version(version, bump) == lowest
    assert raises_enough(version, lowest, bump)
    assert raises_enough(version, "10.0", bump)
    assert not raises_enough(version, version, bump)
    assert not raises_enough("10.0", lowest, bump)


def test_versions_are_numbers() -> None:
    assert version_numbers("1.0") == version_numbers("1.0.0") < version_numbers("1.0.1")
    assert version_numbers("1.9") < version_numbers("1.10") < version_numbers("2.0")
    for wrong in ("1", "1.", "1.2.3.4", "01.2", "1.x", "", "1.2\n"):
        with pytest.raises(ValueError, match="is not a version"):
            version_numbers(wrong)
