"""Giving an audit that has not been begun to another auditor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.independence import say_bars
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.store.cycles import visible_cycle
from audit_app.store.history import record_history
from audit_app.store.reassigning import (
    Candidate,
    ReassignFault,
    ReassignReason,
    candidates_for,
    find_audit_to_reassign,
    reassign_audit,
)
from audit_app.store.tables import Allocation
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.words import say_count

pages = Blueprint("reassign", __name__, template_folder="templates", url_prefix="/cycles/<key>")

REASON_WORDS: Mapping[ReassignReason, str] = {
    ReassignReason.AWAY: "The auditor is away until after the due day",
    ReassignReason.NOT_INDEPENDENT: "It is now the auditor’s own, or their team’s",
    ReassignReason.WORKLOAD: "The auditor has too much to do",
    ReassignReason.LEFT: "The auditor no longer audits",
}


class ReassignForm(FlaskForm):  # type: ignore[misc]
    """To whom, and why."""

    to = RadioField(
        "Who does this audit instead?",
        coerce=int,
        validators=[InputRequired("Choose who does this audit instead")],
    )
    reason = RadioField(
        "Why?",
        choices=[SelectChoice(value=key.value, label=words) for key, words in REASON_WORDS.items()],
        validators=[InputRequired("Choose why the audit is given to somebody else")],
        description="This is kept in the history.",
    )

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """Offer those whom nothing bars."""
        self.to.choices = [
            SelectChoice(
                value=one.person.id,
                label=f"{one.person.name} ({say_count(one.open_audits, 'audit')} still to do)",
            )
            for one in candidates
            if not one.bars
        ]


@pages.route("/audits/<int:audit_id>/reassign", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def reassign(key: str, audit_id: int) -> ResponseReturnValue:
    """Choose another auditor of the cycle; the page says why the others cannot."""
    person = current_person()
    cycle = visible_cycle(db(), person, key) or hidden("cycle")
    audit = find_audit_to_reassign(db(), person, cycle, audit_id) or hidden("audit", audit_id)
    candidates = candidates_for(db(), audit)
    form = ReassignForm()
    form.offer(candidates)
    stuck = _why_it_stays(audit, candidates)
    if stuck is not None and request.method == "POST":
        flash(f"{stuck} Nothing was changed.", "error")
        return redirect(url_for("cycles.show_cycle", key=key))
    if form.validate_on_submit():
        to = next(one.person for one in candidates if one.person.id == form.to.data)
        before = audit.auditor_id
        try:
            reassign_audit(db(), audit, to)
        except ReassignFault as fault:
            form.to.errors = [str(fault)]
        else:
            record_history(
                db(),
                person,
                "reassigned",
                "audit",
                audit.id,
                at=clock.now(),
                detail={"auditor": [before, to.id], "reason": [None, form.reason.data]},
            )
            flash(f"{audit.case_file.title} is now with {to.name}.")
            return redirect(url_for("cycles.show_cycle", key=key))
    return render_template(
        "cycles/reassign.html",
        title="Give this audit to another auditor",
        cycle=cycle,
        audit=audit,
        form=form,
        stuck=stuck,
        barred=[
            (one.person.name, say_bars(one.bars, audit.case_file.words))
            for one in candidates
            if one.bars
        ],
    )


def _why_it_stays(audit: Allocation, candidates: Sequence[Candidate]) -> str | None:
    """Why nobody else can be given this audit; None where somebody can."""
    if audit.cycle.state is CycleState.CLOSED:
        return "This cycle is closed, so its audits stay with their auditors."
    if audit.state is AuditState.WITHDRAWN:
        return "This audit has been withdrawn, so nobody does it."
    if audit.state is not AuditState.ALLOCATED:
        return "This audit has been begun, so it stays with its auditor."
    if all(one.bars for one in candidates):
        return "No other auditor of this cycle may do it."
    return None
