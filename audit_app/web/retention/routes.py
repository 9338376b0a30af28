"""Keeping and deleting: asking (QA lead), approving (senior manager), running (administrator)."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Permission
from audit_app.core.lifecycle import IllegalMove, PurgeState
from audit_app.store.purging import run_purge
from audit_app.store.references import find_case_file
from audit_app.store.retention import (
    RetentionFault,
    approve_purge,
    ask_for_purge,
    find_hold,
    find_purge,
    legal_holds,
    lift_hold,
    place_hold,
    purges,
    reaches_everything,
    refuse_purge,
    what_is_due,
)
from audit_app.store.tables import Purge
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.paging import page_of
from audit_app.web.retention.forms import HoldForm
from audit_app.web.retention.words import (
    KIND_WORDS,
    STATE_TAGS,
    WHAT_GOES,
    say_counts,
    say_older,
    say_purge,
)

pages = Blueprint("retention", __name__, template_folder="templates", url_prefix="/keeping")


@pages.get("")
@requires(Permission.ASK_FOR_PURGE)
def show_due() -> str:
    """What is kept how long, what has passed its time, and what was asked for."""
    _for_everything(Permission.ASK_FOR_PURGE)
    return render_template(
        "retention/due.html",
        title="Keeping and deleting",
        due=what_is_due(db(), current_app.config["KEEP_MONTHS"], clock.today()),
        holds=legal_holds(db()),
        purges=page_of(purges(db())),
        kinds=KIND_WORDS,
        what_goes=WHAT_GOES,
        say_counts=say_counts,
        say_older=say_older,
        **_WORDS,
    )


@pages.post("/ask/<kind>")
@requires(Permission.ASK_FOR_PURGE)
def ask(kind: str) -> ResponseReturnValue:
    """Ask for what has passed its time to be deleted."""
    _for_everything(Permission.ASK_FOR_PURGE)
    months = current_app.config["KEEP_MONTHS"]
    due = what_is_due(db(), months, clock.today())
    chosen = next((one for one in due if one.kind.value == kind), None) or hidden("purge")
    try:
        ask_for_purge(db(), chosen.kind, chosen.before, by=current_person(), at=clock.now())
    except RetentionFault as fault:
        flash(str(fault), "error")
    else:
        flash("It is asked for. A senior manager approves it, then an administrator runs it.")
    return redirect(url_for("retention.show_due"))


@pages.route("/hold", methods=["GET", "POST"])
@requires(Permission.HOLD_RECORDS)
def hold() -> ResponseReturnValue:
    """Place a legal hold on a case file."""
    _for_everything(Permission.HOLD_RECORDS)
    form = HoldForm()
    if form.validate_on_submit() and _held(form):
        flash("Nothing of this case file is deleted until somebody lifts the hold.")
        return redirect(url_for("retention.show_due"))
    return render_template("retention/hold.html", title="Place a legal hold", form=form)


@pages.post("/holds/<int:hold_id>/lift")
@requires(Permission.HOLD_RECORDS)
def lift(hold_id: int) -> ResponseReturnValue:
    """Lift a legal hold."""
    _for_everything(Permission.HOLD_RECORDS)
    found = find_hold(db(), hold_id) or hidden("legal hold", hold_id)
    lift_hold(db(), found, by=current_person(), at=clock.now())
    flash(f"The hold on {found.case_file.reference} is lifted.")
    return redirect(url_for("retention.show_due"))


@pages.get("/approve")
@requires(Permission.APPROVE_PURGE)
def show_asked() -> str:
    """What others asked for, to be approved or turned down."""
    _for_everything(Permission.APPROVE_PURGE)
    return _purges_page("retention/asked.html", "Deletions to approve", PurgeState.ASKED)


@pages.post("/<int:purge_id>/approve")
@requires(Permission.APPROVE_PURGE)
def approve(purge_id: int) -> ResponseReturnValue:
    """Approve what another person asked for."""
    purge = _purge(purge_id, Permission.APPROVE_PURGE)
    try:
        approve_purge(db(), purge, by=current_person(), at=clock.now())
    except (IllegalMove, RetentionFault) as fault:
        flash(_unchanged(fault), "error")
    else:
        flash("It is approved. An administrator runs it; until then you can still turn it down.")
    return redirect(url_for("retention.show_asked"))


@pages.post("/<int:purge_id>/refuse")
@requires(Permission.APPROVE_PURGE)
def refuse(purge_id: int) -> ResponseReturnValue:
    """Turn down what was asked for, as long as it was not run."""
    purge = _purge(purge_id, Permission.APPROVE_PURGE)
    try:
        refuse_purge(db(), purge, by=current_person(), at=clock.now())
    except IllegalMove as fault:
        flash(_unchanged(fault), "error")
    else:
        flash("It is turned down. Nothing is deleted.")
    return redirect(url_for("retention.show_asked"))


@pages.get("/run")
@requires(Permission.RUN_PURGE)
def show_approved() -> str:
    """What two people agreed on, to be run."""
    return _purges_page("retention/approved.html", "Deletions to run", PurgeState.APPROVED)


@pages.post("/<int:purge_id>/run")
@requires(Permission.RUN_PURGE)
def run(purge_id: int) -> ResponseReturnValue:
    """Delete what was approved; it cannot be undone."""
    purge = _purge(purge_id, Permission.RUN_PURGE)
    try:
        folder = AttachmentFolder.of(current_app.config["INSTANCE"])
        counts = run_purge(db(), purge, by=current_person(), at=clock.now(), folder=folder)
    except IllegalMove as fault:
        flash(_unchanged(fault), "error")
    else:
        flash(f"Deleted: {say_counts(counts)}.")
    return redirect(url_for("retention.show_approved"))


_WORDS = {"say_purge": say_purge, "tags": STATE_TAGS}


def _purges_page(template: str, title: str, to_do: PurgeState) -> str:
    found = purges(db())
    return render_template(
        template,
        title=title,
        waiting=[one for one in found if one.state is to_do],
        purges=page_of([one for one in found if one.state is not to_do]),
        what_goes=WHAT_GOES,
        say_counts=say_counts,
        own_id=current_person().id,
        **_WORDS,
    )


def _for_everything(permission: Permission) -> None:
    """What is kept is not parted by theme or cycle: a role within a scope does not reach it."""
    if not reaches_everything(current_person(), permission):
        hidden("retention")


def _purge(purge_id: int, permission: Permission) -> Purge:
    _for_everything(permission)
    return find_purge(db(), purge_id) or hidden("purge", purge_id)


def _held(form: HoldForm) -> bool:
    case_file = find_case_file(db(), form.reference.data)
    if case_file is None:
        form.reference.errors = ["There is no case file with this reference"]
        return False
    try:
        place_hold(db(), case_file, form.reason.data, by=current_person(), at=clock.now())
    except RetentionFault as fault:
        form.reference.errors = [str(fault)]
        return False
    return True


def _unchanged(fault: IllegalMove | RetentionFault) -> str:
    said = str(fault)
    return said if said.endswith("Nothing was changed.") else f"{said} Nothing was changed."
