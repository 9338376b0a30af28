"""What is said of a question that no longer tells files apart."""

from __future__ import annotations

import pytest

from audit_app.core.question_bank import Outcome
from audit_app.core.question_use import QuestionUse


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({Outcome.MET: 27}, "27 answers, never anything but met: does it still earn its place?"),
        ({Outcome.MET: 27, Outcome.NOT_MET: 1}, ""),
        ({Outcome.MET: 9}, ""),
        ({Outcome.MET: 9, Outcome.NOT_APPLICABLE: 5}, ""),
        ({}, ""),
        ({Outcome.INFORMATION: 30}, ""),
        (
            {Outcome.NOT_APPLICABLE: 8, Outcome.MET: 2},
            "8 of 10 answers are “not applicable”: is it asked of the right files?",
        ),
        ({Outcome.NOT_APPLICABLE: 7, Outcome.MET: 2, Outcome.PARTLY_MET: 1}, ""),
        (
            {Outcome.NOT_RECORDED: 12},
            "12 of 12 answers are “not recorded on the file”: is it looked for in the right place?",
        ),
    ],
)
def test_a_doubt_is_said_only_where_there_are_answers_enough(counts, said):
    assert QuestionUse(counts).doubt == said
