"""The forms of an audit: one section's questions, and the judgement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Form, RadioField, SelectChoice, StringField, TextAreaField

from audit_app.core.completeness import GradeChoice
from audit_app.core.judgement import Suggestions
from audit_app.core.question_bank import AnswerType, AuditForm, Evidence, Question
from audit_app.store.audits import Draft
from audit_app.store.tables import Reading, RecordedAnswer, RecordedState
from audit_app.web.fields import FIELD_FOR, FormData, draft_from, parts_of
from audit_app.web.typed import clean_text

OVERALL = "overall"
EVIDENCE_LABEL = "What you saw"
PLACE_LABEL = "Where on the file"
STRENGTH_LABEL = "What was good practice here?"
WHY_NOT_LABEL = "Why does this not apply?"


def has_evidence(question: Question) -> bool:
    """Whether the page has a box for what was seen; a text is its own evidence."""
    bare = question.type is AnswerType.TEXT and question.evidence is Evidence.NEVER
    return question.not_applicable_reason or not bare


def evidence_label(question: Question, row: RecordedAnswer | None) -> str:
    """What the box is for: also a reason, where “not applicable” needs one."""
    if not question.not_applicable_reason:
        return EVIDENCE_LABEL
    not_applicable = row is not None and row.state is RecordedState.NOT_APPLICABLE
    return WHY_NOT_LABEL if not_applicable else f"{EVIDENCE_LABEL}; or: {WHY_NOT_LABEL.lower()}"


def words_field(label: str) -> TextAreaField:
    """A box for words; they are cleaned as they come in, before they are shown or stored."""
    return TextAreaField(label, filters=(clean_text,))


def _clean_place(place: str | None) -> str:
    """One line."""
    return " ".join(clean_text(place).split())


def section_form(
    questions: Sequence[Question],
    rows: Mapping[str, RecordedAnswer],
    sent: FormData | None = None,
) -> Form:
    """The form of some questions, filled from what was sent or else from what is recorded."""
    fields: dict[str, Any] = {}
    stored: dict[str, object] = {}
    for question in questions:
        fields[question.id] = FIELD_FOR[question.type](question)
        row = rows.get(question.id)
        stored[question.id] = parts_of(question, row) if row else {}
        if has_evidence(question):
            fields[f"{question.id}_evidence"] = words_field(evidence_label(question, row))
            fields[f"{question.id}_quotable"] = BooleanField("May be quoted in reports")
            fields[f"{question.id}_place"] = StringField(PLACE_LABEL, filters=(_clean_place,))
            stored[f"{question.id}_evidence"] = row.evidence if row else ""
            stored[f"{question.id}_place"] = row.place if row else ""
            stored[f"{question.id}_quotable"] = row.quotable if row else False
    return type("SectionForm", (Form,), fields)(sent, data=stored)


def drafts_of(form: Form, questions: Sequence[Question], asked: Collection[str]) -> list[Draft]:
    """What the form says of each question that the page asked, ready to be recorded.

    A question that the page did not ask keeps what is recorded: another window may have shown it.
    """
    return [
        draft_from(
            form[question.id],
            form[f"{question.id}_evidence"].data if has_evidence(question) else "",
            has_evidence(question) and bool(form[f"{question.id}_quotable"].data),
            form[f"{question.id}_place"].data if has_evidence(question) else "",
        )
        for question in questions
        if question.id in asked
    ]


def judgement_form(
    form: AuditForm, suggestions: Suggestions, audit: Reading, sent: FormData | None = None
) -> Form:
    """Own grades with their reasons, for each theme that was scored and overall; two texts."""
    fields: dict[str, Any] = {}
    chosen = {row.theme: GradeChoice(row.grade, row.grade_reason) for row in audit.themes}
    chosen[OVERALL] = GradeChoice(audit.grade, audit.grade_reason)
    stored: dict[str, object] = {
        "done_well": audit.done_well,
        "difference_made": audit.difference_made,
    }
    for name, title in graded(form, suggestions).items():
        fields[f"grade_{name}"] = RadioField(
            f"Your grade for {title}",
            choices=[SelectChoice(value=grade.key, label=grade.label) for grade in form.scale],
            validate_choice=False,
        )
        fields[f"reason_{name}"] = words_field("Why your grade differs from the suggested one")
        choice = chosen.get(name, GradeChoice(None))
        stored[f"grade_{name}"], stored[f"reason_{name}"] = choice.grade, choice.reason
    fields["done_well"] = words_field("What was done well")
    fields["difference_made"] = words_field("What difference was made for the child")
    return type("JudgementForm", (Form,), fields)(sent, data=stored)


def graded(form: AuditForm, suggestions: Suggestions) -> dict[str, str]:
    """What can be graded: theme key (or `overall`) → its title in a sentence."""
    titles = {
        theme.theme: f"“{form.bank(theme.theme).title}”"
        for theme in suggestions.themes
        if theme.suggestion.grade is not None
    }
    if suggestions.overall.grade is not None:
        titles[OVERALL] = "the audit as a whole"
    return titles


def graded_titles(form: AuditForm) -> dict[str, str]:
    """What each grade is called where it stands alone, by its place."""
    titles = {bank.key: f"“{bank.title}”" for bank in form.banks} | {
        OVERALL: "the audit as a whole"
    }
    return {f"/grade_{name}": f"Your grade for {title}" for name, title in titles.items()}


def choice_of(form: Form, audit_form: AuditForm, name: str) -> GradeChoice:
    """The grade and reason of a theme or `overall`; a grade that is not on the scale is none."""
    grade = form[f"grade_{name}"].data
    known = {step.key for step in audit_form.scale}
    return GradeChoice(grade if grade in known else None, form[f"reason_{name}"].data)
