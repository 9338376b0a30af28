"""What an administrator does to an account with one button; each comes back to the person."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import ROLE_WORDS, Permission
from audit_app.store.accounts import (
    disable_person,
    enable_person,
    end_role,
    end_sign_ins,
    take_away_council_account,
    take_away_second_factor,
)
from audit_app.store.history import record_history
from audit_app.store.people import PeopleFault, appointments_of
from audit_app.store.people_lists import PersonState, state_of
from audit_app.store.tables import Person
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.people.person_page import invite_by_mail, managed_person, person_page
from audit_app.web.words import say_count

pages = Blueprint("accounts", __name__, template_folder="templates", url_prefix="/people")


@pages.post("/<int:person_id>/invitation")
@requires(Permission.MANAGE_PEOPLE)
def send_again(person_id: int) -> ResponseReturnValue:
    """Send a new invitation to somebody who has not come in yet."""
    person, at = managed_person(person_id), clock.now()
    if state_of(person) is not PersonState.INVITED:
        return person_page(
            person, f"{person.name} is not waiting for an invitation. Nothing was changed."
        )
    invite_by_mail(person, at)
    record_history(db(), current_person(), "invited again", "person", person.id, at=at)
    flash(f"A new invitation is on its way to {person.email}. The one before no longer works.")
    return _back(person)


@pages.post("/<int:person_id>/roles/<int:appointment_id>/end")
@requires(Permission.MANAGE_PEOPLE)
def end(person_id: int, appointment_id: int) -> ResponseReturnValue:
    """End a role."""
    person = managed_person(person_id)
    held = {one.id: one for one in appointments_of(db(), person, still=True)}
    appointment = held.get(appointment_id) or hidden("appointment", appointment_id)
    return _do(
        person,
        lambda: end_role(db(), person, appointment, by=current_person(), at=clock.now()),
        f"{person.name} no longer has the role {ROLE_WORDS[appointment.role]}.",
    )


@pages.post("/<int:person_id>/disable")
@requires(Permission.MANAGE_PEOPLE)
def disable(person_id: int) -> ResponseReturnValue:
    """Shut the account."""
    person = managed_person(person_id)
    return _do(
        person,
        lambda: disable_person(db(), person, by=current_person(), at=clock.now()),
        f"{person.name} is disabled and signed out everywhere.",
    )


@pages.post("/<int:person_id>/enable")
@requires(Permission.MANAGE_PEOPLE)
def enable(person_id: int) -> ResponseReturnValue:
    """Open the account again."""
    person = managed_person(person_id)
    return _do(
        person,
        lambda: enable_person(db(), person, by=current_person(), at=clock.now()),
        f"{person.name} may come in again.",
    )


@pages.post("/<int:person_id>/second-factor")
@requires(Permission.MANAGE_PEOPLE)
def take_away(person_id: int) -> ResponseReturnValue:
    """Forget the second factor of somebody who has lost it."""
    person = managed_person(person_id)
    return _do(
        person,
        lambda: take_away_second_factor(db(), person, by=current_person(), at=clock.now()),
        f"{person.name} sets up a new second factor at the next sign-in.",
    )


@pages.post("/<int:person_id>/council-account")
@requires(Permission.MANAGE_PEOPLE)
def part(person_id: int) -> ResponseReturnValue:
    """Part the account from the council's sign-in."""
    person = managed_person(person_id)
    return _do(
        person,
        lambda: take_away_council_account(db(), person, by=current_person(), at=clock.now()),
        f"{person.name} no longer comes in by the council account.",
    )


@pages.post("/<int:person_id>/sign-ins")
@requires(Permission.MANAGE_PEOPLE)
def sign_out(person_id: int) -> ResponseReturnValue:
    """End every sign-in of the person."""
    person = managed_person(person_id)
    ended = end_sign_ins(db(), person, by=current_person(), at=clock.now())
    flash(f"{say_count(ended, 'sign-in')} of {person.name} ended.")
    return _back(person)


def _do(person: Person, change: Callable[[], object], said: str) -> ResponseReturnValue:
    """Make the change and say so, or say why not."""
    try:
        change()
    except PeopleFault as fault:
        return person_page(person, str(fault))
    flash(said)
    return _back(person)


def _back(person: Person) -> ResponseReturnValue:
    return redirect(url_for("people.show_person", person_id=person.id))
