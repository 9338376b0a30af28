"""Changes of a bank that is being drafted: a new value each time, nothing in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audit_app.core.question_bank import Question, QuestionBank, Section


def section_of(bank: QuestionBank, question_id: str) -> Section | None:
    """The section that asks a question; None when the bank does not ask it."""
    return next(
        (s for s in bank.sections if any(one.id == question_id for one in s.questions)), None
    )


def find_section(bank: QuestionBank, key: str) -> Section | None:
    """The section with this key."""
    return next((section for section in bank.sections if section.key == key), None)


def find_question(bank: QuestionBank, question_id: str) -> Question | None:
    """The question with this id, among those that are asked."""
    return next((one for one in bank.questions if one.id == question_id), None)


def around(
    bank: QuestionBank, section_key: str, question_id: str = ""
) -> tuple[list[Question], list[Question]]:
    """The questions before a place and those after it: a question's, or the end of a section."""
    before: list[Question] = []
    after: list[Question] = []
    passed = False
    for section in bank.sections:
        for question in section.questions:
            if question.id == question_id:
                passed = True
            else:
                (after if passed else before).append(question)
        passed = passed or section.key == section_key
    return before, after


def with_section(bank: QuestionBank, section: Section) -> QuestionBank:
    """The bank with this section in place of the one with its key, or at the end."""
    if find_section(bank, section.key) is None:
        return replace(bank, sections=(*bank.sections, section))
    sections = (section if one.key == section.key else one for one in bank.sections)
    return replace(bank, sections=tuple(sections))


def without_section(bank: QuestionBank, key: str) -> QuestionBank:
    """The bank without a section."""
    return replace(bank, sections=tuple(one for one in bank.sections if one.key != key))


def with_question(bank: QuestionBank, section_key: str, question: Question) -> QuestionBank:
    """The bank with this question in place of the one with its id, or at a section's end."""
    if find_question(bank, question.id) is not None:
        sections = tuple(
            replace(s, questions=tuple(question if q.id == question.id else q for q in s.questions))
            for s in bank.sections
        )
        return replace(bank, sections=sections)
    section = find_section(bank, section_key)
    if section is None:
        return bank
    return with_section(bank, replace(section, questions=(*section.questions, question)))


def without_question(bank: QuestionBank, question_id: str) -> QuestionBank:
    """The bank without a question, as if it had never been asked."""
    sections = (
        replace(s, questions=tuple(one for one in s.questions if one.id != question_id))
        for s in bank.sections
    )
    return replace(bank, sections=tuple(sections))


def retired(bank: QuestionBank, question_id: str) -> QuestionBank:
    """The bank that asks a question no more and keeps it, before those that depend on it."""
    question = find_question(bank, question_id)
    if question is None:
        return bank
    kept = list(bank.retired)
    depend = (
        n for n, one in enumerate(kept) if one.shown_when and one.shown_when.question == question_id
    )
    kept.insert(next(depend, len(kept)), question)
    return replace(without_question(bank, question_id), retired=tuple(kept))


def brought_back(bank: QuestionBank, question_id: str, section_key: str) -> QuestionBank:
    """The bank that asks a retired question again, at the end of a section."""
    question = next((one for one in bank.retired if one.id == question_id), None)
    if question is None:
        return bank
    kept = tuple(one for one in bank.retired if one.id != question_id)
    return with_question(replace(bank, retired=kept), section_key, question)


def moved(bank: QuestionBank, question_id: str, by: int) -> QuestionBank:
    """The bank with a question one place up (-1) or down (1), into the next section at an end."""
    section = section_of(bank, question_id)
    question = find_question(bank, question_id)
    if section is None or question is None:
        return bank
    here = [one.id for one in section.questions].index(question_id)
    there = here + by
    if 0 <= there < len(section.questions):
        return with_section(
            bank, replace(section, questions=_swapped(section.questions, here, there))
        )
    next_to = [one.key for one in bank.sections].index(section.key) + by
    if not 0 <= next_to < len(bank.sections):
        return bank
    neighbour = bank.sections[next_to]
    joined = (question, *neighbour.questions) if by > 0 else (*neighbour.questions, question)
    bank = without_question(bank, question_id)
    return with_section(bank, replace(neighbour, questions=joined))


def _swapped(questions: Sequence[Question], one: int, other: int) -> tuple[Question, ...]:
    order = list(questions)
    order[one], order[other] = order[other], order[one]
    return tuple(order)


def without_dead_conditions(bank: QuestionBank) -> QuestionBank:
    """The bank whose conditions that look at no question before theirs are left out."""
    asked: set[str] = set()
    for question in list(bank.questions):
        condition = question.shown_when
        if condition is not None and condition.question not in asked:
            bank = with_question(bank, "", replace(question, shown_when=None))
        asked.add(question.id)
    return bank


def keeping_all_of(bank: QuestionBank, published: QuestionBank | None) -> QuestionBank:
    """The bank with every question that was once published and that it leaves out, as retired."""
    if published is None:
        return bank
    there = {question.id for question in (*bank.questions, *bank.retired)}
    left_out = (one for one in (*published.questions, *published.retired) if one.id not in there)
    return replace(bank, retired=(*bank.retired, *left_out))
