"""Accounts over their life: inviting, changing, disabling; each change with its history entry.

`by` is the administrator who does it, None for the command line. Nobody changes what decides their
own access, and the last administrator who can sign in is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.store.history import record_history
from audit_app.store.mailed_links import use_link
from audit_app.store.people import (
    EVERYTHING,
    PeopleFault,
    Scope,
    add_person,
    appoint,
    check_scope,
    end_appointment,
    keep_an_administrator,
    move_to_team,
    scope_of,
)
from audit_app.store.sign_ins import end_sign_ins as end_every_sign_in
from audit_app.store.tables import Appointment, MailedLink, Person


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and what it is narrowed to."""

    role: Role
    scope: Scope = EVERYTHING


def invite_person(
    session: Session,
    *,
    email: str,
    name: str,
    grants: Iterable[Grant],
    team: str | None,
    worker_name: str | None,
    by: Person | None,
    at: datetime,
    password_hash: str | None = None,
) -> Person:
    """Add a person who comes in by a link; PeopleFault as `add_person`.

    The caller mails the link (`store.mailed_links`) in the same transaction, unless the person is
    given a password at once.
    """
    given = list(dict.fromkeys(grants))
    for grant in given:
        check_scope(grant.role, grant.scope)
    person = add_person(
        session,
        email=email,
        name=name,
        roles=[],
        team=team,
        worker_name=worker_name,
        password_hash=password_hash,
        at=at,
    )
    for grant in given:
        appoint(session, person, grant.role, scope=grant.scope, by=by, at=at)
    detail = {
        "roles": [[], [_in_codes(grant.role, grant.scope) for grant in given]],
        "team": [None, person.team_id],
    }
    action = "added" if password_hash else "invited"
    record_history(session, by, action, "person", person.id, at=at, detail=detail)
    return person


def change_person(
    session: Session,
    person: Person,
    *,
    name: str,
    worker_name: str | None,
    team: str | None,
    by: Person | None,
    at: datetime,
) -> bool:
    """Change name, worker's name and team; whether anything was changed.

    PeopleFault when the person changes their own worker's name or team, which decide what case
    files are closed to them. The history names no names: it outlives the account.
    """
    name, worker = name.strip(), " ".join((worker_name or "").split()) or None
    before = (person.name, person.worker_name, person.team_id)
    if not name:
        raise PeopleFault("A person needs a name. Nothing was changed.")
    present = person.team.name if person.team is not None else ""
    moves = present.casefold() != " ".join((team or "").split()).casefold()
    if by is not None and by.id == person.id and (moves or worker != person.worker_name):
        raise PeopleFault(
            "You cannot change your own team or worker’s name, because they decide which case "
            "files are closed to you: another administrator has to. Nothing was changed."
        )
    move_to_team(session, person, team, at=at)
    person.name, person.worker_name = name, worker
    session.flush()
    after = (person.name, person.worker_name, person.team_id)
    if before == after:
        return False
    changed: dict[str, object] = {}
    if before[:2] != after[:2]:
        pairs = zip(("name", "worker_name"), before, after, strict=False)
        changed["changed"] = [field for field, old, new in pairs if old != new]
    if before[2] != after[2]:
        changed["team"] = [before[2], after[2]]
    record_history(session, by, "changed", "person", person.id, at=at, detail=changed)
    return True


def give_role(
    session: Session, person: Person, grant: Grant, *, by: Person | None, at: datetime
) -> Appointment:
    """Give a role from now on; PeopleFault as `appoint`."""
    appointment = appoint(session, person, grant.role, scope=grant.scope, by=by, at=at)
    detail = {"role": [None, _in_codes(grant.role, grant.scope)]}
    record_history(session, by, "gave role", "person", person.id, at=at, detail=detail)
    return appointment


def end_role(
    session: Session,
    person: Person,
    appointment: Appointment,
    *,
    by: Person | None,
    at: datetime,
) -> None:
    """End a role from now on; PeopleFault as `end_appointment`."""
    end_appointment(session, person, appointment, by=by, at=at)
    detail = {"role": [_in_codes(appointment.role, scope_of(appointment)), None]}
    record_history(session, by, "ended role", "person", person.id, at=at, detail=detail)


