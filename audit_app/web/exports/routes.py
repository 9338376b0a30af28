"""Pages of exports: a cycle's audits as JSON, CSV or XLSX, and everything about one case file."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from audit_app import clock
from audit_app.core.access import Permission, Reach
from audit_app.readable import readable_page
from audit_app.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from audit_app.store.audits import audits_of
from audit_app.store.calibrations import goes_on_about
from audit_app.store.collating import parts_blind_to
from audit_app.store.exports_by_person import HEADINGS, Export, cycles_to_export, export_for
from audit_app.store.history import record_history
from audit_app.store.moderation import blind_audits
from audit_app.store.retention import reaches_everything
from audit_app.store.scopes import grants_of
from audit_app.store.subject_access import case_files_asked_for, everything_about
from audit_app.store.tables import CaseFile, Cycle
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.confirming import confirm_first
from audit_app.web.database import db
from audit_app.web.exports.files import as_file, file_name
from audit_app.web.paging import page_of
from audit_app.web.typed import clean_text

pages = Blueprint("exports", __name__, template_folder="templates", url_prefix="/exports")

JSON_TYPE = "application/json"
FORMATS = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE, "json": JSON_TYPE}


class CaseFileForm(FlaskForm):  # type: ignore[misc]
    """Whose record is asked for."""

    named = StringField(
        "Reference, or the council’s case number",
        filters=(clean_text,),
        validators=[
            DataRequired("Enter the reference or the case number"),
            Length(max=200, message="Neither is longer than 200 characters"),
        ],
        description="A reference such as 7KM2-QD4X, also one that the case file had formerly.",
    )


@pages.get("")
@requires(Permission.EXPORT)
def show_exports() -> str:
    """The cycles of which the person may take something away."""
    person = current_person()
    return render_template(
        "exports/exports.html",
        title="Exports",
        cycles=page_of(cycles_to_export(db(), person)),
        subject_access=_gives_subject_access(),
    )


@pages.get("/cycles/<key>")
@requires(Permission.EXPORT)
def show_cycle(key: str) -> str:
    """What an export of this cycle holds, and in which form it can be had."""
    cycle = _cycle(key)
    export = export_for(db(), current_person(), cycle)
    return render_template(
        "exports/cycle.html",
        title=f"Export {cycle.name}",
        cycle=cycle,
        export=export,
        whole=export.reach is Reach.ALL,
        own=export.reach is Reach.OWN,
    )


@pages.post("/cycles/<key>/file")
@requires(Permission.EXPORT)
@confirm_first
def give_cycle(key: str) -> ResponseReturnValue:
    """The file; that it was taken is noted in the history."""
    cycle, chosen = _cycle(key), request.form.get("as", "")
    if chosen not in FORMATS:
        hidden("export")
    export = export_for(db(), current_person(), cycle)
    detail = {"format": [None, chosen], "audits": [None, export.audit_count]}
    record_history(
        db(), current_person(), "exported", "cycle", cycle.id, at=clock.now(), detail=detail
    )
    return as_file(_written(export, chosen), file_name(cycle.key, chosen), FORMATS[chosen])


@pages.route("/case-file", methods=["GET", "POST"])
@requires(Permission.EXPORT)
@confirm_first
def give_case_file() -> ResponseReturnValue:
    """Everything held about one case file, for a request of subject access."""
    if not _gives_subject_access():
        hidden("export")
    form = CaseFileForm()
    if form.validate_on_submit():
        found = case_files_asked_for(db(), form.named.data)
        if any(_is_read_blind(one) for one in found):
            form.named.errors = [
                "You are reading this case file again: submit your reading first, or ask another "
                "QA lead. Nothing was given out"
            ]
        elif any(goes_on_about(db(), one) for one in found):
            form.named.errors = [
                "This case file is read in a calibration that goes on: end it first. "
                "Nothing was given out"
            ]
        elif any(_is_answered_blind(one) for one in found):
            form.named.errors = [
                "Agencies answer on this case file, and you answer for one of them: wait until all "
                "are in, or ask another QA lead. Nothing was given out"
            ]
        elif found:
            return _everything(found, "json" if "json" in request.form else "html")
        else:
            form.named.errors = ["There is no case file with this reference or number"]
    return render_template(
        "exports/case_file.html", title="Everything held about a case file", form=form
    )


def _everything(found: list[CaseFile], chosen: str) -> ResponseReturnValue:
    at = clock.now()
    detail = {"format": [None, chosen]}
    for one in found:
        record_history(
            db(), current_person(), "exported everything", "case file", one.id, at=at, detail=detail
        )
    first, *others = found
    data = everything_about(db(), first, at=at, others=others)
    name = file_name(f"{first.words.one.replace(' ', '-')}-{first.reference}", chosen)
    if chosen == "json":
        return as_file(_json(data), name, JSON_TYPE)
    title = f"Everything held about {first.words.call_inside(first.reference)}"
    return as_file(readable_page(title, data).encode(), name, "text/html; charset=utf-8")


def _is_read_blind(case_file: CaseFile) -> bool:
    blind = blind_audits(db(), current_person())
    return any(audit.case_file_id == case_file.id for audit in blind)


def _is_answered_blind(case_file: CaseFile) -> bool:
    """Whether the person answers for an agency on it, and others are still to come."""
    person = current_person()
    blind = {(one.cycle_id, one.case_file_id) for one in parts_blind_to(db(), person)}
    own = {(one.cycle_id, one.case_file_id) for one in audits_of(db(), person) if one.is_part}
    return any(case_file_id == case_file.id for _cycle_id, case_file_id in blind & own)


def _gives_subject_access() -> bool:
    person = current_person()
    whole = any(one.reach is Reach.ALL for one in grants_of(person, Permission.EXPORT))
    return whole and reaches_everything(person, Permission.EXPORT)


def _cycle(key: str) -> Cycle:
    found = cycles_to_export(db(), current_person())
    return next((one for one in found if one.key == key), None) or hidden("cycle")


def _written(export: Export, chosen: str) -> bytes:
    if chosen == "json":
        return _json(export.data)
    if chosen == "csv":
        return write_csv(HEADINGS, export.rows())
    return write_xlsx("Answers", HEADINGS, export.rows())


def _json(data: dict[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()
