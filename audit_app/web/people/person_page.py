"""The page of one person, which every change comes back to."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, render_template

from audit_app import clock
from audit_app.store.mail import waiting_mail
from audit_app.store.mailed_links import mail_link, open_link
from audit_app.store.people import appointments_of, memberships_of
from audit_app.store.people_lists import (
    PersonState,
    person_to_manage,
    scope_names,
    state_of,
)
from audit_app.store.sign_ins import sign_ins_of
from audit_app.store.tables import LinkPurpose, Person
from audit_app.web.access import current_person, hidden
from audit_app.web.database import db
from audit_app.web.people.words import STATE_TAGS, places_of, say_held


def managed_person(person_id: int) -> Person:
    """The person of an address; 404 where there is none."""
    return person_to_manage(db(), person_id) or hidden("person", person_id)


def person_page(person: Person, fault: str = "") -> str:
    """Everything about one person; `fault` says why the last step was refused."""
    names, state = scope_names(db()), state_of(person)
    appointments = appointments_of(db(), person)
    link = open_link(db(), person, clock.now()) if state is PersonState.INVITED else None
    return render_template(
        "people/person.html",
        title=person.name,
        page_errors=[{"text": fault}] if fault else [],
        subject=person,
        own=person.id == current_person().id,
        state=state,
        tag=STATE_TAGS[state],
        invitation=link,
        mail=waiting_mail(db(), person.email),
        held=[(one, say_held(one, names)) for one in appointments if one.ended_at is None],
        places=places_of(appointments, memberships_of(db(), person), names),
        sign_ins=len(sign_ins_of(db(), person, at=clock.now())),
    )


def invite_by_mail(person: Person, at: datetime) -> None:
    """Mail the person a link to come in by; an older one no longer works."""
    mail_link(
        db(),
        person,
        LinkPurpose.INVITATION,
        site_url=current_app.config["SITE_URL"],
        council=current_app.config["COUNCIL"],
        at=at,
    )
