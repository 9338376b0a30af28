"""Where a run of cycles stops, and what can be read across it."""

from __future__ import annotations

from dataclasses import replace

from core.core_factory import make_bank, make_question

from audit_app.core.question_bank import AnswerType, Outcome, Question, QuestionBank
from audit_app.core.theme_results import AuditedFile, AuditedTheme
from audit_app.core.trends import AnswerCount, ThemeVersion, breaks_of, common_series

MET, NOT_MET = Outcome.MET, Outcome.NOT_MET
Q1, Q2, Q3 = (make_question(f"q{n}") for n in (1, 2, 3))
NOTE = make_question("note", AnswerType.TEXT)


def version(number: str, *questions: Question, retired: tuple[Question, ...] = ()) -> ThemeVersion:
    bank = replace(make_bank("theme", *questions), version=number, retired=retired)
    return ThemeVersion(number.split(".")[0], bank, number)


def file(**outcomes: Outcome) -> AuditedFile:
    """A file of the theme, and of another whose questions have the same ids."""
    themes = (AuditedTheme("theme", True, outcomes), AuditedTheme("other", True, {"q1": MET}))
    return AuditedFile("CF-1", None, "2026-11", "sample 1.0", themes)


FIRST = version("1.0", Q1, Q2, NOTE)
WORDS = version("1.0.1", replace(Q1, text="Else?"), Q2, NOTE)
SECOND = version(
    "2.0", Q1, replace(Q2, id="q4", continues="q2"), replace(Q3, weight=2), NOTE, retired=(Q2,)
)
THIRD = version(
    "3.0",
    replace(Q1, weight=2),
    replace(Q2, id="q4", continues="q2"),
    replace(Q3, weight=2),
    retired=(Q2,),
)


def test_a_run_stops_where_the_theme_is_scored_differently() -> None:
    run = [None, FIRST, WORDS, None, SECOND, SECOND, None, FIRST]
    assert breaks_of(run) == (None, None, None, None, WORDS, None, None, SECOND)
    assert breaks_of([]) == ()


def test_without_a_break_there_is_no_common_series() -> None:
    assert common_series([FIRST, WORDS, None, FIRST], [[]] * 4) is None


def test_answers_to_common_questions_are_added_up_also_under_an_earlier_id() -> None:
    files = [
        [file(q1=MET, q2=NOT_MET), file(q1=Outcome.NOT_APPLICABLE, q2=MET)],
        [],
        [file(q1=MET, q4=Outcome.NOT_RECORDED, q3=MET)],
    ]
    series = common_series([FIRST, None, SECOND], files)
    assert series is not None
    assert series.questions == ("q1", "q4")
    assert series.counts == (AnswerCount(2, 3), None, AnswerCount(1, 2))


def test_the_last_break_decides_and_what_is_older_may_drop_out() -> None:
    files = [[file(q1=MET, q2=MET)], [file(q1=MET, q4=MET, q3=NOT_MET)], [file(q4=MET, q3=MET)]]
    series = common_series([FIRST, SECOND, THIRD], files)
    assert series is not None
    assert series.questions == ("q4", "q3")
    assert series.counts == (None, AnswerCount(1, 2), AnswerCount(2, 2))


def test_an_older_version_used_again_is_compared_the_right_way_round() -> None:
    files = [[file(q1=MET, q4=MET, q3=MET)], [file(q1=NOT_MET, q2=NOT_MET)]]
    series = common_series([SECOND, FIRST], files)
    assert series is not None
    assert series.questions == ("q1", "q2")
    assert series.counts == (AnswerCount(2, 2), AnswerCount(0, 2))


def test_nothing_in_common_is_said_and_not_counted() -> None:
    def alone(number: str, question: Question) -> ThemeVersion:
        bank: QuestionBank = replace(make_bank("theme", question), version=number)
        return ThemeVersion(number, bank, number)

    series = common_series([alone("1.0", Q1), alone("2.0", Q2)], [[file(q1=MET)], [file(q2=MET)]])
    assert series is not None
    assert series.questions == ()
    assert series.counts == (None, None)
