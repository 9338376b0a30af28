"""The appendix of a pack: one entry a case file, by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from audit_app.core.access import ROLE_WORDS, Role
from audit_app.core.answers import Answer, describe_value
from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import (
    ADVERSE,
    OUTCOME_WORDS,
    AnswerType,
    AuditForm,
    Outcome,
    Question,
    QuestionBank,
)
from audit_app.core.repeats import base_id
from audit_app.core.replies import VOICE_WORDS
from audit_app.core.theme_results import NO_TEAM
from audit_app.reports.case_contents import (
    AdverseAnswer,
    CaseEntry,
    JudgedGrade,
    Said,
    ThemeGrade,
    ThreeGrades,
)
from audit_app.reports.gather_themes import Mask, question_numbers
from audit_app.store.instruments import load_form
from audit_app.store.recorded import answers_of, asked_form
from audit_app.store.replies import parts_of
from audit_app.store.tables import (
    Audit,
    AuditTheme,
    FamilyFeedback,
    Moderation,
    RecordedAnswer,
    Reply,
)

NOTHING_ATTACHED: Mapping[int, int] = MappingProxyType({})


def case_entries(
    audits: Sequence[Audit],
    mask: Mask,
    replies: Mapping[int, Sequence[Reply]],
    feedback: Mapping[int, Sequence[FamilyFeedback]],
    second: Mapping[int, Moderation],
    attached: Mapping[int, int] = NOTHING_ATTACHED,
) -> tuple[CaseEntry, ...]:
    """The submitted audits as entries, in the order given; what people wrote is masked.

    `replies`, `feedback`: by audit; `second`: its second reading, where there is one; `attached`:
    how many files it has.
    """
    return tuple(
        replace(
            _entry(audit, mask),
            replies=_replies(audit, replies[audit.id], mask),
            family=tuple(
                Said(VOICE_WORDS[one.voice], mask(one.words)) for one in feedback[audit.id]
            ),
            second=_three_grades(audit, second.get(audit.id), mask),
            attached=attached.get(audit.id, 0),
        )
        for audit in audits
    )


def _replies(audit: Audit, replies: Sequence[Reply], mask: Mask) -> tuple[Said, ...]:
    titles = dict(parts_of(audit))
    said = []
    for part in (part for reply in replies for part in reply.parts):
        if part.words:
            said.append(Said(titles[part.part], mask(part.words)))
        if part.disputed:
            said.append(Said(titles[part.part], mask(part.why), disputes=True))
    return tuple(said)


def _three_grades(
    audit: Audit, moderation: Moderation | None, mask: Mask
) -> tuple[ThreeGrades, ...]:
    form = load_form(audit.form_version)

    def label(grade: str | None) -> str:
        return form.grade(grade).label if grade else "No grade"

    return tuple(
        ThreeGrades(
            "Overall" if row.part == OVERALL else form.bank(row.part).title,
            row.part == OVERALL,
            label(row.first),
            label(row.second),
            label(row.consensus),
            mask(row.reason) if row.reason else None,
        )
        for row in (moderation.grades if moderation is not None else ())
    )


def _entry(audit: Audit, mask: Mask) -> CaseEntry:
    form = asked_form(audit)
    numbers = question_numbers(load_form(audit.form_version))
    answers = answers_of(audit)
    rows = {row.question_id: row for row in audit.answers if row.outcome is not None}
    adverse, strengths = [], []
    for bank, section in form.sections:
        # What is asked once for each of several says of which one it was answered.
        of = f" ({mask(section.title)})" if section.repeat else ""
        for question in section.questions:
            row = rows.get(question.id)
            if row is None:
                continue
            if row.outcome in ADVERSE:
                answer = answers.get(question.id)
                said = _adverse(numbers, bank.title, question, row, answer, mask)
                adverse.append(replace(said, question=f"{question.text}{of}"))
            elif row.outcome is Outcome.MET and row.quotable and row.evidence:
                strengths.append(mask(row.evidence))
    return CaseEntry(
        reference=audit.case_file.reference,
        team=audit.team.name if audit.team is not None else NO_TEAM,
        auditor_role=ROLE_WORDS[Role(form.auditors)],
        overall=_grade(form, audit, mask) if form.asks_overall else None,
        themes=tuple(
            ThemeGrade(
                form.bank(row.theme).title,
                row.met or 0,
                row.applicable,
                _theme_grade(form, row, mask),
                _levels(form.bank(row.theme), audit, mask),
            )
            for row in audit.themes
        ),
        adverse=tuple(adverse),
        strengths=tuple(strengths),
    )


def _levels(bank: QuestionBank, audit: Audit, mask: Mask) -> tuple[str, ...]:
    """What was stored when the audit was submitted; a name in the title of an entry is masked."""
    labels = {level.key: level.label for level in bank.levels}
    rows = {row.section: row for row in audit.sections} if labels else {}
    return tuple(
        mask(section.title) + ": " + (row.reason or labels.get(row.level or "", "Not applicable"))
        for section in bank.sections
        if (row := rows.get(section.key)) is not None
    )


def _adverse(
    numbers: dict[str, str],
    theme: str,
    question: Question,
    row: RecordedAnswer,
    answer: Answer | None,
    mask: Mask,
) -> AdverseAnswer:
    return AdverseAnswer(
        number=numbers[base_id(question.id)],
        question=question.text,
        theme=theme,
        answer=_in_words(question, row.outcome, answer),
        evidence=mask(row.evidence) if row.quotable and row.evidence else None,
        critical=question.critical,
        place=mask(row.place) if row.quotable else "",
    )


def _in_words(question: Question, outcome: Outcome | None, answer: Answer | None) -> str:
    said = OUTCOME_WORDS[outcome] if outcome is not None else ""
    plain = question.type in (AnswerType.MET, AnswerType.TEXT)
    if plain or answer is None or answer.value is None:
        return said
    return f"{said}: {describe_value(question, answer.value)}"


def _theme_grade(form: AuditForm, row: AuditTheme, mask: Mask) -> JudgedGrade:
    """The grade stands in a column of its own, so its sentence need not begin with it."""
    grade = _grade(form, row, mask)
    opening = f"{grade.suggested}: "
    if not grade.why.startswith(opening):
        return grade
    return replace(grade, why=grade.why.removeprefix(opening))


def _grade(form: AuditForm, row: Audit | AuditTheme, mask: Mask) -> JudgedGrade:
    return JudgedGrade(
        suggested=form.grade(row.suggested_grade).label if row.suggested_grade else None,
        why=mask(row.suggested_reason),
        auditor=form.grade(row.grade).label if row.grade else None,
        reason=mask(row.grade_reason) if row.grade_reason else None,
    )
