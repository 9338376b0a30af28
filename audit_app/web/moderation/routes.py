"""One second reading: both readings side by side, agreeing on grades, returning the audit."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.completeness import JUDGEMENT
from audit_app.core.lifecycle import CycleState, IllegalMove, ModerationState
from audit_app.store.agreeing import (
    UnsettledGrades,
    agree,
    compared_answers,
    compared_grades,
    return_audit,
    versions_of,
)
from audit_app.store.attachments import attachments_of
from audit_app.store.audits import find_audit, form_of
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.moderation import find_moderation, find_moderation_of
from audit_app.store.moderation_draw import ModerationFault
from audit_app.store.recorded import form_as_kept, form_of_all
from audit_app.store.tables import Moderation
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.attachments.lists import attached_rows
from audit_app.web.audits.answer_rows import answer_sections, stored_grade_rows
from audit_app.web.database import db
from audit_app.web.macro_params import error_list
from audit_app.web.moderation.compared import Comparison, compare
from audit_app.web.moderation.forms import agree_form, choices_of, comments_in, return_form
from audit_app.web.moderation.settled import settled_grades
from audit_app.web.moderation.words import MODERATION_TAGS, say_why

pages = Blueprint(
    "moderation", __name__, template_folder="templates", url_prefix="/second-readings"
)


@pages.get("/<int:moderation_id>")
@requires(Permission.MODERATE)
def show(moderation_id: int) -> str:
    """Both readings side by side once both are in; before that only how far it is."""
    return _page(_moderation(moderation_id))


@pages.post("/<int:moderation_id>/agree")
@requires(Permission.MODERATE)
def settle(moderation_id: int) -> ResponseReturnValue:
    """Keep the grades that both readers settled on, or say what is still missing."""
    moderation, at = _moderation(moderation_id), clock.now()
    if moderation.state is not ModerationState.COMPARING:
        return _refused(moderation, "This is not the time to agree on grades.")
    pairs = compared_grades(moderation)
    form = agree_form(load_form(moderation.audit.form_version), pairs, request.form)
    try:
        agree(db(), moderation, choices_of(form, pairs), by=current_person(), at=at)
    except UnsettledGrades as unsettled:
        for part, fault in unsettled.faults.items():
            name = "grade" if fault.startswith("Choose") else "reason"
            form[f"{name}_{part}"].errors = [fault]
        return _page(moderation, form, return_form(compared_answers(moderation), request.form))
    except (ModerationFault, IllegalMove) as fault:
        return _refused(moderation, str(fault))
    detail: dict[str, object] = {
        "second reading": [ModerationState.COMPARING, moderation.state],
    }
    detail |= {f"agreed_{row.part}": [row.first, row.consensus] for row in moderation.grades}
    _note("agreed on grades", moderation, detail)
    flash("The grades are agreed. All three of each stay with the audit.")
    return redirect(url_for("moderation.show", moderation_id=moderation_id))


@pages.post("/<int:moderation_id>/return")
@requires(Permission.MODERATE)
def give_back(moderation_id: int) -> ResponseReturnValue:
    """Give the audit back to its auditor with comments."""
    moderation, at = _moderation(moderation_id), clock.now()
    if moderation.state is not ModerationState.COMPARING:
        return _refused(moderation, "This is not the time to return the audit.")
    form = return_form(compared_answers(moderation), request.form)
    if not any(words.strip() for words in comments_in(form).values()):
        form[f"comment_{JUDGEMENT}"].errors = [
            "Write at least one comment, so that the auditor knows what to look at again"
        ]
        pairs = compared_grades(moderation)
        settling = agree_form(load_form(moderation.audit.form_version), pairs, request.form)
        return _page(moderation, settling, form)
    try:
        version = return_audit(db(), moderation, comments_in(form), by=current_person(), at=at)
    except (ModerationFault, IllegalMove) as fault:
        return _refused(moderation, str(fault))
    detail: dict[str, object] = {
        "second reading": [ModerationState.COMPARING, moderation.state],
        "version kept": [None, version.number],
        "comments": [None, sum(1 for one in moderation.comments if one.version == version.number)],
    }
    _note("returned", moderation, detail)
    flash(
        f"The audit is with {moderation.audit.auditor.name} again, with your comments. "
        "What was submitted first is kept."
    )
    return redirect(url_for("moderation.show", moderation_id=moderation_id))


@pages.get("/of-audit/<int:audit_id>/versions/<int:number>")
@requires(Permission.FILL_IN)
def show_version(audit_id: int, number: int) -> str:
    """An audit as it was when it was returned: for its auditor, and for whoever moderates it."""
    person = current_person()
    own = find_audit(db(), person, audit_id)
    moderation = find_moderation_of(db(), person, audit_id)
    versions = versions_of(db(), audit_id) if own is not None or moderation is not None else []
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        hidden("audit", audit_id)
    form = form_as_kept(version)
    return render_template(
        "moderation/version.html",
        title=f"Version {number} of the audit",
        kept=version,
        sections=answer_sections(form, version),
        files=attached_rows(
            form,
            [
                one
                for one in attachments_of(db(), version.audit)
                if one.added_at <= version.submitted_at
            ],
        ),
        grades=stored_grade_rows(form, version),
        own=own is not None,
        moderation=moderation,
    )


def _moderation(moderation_id: int) -> Moderation:
    found = find_moderation(db(), current_person(), moderation_id)
    return found or hidden("second reading", moderation_id)


def _refused(moderation: Moderation, why: str) -> ResponseReturnValue:
    said = why if why.endswith("Nothing was changed.") else f"{why} Nothing was changed."
    flash(said, "error")
    return redirect(url_for("moderation.show", moderation_id=moderation.id))


def _note(action: str, moderation: Moderation, detail: Mapping[str, object]) -> None:
    by, at = current_person(), clock.now()
    record_history(db(), by, action, "audit", moderation.audit_id, at=at, detail=detail)


def _page(
    moderation: Moderation, settling: Form | None = None, returning: Form | None = None
) -> str:
    shown: Comparison | None = None
    reading = moderation.reading
    form = form_of_all(moderation.audit, reading) if reading else form_of(moderation.audit)
    questions = form.questions
    if moderation.state in (ModerationState.COMPARING, ModerationState.AGREED):
        shown = compare(moderation)
    readings = [one for one in (moderation.audit, reading) if one is not None]
    mine = moderation.reader_id == current_person().id
    to_settle = (
        moderation.state is ModerationState.COMPARING
        and mine
        and moderation.audit.cycle.state is not CycleState.CLOSED
    )
    if to_settle:
        settling = settling or agree_form(form, compared_grades(moderation))
        returning = returning or return_form(compared_answers(moderation))
    return render_template(
        "moderation/moderation.html",
        title=f"Second reading: {moderation.audit.case_file.title}",
        moderation=moderation,
        audit=moderation.audit,
        tag=MODERATION_TAGS[moderation.state],
        why=say_why(moderation),
        mine=mine,
        comparison=shown,
        texts={id_: one.text for id_, one in questions.items()},
        files=attached_rows(form, attachments_of(db(), *readings)) if shown else [],
        form=settling,
        returning=returning,
        page_errors=error_list(settling) + error_list(returning),
        settled=settled_grades(moderation),
        versions=versions_of(db(), moderation.audit_id),
    )
