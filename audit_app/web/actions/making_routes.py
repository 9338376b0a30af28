"""Where actions come from: proposed while a case file is audited, or made of a finding."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.store.action_lists import find_proposal, possible_owners, proposals_of
from audit_app.store.actions import make_of_finding, propose_action, take_back, tell_owners
from audit_app.store.audits import find_audit
from audit_app.store.cycles import visible_cycle
from audit_app.store.findings import find_finding
from audit_app.store.tables import Audit, Cycle, Finding
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.actions.forms import GivenForm, ProposeForm
from audit_app.web.audits.word_check import is_new, warnings_in, word_guard
from audit_app.web.database import db
from audit_app.web.keeping_words import keeps_words

pages = Blueprint("action_making", __name__, template_folder="templates")


@pages.route("/audits/<int:audit_id>/actions", methods=["GET", "POST"])
@requires(Permission.DO_AUDITS)
@keeps_words
def propose(audit_id: int) -> ResponseReturnValue:
    """What is to be done for this case; it is its owners' once the audit is submitted."""
    audit, people = _own_audit(audit_id), possible_owners(db())
    if audit.is_settled:
        return redirect(url_for("audits.show_audit", audit_id=audit.id))
    form = ProposeForm()
    form.offer(people)
    warnings = {}
    if form.validate_on_submit():
        warnings = warnings_in(form, word_guard(audit))
        if not is_new(warnings, request.form.getlist("told")):
            owner, at = form.chosen(people), clock.now()
            what, due_on = form.what.data, form.due_on.data
            propose_action(db(), audit, what, owner, due_on, by=current_person(), at=at)
            flash("The action is proposed. Its owner is told when you submit the audit.")
            return redirect(url_for("action_making.propose", audit_id=audit.id))
    return render_template(
        "actions/propose.html",
        title="Actions for this case",
        audit=audit,
        proposals=proposals_of(db(), audit.id),
        people=people,
        form=form,
        warnings=warnings,
    )


@pages.post("/audits/<int:audit_id>/actions/<int:action_id>/take-back")
@requires(Permission.DO_AUDITS)
def take_one_back(audit_id: int, action_id: int) -> ResponseReturnValue:
    """Take a proposal back while the audit is not submitted."""
    audit = _own_audit(audit_id)
    action = find_proposal(db(), audit.id, action_id) or hidden("action", action_id)
    take_back(db(), action, by=current_person(), at=clock.now())
    flash("The action is taken back.")
    return redirect(url_for("action_making.propose", audit_id=audit.id))


@pages.route("/cycles/<key>/findings/<int:finding_id>/action", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIONS)
def make(key: str, finding_id: int) -> ResponseReturnValue:
    """Give the action that a confirmed finding proposes to somebody."""
    cycle = visible_cycle(db(), current_person(), key) or hidden("cycle")
    finding = find_finding(db(), cycle, finding_id) or hidden("finding", finding_id)
    people = possible_owners(db())
    due_on = finding.action_due
    if due_on is not None and due_on < clock.today():
        due_on = None
    form = GivenForm(data={"due_on": due_on} if request.method == "GET" else None)
    form.offer(people)
    if not form.validate_on_submit():
        return render_template(
            "actions/make.html",
            title="Give this action to somebody",
            cycle=cycle,
            finding=finding,
            people=people,
            form=form,
        )
    try:
        _make(cycle, finding, form)
    except Refusal as fault:
        flash(str(fault), "error")
    else:
        flash("The action is given out. Its owner is told by mail.")
    return redirect(url_for("findings.show_finding", key=key, finding_id=finding_id))


def _make(cycle: Cycle, finding: Finding, form: GivenForm) -> None:
    owner, at = form.chosen(possible_owners(db())), clock.now()
    action = make_of_finding(
        db(), cycle, finding, owner, form.due_on.data, by=current_person(), at=at
    )
    site, council = current_app.config["SITE_URL"], current_app.config["COUNCIL"]
    tell_owners(db(), [action], site_url=site, council=council, at=at)


def _own_audit(audit_id: int) -> Audit:
    """A first audit of the person's own: a second reading proposes nothing."""
    audit = find_audit(db(), current_person(), audit_id)
    return audit if isinstance(audit, Audit) else hidden("audit", audit_id)
