"""Pages of a cycle's findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.lifecycle import FindingState, IllegalMove
from audit_app.store.actions import action_of
from audit_app.store.cycles import visible_cycle
from audit_app.store.findings import (
    FindingFault,
    FindingText,
    change_finding,
    confirm_finding,
    draft_finding,
    find_finding,
    findings_of,
    quoted_words,
    reopen_finding,
)
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.moderation import blind_ids
from audit_app.store.results import CycleResults, cycle_results
from audit_app.store.tables import Cycle, Finding
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.findings.about import Subject, offer_quotes, subject_of
from audit_app.web.findings.changes import changes_between, marks_of
from audit_app.web.findings.forms import KIND_WORDS, FindingForm, written_values

pages = Blueprint(
    "findings", __name__, template_folder="templates", url_prefix="/cycles/<key>/findings"
)
STATE_TAGS = {
    FindingState.DRAFT: ("Draft", "yellow"),
    FindingState.CONFIRMED: ("Confirmed", "green"),
}


@pages.get("")
@requires(Permission.MANAGE_FINDINGS)
def show_findings(key: str) -> str:
    """The cycle's findings, and the themes from which one can be drafted."""
    cycle = _cycle(key)
    results = cycle_results(db(), cycle)
    return render_template(
        "findings/findings.html",
        title=f"Findings of {cycle.name}",
        cycle=cycle,
        findings=findings_of(db(), cycle),
        results=results,
        titles={bank.key: bank.title for bank in results.form.banks},
        kinds=KIND_WORDS,
        tags=STATE_TAGS,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_FINDINGS)
def draft(key: str) -> ResponseReturnValue:
    """Draft a finding from a theme or a question."""
    cycle = _cycle(key)
    results = cycle_results(db(), cycle)
    subject = _subject(results, request.args.get("theme", ""), request.args.get("question"))
    form, at = FindingForm(), clock.now()
    groups = offer_quotes(form, results.form, cycle, subject)
    if form.validate_on_submit():
        try:
            finding = draft_finding(db(), cycle, _text(form, subject), by=current_person(), at=at)
        except FindingFault as fault:
            form.statement.errors = [str(fault)]
        else:
            _note("drafted", finding, at, {"state": [None, "draft"]})
            flash("The finding is drafted. It goes into reports once it is confirmed.")
            return redirect(url_for("findings.show_finding", key=key, finding_id=finding.id))
    return render_template(
        "findings/form.html",
        title="Draft a finding",
        cycle=cycle,
        subject=subject,
        before=None,
        form=form,
        groups=groups,
        back=url_for("findings.show_findings", key=key),
    )


@pages.get("/<int:finding_id>")
@requires(Permission.MANAGE_FINDINGS)
def show_finding(key: str, finding_id: int) -> str:
    """One finding as it stands."""
    cycle = _cycle(key)
    finding = _finding(cycle, finding_id)
    form = load_form(cycle.form_version)
    return render_template(
        "findings/finding.html",
        title=KIND_WORDS[finding.kind],
        cycle=cycle,
        finding=finding,
        theme=form.bank(finding.theme).title,
        question=form.questions[finding.question_id].text if finding.question_id else None,
        quotes=quoted_words(db(), [finding], reader=current_person()),
        tag=STATE_TAGS[finding.state],
        given=action_of(db(), finding),
    )


@pages.route("/<int:finding_id>/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_FINDINGS)
def change(key: str, finding_id: int) -> ResponseReturnValue:
    """Change a draft; its figure is taken anew."""
    cycle = _cycle(key)
    finding = _finding(cycle, finding_id)
    here = url_for("findings.show_finding", key=key, finding_id=finding_id)
    if finding.state is FindingState.CONFIRMED:
        flash("This finding is confirmed. Reopen it to change it.", "error")
        return redirect(here)
    results = cycle_results(db(), cycle)
    subject = _subject(results, finding.theme, finding.question_id)
    form, before = FindingForm(**written_values(finding)), marks_of(finding)
    groups = offer_quotes(form, results.form, cycle, subject)
    if form.validate_on_submit():
        try:
            change_finding(db(), cycle, finding, _with_unseen(_text(form, subject), finding))
        except FindingFault as fault:
            form.statement.errors = [str(fault)]
        else:
            _note("changed", finding, clock.now(), changes_between(before, marks_of(finding)))
            flash("The finding is changed.")
            return redirect(here)
    return render_template(
        "findings/form.html",
        title="Change the finding",
        cycle=cycle,
        subject=subject,
        before=finding,
        form=form,
        groups=groups,
        back=here,
    )


@pages.post("/<int:finding_id>/confirm")
@requires(Permission.MANAGE_FINDINGS)
def confirm(key: str, finding_id: int) -> ResponseReturnValue:
    """Say that the finding stands."""
    finding, at = _finding(_cycle(key), finding_id), clock.now()
    try:
        confirm_finding(finding, by=current_person(), at=at)
    except IllegalMove as fault:
        flash(f"{fault} Nothing was changed.", "error")
    else:
        _note("confirmed", finding, at, {"state": ["draft", "confirmed"]})
        flash("The finding is confirmed. The next report that is compiled holds it.")
    return redirect(url_for("findings.show_findings", key=key))


@pages.post("/<int:finding_id>/reopen")
@requires(Permission.MANAGE_FINDINGS)
def reopen(key: str, finding_id: int) -> ResponseReturnValue:
    """Make a confirmed finding a draft again."""
    finding = _finding(_cycle(key), finding_id)
    try:
        reopen_finding(finding)
    except IllegalMove as fault:
        flash(f"{fault} Nothing was changed.", "error")
    else:
        _note("reopened", finding, clock.now(), {"state": ["confirmed", "draft"]})
        flash("The finding is a draft again. Reports that are compiled already keep it.")
    return redirect(url_for("findings.show_finding", key=key, finding_id=finding_id))


def _cycle(key: str) -> Cycle:
    return visible_cycle(db(), current_person(), key) or hidden("cycle")


def _finding(cycle: Cycle, finding_id: int) -> Finding:
    return find_finding(db(), cycle, finding_id) or hidden("finding", finding_id)


def _note(action: str, finding: Finding, at: datetime, detail: Mapping[str, object]) -> None:
    record_history(db(), current_person(), action, "finding", finding.id, at=at, detail=detail)


def _subject(results: CycleResults, theme: str, question_id: str | None) -> Subject:
    return subject_of(results, theme, question_id or None) or hidden("theme")


def _with_unseen(text: FindingText, finding: Finding) -> FindingText:
    """The quotes that the form could not offer, since this person reads their file blind, stay."""
    blind = blind_ids(db(), current_person())
    kept = [(one.audit_id, one.question_id) for one in finding.quotes if one.audit_id in blind]
    return replace(text, quotes=(*text.quotes, *kept))


def _text(form: FindingForm, subject: Subject) -> FindingText:
    return form.text(subject.theme, subject.question_id, subject.count.k, subject.count.n)
