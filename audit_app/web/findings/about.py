"""What a finding is about: a theme or one of its questions, its figure, and what may be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from wtforms.fields.choices import SelectChoice

from audit_app.core.question_bank import OUTCOME_WORDS, AuditForm
from audit_app.core.repeats import base_id
from audit_app.core.theme_results import Count
from audit_app.store.findings import quotable_answers
from audit_app.store.results import CycleResults
from audit_app.store.tables import Cycle
from audit_app.web.access import current_person
from audit_app.web.database import db
from audit_app.web.findings.forms import FindingForm, write_quote


@dataclass(frozen=True, slots=True)
class Subject:
    """A theme, or a question of it, with the count of case files that a finding rests on."""

    theme: str
    theme_title: str
    question_id: str | None
    question: str | None
    count: Count


@dataclass(frozen=True, slots=True)
class QuoteGroup:
    """The quotable answers to one question; `is_open` where one of them is chosen."""

    question: str
    number: int
    is_open: bool
    params: dict[str, Any]


def subject_of(results: CycleResults, theme: str, question_id: str | None) -> Subject | None:
    """The figure of a theme or a scored question; None where the form has no such thing."""
    result = next((one for one in results.themes if one.theme == theme), None)
    if result is None or (question_id is not None and question_id not in result.questions):
        return None
    return Subject(
        theme,
        results.form.bank(theme).title,
        question_id,
        results.form.questions[question_id].text if question_id is not None else None,
        result.questions[question_id] if question_id is not None else result.count,
    )


def offer_quotes(
    form: FindingForm, audit_form: AuditForm, cycle: Cycle, subject: Subject
) -> list[QuoteGroup]:
    """Let the form offer what may be quoted, and return it by question."""
    ids = [question.id for question in audit_form.bank(subject.theme).questions]
    if subject.question_id is not None:
        ids = [subject.question_id]
    found = quotable_answers(db(), cycle, ids, reader=current_person())
    form.quotes.choices = [
        SelectChoice(value=write_quote(audit.id, row.question_id), label=row.evidence)
        for audit, row in found
    ]
    chosen = set(form.quotes.data or ())
    groups = []
    # What was answered for each of several stands beneath the one question.
    found.sort(key=lambda one: base_id(one[1].question_id))
    for question_id, rows in groupby(found, key=lambda one: base_id(one[1].question_id)):
        items = [
            {
                "value": (value := write_quote(audit.id, row.question_id)),
                "text": row.evidence,
                "hint": {
                    "text": f"{audit.case_file.title}: "
                    f"{OUTCOME_WORDS[row.outcome].lower() if row.outcome else ''}"
                },
                "checked": value in chosen,
            }
            for audit, row in rows
        ]
        question = audit_form.questions[question_id].text
        groups.append(_group(question, items))
    return groups


def _group(question: str, items: Sequence[dict[str, Any]]) -> QuoteGroup:
    first = str(items[0]["value"]).partition(":")[2]
    return QuoteGroup(
        question,
        len(items),
        any(item["checked"] for item in items),
        {
            "idPrefix": f"quotes-{first}",
            "name": "quotes",
            "classes": "govuk-checkboxes--small app-quotes",
            "fieldset": {
                "legend": {"text": question, "classes": "govuk-visually-hidden"},
            },
            "items": list(items),
        },
    )
