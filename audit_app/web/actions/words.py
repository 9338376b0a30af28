"""Actions as pages say them: how they stand, and of whom and what each reader is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from audit_app import clock
from audit_app.core.access import ROLE_WORDS
from audit_app.core.actions import OWNERS, Standing, standing_of
from audit_app.store.action_lists import reads_in_full
from audit_app.store.known_names import TextGuard, guard_for
from audit_app.store.tables import Action, ActionUpdate, Person
from audit_app.web.access import current_person
from audit_app.web.database import db

TAGS: Final[Mapping[Standing, tuple[str, str]]] = {
    Standing.LATE: ("Late", "red"),
    Standing.NO_OWNER: ("Without an owner", "red"),
    Standing.DONE: ("Done, not verified yet", "yellow"),
    Standing.TO_DO: ("To\N{NO-BREAK SPACE}do", "blue"),
    Standing.PROPOSED: ("Proposed", "grey"),
    Standing.VERIFIED: ("Verified", "green"),
    Standing.CALLED_OFF: ("Called off", "grey"),
}
_BECAME: Final[Mapping[str | None, str]] = {
    None: "How far it is",
    "to_do": "Not accepted as done",
    "done": "Said to be done",
    "verified": "Verified",
    "called_off": "Called off",
}


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as one reader sees it; `full`: with its owner's name and its case file."""

    action: Action
    what: str
    about: str
    owner: str
    tag: tuple[str, str]
    full: bool
    pressing: bool
    """Whether how far off its due day is still matters."""


def rows_for(actions: Iterable[Action]) -> list[ActionRow]:
    """The actions as the person who is signed in sees them."""
    found = list(actions)
    person = current_person()
    full = {action.id: reads_in_full(person, action) for action in found}
    guard = None
    if not all(full.values()):
        audits = [action.audit for action in found if action.audit is not None]
        guard = guard_for(db(), [audit.case_file_id for audit in audits])
    return [_row(action, full[action.id], guard) for action in found]


def say_role(person: Person) -> str:
    """An owner by role, as those read it who are not told the name."""
    held = [role for role in OWNERS if role in person.role_names]
    return ROLE_WORDS[held[0]] if held else "Somebody without a role now"


def say_update(update: ActionUpdate) -> str:
    """What an entry of an action's history is."""
    if update.owner is not None and update.due_on is not None:
        day = update.due_on
        return f"Given to {update.owner.name}, due {day.day} {day:%B %Y}"
    return _BECAME[update.state]


def _row(action: Action, full: bool, guard: TextGuard | None) -> ActionRow:
    owned = action.owner.active
    standing = standing_of(action.state, action.due_on, clock.today(), owned=owned)
    if action.audit is None:
        about = "Practice, from a finding"
    elif full:
        about = action.audit.case_file.title
    else:
        about = f"One {action.audit.case_file.words.one}"
    name = action.owner.name if owned else f"{action.owner.name}, whose account is shut"
    return ActionRow(
        action=action,
        what=action.what if full or guard is None else guard.mask(action.what),
        about=about,
        owner=name if full else say_role(action.owner),
        tag=TAGS[standing],
        full=full,
        pressing=standing in (Standing.LATE, Standing.NO_OWNER, Standing.TO_DO),
    )
