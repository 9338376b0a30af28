"""Pages of the caseload: the extracts, and importing one. No page shows a council's own id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from audit_app import clock
from audit_app.caseload.census import join_census, read_census
from audit_app.caseload.frames import FIELDS
from audit_app.caseload.read import read_caseload, read_mapping
from audit_app.caseload.values import CaseloadFault
from audit_app.core.access import Permission
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.spreadsheets import CSV_TYPE, write_csv
from audit_app.store.caseload import (
    ExtractFault,
    current_extract,
    current_extract_ids,
    discard_extract,
    doubtful_counts,
    extracts,
    find_extract,
    in_use_of,
    status_counts,
    store_extract,
    team_counts,
    use_extract,
)
from audit_app.store.census import census_match, unmatched_children
from audit_app.store.front_door import front_door_of_extract
from audit_app.store.history import record_history
from audit_app.store.tables import Extract, ExtractState
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.caseload.forms import ImportForm, UseForm
from audit_app.web.database import db
from audit_app.web.exports.files import as_file, file_name
from audit_app.web.paging import page_of

pages = Blueprint("caseload", __name__, template_folder="templates", url_prefix="/caseload")


@pages.get("")
@requires(Permission.IMPORT_CASELOAD)
def show_extracts() -> str:
    """Every extract, newest day first."""
    return render_template(
        "caseload/extracts.html",
        title="Caseload",
        extracts=extracts(db()),
        doubtful=doubtful_counts(db()),
        newest=set(db().scalars(current_extract_ids())),
        subject_words=SUBJECT_WORDS,
    )


@pages.route("/import", methods=["GET", "POST"])
@requires(Permission.IMPORT_CASELOAD)
def import_file() -> ResponseReturnValue:
    """Ask for a file; read it, and show what was read before anything is used."""
    asked = request.args.get("subject")
    form = ImportForm(subject=asked) if asked in list(Subject) else ImportForm()
    if form.validate_on_submit() and (extract := _read_extract(form)) is not None:
        _note("read", extract.id, clock.now(), _counts(extract))
        return redirect(url_for("caseload.show_extract", extract_id=extract.id))
    return render_template(
        "caseload/import.html",
        title="Import a caseload",
        form=form,
        fields={SUBJECT_WORDS[subject].many: names for subject, names in FIELDS.items()},
    )


@pages.get("/<int:extract_id>")
@requires(Permission.IMPORT_CASELOAD)
def show_extract(extract_id: int) -> str:
    """What was read of one extract, and what was doubtful."""
    return _extract_page(_extract(extract_id), UseForm(formdata=None))


@pages.post("/<int:extract_id>/unmatched")
@requires(Permission.IMPORT_CASELOAD)
def download_unmatched(extract_id: int) -> ResponseReturnValue:
    """The children whom the extract and the census do not both have, by their references."""
    extract = _extract(extract_id)
    rows = unmatched_children(db(), extract)
    _note("exported csv", extract.id, clock.now(), {"unmatched": [None, len(rows)]})
    table = write_csv(["Reference", "Where the child stands"], rows)
    return as_file(table, file_name(f"unmatched {extract.as_at}", "csv"), CSV_TYPE)


@pages.post("/<int:extract_id>/use")
@requires(Permission.IMPORT_CASELOAD)
def use_read_extract(extract_id: int) -> ResponseReturnValue:
    """Take an extract into use; one of the same day is replaced only where the person says so."""
    extract, form, at = _extract(extract_id), UseForm(), clock.now()
    same_day = in_use_of(db(), extract.as_at, extract.subject)
    if extract.state is ExtractState.READ and same_day is not None and form.replace.data != "yes":
        sentence = "Nothing was changed. Choose “Replace it with this one”, or discard this extract"
        form.replace.errors = [sentence]
        return _extract_page(extract, form)
    try:
        use_extract(db(), extract, replace=form.replace.data == "yes", at=at)
    except ExtractFault as fault:
        flash(str(fault), "error")
        return redirect(url_for("caseload.show_extracts"))
    replaced = {"replaced_extract": same_day.id} if same_day is not None else {}
    _note("imported", extract.id, at, _counts(extract) | replaced)
    flash("The extract is in use. New samples are drawn from it.")
    return redirect(url_for("caseload.show_extracts"))


@pages.post("/<int:extract_id>/discard")
@requires(Permission.IMPORT_CASELOAD)
def discard_read_extract(extract_id: int) -> ResponseReturnValue:
    """Forget an extract that was read and not used."""
    extract = _extract(extract_id)
    counts = _counts(extract)
    try:
        discard_extract(db(), extract)
    except ExtractFault as fault:
        flash(str(fault), "error")
    else:
        _note("discarded", extract_id, clock.now(), counts)
        flash("The extract was discarded. Nothing of it was kept.")
    return redirect(url_for("caseload.show_extracts"))


def _extract(extract_id: int) -> Extract:
    return find_extract(db(), extract_id) or hidden("extract", extract_id)


def _note(action: str, extract_id: int, at: datetime, detail: Mapping[str, object]) -> None:
    record_history(db(), current_person(), action, "extract", extract_id, at=at, detail=detail)


def _counts(extract: Extract) -> dict[str, object]:
    return {
        "subject": extract.subject.value,
        "case_files": extract.case_file_count,
        "rows_read": extract.rows_read,
    }


def _extract_page(extract: Extract, form: UseForm) -> str:
    waiting, what = extract.state is ExtractState.READ, SUBJECT_WORDS[extract.subject]
    of_cases = extract.subject is Subject.CASE_FILE
    listed = "" if of_cases else f" of {what.many}"
    return render_template(
        "caseload/extract.html",
        title=f"Extract{listed} as at {extract.as_at.day} {extract.as_at:%B %Y}",
        extract=extract,
        waiting=waiting,
        what=what,
        newest=current_extract(db(), extract.subject),
        same_day=in_use_of(db(), extract.as_at, extract.subject) if waiting else None,
        census=census_match(db(), extract),
        front_door=front_door_of_extract(db(), extract) if of_cases else None,
        counted="status" if of_cases else "team",
        counts=(status_counts if of_cases else team_counts)(db(), extract),
        doubtful=page_of(extract.doubtful),
        form=form,
    )


def _read_extract(form: ImportForm) -> Extract | None:
    """Read the uploaded file from a folder that is deleted whatever happens; None on a fault."""
    with TemporaryDirectory(prefix="caseload-") as folder:
        try:
            mapping = None
            if form.mapping.data:
                mapping = read_mapping(_save(form.mapping.data, Path(folder), "mapping"))
        except CaseloadFault as fault:
            form.mapping.errors = [str(fault)]
            return None
        try:
            path = _save(form.file.data, Path(folder), "caseload")
            caseload = read_caseload(
                path,
                as_at=form.as_at.data,
                mapping=mapping,
                subject=Subject(form.subject.data),
            )
        except CaseloadFault as fault:
            form.file.errors = [str(fault)]
            return None
        try:
            if form.census.data:
                census = _save(form.census.data, Path(folder), "census")
                caseload = join_census(caseload, read_census(census, as_at=form.as_at.data))
        except CaseloadFault as fault:
            form.census.errors = [str(fault)]
            return None
    return store_extract(
        db(),
        caseload,
        as_at=form.as_at.data,
        by=current_person(),
        key=current_app.config["PSEUDONYM_KEY"],
        at=clock.now(),
    )


def _save(upload: FileStorage, folder: Path, stem: str) -> Path:
    """Save an upload under a name of our own that keeps only its ending."""
    ending = PurePath(upload.filename or "").suffix.lower()
    path = folder / f"{stem}{ending if ending[1:].isalnum() else ''}"
    upload.save(path)
    return path
