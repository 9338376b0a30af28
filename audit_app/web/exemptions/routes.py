"""Asking that somebody need not audit in a cycle, and answering what another person asked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.exemptions import EXEMPTION_WORDS, ExemptionReason
from audit_app.core.lifecycle import CycleState, ExemptionState, IllegalMove
from audit_app.store.cycles import visible_cycle
from audit_app.store.exemptions import (
    STANDING,
    ExemptionFault,
    ask_exemption,
    decide_exemption,
    decides,
    end_exemption,
    exemptions_of,
    find_exemption,
    left_by_exempt,
    open_exemptions,
    own_cycles,
)
from audit_app.store.history import record_history
from audit_app.store.tables import Cycle, Exemption, Person
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.exemptions.forms import STATE_TAGS, ExemptionForm, OwnExemptionForm

pages = Blueprint("exemptions", __name__, template_folder="templates")

_WORDS = {"reason_words": EXEMPTION_WORDS, "state_tags": STATE_TAGS}


@pages.route("/cycles/<key>/exemptions", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def show_cycle(key: str) -> ResponseReturnValue:
    """Who is exempt from a cycle, what they left, and asking for another; somebody else answers."""
    cycle = visible_cycle(db(), current_person(), key) or hidden("cycle")
    found = exemptions_of(db(), cycle)
    standing = {one.person_id for one in found if one.state in STANDING}
    people = [one.person for one in cycle.auditors if one.person_id not in standing]
    form = ExemptionForm()
    form.offer(sorted(people, key=lambda person: person.name))
    if request.method == "POST" and form.validate():
        who = next(one for one in people if one.id == form.who.data)
        if _asked(cycle, who, form):
            flash(f"It is asked for. Another person decides whether {who.name} is exempt.")
            return redirect(url_for("exemptions.show_cycle", key=key))
    return render_template(
        "exemptions/cycle.html",
        title="Who need not audit",
        cycle=cycle,
        exemptions=found,
        decided_here={one.id for one in found if decides(current_person(), one)},
        left=left_by_exempt(db(), cycle) if cycle.state is CycleState.DRAWN else [],
        form=form if people and cycle.state is not CycleState.CLOSED else None,
        **_WORDS,
    )


@pages.route("/exemptions/own/<key>", methods=["GET", "POST"])
@requires(Permission.DO_AUDITS)
def ask_own(key: str) -> ResponseReturnValue:
    """An auditor asks to be exempt from a cycle."""
    person = current_person()
    own = {cycle.key: (cycle, last) for cycle, last in own_cycles(db(), person)}
    cycle, last = own.get(key) or hidden("cycle")
    form = OwnExemptionForm()
    waits = last is not None and last.state in STANDING
    if not waits and form.validate_on_submit() and _asked(cycle, person, form):
        flash("It is asked for. A QA lead answers; until then your audits stay with you.")
        return redirect(url_for("home.show_home"))
    return render_template(
        "exemptions/own.html",
        title="Ask not to audit",
        cycle=cycle,
        last=last,
        form=None if waits else form,
        **_WORDS,
    )


@pages.get("/exemptions")
@requires(Permission.DECIDE_EXEMPTIONS)
def show_open() -> str:
    """What waits for an answer."""
    found = open_exemptions(db(), current_person())
    mine = [one for one in found if decides(current_person(), one)]
    return render_template(
        "exemptions/open.html",
        title="Exemptions to decide",
        exemptions=mine,
        others=len(found) - len(mine),
        **_WORDS,
    )


@pages.post("/exemptions/<int:exemption_id>/decide")
@requires(Permission.DECIDE_EXEMPTIONS)
def decide(exemption_id: int) -> ResponseReturnValue:
    """Approve what another person asked for, or turn it down."""
    person, exemption = current_person(), _exemption(exemption_id)
    before, granted = exemption.state, "approve" in request.form
    try:
        decide_exemption(db(), exemption, granted=granted, by=person, at=clock.now())
    except (IllegalMove, ExemptionFault) as fault:
        flash(_unchanged(fault), "error")
    else:
        _note(exemption, "approved" if granted else "turned down", before)
        name = exemption.person.name
        flash(f"{name} is exempt." if granted else f"It is turned down: {name} goes on to audit.")
    return redirect(url_for("exemptions.show_open"))


@pages.post("/exemptions/<int:exemption_id>/end")
@requires(Permission.DECIDE_EXEMPTIONS)
def end(exemption_id: int) -> ResponseReturnValue:
    """Say that somebody audits again."""
    exemption = _exemption(exemption_id)
    before = exemption.state
    try:
        end_exemption(db(), exemption, by=current_person(), at=clock.now())
    except (IllegalMove, ExemptionFault) as fault:
        flash(_unchanged(fault), "error")
    else:
        _note(exemption, "ended", before)
        flash(f"{exemption.person.name} audits again.")
    if current_person().may(Permission.MANAGE_CYCLES):
        return redirect(url_for("exemptions.show_cycle", key=exemption.cycle.key))
    return redirect(url_for("exemptions.show_open"))


def _exemption(exemption_id: int) -> Exemption:
    found = find_exemption(db(), current_person(), exemption_id)
    return found or hidden("exemption", exemption_id)


def _asked(cycle: Cycle, who: Person, form: OwnExemptionForm) -> bool:
    try:
        exemption = ask_exemption(
            db(),
            cycle,
            who,
            ExemptionReason(form.reason.data),
            (form.from_day.data, form.to_day.data),
            by=current_person(),
            at=clock.now(),
        )
    except ExemptionFault as fault:
        form.reason.errors = [str(fault)]
        return False
    _note(exemption, "asked for", None)
    return True


def _note(exemption: Exemption, action: str, before: ExemptionState | None) -> None:
    detail: dict[str, object] = {"state": [before, exemption.state]}
    if before is None:
        detail |= {"auditor": [None, exemption.person_id], "reason": [None, exemption.reason]}
    record_history(
        db(), current_person(), action, "exemption", exemption.id, at=clock.now(), detail=detail
    )


def _unchanged(fault: IllegalMove | ExemptionFault) -> str:
    return f"{fault} Nothing was changed." if isinstance(fault, IllegalMove) else str(fault)
