"""Calibrations: calling one, how far it is, ending it, where people differ, taking it away."""

from __future__ import annotations

import json

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.calibration import FEWEST_READERS
from audit_app.core.faults import Refusal
from audit_app.core.independence import say_bars
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.spreadsheets import CSV_TYPE, write_csv
from audit_app.store.calibration_export import HEADINGS, calibration_data, calibration_rows
from audit_app.store.calibrations import (
    CalibrationFault,
    PossibleReader,
    calibrations_of,
    call_calibration,
    calls,
    end_calibration,
    file_in_use,
    find_calibration,
    find_chosen_file,
    forms_to_calibrate,
    possible_readers,
    readings_of,
    submitted_in,
    tell_readers,
)
from audit_app.store.history import record_history
from audit_app.store.tables import Calibration, CaseFile, FormVersion
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.calibrations.forms import ChooseForm, PeopleForm
from audit_app.web.calibrations.spread import spread_page
from audit_app.web.confirming import confirm_first
from audit_app.web.database import db
from audit_app.web.exports.files import as_file, file_name

pages = Blueprint("calibrations", __name__, template_folder="templates", url_prefix="/calibrations")

JSON_TYPE = "application/json"
FORMATS = {"csv": CSV_TYPE, "json": JSON_TYPE}


@pages.get("")
@requires(Permission.FILL_IN)
def show_all() -> str:
    """The rounds that the person calls or takes part in."""
    return render_template(
        "calibrations/list.html",
        title="Calibrations",
        calibrations=calibrations_of(db(), current_person()),
        may_call=bool(forms_to_calibrate(db(), current_person())),
        closed=CycleState.CLOSED,
    )


@pages.route("/begin", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def choose() -> ResponseReturnValue:
    """With which form which case file is read."""
    versions = forms_to_calibrate(db(), current_person()) or hidden("calibration")
    form = ChooseForm()
    form.offer(versions)
    if form.validate_on_submit():
        version = next(one for one in versions if one.id == form.version.data)
        case_file = find_chosen_file(db(), version, form.reference.data)
        if case_file is not None:
            return redirect(
                url_for("calibrations.call", version_id=version.id, case_file_id=case_file.id)
            )
        form.reference.errors = ["The caseload in use has nothing with this reference"]
    return render_template("calibrations/choose.html", title="Begin a calibration", form=form)


@pages.route("/begin/<int:version_id>/<int:case_file_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def call(version_id: int, case_file_id: int) -> ResponseReturnValue:
    """Who reads it, and until when; the page says who cannot, and why."""
    versions = forms_to_calibrate(db(), current_person())
    version = next((one for one in versions if one.id == version_id), None) or hidden("calibration")
    case_file = file_in_use(db(), version, case_file_id) or hidden("case file", case_file_id)
    possible = possible_readers(db(), version, case_file, at=clock.now())
    form = PeopleForm()
    form.offer(possible)
    enough = sum(1 for one in possible if not one.bars) >= FEWEST_READERS
    if enough and form.validate_on_submit():
        calibration = _begin(version, case_file, possible, form)
        if calibration is not None:
            flash("The calibration has begun. Everybody who takes part is told by mail.")
            return redirect(url_for("calibrations.show", calibration_id=calibration.id))
    return render_template(
        "calibrations/call.html",
        title="Who reads the case file?",
        form_version=version,
        case_file=case_file,
        form=form,
        enough=enough,
        barred=[
            (one.person.name, say_bars(one.bars, case_file.words)) for one in possible if one.bars
        ],
    )


@pages.get("/<int:calibration_id>")
@requires(Permission.FILL_IN)
def show(calibration_id: int) -> str:
    """While it goes on only who has submitted; then where people differ."""
    calibration, person = _calibration(calibration_id), current_person()
    everybody, caller = readings_of(db(), calibration), calls(db(), person, calibration)
    ended = calibration.state is CycleState.CLOSED
    submitted = submitted_in(db(), calibration) if ended else []
    return render_template(
        "calibrations/calibration.html",
        title=calibration.name,
        calibration=calibration,
        caller=caller,
        ended=ended,
        everybody=everybody,
        done=[one for one in everybody if one.state is AuditState.SUBMITTED],
        own=next((one for one in everybody if one.auditor_id == person.id), None),
        spread=spread_page(submitted, person, names=caller) if submitted else None,
    )


@pages.post("/<int:calibration_id>/end")
@requires(Permission.MODERATE)
def end(calibration_id: int) -> ResponseReturnValue:
    """End it, whoever has not submitted, and tell everybody."""
    calibration, at = _called(calibration_id), clock.now()
    try:
        end_calibration(db(), calibration, by=current_person(), at=at)
    except Refusal as fault:
        flash(str(fault), "error")
    else:
        tell(calibration)
        flash("The calibration has ended. Everybody who took part is told by mail.")
    return redirect(url_for("calibrations.show", calibration_id=calibration.id))


@pages.post("/<int:calibration_id>/file")
@requires(Permission.EXPORT)
@confirm_first
def export(calibration_id: int) -> ResponseReturnValue:
    """All answers as a file, auditors by number; that it was taken is noted in the history."""
    calibration, chosen = _called(calibration_id), request.form.get("as", "")
    if chosen not in FORMATS or calibration.state is not CycleState.CLOSED:
        hidden("calibration", calibration_id)
    data = calibration_data(calibration, submitted_in(db(), calibration))
    detail = {"format": [None, chosen], "audits": [None, data["calibration"]["auditors"]]}
    by, at = current_person(), clock.now()
    record_history(db(), by, "exported", "calibration", calibration.id, at=at, detail=detail)
    if chosen == "json":
        content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    else:
        content = write_csv(HEADINGS, calibration_rows(data))
    return as_file(content, file_name(calibration.key, chosen), FORMATS[chosen])


def tell(calibration: Calibration) -> None:
    """Mail everybody who takes part."""
    site, council = current_app.config["SITE_URL"], current_app.config["COUNCIL"]
    tell_readers(db(), calibration, site_url=site, council=council, at=clock.now())


def _calibration(calibration_id: int) -> Calibration:
    found = find_calibration(db(), current_person(), calibration_id)
    return found or hidden("calibration", calibration_id)


def _called(calibration_id: int) -> Calibration:
    calibration = _calibration(calibration_id)
    if not calls(db(), current_person(), calibration):
        hidden("calibration", calibration_id)
    return calibration


def _begin(
    version: FormVersion, case_file: CaseFile, possible: list[PossibleReader], form: PeopleForm
) -> Calibration | None:
    """The round, or None with the fault beside the field."""
    chosen = set(form.people.data)
    readers = [one.person for one in possible if one.person.id in chosen]
    try:
        calibration = call_calibration(
            db(),
            version,
            case_file,
            readers,
            due_on=form.due_on.data,
            by=current_person(),
            at=clock.now(),
        )
    except CalibrationFault as fault:
        form.due_on.errors = [str(fault)]
        return None
    tell(calibration)
    return calibration
