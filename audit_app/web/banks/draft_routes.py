"""Drafts of question banks: begun from what is published, from a file or empty; seen; deleted."""

from __future__ import annotations

from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.bank_edits import keeping_all_of
from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.uploaded import LARGEST, Uploaded, read_uploaded
from audit_app.question_banks.xlsform.write import write_workbook
from audit_app.spreadsheets import XLSX_TYPE
from audit_app.store.bank_drafts import (
    DraftConflict,
    DraftFault,
    begin_draft,
    delete_draft,
    draft_of,
    may_begin_banks,
    may_publish,
)
from audit_app.store.bank_usage import cycles_asking
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_bank, load_bank, readable_bank
from audit_app.store.tables import BankDraft
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.banks.bank_forms import NewBankForm, SentForm, UploadForm
from audit_app.web.banks.differences import differences
from audit_app.web.banks.drafts import (
    SUBJECT,
    OpenDraft,
    in_the_way,
    keep,
    open_draft,
    seen_changes,
)
from audit_app.web.banks.words import BUMP_WORDS, TYPE_WORDS
from audit_app.web.database import db
from audit_app.web.exports.files import as_file

MOST_FAULTS = 500
pages = Blueprint("bank_drafts", __name__, template_folder="templates", url_prefix="/banks")
LOCKED_BY_SCOPE = (
    "Your role is for one theme, and no form of it asks this bank. Nothing was changed: ask a QA "
    "lead whose role is for everything."
)


