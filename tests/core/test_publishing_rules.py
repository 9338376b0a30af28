"""What may not be published after earlier versions, each with its place and remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.core_factory import MET_OPTIONS, make_bank, make_question

from audit_app.core.publishing import bank_refusals, version_refusal
from audit_app.core.question_bank import AnswerType, Question, QuestionBank
from audit_app.core.versions import compare_banks

Q1, Q2 = make_question("q1"), make_question("q2")
Q3 = replace(Q2, id="q3", continues="q2")


def bank(version: str, *questions: Question, retired: tuple[Question, ...] = ()) -> QuestionBank:
    return replace(make_bank("theme", *questions), version=version, retired=retired)


FIRST = bank("1.0", Q1, Q2)
SECOND = bank("2.0", Q1, retired=(Q2,))


@pytest.mark.parametrize(
    ("earlier", "now", "answered", "told"),
    [
        ([], bank("1.0", Q1), {"q1"}, ""),
        ([], bank("1.0", Q1, Q3), set(), "q3: it continues q2, which no earlier version"),
        ([], bank("1.0", Q1, Q3, retired=(Q2,)), set(), ""),
        ([FIRST], SECOND, {"q2"}, ""),
        ([FIRST], bank("2.0", Q1), set(), "q2: an earlier version has this question"),
        ([FIRST, SECOND], bank("2.1", Q1), set(), "q2: an earlier version has this question"),
        ([FIRST], bank("2.0", Q1, Q3), {"q2"}, ""),
        ([FIRST], bank("2.0", Q1, Q2, Q3), set(), "q3: it continues q2, which is still asked"),
        ([FIRST, SECOND], bank("3.0", Q1, Q2), {"q2"}, ""),
        (
            [FIRST, SECOND],
            bank("3.0", Q1, replace(Q2, text="Something else?")),
            set(),
            "q2: this id was retired and is asked again as something else",
        ),
        (
            [FIRST, SECOND],
            bank("3.0", Q1, replace(Q2, weight=2)),
            set(),
            "q2: this id was retired and is asked again as something else",
        ),
        ([FIRST], bank("2.0", Q1, make_question("q2", AnswerType.DATE)), {"q1"}, ""),
        (
            [FIRST],
            bank("2.0", Q1, make_question("q2", AnswerType.DATE)),
            {"q2"},
            "q2: it has answers of the type met and is date now",
        ),
        (
            [FIRST],
            bank("2.0", Q1, retired=(replace(Q2, options=MET_OPTIONS[:2]),)),
            {"q2"},
            "q2: it has answers, and its option not_met is gone",
        ),
    ],
)
def test_what_was_answered_stays_readable(
    earlier: list[QuestionBank], now: QuestionBank, answered: set[str], told: str
) -> None:
    found = list(bank_refusals(now, earlier, answered))
    assert len(found) == bool(told)
    assert all(one.startswith(f"theme {now.version}: {told}") for one in found)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.0.1", "what changed since 1.0 is major, so its version must be 2.0 or higher"),
        ("0.9", "must be 2.0 or higher. What changed: q2: was taken away."),
        ("2.0", ""),
        ("2.7.1", ""),
    ],
)
def test_a_version_is_raised_by_what_changed_at_least(version: str, told: str) -> None:
    now = bank(version, Q1)
    said = version_refusal(FIRST, version, compare_banks(FIRST, now))
    assert told in said
    assert bool(said) is bool(told)


def test_a_version_without_a_change_needs_a_number_of_its_own() -> None:
    diff = compare_banks(FIRST, FIRST)
    assert "raise the version to 1.0.1 or higher" in version_refusal(FIRST, "0.9", diff)
    assert version_refusal(FIRST, "1.0.1", diff) == ""
