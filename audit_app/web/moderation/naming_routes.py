"""A cycle's second readings: what there is, the rules, choosing an audit, naming a reader."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission, Reach
from audit_app.core.independence import say_bars
from audit_app.core.lifecycle import AuditState, CycleState, ModerationState
from audit_app.core.moderation import DrawReason
from audit_app.store.cycles import completion_of
from audit_app.store.history import record_history
from audit_app.store.moderation import (
    agreement_of,
    find_audit_to_choose,
    find_cycle_to_moderate,
    find_moderation,
    moderations_of,
    moderations_unseen,
    name_reader,
    possible_readers,
    why_reader_stays,
)
from audit_app.store.moderation_draw import ModerationFault, choose_audit, rules_of, set_rules
from audit_app.store.scopes import grants_of
from audit_app.store.tables import Cycle, Moderation
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.moderation.forms import ChooseForm, ReaderForm, RulesForm, written_rules
from audit_app.web.moderation.words import MODERATION_TAGS, count_states, say_agreement, say_why

pages = Blueprint(
    "second_readings",
    __name__,
    template_folder="templates",
    url_prefix="/cycles/<key>/second-readings",
)


@pages.get("")
@requires(Permission.MODERATE)
def show_readings(key: str) -> str:
    """Every second reading of the cycle with its state, and by which rules they are drawn."""
    cycle = _cycle(key)
    return _list_page(cycle, RulesForm(formdata=None, data=written_rules(rules_of(cycle))))


@pages.post("/rules")
@requires(Permission.MODERATE)
def change_rules(key: str) -> ResponseReturnValue:
    """Put other rules in force for what is submitted from now on."""
    cycle, form = _cycle(key), RulesForm()
    if not form.validate():
        return _list_page(cycle, form)
    before = rules_of(cycle)
    try:
        set_rules(db(), cycle, form.rules)
    except ModerationFault as fault:
        flash(str(fault), "error")
        return _back(key)
    detail = {
        reason.value: [_mark(before, reason), _mark(form.rules, reason)]
        for reason in DrawReason
        if _mark(before, reason) != _mark(form.rules, reason)
    }
    if detail:
        at, by = clock.now(), current_person()
        record_history(db(), by, "changed rules", "cycle", cycle.id, at=at, detail=detail)
    flash("The rules are changed. They hold for audits that are submitted from now on.")
    return _back(key)


@pages.route("/choose/<int:audit_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def choose(key: str, audit_id: int) -> ResponseReturnValue:
    """Have a submitted audit read again, and say why."""
    cycle, person = _cycle(key), current_person()
    audit = find_audit_to_choose(db(), person, cycle, audit_id) or hidden("audit", audit_id)
    form = ChooseForm()
    if form.validate_on_submit():
        try:
            choose_audit(db(), audit, form.because.data, by=person, at=clock.now())
        except ModerationFault as fault:
            flash(str(fault), "error")
        else:
            flash(f"Case file {audit.case_file.reference} waits for a second reader.")
        return _back(key)
    return render_template(
        "moderation/choose.html",
        title="Have this audit read a second time",
        cycle=cycle,
        audit=audit,
        form=form,
    )


@pages.route("/<int:moderation_id>/reader", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def name(key: str, moderation_id: int) -> ResponseReturnValue:
    """Choose who reads the case file again; the page says who cannot, and why."""
    cycle, person = _cycle(key), current_person()
    moderation = find_moderation(db(), person, moderation_id)
    if moderation is None or moderation.audit.cycle_id != cycle.id:
        hidden("second reading", moderation_id)
    stuck = _why_it_stays(moderation)
    readers = possible_readers(db(), moderation)
    form = ReaderForm()
    form.offer(readers)
    if stuck is None and form.validate_on_submit():
        before = moderation.reader_id
        reader = next(one.person for one in readers if one.person.id == form.reader.data)
        try:
            name_reader(db(), moderation, reader, by=person, at=clock.now())
        except ModerationFault as fault:
            form.reader.errors = [str(fault)]
        else:
            _note(moderation, before)
            flash(f"{reader.name} reads case file {moderation.audit.case_file.reference}.")
            return _back(key)
    return render_template(
        "moderation/reader.html",
        title="Name the second reader",
        cycle=cycle,
        moderation=moderation,
        form=form,
        stuck=stuck,
        possible=any(not one.bars for one in readers),
        barred=[
            (one.person.name, say_bars(one.bars, moderation.audit.case_file.words))
            for one in readers
            if one.bars
        ],
    )


def _cycle(key: str) -> Cycle:
    return find_cycle_to_moderate(db(), current_person(), key) or hidden("cycle")


def _back(key: str) -> ResponseReturnValue:
    return redirect(url_for("second_readings.show_readings", key=key))


def _mark(rules: dict[DrawReason, int | None], reason: DrawReason) -> int | bool:
    """A rule as the history holds it: its number, or whether it is in force."""
    number = rules.get(reason)
    return number if number is not None else reason in rules


def _note(moderation: Moderation, before: int | None) -> None:
    detail = {"reader": [before, moderation.reader_id]}
    record_history(
        db(),
        current_person(),
        "named second reader",
        "audit",
        moderation.audit_id,
        at=clock.now(),
        detail=detail,
    )


def _why_it_stays(moderation: Moderation) -> str | None:
    if moderation.audit.cycle.state is CycleState.CLOSED:
        return "This cycle is closed, so nothing is read in it any more."
    return why_reader_stays(db(), moderation)


def _list_page(cycle: Cycle, form: RulesForm) -> str:
    person = current_person()
    moderations = moderations_of(db(), person, cycle)
    drawn = {one.audit_id for one in moderations}
    others = [
        audit
        for one in completion_of(db(), cycle)
        for audit in one.audits
        if audit.state is AuditState.SUBMITTED
        and audit.id not in drawn
        and audit.auditor_id != person.id
        and audit.purged_at is None
        and not audit.is_part
    ]
    return render_template(
        "moderation/readings.html",
        title="Second readings",
        cycle=cycle,
        moderations=moderations,
        unseen=moderations_unseen(db(), person, cycle),
        counts=count_states(moderations),
        states=ModerationState,
        tags=MODERATION_TAGS,
        say_why=say_why,
        agreement=say_agreement(agreement_of(db(), cycle)),
        others=others,
        form=form,
        open=cycle.state is not CycleState.CLOSED,
        whole=any(one.reach is Reach.ALL for one in grants_of(person, Permission.MODERATE)),
    )
