"""The parts of a question bank and form: what scores, what judges, and what decides a theme.

`core.versions` says what belongs to which part, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from audit_app.core.agencies import Agency
from audit_app.core.question_bank import (
    AnswerType,
    AuditForm,
    Cap,
    Grade,
    Guidance,
    Question,
    QuestionBank,
    Repeat,
    Section,
)

#: Fields that decide what an answer scores, beside the id, the type and the options.
SCORING_FIELDS = (
    "weight",
    "required",
    "allows_not_applicable",
    "allows_not_recorded",
    "shown_when",
    "limit",
    "bands",
    "unit",
)


def blank_question(id_: str) -> Question:
    """A question of which only the id says anything."""
    return Question(id_, "", AnswerType.TEXT, Guidance("", ""), ())


def scoring_of(question: Question) -> Question:
    """The question without its words and without what only judgement looks at."""
    return replace(
        blank_question(question.id),
        type=question.type,
        options=tuple(
            sorted((replace(option, label="") for option in question.options), key=lambda o: o.key)
        ),
        **{name: getattr(question, name) for name in SCORING_FIELDS},
    )


def repeat_of(repeat: Repeat | None) -> Repeat | None:
    """What of a repetition is scoring: what it is asked for, by keys, or how often."""
    if repeat is None:
        return None
    entries = tuple(
        sorted((replace(e, label="") for e in repeat.entries), key=lambda entry: entry.key)
    )
    return Repeat("", entries, 0 if entries else repeat.at_most)


def counted_questions(bank: QuestionBank) -> frozenset[str]:
    """The ids of the scored questions, and of those on whose answers it hangs which are shown."""
    asked = {question.id: question for question in bank.questions}
    counted = {id_ for id_, question in asked.items() if question.is_scored}
    for question in reversed(asked.values()):
        if question.id in counted and question.shown_when is not None:
            counted.add(question.shown_when.question)
    return frozenset(counted)


def scoring_part(bank: QuestionBank) -> QuestionBank:
    """The bank with nothing but what scores: one section a question, by id, with its repetition."""
    counted = counted_questions(bank)
    asked = sorted(
        (
            (question.id, Section("", "", (scoring_of(question),), repeat=repeat_of(s.repeat)))
            for s in bank.sections
            for question in s.questions
            if question.id in counted
        ),
        key=lambda item: item[0],
    )
    return QuestionBank(bank.key, "", "", "", tuple(section for _, section in asked))


def judgement_part(bank: QuestionBank) -> QuestionBank:
    """The bank with nothing but what suggested grades look at beside the scores."""
    critical = _only_ids(q for q in bank.questions if q.critical and q.is_scored)
    rated = sorted(
        (_rated(section) for section in bank.sections if section.rating), key=lambda s: s.key
    )
    return QuestionBank(
        bank.key,
        "",
        "",
        "",
        (Section("", "", critical), *rated),
        levels=keys_of(bank.levels),
        grading=bank.grading,
        caps=without_words(bank.caps),
    )


def form_judgement_part(form: AuditForm) -> AuditForm:
    """The form with nothing but its rules, the grades of its scale and what it examines."""
    rules = replace(
        form.rules,
        theme_caps=without_words(form.rules.theme_caps),
        overall_caps=without_words(form.rules.overall_caps),
    )
    scale, asked = keys_of(form.scale), agencies_of(form)
    return AuditForm(
        form.key, "", "", "", "", scale, rules, (), subject=form.subject, agencies=asked
    )


def theme_part(form: AuditForm, theme: str) -> tuple[QuestionBank, QuestionBank, AuditForm]:
    """All that decides whether a theme is met in a file, from the answers to its questions."""
    bank, rules = form.bank(theme), form_judgement_part(form)
    alone = replace(rules.rules, overall_bands=(), overall_caps=(), overall_grading=())
    if bank.grading:
        alone = replace(alone, theme_bands=(), theme_grading=())
    return scoring_part(bank), judgement_part(bank), replace(rules, key="", rules=alone)


def agencies_of(form: AuditForm) -> tuple[Agency, ...]:
    """Who answers what of the form, without their names."""
    asked = (replace(agency, label="") for agency in form.agencies)
    return tuple(sorted(asked, key=lambda agency: agency.key))


def keys_of(grades: Iterable[Grade]) -> tuple[Grade, ...]:
    """Grades or levels without their words."""
    return tuple(Grade(grade.key, "") for grade in grades)


def without_words(caps: Iterable[Cap]) -> tuple[Cap, ...]:
    """Caps without the reasons given for them."""
    return tuple(replace(cap, because="") for cap in caps)


def _rated(section: Section) -> Section:
    asked = (question for question in section.questions if question.is_scored)
    return Section(section.key, "", _only_ids(asked), rating=section.rating)


def _only_ids(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(blank_question(id_) for id_ in sorted(question.id for question in questions))
