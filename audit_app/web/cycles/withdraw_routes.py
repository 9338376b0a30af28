"""Withdrawing an audit that cannot be done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.completion import WITHDRAWAL_WORDS, WithdrawalReason
from audit_app.core.subjects import capital
from audit_app.store.cycles import visible_cycle
from audit_app.store.history import record_history
from audit_app.store.reassigning import find_audit_to_reassign
from audit_app.store.tables import Allocation
from audit_app.store.withdrawing import WithdrawalFault, why_not_withdrawn, withdraw_audit
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db

pages = Blueprint("withdraw", __name__, template_folder="templates", url_prefix="/cycles/<key>")


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Why."""

    why = RadioField(
        "Why can this audit not be done?",
        validators=[InputRequired("Choose why this audit cannot be done")],
        description="The figures tell how many were withdrawn, and why.",
    )

    def offer(self, audit: Allocation) -> None:
        """Offer what can be the reason: that an agency could not answer only of its part."""
        self.why.choices = [
            SelectChoice(value=reason.value, label=capital(words))
            for reason, words in WITHDRAWAL_WORDS.items()
            if audit.is_part or reason is not WithdrawalReason.NO_AGENCY
        ]


@pages.route("/audits/<int:audit_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def withdraw(key: str, audit_id: int) -> ResponseReturnValue:
    """Withdraw an audit that was not submitted, with the reason."""
    person = current_person()
    cycle = visible_cycle(db(), person, key) or hidden("cycle")
    audit = find_audit_to_reassign(db(), person, cycle, audit_id) or hidden("audit", audit_id)
    stuck = why_not_withdrawn(db(), audit)
    if stuck is not None and request.method == "POST":
        flash(f"{stuck} Nothing was changed.", "error")
        return redirect(url_for("cycles.show_cycle", key=key))
    form = WithdrawForm()
    form.offer(audit)
    if form.validate_on_submit():
        reason, at = WithdrawalReason(form.why.data), clock.now()
        try:
            before = withdraw_audit(db(), audit, reason, by=person, at=at)
        except WithdrawalFault as fault:
            form.why.errors = [str(fault)]
        else:
            detail = {"state": [before, audit.state], "because": [None, reason]}
            record_history(db(), person, "withdrew", "audit", audit.id, at=at, detail=detail)
            flash(f"The audit of {audit.case_file.reference} is withdrawn.")
            return redirect(url_for("cycles.show_cycle", key=key))
    return render_template(
        "cycles/withdraw.html",
        title="Withdraw this audit",
        cycle=cycle,
        audit=audit,
        form=form,
        stuck=stuck,
    )
