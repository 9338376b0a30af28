"""Pages of actions: the list, one with what was said of it, and what owners and QA leads do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import ActionState
from audit_app.store.action_lists import (
    actions_for,
    find_action,
    find_managed_action,
    find_own_action,
    possible_owners,
)
from audit_app.store.actions import (
    add_update,
    call_off,
    give_to,
    not_accept,
    say_done,
    tell_owners,
    verify,
)
from audit_app.store.scopes import may_within
from audit_app.store.tables import Action
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.actions.forms import (
    LATE,
    STATES,
    CallOffForm,
    ChangeForm,
    DecideForm,
    FilterForm,
    UpdateForm,
)
from audit_app.web.actions.words import rows_for, say_update
from audit_app.web.database import db
from audit_app.web.keeping_words import keeps_words
from audit_app.web.paging import page_of

pages = Blueprint("actions", __name__, template_folder="templates", url_prefix="/actions")
MOST = 1_000


@pages.get("")
@requires(Permission.READ_ACTIONS)
def show_all() -> str:
    """The actions that the person may read, what is late first."""
    person = current_person()
    manages = person.may(Permission.MANAGE_ACTIONS)
    form = FilterForm(request.args, meta={"csrf": False})
    owners = possible_owners(db()) if manages else []
    form.owner.choices = [("", "Everybody"), *((str(one.id), one.name) for one in owners)]
    state = form.state.data if form.state.data in STATES else ""
    owner = form.owner.data if form.owner.data in {str(one.id) for one in owners} else ""
    found = actions_for(
        db(),
        person,
        state=ActionState(state) if state and state != LATE else None,
        owner_id=int(owner) if owner else None,
        late_on=clock.today() if state == LATE else None,
        most=MOST,
    )
    shown = page_of(found, state=state, owner=owner)
    return render_template(
        "actions/list.html",
        title="Actions",
        page=shown,
        rows=rows_for(shown.rows),
        filter=form,
        manages=manages,
        narrowed=bool(state or owner),
    )


@pages.get("/<int:action_id>")
@requires(Permission.READ_ACTIONS)
def show_one(action_id: int) -> str:
    """One action, and what was said of it."""
    return _page(_visible(action_id))


@pages.post("/<int:action_id>/update")
@requires(Permission.UPDATE_ACTIONS)
@keeps_words
def update(action_id: int) -> ResponseReturnValue:
    """The owner says how far it is, or that it is done."""
    person = current_person()
    action = find_own_action(db(), person, action_id) or hidden("action", action_id)
    form = UpdateForm()
    # Once it is done the page has no such form: then it is said that nothing was changed.
    if action.state is ActionState.TO_DO and not form.validate_on_submit():
        return _page(action, form)
    words, done = form.words.data or "", "done" in request.form
    said = "A QA lead now verifies it." if done else "It is added."
    write = say_done if done else add_update
    return _written(action, lambda: write(db(), action, words, by=person, at=clock.now()), said)


@pages.post("/<int:action_id>/decide")
@requires(Permission.MANAGE_ACTIONS)
@keeps_words
def decide(action_id: int) -> ResponseReturnValue:
    """A QA lead verifies that it is done, or says what is missing."""
    action, form, person = _managed(action_id), DecideForm(), current_person()
    form.accepts = "accept" in request.form
    waits = action.state is ActionState.DONE and action.owner_id != person.id
    if waits and not form.validate_on_submit():
        return _page(action, form)
    words = form.words.data or ""
    write = verify if form.accepts else not_accept
    said = "It is verified." if form.accepts else "It is the owner’s to do again."
    return _written(action, lambda: write(db(), action, words, by=person, at=clock.now()), said)


@pages.route("/<int:action_id>/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIONS)
def change(action_id: int) -> ResponseReturnValue:
    """Give it to another person, or until another day."""
    action, person, people = _managed(action_id), current_person(), possible_owners(db())
    form = ChangeForm(
        data={"owner": str(action.owner_id), "due_on": action.due_on}
        if request.method == "GET"
        else None
    )
    form.offer(people)
    if not form.validate_on_submit():
        title = "Change who does it, or until when"
        return _form_page("actions/change.html", title, action, form)
    owner, due_on, reason, at = form.chosen(people), form.due_on.data, form.reason.data, clock.now()

    def give() -> None:
        if give_to(db(), action, owner, due_on, reason, by=person, at=at):
            config = current_app.config
            site, council = config["SITE_URL"], config["COUNCIL"]
            tell_owners(db(), [action], site_url=site, council=council, at=at)

    return _written(action, give, "It is changed. A new owner is told by mail.")


@pages.route("/<int:action_id>/call-off", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIONS)
def end(action_id: int) -> ResponseReturnValue:
    """Say that nobody is to do it any more, and why."""
    action, form, person = _managed(action_id), CallOffForm(), current_person()
    if not form.validate_on_submit():
        return _form_page("actions/call_off.html", "Call the action off", action, form)
    words = form.words.data
    return _written(
        action,
        lambda: call_off(db(), action, words, by=person, at=clock.now()),
        "It is called off.",
    )


def _visible(action_id: int) -> Action:
    return find_action(db(), current_person(), action_id) or hidden("action", action_id)


def _managed(action_id: int) -> Action:
    return find_managed_action(db(), current_person(), action_id) or hidden("action", action_id)


def _written(action: Action, write: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and say so, or say why nothing was changed; then show the action."""
    try:
        write()
    except Refusal as fault:
        flash(str(fault), "error")
    else:
        flash(said)
    return redirect(url_for("actions.show_one", action_id=action.id))


def _form_page(template: str, title: str, action: Action, form: FlaskForm) -> str:
    return render_template(template, title=title, row=rows_for([action])[0], form=form)


def _page(action: Action, form: FlaskForm | None = None) -> str:
    person = current_person()
    own = action.owner_id == person.id
    manages = may_within(person, Permission.MANAGE_ACTIONS, action.cycle)
    open_to_owner = own and action.state is ActionState.TO_DO
    return render_template(
        "actions/action.html",
        title="Action",
        row=rows_for([action])[0],
        own=own,
        manages=manages,
        updates=[(one, say_update(one)) for one in action.updates],
        update_form=_or_new(form, UpdateForm)
        if open_to_owner and person.may(Permission.UPDATE_ACTIONS)
        else None,
        decide_form=_or_new(form, DecideForm)
        if manages and not own and action.state is ActionState.DONE
        else None,
        form=form,
    )


def _or_new(form: FlaskForm | None, kind: type[FlaskForm]) -> FlaskForm:
    return form if isinstance(form, kind) else kind(formdata=None)