def disable_person(session: Session, person: Person, *, by: Person | None, at: datetime) -> None:
    """Shut the account: sign-ins end, links stop working, roles and past work stay as they are.

    PeopleFault when it is one's own, or the last administrator's.
    """
    _refuse_oneself(person, by, "You cannot disable your own account: another administrator has to")
    if not person.active:
        raise PeopleFault(f"{person.name} is disabled already. Nothing was changed.")
    keep_an_administrator(session, person)
    person.active = False
    person.disabled_at = at
    session.execute(
        update(MailedLink)
        .where(MailedLink.person_id == person.id, MailedLink.used_at.is_(None))
        .values(used_at=at)
    )
    ended = end_every_sign_in(session, person, at=at)
    detail = {"active": [True, False], "sign_ins": [ended, 0]}
    record_history(session, by, "disabled", "person", person.id, at=at, detail=detail)


def enable_person(session: Session, person: Person, *, by: Person | None, at: datetime) -> None:
    """Open the account again, as it was; PeopleFault where it is open."""
    if person.active:
        raise PeopleFault(f"{person.name} is not disabled. Nothing was changed.")
    person.active = True
    person.disabled_at = None
    session.flush()
    detail = {"active": [False, True]}
    record_history(session, by, "enabled", "person", person.id, at=at, detail=detail)


def take_away_second_factor(
    session: Session, person: Person, *, by: Person | None, at: datetime
) -> None:
    """Forget authenticator, passkeys and recovery codes, as when a telephone is lost.

    The person sets up a new one at the next sign-in; every sign-in ends. PeopleFault for oneself.
    """
    own = "You cannot take away your own second factor: use Account settings"
    _refuse_oneself(person, by, own)
    passkeys, had_code = len(person.webauthn), person.tf_totp_secret is not None
    if not (passkeys or had_code):
        raise PeopleFault(f"{person.name} has no second factor yet. Nothing was changed.")
    person.tf_primary_method = None
    person.tf_totp_secret = None
    person.totp_counter = None
    person.mf_recovery_codes = None
    person.webauthn.clear()
    ended = end_every_sign_in(session, person, at=at)
    detail = {
        "authenticator": [had_code, False],
        "passkeys": [passkeys, 0],
        "sign_ins": [ended, 0],
    }
    record_history(
        session, by, "took away second factor", "person", person.id, at=at, detail=detail
    )


def take_away_council_account(
    session: Session, person: Person, *, by: Person | None, at: datetime
) -> None:
    """Part the account from the council's sign-in, as when that account was given anew.

    Every sign-in ends; without a password the person comes in by a new invitation. PeopleFault for
    oneself, for the last administrator, and where there is none.
    """
    own = "You cannot take away your own council account: another administrator has to"
    _refuse_oneself(person, by, own)
    if person.sso_object is None:
        raise PeopleFault(f"{person.name} has no council account here. Nothing was changed.")
    if person.password is None:
        keep_an_administrator(session, person)
    person.sso_tenant = person.sso_object = None
    ended = end_every_sign_in(session, person, at=at)
    detail = {"council_account": [True, False], "sign_ins": [ended, 0]}
    action = "took away council account"
    record_history(session, by, action, "person", person.id, at=at, detail=detail)


def end_sign_ins(session: Session, person: Person, *, by: Person | None, at: datetime) -> int:
    """End every sign-in of the person; how many there were."""
    ended = end_every_sign_in(session, person, at=at)
    if ended:
        detail = {"sign_ins": [ended, 0]}
        record_history(session, by, "ended sign-ins", "person", person.id, at=at, detail=detail)
    return ended


def choose_password(session: Session, link: MailedLink, hashed: str, *, at: datetime) -> None:
    """Set the password of a link's person and use the link; a second factor stays as it is.

    Sign-ins end: whoever was in with the password before is out.
    """
    person, first = link.person, link.person.password is None
    use_link(link, at)
    person.password = hashed
    ended = end_every_sign_in(session, person, at=at)
    detail = {"first": first, "sign_ins": [ended, 0]}
    record_history(session, person, "chose password", "person", person.id, at=at, detail=detail)


def _refuse_oneself(person: Person, by: Person | None, sentence: str) -> None:
    if by is not None and by.id == person.id:
        raise PeopleFault(f"{sentence}. Nothing was changed.")


def _in_codes(role: Role, scope: Scope) -> str:
    """A role with its scope as the history holds it, such as `qa_lead theme monthly_sample`."""
    narrowed = scope.team_id or scope.theme or scope.cycle_id
    return f"{role.value} {scope.kind.value} {narrowed}" if scope.kind else role.value
