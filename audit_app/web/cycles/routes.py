"""The list of cycles, opening one, its own page, and closing it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import ROLE_WORDS, Permission, Role
from audit_app.core.completion import say_done
from audit_app.core.concerns import say_concerns
from audit_app.core.lifecycle import IllegalMove
from audit_app.core.question_bank import AuditForm
from audit_app.core.replies import SEES_WORDS
from audit_app.reports.run_chart import draw_run_chart
from audit_app.store.caseload import current_extract
from audit_app.store.completion import left_out_of
from audit_app.store.concerns import clocks_of_cycle
from audit_app.store.cycles import (
    CycleFault,
    auditors_for,
    close_cycle,
    completion_of,
    create_cycle,
    cycle_summaries,
    last_day_of,
    visible_cycle,
)
from audit_app.store.editions import editions_for
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_forms, load_form
from audit_app.store.moderation import agreement_of, blind_ids, waiting_for_readers
from audit_app.store.plan import entry_of_cycle, find_entry
from audit_app.store.scopes import may_in_theme
from audit_app.store.tables import Cycle, FormVersion, Person, PlanEntry
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.cycles.completion_run import completion_run
from audit_app.web.cycles.forms import AgenciesForm, OpenForm
from audit_app.web.cycles.next_step import next_step
from audit_app.web.cycles.words import AUDIT_TAGS, cycle_tag, say_punctuality
from audit_app.web.database import db
from audit_app.web.moderation.words import say_agreement
from audit_app.web.words import say_month

pages = Blueprint("cycles", __name__, template_folder="templates", url_prefix="/cycles")


@pages.get("")
@requires(Permission.MANAGE_CYCLES)
def show_cycles() -> str:
    """Every cycle with how far it is, newest month first."""
    summaries = cycle_summaries(db(), current_person())
    return render_template(
        "cycles/cycles.html",
        title="Cycles",
        summaries=summaries,
        run=completion_run(summaries),
        draw_run_chart=draw_run_chart,
        cycle_tag=cycle_tag,
    )


@pages.route("/open", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def open_cycle() -> ResponseReturnValue:
    """Open a cycle with the newest version of a form."""
    versions = [
        one
        for one in latest_forms(db())
        if may_in_theme(current_person(), Permission.MANAGE_CYCLES, one.key)
    ]
    chosen = request.args.get("form") or (versions[0].key if len(versions) == 1 else "")
    if not chosen:
        return render_template("cycles/choose_form.html", title="Open a cycle", versions=versions)
    version = next((one for one in versions if one.key == chosen), None) or hidden("form")
    audit_form = load_form(version)
    people = auditors_for(db(), version)
    planned = _planned(version)
    form = _offer(audit_form, people, planned)
    if form.validate_on_submit() and (cycle := _open(version, people, form, planned)) is not None:
        flash(f"{cycle.name} is open.")
        return redirect(url_for("cycles.show_cycle", key=cycle.key))
    return render_template(
        "cycles/open.html",
        title="Open a cycle",
        form=form,
        form_version=version,
        several=len(versions) > 1,
        people=people,
        agencies=form.agency_fields if isinstance(form, AgenciesForm) else [],
        role=ROLE_WORDS[Role(audit_form.auditors)].lower(),
        practice_sees=SEES_WORDS[audit_form.practice_sees],
    )


@pages.get("/<key>")
@requires(Permission.MANAGE_CYCLES)
def show_cycle(key: str) -> str:
    """What to do next, and who has done theirs."""
    cycle = visible_cycle(db(), current_person(), key) or hidden("cycle")
    completions = completion_of(db(), cycle)
    audits = [audit for one in completions for audit in one.audits]
    unread = {one.key: number for one, number in waiting_for_readers(db(), current_person())}
    done, today = sum(one.submitted for one in completions), clock.today()
    due = sum(one.due for one in completions)
    return render_template(
        "cycles/cycle.html",
        title=cycle.name,
        cycle=cycle,
        step=next_step(
            cycle,
            completions,
            has_caseload=current_extract(db(), load_form(cycle.form_version).subject) is not None,
            editions=editions_for(db(), current_person(), cycle),
            today=today,
        ),
        completions=completions,
        concerns=say_concerns(clocks_of_cycle(db(), cycle, at=clock.now())),
        done=say_done(done, due, left_out_of(db(), [cycle.id])[cycle.id]),
        drawn=len(audits),
        punctuality={audit.id: say_punctuality(audit, today) for audit in audits},
        cycle_tag=cycle_tag(cycle.state, due, done),
        audit_tags=AUDIT_TAGS,
        blind=blind_ids(db(), current_person()),
        agreement=say_agreement(agreement_of(db(), cycle)),
        unread=unread.get(cycle.key, 0),
        planned=entry_of_cycle(db(), current_person(), cycle),
    )


@pages.post("/<key>/close")
@requires(Permission.MANAGE_CYCLES)
def close(key: str) -> ResponseReturnValue:
    """Say that the round is over."""
    cycle = visible_cycle(db(), current_person(), key) or hidden("cycle")
    at, before = clock.now(), cycle.state
    try:
        close_cycle(cycle, at=at)
    except IllegalMove as fault:
        flash(f"{fault} Nothing was changed.", "error")
    else:
        detail = {"state": [before, cycle.state]}
        record_history(db(), current_person(), "closed", "cycle", cycle.id, at=at, detail=detail)
        flash(f"{cycle.name} is closed.")
    return redirect(url_for("cycles.show_cycle", key=key))


def _planned(version: FormVersion) -> PlanEntry | None:
    """The entry of the plan from which the cycle is opened, where it comes from one."""
    number = request.args.get("plan", type=int)
    entry = find_entry(db(), current_person(), number) if number is not None else None
    return entry if entry and entry.form == version.key and entry.cycle_id is None else None


def _offer(form: AuditForm, people: list[Person], planned: PlanEntry | None) -> OpenForm:
    """The form of a new cycle: who audits, or who answers for which agency."""
    offered = _as_offered(form, people, clock.today(), planned)
    if form.agencies:
        made: OpenForm = AgenciesForm.asking(form.agencies, people)(**offered)
        return made
    made = OpenForm(**offered)
    made.offer(people)
    return made


def _as_offered(
    form: AuditForm, people: list[Person], today: date, planned: PlanEntry | None
) -> dict[str, object]:
    """What the page of a new cycle is filled in with: what was planned, or what is usual."""
    month = planned.month if planned else f"{today:%Y-%m}"
    title = planned.title if planned else form.title
    named = planned.auditor_id if planned else None
    return {
        "name": f"{title}, {say_month(month)}" if form.themed else f"{say_month(month)} sample",
        "month": month,
        "due_on": (planned.due_on if planned else None) or last_day_of(month),
        "auditors": [person.id for person in people if named in (None, person.id)],
    }


def _open(
    version: FormVersion, people: list[Person], form: OpenForm, planned: PlanEntry | None
) -> Cycle | None:
    at = clock.now()
    agencies = form.named(people) if isinstance(form, AgenciesForm) else {}
    try:
        cycle = create_cycle(
            db(),
            version,
            name=form.name.data,
            month=form.month.data,
            due_on=form.due_on.data,
            auditors=[] if agencies else [p for p in people if p.id in form.auditors.data],
            agencies=agencies,
            planned=planned,
            at=at,
        )
    except CycleFault as fault:
        form.fault_field.errors = [str(fault)]
        return None
    detail = {
        "state": [None, cycle.state],
        "due_on": [None, cycle.due_on.isoformat()],
        "shown": [None, cycle.shown_to_practice.value],
        "auditors": [None, [member.person_id for member in cycle.auditors]],
    }
    if agencies:
        detail["agencies"] = [None, [member.agency for member in cycle.auditors]]
    record_history(db(), current_person(), "opened", "cycle", cycle.id, at=at, detail=detail)
    return cycle
