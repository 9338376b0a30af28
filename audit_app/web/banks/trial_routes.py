"""A draft as an auditor will see it, and tried on an invented case. Nothing is stored."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from audit_app.core.access import Permission
from audit_app.core.bank_edits import find_section
from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.store.bank_publishing import plan_forms
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.banks.drafts import SUBJECT, open_draft
from audit_app.web.banks.trial import (
    alone,
    answers_in,
    form_for,
    rows_for,
    try_answers,
    without_evidence,
)
from audit_app.web.database import db

pages = Blueprint(
    "bank_trials", __name__, template_folder="templates", url_prefix="/banks/drafts/<int:draft_id>"
)
RULES_OF = "rules-of"
"""The field with the form whose rules judge; no question can have a dash in its id."""


@pages.get("/preview/<section_key>")
@requires(Permission.PUBLISH_BANKS)
def preview(draft_id: int, section_key: str) -> str:
    """One section, as its page will be in an audit."""
    opened = open_draft(draft_id)
    section = find_section(opened.bank, section_key) or hidden(SUBJECT, draft_id)
    keys = [one.key for one in opened.bank.sections]
    number = keys.index(section_key) + 1
    # One of each is enough to see the page of a section that is asked several times.
    once = replace(
        opened.bank, sections=tuple(replace(one, repeat=None) for one in opened.bank.sections)
    )
    form = alone(once)
    shown = next(one for _bank, one in form.sections if one.key == section_key)
    return render_template(
        "banks/preview.html",
        title=section.title,
        draft=opened.draft,
        bank=opened.bank,
        section=section,
        number=number,
        next_key=keys[number] if number < len(keys) else None,
        rows=rows_for(form, shown, form_for(shown.questions)),
    )


@pages.route("/try", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def try_out(draft_id: int) -> ResponseReturnValue:
    """Every question of the bank, and what the answers come to by the rules of a form."""
    opened = open_draft(draft_id)
    forms = _forms(opened.bank)
    chosen = request.form.get(RULES_OF)
    rules_of = next((one for one in forms if one.key == chosen), forms[0] if forms else None)
    form = alone(opened.bank, rules_of)
    questions = list(form.questions.values())
    sent = request.form if request.method == "POST" else None
    fields = form_for(questions, sent)
    if sent is not None:
        fields.validate()
    answers = answers_in(fields, questions)
    return render_template(
        "banks/try.html",
        title=f"Try {opened.bank.title}",
        draft=opened.draft,
        bank=opened.bank,
        form=fields,
        forms=forms,
        rules_of=rules_of,
        rules_field=RULES_OF,
        sections=[
            (section, without_evidence(rows_for(form, section, fields, answers)))
            for _bank, section in form.sections
        ],
        trial=try_answers(form, answers),
    )


def _forms(bank: QuestionBank) -> list[AuditForm]:
    """By whose rules it can be tried: the forms that ask it first."""
    return [plan.now for plan in plan_forms(db(), current_person(), bank)]
