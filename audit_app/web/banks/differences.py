"""What changed between two versions of a bank, question by question, in the words of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from audit_app.core.question_bank import Question, QuestionBank
from audit_app.web.banks.words import (
    EVIDENCE_WORDS,
    TYPE_WORDS,
    say_condition,
    say_facts,
    say_limits,
    say_option,
    say_other_answers,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said of a question: before and after, empty where there was none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that is new, retired or changed; `lines` only of one that was there before."""

    id: str
    text: str
    what: str
    lines: tuple[Line, ...] = ()


def differences(old: QuestionBank | None, new: QuestionBank) -> list[Difference]:
    """The questions that differ, in the order of the new bank, those asked no more at the end."""
    if old is None:
        return []
    before = {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    found = []
    for question in after.values():
        earlier = before.get(question.id)
        if earlier is None:
            found.append(Difference(question.id, question.text, "New question"))
        elif lines := _lines(old, earlier, new, question):
            found.append(Difference(question.id, question.text, "Changed", lines))
    gone = [one for id_, one in before.items() if id_ not in after]
    return found + [Difference(one.id, one.text, "Asked no more") for one in gone]


def _lines(
    old: QuestionBank, before: Question, new: QuestionBank, after: Question
) -> tuple[Line, ...]:
    one, other = _described(old, before), _described(new, after)
    return tuple(
        Line(label, one[label], other[label]) for label in one if one[label] != other[label]
    )


def _described(bank: QuestionBank, question: Question) -> dict[str, str]:
    ends = ", ".join(filter(None, (question.from_label, question.to_label)))
    return {
        "Question": question.text,
        "Answer": TYPE_WORDS[question.type] + (f": {ends}" if ends else ""),
        "Options": "; ".join(map(say_option, question.options)),
        "Counts as": "; ".join(say_limits(question)),
        "Shown when": say_condition(bank, question) or "Always",
        "Or": say_other_answers(question),
        "Must be answered": "Yes" if question.required else "No",
        "Weight": str(question.weight),
        "Critical": "Yes" if question.critical else "No",
        "Evidence asked for": EVIDENCE_WORDS[question.evidence].capitalize(),
        "Shown beside it": say_facts(question),
        "Where to look": question.guidance.where,
        "What good looks like": question.guidance.good,
        "Source": "; ".join(map(str, question.sources)),
    }
