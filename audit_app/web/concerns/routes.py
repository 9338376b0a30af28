"""Immediate concerns for a child's safety."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.concerns import ConcernLevel, read_clock, say_minutes
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.store.audits import audits_of
from audit_app.store.concerns import (
    ConcernFault,
    acknowledge,
    concerns_for,
    contacts,
    find_concern,
    name_contacts,
    people_to_name,
    people_told,
    raise_concern,
    raised_by,
)
from audit_app.store.history import record_history
from audit_app.store.tables import Concern, Reading
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.concerns.forms import (
    NOT_TOLD,
    AnswerForm,
    RaiseForm,
    contact_field,
    contacts_form,
)
from audit_app.web.database import db
from audit_app.web.keeping_words import keeps_words
from audit_app.web.words import say_count

pages = Blueprint("concerns", __name__, template_folder="templates", url_prefix="/concerns")


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.RAISE_CONCERN)
@keeps_words
def raise_one() -> ResponseReturnValue:
    """Raise a concern about one of one's own case files."""
    audits = _own_audits(request.values.get("audit"))
    if not audits:
        return _raise_page([], None)
    form = RaiseForm()
    form.offer(audits)
    if request.method == "GET":
        form.audit.data = request.args.get("audit")
    if form.validate_on_submit():
        audit = next(one for one in audits if str(one.id) == form.audit.data)
        concern = raise_concern(
            db(),
            audit,
            current_person(),
            form.words.data,
            hours=current_app.config["CONCERN_HOURS"],
            site_url=current_app.config["SITE_URL"],
            at=clock.now(),
        )
        told = people_told(db(), ConcernLevel.AT_ONCE)
        flash(f"{say_count(len(told), 'person is', 'people are')} being told by mail now.")
        return redirect(url_for("concerns.show_raised", concern_id=concern.id))
    return _raise_page(audits, form)


@pages.get("")
@requires(Permission.ANSWER_CONCERNS)
def show_all() -> str:
    """Open concerns with their clocks, then those that were acknowledged."""
    found = concerns_for(db(), current_person())
    return render_template(
        "concerns/list.html",
        title="Concerns for a child’s safety",
        open=[(one, _clock(one)) for one in found if one.acknowledged_at is None],
        past=[(one, _clock(one)) for one in found if one.acknowledged_at is not None],
        say_minutes=say_minutes,
        hours=current_app.config["CONCERN_HOURS"],
    )


@pages.get("/<int:concern_id>")
@requires(Permission.ANSWER_CONCERNS)
def show_one(concern_id: int) -> str:
    """One concern, for whoever answers it."""
    return _concern_page(_answerable(concern_id), AnswerForm(), answers=True)


@pages.get("/raised/<int:concern_id>")
@requires(Permission.RAISE_CONCERN)
def show_raised(concern_id: int) -> str:
    """One concern, for whoever raised it: how long it waits, or what is done."""
    found = (one for one in raised_by(db(), current_person()) if one.id == concern_id)
    concern = next(found, None) or hidden("concern", concern_id)
    return _concern_page(concern, AnswerForm(), answers=False)


@pages.post("/<int:concern_id>/acknowledge")
@requires(Permission.ANSWER_CONCERNS)
@keeps_words
def answer(concern_id: int) -> ResponseReturnValue:
    """Acknowledge a concern: somebody acts, and says how."""
    concern, form = _answerable(concern_id), AnswerForm()
    if not form.validate_on_submit():
        return _concern_page(concern, form, answers=True)
    try:
        acknowledge(db(), concern, current_person(), form.action.data, at=clock.now())
    except ConcernFault as fault:
        flash(str(fault), "error")
    else:
        flash("Acknowledged. Whoever raised it sees what is done.")
    return redirect(url_for("concerns.show_one", concern_id=concern.id))


@pages.post("/<int:concern_id>/case-number")
@requires(Permission.ANSWER_CONCERNS)
def show_case_number(concern_id: int) -> str:
    """The council's number of the case file, to act by: shown once, and noted in the history."""
    audit = _answerable(concern_id).audit
    record_history(db(), current_person(), "case number shown", "audit", audit.id, at=clock.now())
    return render_template(
        "concerns/case_number.html",
        title="Council’s case number",
        audit=audit,
        concern_id=concern_id,
    )


@pages.route("/contacts", methods=["GET", "POST"])
@requires(Permission.NAME_CONTACTS)
def choose_contacts() -> ResponseReturnValue:
    """Who is told of concerns, and when."""
    people = people_to_name(db())
    told = {contact.person_id: contact.level.value for contact in contacts(db())}
    form = contacts_form(people)(
        data={contact_field(p): told.get(p.id, NOT_TOLD) for p in people}
        if request.method == "GET"
        else None
    )
    fault = None
    if form.validate_on_submit():
        chosen = {
            person.id: ConcernLevel(form[contact_field(person)].data)
            for person in people
            if form[contact_field(person)].data != NOT_TOLD
        }
        try:
            name_contacts(db(), current_person(), chosen, at=clock.now())
        except ConcernFault as refusal:
            fault = str(refusal)
        else:
            flash("Saved. From now on these people are told.")
            return redirect(url_for("concerns.show_all"))
    return render_template(
        "concerns/contacts.html",
        title="Who is told of concerns",
        form=form,
        people=[(person, form[contact_field(person)]) for person in people],
        page_errors=[{"text": fault, "href": f"#{contact_field(people[0])}"}] if fault else [],
        hours=current_app.config["CONCERN_HOURS"],
    )


def _raise_page(audits: list[Reading], form: RaiseForm | None) -> str:
    return render_template(
        "concerns/raise.html",
        title="Immediate concern for a child’s safety",
        form=form,
        audits=audits,
        raised=[(one, _clock(one)) for one in raised_by(db(), current_person())],
        say_minutes=say_minutes,
        hours=current_app.config["CONCERN_HOURS"],
    )


def _own_audits(about: str | None) -> list[Reading]:
    """Those of cycles that are not closed, and the one that the page before was about.

    Those that are not done come first, as `audits_of` has them; done ones may raise one too.
    """
    audits = [
        audit
        for audit in audits_of(db(), current_person())
        if audit.cycle.state is not CycleState.CLOSED or str(audit.id) == about
    ]
    return sorted(audits, key=lambda audit: audit.state is AuditState.SUBMITTED)


def _answerable(concern_id: int) -> Concern:
    return find_concern(db(), current_person(), concern_id) or hidden("concern", concern_id)


def _clock(concern: Concern) -> object:
    return read_clock(concern.raised_at, concern.answer_by, concern.acknowledged_at, clock.now())


def _concern_page(concern: Concern, form: AnswerForm, *, answers: bool) -> str:
    return render_template(
        "concerns/concern.html",
        title=f"Concern: {concern.audit.case_file.title}",
        concern=concern,
        clock=_clock(concern),
        say_minutes=say_minutes,
        answers=answers,
        form=form,
    )
