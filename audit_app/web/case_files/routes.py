"""Pages of one case file: finding it, who can see it, its number, and reading one's own."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.replies import PracticeSees
from audit_app.core.subjects import capital
from audit_app.store.action_lists import actions_of_audits
from audit_app.store.audits import find_audit_of_own_case, form_of
from audit_app.store.case_files import (
    SHOWN,
    audits_of_case_file,
    find_by_reference,
    find_case_file_of,
    find_case_file_to_open,
    seers_of,
    shown_to,
)
from audit_app.store.history import record_history, timeline_of
from audit_app.store.moderation import blind_ids
from audit_app.store.replies import last_day_for, own_reply
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.actions.words import rows_for
from audit_app.web.audits.answer_rows import answer_sections, stored_grade_rows
from audit_app.web.case_files.words import say_sight
from audit_app.web.cycles.words import AUDIT_TAGS
from audit_app.web.database import db
from audit_app.web.typed import clean_text

pages = Blueprint("case_files", __name__, template_folder="templates", url_prefix="/case-files")


class FindForm(FlaskForm):  # type: ignore[misc]
    """A case file's reference."""

    reference = StringField(
        "Reference of the case file",
        filters=(clean_text,),
        validators=[
            DataRequired("Enter the reference of the case file"),
            Length(max=200, message="A reference is eight letters and figures, such as 7KM2-QD4X"),
        ],
        description="As it stands in an audit or a report, such as 7KM2-QD4X, or the name of an "
        "agency. One that it had formerly is found too.",
    )


@pages.get("")
@requires(Permission.SEE_WHO_MAY_SEE)
def find() -> ResponseReturnValue:
    """Find a case file by its reference."""
    form = FindForm(request.args or None, meta={"csrf": False})
    if request.args and form.validate():
        found = find_by_reference(db(), current_person(), form.reference.data)
        if found is not None:
            return redirect(url_for("case_files.show", case_file_id=found.id))
        form.reference.errors = ["No audit has been drawn of a case file with this reference"]
    return render_template("case_files/find.html", title="Find a case file", form=form)


@pages.get("/<int:case_file_id>")
@requires(Permission.SEE_WHO_MAY_SEE)
def show(case_file_id: int) -> str:
    """Its audits, who can see them and why, and who was shown the council's number."""
    person = current_person()
    case_file = find_case_file_of(db(), person, case_file_id) or hidden("case file", case_file_id)
    audits = audits_of_case_file(db(), person, case_file)
    latest = next((audit for audit in audits if audit.is_first), None)
    seers = seers_of(db(), audits)
    return render_template(
        "case_files/case_file.html",
        title=case_file.title,
        case_file=case_file,
        audits=audits,
        latest=latest,
        blind=blind_ids(db(), person),
        actions=rows_for(actions_of_audits(db(), person, [audit.id for audit in audits])),
        tags=AUDIT_TAGS,
        sights=[(one.person.name, say_sight(one)) for one in seers if not one.bars],
        barred=[(one.person.name, say_sight(one)) for one in seers if one.bars],
        shown=shown_to(db(), case_file),
        happened=timeline_of(db(), "audit", latest.id) if latest else [],
    )


@pages.post("/<int:case_file_id>/case-number")
@requires(Permission.SEE_IDENTIFIER)
def show_case_number(case_file_id: int) -> str:
    """The council's number of the case file: shown once, and noted in the history."""
    person = current_person()
    found = find_case_file_to_open(db(), person, case_file_id)
    case_file = found or hidden("case file", case_file_id)
    number = case_file.words.number or hidden("case file", case_file_id)
    record_history(db(), person, SHOWN, "case file", case_file.id, at=clock.now())
    return render_template(
        "case_files/case_number.html", title=capital(number), case_file=case_file
    )


@pages.get("/audits/<int:audit_id>")
@requires(Permission.READ_OWN_CASES)
def read_own(audit_id: int) -> str:
    """A submitted audit of the person's own case file, without its auditor's name."""
    found = find_audit_of_own_case(db(), current_person(), audit_id)
    audit = found or hidden("audit", audit_id)
    form, shown = form_of(audit), audit.cycle.shown_to_practice
    grades = stored_grade_rows(form, audit)
    if shown is PracticeSees.GRADES:
        grades = [replace(row, why=row.suggested, reason="") for row in grades]
    whole = shown is PracticeSees.EVERYTHING
    return render_template(
        "case_files/own_audit.html",
        title=f"Audit of {audit.case_file.words.call_inside(audit.case_file.reference)}",
        audit=audit,
        sections=answer_sections(form, audit) if whole else [],
        grades=grades,
        whole=whole,
        reply=own_reply(db(), current_person(), audit),
        last_day=last_day_for(audit),
    )