@pages.route("/drafts/new", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def begin_empty() -> ResponseReturnValue:
    """A bank that is not there yet."""
    form = NewBankForm()
    if form.validate_on_submit():
        key = str(form.key.data)
        if latest_bank(db(), key) is not None:
            form.key.errors = [f"There is a bank called {key} already: change that one instead"]
        elif draft := _begun(form.entered, form):
            return _to(draft)
    return render_template("banks/new_bank.html", title="A new question bank", form=form)


@pages.route("/drafts/upload", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def upload() -> ResponseReturnValue:
    """A bank as a file: everything that is wrong with it, or a draft."""
    form = UploadForm()
    read = _read(form)
    if read is not None and read.bank is not None and (draft := _begun(read.bank, form)):
        return _uploaded(draft, read)
    return _upload_page(form, read, None)


@pages.route("/drafts/<int:draft_id>/upload", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def upload_over(draft_id: int) -> ResponseReturnValue:
    """A file in place of what the draft holds."""
    opened = open_draft(draft_id)
    form = UploadForm()
    read = _read(form)
    if read is not None and read.bank is not None:
        if read.bank.key != opened.bank.key:
            said = f"This file is the bank {read.bank.key}, not {opened.bank.key}"
            form.file.errors = [f"{said}. Nothing was changed: choose the other file."]
        else:
            try:
                keep(opened, keeping_all_of(read.bank, opened.published), "uploaded")
                return _uploaded(opened.draft, read)
            except DraftConflict as conflict:
                form.form_errors.append(f"{conflict} Look at it, then upload the file again.")
    return _upload_page(form, read, opened)


@pages.post("/<key>/<version>/draft")
@requires(Permission.PUBLISH_BANKS)
def begin_from(key: str, version: str) -> ResponseReturnValue:
    """A draft that begins as a published version; where there is one already, that one."""
    stored = readable_bank(db(), current_person(), key, version) or hidden("bank")
    if not may_publish(db(), current_person(), key):
        hidden("bank")
    draft = draft_of(db(), key)
    if draft is None:
        draft = begin_draft(db(), load_bank(stored), stored, by=current_person(), at=clock.now())
        _note("began", draft, {"bank": key, "from": version})
    else:
        flash("There was a draft of this bank already: this is it. Nothing was changed.", "info")
    return _to(draft)


@pages.get("/drafts/<int:draft_id>")
@requires(Permission.PUBLISH_BANKS)
def show_draft(draft_id: int) -> str:
    """What the draft holds, what changes with it, what is in the way, and what can be done."""
    opened = open_draft(draft_id)
    return render_template(
        "banks/draft.html",
        title=f"Draft: {opened.bank.title}",
        opened=opened,
        draft=opened.draft,
        bank=opened.bank,
        faults=in_the_way(opened),
        diff=opened.diff,
        bumps=BUMP_WORDS,
        changes=differences(opened.published, opened.bank),
        types=TYPE_WORDS,
        running=[
            (cycle, version)
            for cycle, version in cycles_asking(db(), current_person(), opened.bank.key)
            if cycle.closed_at is None
        ],
    )


@pages.get("/drafts/<int:draft_id>/download.<any(xlsx, yml):kind>")
@requires(Permission.PUBLISH_BANKS)
def download(draft_id: int, kind: str) -> Response:
    """The draft as a workbook or as YAML, to be changed and uploaded again."""
    bank = open_draft(draft_id).bank
    if kind == "xlsx":
        return as_file(write_workbook(bank), f"{bank.key}-draft.xlsx", XLSX_TYPE)
    return as_file(write_yaml(bank).encode(), f"{bank.key}.yml", "application/yaml")


@pages.route("/drafts/<int:draft_id>/delete", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def delete(draft_id: int) -> ResponseReturnValue:
    """Forget a draft, once it was asked for twice."""
    opened = open_draft(draft_id)
    form = SentForm()
    if form.validate_on_submit():
        try:
            delete_draft(db(), opened.draft, seen=seen_changes())
        except DraftConflict as conflict:
            form.form_errors.append(f"{conflict} Look at the draft before you delete it.")
        else:
            _note("deleted", opened.draft, {"bank": opened.bank.key})
            flash("The draft was deleted. What is published is as it was.")
            return redirect(url_for("banks.show_library"))
    return render_template(
        "banks/delete_draft.html",
        title="Delete this draft?",
        form=form,
        draft=opened.draft,
        bank=opened.bank,
    )


def _begun(bank: QuestionBank, form: NewBankForm | UploadForm) -> BankDraft | None:
    """The draft that begins with this bank; None with the reason on the form."""
    newest = latest_bank(db(), bank.key)
    person = current_person()
    may = may_publish(db(), person, bank.key) if newest else may_begin_banks(person)
    if not may:
        form.form_errors.append(LOCKED_BY_SCOPE)
        return None
    try:
        bank = keeping_all_of(bank, load_bank(newest) if newest else None)
        draft = begin_draft(db(), bank, newest, by=person, at=clock.now())
    except DraftFault as fault:
        form.form_errors.append(str(fault))
        return None
    _note("began", draft, {"bank": bank.key})
    return draft


def _read(form: UploadForm) -> Uploaded | None:
    """What was uploaded, read from memory and kept nowhere; None where nothing was sent."""
    if not form.validate_on_submit():
        return None
    sent: FileStorage = form.file.data
    name = PurePath((sent.filename or "").replace("\\", "/")).name[:80]
    with sent.stream as stream:
        return read_uploaded(stream.read(LARGEST + 1), name or "file")


def _upload_page(form: UploadForm, read: Uploaded | None, opened: OpenDraft | None) -> str:
    faults = read.faults if read else ()
    if faults:
        said = "one fault" if len(faults) == 1 else f"{len(faults):,} faults"
        form.file.errors = [f"The file has {said}, listed below. Nothing of it was kept."]
    return render_template(
        "banks/upload.html",
        title="Upload a question bank",
        form=form,
        opened=opened,
        draft=opened.draft if opened else None,
        faults=faults[:MOST_FAULTS],
        more=max(len(faults) - MOST_FAULTS, 0),
        notes=read.notes if read and not read.bank else (),
    )


def _uploaded(draft: BankDraft, read: Uploaded) -> ResponseReturnValue:
    """Show what was left out of a file, or else the draft at once."""
    if not read.notes:
        flash("The file was read without a fault. It is a draft now; nothing is published yet.")
        return _to(draft)
    return render_template(
        "banks/uploaded.html", title="The file was read", draft=draft, notes=read.notes
    )


def _note(action: str, draft: BankDraft, detail: dict[str, object]) -> None:
    record_history(db(), current_person(), action, SUBJECT, draft.id, at=clock.now(), detail=detail)


def _to(draft: BankDraft) -> ResponseReturnValue:
    return redirect(url_for("bank_drafts.show_draft", draft_id=draft.id))
