"""The list of people, one person, and what roles may do."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import ROLE_WORDS, Permission, Role
from audit_app.store.accounts import change_person, give_role, invite_person
from audit_app.store.people import PeopleFault, teams
from audit_app.store.people_lists import (
    holders_of_roles,
    people_listed,
    scope_names,
    state_of,
)
from audit_app.store.tables import Person
from audit_app.web.access import current_person, requires
from audit_app.web.database import db
from audit_app.web.paging import page_of
from audit_app.web.people.forms import InviteForm, ListForm, PersonForm, RoleForm
from audit_app.web.people.person_page import invite_by_mail, managed_person, person_page
from audit_app.web.people.words import (
    EVERYBODYS,
    PERMISSION_WORDS,
    STATE_TAGS,
    role_lines,
    say_held,
    scope_sentence,
)

pages = Blueprint("people", __name__, template_folder="templates", url_prefix="/people")


@pages.get("")
@requires(Permission.MANAGE_PEOPLE)
def show_people() -> str:
    """Everybody whom the filter leaves, by name."""
    form = ListForm(request.args, meta={"csrf": False})
    role, state = form.chosen_role, form.chosen_state
    found = people_listed(db(), words=form.words.data, role=role, state=state)
    kept = {"words": form.words.data, "role": role, "state": state}
    return render_template(
        "people/people.html",
        title="People",
        filter=form,
        narrowed=any(kept.values()),
        people=page_of(found, **{name: str(value) for name, value in kept.items() if value}),
        names=scope_names(db()),
        say_held=say_held,
        state_of=state_of,
        tags=STATE_TAGS,
    )


@pages.get("/roles")
@requires(Permission.MANAGE_PEOPLE)
def show_roles() -> str:
    """What each role may do, and how many people have it."""
    return render_template(
        "people/roles.html",
        title="Roles",
        roles=[(role, ROLE_WORDS[role], role_lines(role), scope_sentence(role)) for role in Role],
        everybodys=[PERMISSION_WORDS[one] for one in Permission if one in EVERYBODYS],
        holders=holders_of_roles(db()),
    )


@pages.route("/invite", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    """Add somebody who comes in by a mailed link."""
    form = InviteForm()
    form.offer_teams(teams(db()))
    form.offer_scopes(scope_names(db()))
    if form.validate_on_submit() and (person := _invited(form)) is not None:
        flash(f"The invitation is on its way to {person.email}.")
        return redirect(url_for("people.show_person", person_id=person.id))
    return render_template("people/invite.html", title="Invite somebody", form=form)


@pages.get("/<int:person_id>")
@requires(Permission.MANAGE_PEOPLE)
def show_person(person_id: int) -> str:
    """Account, roles, and who was where when."""
    return person_page(managed_person(person_id))


@pages.route("/<int:person_id>/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def change(person_id: int) -> ResponseReturnValue:
    """Change name, team, and the name in the extract."""
    person = managed_person(person_id)
    form = PersonForm(**PersonForm.written(person))
    form.offer_teams(teams(db()))
    if form.validate_on_submit() and (said := _changed(person, form)):
        flash(said)
        return redirect(url_for("people.show_person", person_id=person_id))
    return render_template(
        "people/change.html",
        title=f"Change {person.name}",
        form=form,
        subject=person,
        own=person.id == current_person().id,
    )


@pages.route("/<int:person_id>/roles/give", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def give(person_id: int) -> ResponseReturnValue:
    """Give a role."""
    person = managed_person(person_id)
    form = RoleForm()
    form.offer_scopes(scope_names(db()))
    if form.validate_on_submit() and _gave(person, form):
        flash(f"{person.name} has the role from now on.")
        return redirect(url_for("people.show_person", person_id=person_id))
    return render_template(
        "people/give_role.html", title=f"Give {person.name} a role", form=form, subject=person
    )


def _invited(form: InviteForm) -> Person | None:
    at = clock.now()
    try:
        person = invite_person(
            db(),
            email=form.email.data,
            name=form.name.data,
            grants=[form.grant],
            team=form.team_name,
            worker_name=form.worker_name.data,
            by=current_person(),
            at=at,
        )
    except PeopleFault as fault:
        form.email.errors = [str(fault)]
        return None
    invite_by_mail(person, at)
    return person


def _changed(person: Person, form: PersonForm) -> str:
    """What was done, in words; empty where it was refused."""
    try:
        changed = change_person(
            db(),
            person,
            name=form.name.data,
            worker_name=form.worker_name.data,
            team=form.team_name,
            by=current_person(),
            at=clock.now(),
        )
    except PeopleFault as fault:
        form.team.errors = [str(fault)]
        return ""
    return f"{person.name} was changed." if changed else "Nothing was changed."


def _gave(person: Person, form: RoleForm) -> bool:
    try:
        give_role(db(), person, form.grant, by=current_person(), at=clock.now())
    except PeopleFault as fault:
        form.role.errors = [str(fault)]
        return False
    return True
