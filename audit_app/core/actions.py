"""How an action stands: a state, and what is out of order with it. Exceptions come first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from audit_app.core.access import Role
from audit_app.core.lifecycle import ActionState

#: Who can be given an action, by the roles of an account, in the order in which they are named.
OWNERS = (Role.ACTION_OWNER, Role.SENIOR_MANAGER, Role.PRACTITIONER)


class Standing(StrEnum):
    """What a reader wants to know of an action; in the order in which it presses."""

    LATE = "late"
    NO_OWNER = "no owner"
    DONE = "done, not verified yet"
    TO_DO = "to do"
    PROPOSED = "proposed"
    VERIFIED = "verified"
    CALLED_OFF = "called off"


PRESSING: Mapping[Standing, int] = {standing: place for place, standing in enumerate(Standing)}

_OF_STATE: Mapping[ActionState, Standing] = {
    ActionState.PROPOSED: Standing.PROPOSED,
    ActionState.TO_DO: Standing.TO_DO,
    ActionState.DONE: Standing.DONE,
    ActionState.VERIFIED: Standing.VERIFIED,
    ActionState.CALLED_OFF: Standing.CALLED_OFF,
}


def standing_of(state: ActionState, due_on: date, today: date, *, owned: bool) -> Standing:
    """How an action stands; `owned`: its owner still has an account.

    Late is what is not said to be done after its due day. Done is not late: it waits for another.
    """
    if state is ActionState.TO_DO and due_on < today:
        return Standing.LATE
    if state is ActionState.TO_DO and not owned:
        return Standing.NO_OWNER
    return _OF_STATE[state]
