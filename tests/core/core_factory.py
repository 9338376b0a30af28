"""Small builders of questions, banks, forms and answers: each gives a whole, valid value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hypothesis import settings

from audit_app.core.answers import Answer, AnswerState, read_value
from audit_app.core.question_bank import (
    POINTS,
    AnswerType,
    AuditForm,
    Band,
    Cap,
    Grade,
    Guidance,
    JudgementRules,
    Limit,
    LimitUnit,
    NumberBands,
    Option,
    Outcome,
    Question,
    QuestionBank,
    Section,
    Source,
)

#: For properties: the machine that runs the tests may be busy.
unhurried = settings(deadline=None, max_examples=40)

MET = Outcome.MET
PARTLY_MET = Outcome.PARTLY_MET
NOT_MET = Outcome.NOT_MET
INFORMATION = Outcome.INFORMATION

NOT_APPLICABLE = Answer(AnswerState.NOT_APPLICABLE)
NOT_RECORDED = Answer(AnswerState.NOT_RECORDED)

SCALE = (
    Grade("outstanding", "Outstanding"),
    Grade("good", "Good"),
    Grade("requires_improvement", "Requires improvement"),
    Grade("inadequate", "Inadequate"),
)
BANDS = (
    Band("outstanding", 95),
    Band("good", 75),
    Band("requires_improvement", 40),
    Band("inadequate", 0),
)
SHORT_OF_MET = frozenset({Outcome.NOT_MET, Outcome.NOT_RECORDED})
RULES = JudgementRules(
    theme_bands=BANDS,
    theme_caps=(
        Cap("requires_improvement", at_least=1, outcomes=SHORT_OF_MET),
        Cap("inadequate", at_least=2, outcomes=SHORT_OF_MET),
    ),
    overall_bands=BANDS,
    overall_caps=(
        Cap("requires_improvement", at_least=1, theme_grade="inadequate"),
        Cap("inadequate", at_least=2, theme_grade="inadequate"),
    ),
    met_from="good",
)
NO_CAPS = JudgementRules(BANDS, (), BANDS, (), "good")

#: Good Friday to the early May bank holiday of 2026.
BANK_HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)})


def is_bank_holiday(day: date) -> bool:
    """Whether a day is a bank holiday of spring 2026."""
    return day in BANK_HOLIDAYS


def make_option(key: str, outcome: Outcome, points: int | None = None) -> Option:
    """An option with the points that its outcome gives, unless others are named."""
    return Option(
        key,
        key.replace("_", " ").capitalize(),
        outcome,
        POINTS[outcome] if points is None else points,
    )


MET_OPTIONS = tuple(make_option(outcome.value, outcome) for outcome in (MET, PARTLY_MET, NOT_MET))
YES_NO_OPTIONS = (make_option("yes", MET), make_option("no", NOT_MET))
_DEFAULTS: Mapping[AnswerType, Mapping[str, Any]] = {
    AnswerType.MET: {"options": MET_OPTIONS},
    AnswerType.YES_NO: {"options": YES_NO_OPTIONS},
    AnswerType.GRADE: {
        "options": (
            make_option("excellent", MET, 4),
            make_option("good", MET, 3),
            make_option("adequate", PARTLY_MET, 1),
            make_option("inadequate", NOT_MET, 0),
        )
    },
    AnswerType.CHOICE: {
        "options": (
            make_option("both", MET),
            make_option("one", PARTLY_MET),
            make_option("none", NOT_MET),
            make_option("unclear", INFORMATION),
        )
    },
    AnswerType.CHOICES: {
        "options": (
            make_option("police", MET),
            make_option("health", MET),
            make_option("late", PARTLY_MET),
            make_option("nobody", NOT_MET),
            make_option("other", INFORMATION),
        )
    },
    AnswerType.INTERVAL: {"limit": Limit(LimitUnit.DAYS, 5, 10)},
    AnswerType.NUMBER: {"bands": NumberBands(met_to=4, partly_to=6), "unit": "weeks"},
}


def make_question(
    id_: str = "asked", type_: AnswerType = AnswerType.MET, **changes: Any
) -> Question:
    """A question of a type with what this type needs."""
    said: dict[str, Any] = {
        "id": id_,
        "text": f"{id_.replace('_', ' ').capitalize()} is on the file.",
        "type": type_,
        "guidance": Guidance("Case notes.", "Dated and signed."),
        "sources": (Source("Inquiry report 2003", "recommendation 58"),),
        **_DEFAULTS.get(type_, {}),
    }
    return Question(**{**said, **changes})


def make_bank(key: str = "chronology", *questions: Question, title: str = "") -> QuestionBank:
    """A bank of one section; with one plain question when none is given."""
    section = Section(f"{key}_section", key.capitalize(), questions or (make_question(),))
    return QuestionBank(key, title or key.replace("_", " ").capitalize(), "1.0", "Why.", (section,))


def make_form(*banks: QuestionBank, rules: JudgementRules = RULES) -> AuditForm:
    """A form on the four-point scale."""
    return AuditForm(
        key="monthly_sample",
        title="Monthly sample",
        version="1.0",
        summary="Two case files a month.",
        auditors="senior_manager",
        scale=SCALE,
        rules=rules,
        banks=banks or (make_bank(),),
    )


def answered(question: Question, text: str, evidence: str = "") -> Answer:
    """The answer whose canonical text this is."""
    return Answer(AnswerState.ANSWERED, read_value(question, text), evidence)


def met_questions(count: int, **changes: Any) -> tuple[Question, ...]:
    """Plain questions q1, q2, … that are met, partly met or not met."""
    return tuple(make_question(f"q{n}", **changes) for n in range(1, count + 1))


def answer_all(questions: Sequence[Question], *texts: str) -> dict[str, Answer]:
    """One answer each: an option's key, or the state `not_applicable` or `not_recorded`."""
    return {
        question.id: Answer(AnswerState(text))
        if text in (AnswerState.NOT_APPLICABLE, AnswerState.NOT_RECORDED)
        else answered(question, text)
        for question, text in zip(questions, texts, strict=True)
    }
