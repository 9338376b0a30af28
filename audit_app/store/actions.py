"""Actions: proposed while auditing or made of a finding, given out, done, verified by another.

Who owns an action says that it is done; only a QA lead who does not own it verifies it. Mails carry
a link and nothing of what is to be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import ActionState, FindingState, check_move
from audit_app.store.history import record_history
from audit_app.store.mail import ask_to_send
from audit_app.store.scopes import may_within
from audit_app.store.tables import Action, ActionUpdate, Audit, Cycle, Finding, Person, Reading

_SUBJECT = "An action is yours"
_BODY = """Hello

Something is yours to do after an audit at {council}, until {day}.
You can read what it is, say how far it is, and say when it is done:

{link}

You need to sign in. This mail holds nothing of a case file.
"""


class ActionFault(Refusal):
    """One sentence: why nothing was changed."""


def propose_action(
    session: Session,
    audit: Reading,
    what: str,
    owner: Person,
    due_on: date,
    *,
    by: Person,
    at: datetime,
) -> Action:
    """Propose an action for this case; it is the owner's once the audit is submitted."""
    if not isinstance(audit, Audit) or audit.is_settled:
        raise ActionFault("Actions are proposed while a case file is audited. Nothing was kept.")
    action = Action(
        cycle_id=audit.cycle_id,
        audit_id=audit.id,
        what=what,
        owner=owner,
        due_on=due_on,
        state=ActionState.PROPOSED,
        made_by_id=by.id,
        made_at=at,
    )
    session.add(action)
    session.flush()
    _note(session, by, "proposed", action, at, {"audit": [None, audit.id], **_given(action)})
    return action


def take_back(session: Session, action: Action, *, by: Person, at: datetime) -> None:
    """Take back what was proposed, before anybody else has read it; IllegalMove afterwards."""
    _hold(session, action)
    if action.state is not ActionState.PROPOSED:
        raise ActionFault("This action is its owner’s already. Nothing was changed.")
    _move(session, action, ActionState.CALLED_OFF, by, "called off", at)


def open_proposed(session: Session, audit: Reading, *, at: datetime) -> list[Action]:
    """With the audit submitted, what it proposes becomes its owners' to do."""
    opened = proposed_in(session, audit)
    for action in opened:
        action.opened_at = at
        _move(session, action, ActionState.TO_DO, audit.auditor, "opened", at)
    return opened


def proposed_in(session: Session, audit: Reading) -> list[Action]:
    """What the audit proposes and has not opened yet."""
    return list(
        session.scalars(
            select(Action)
            .where(Action.audit_id == audit.id, Action.state == ActionState.PROPOSED)
            .order_by(Action.id)
        )
    )


def make_of_finding(
    session: Session,
    cycle: Cycle,
    finding: Finding,
    owner: Person,
    due_on: date,
    *,
    by: Person,
    at: datetime,
) -> Action:
    """Make a confirmed finding's proposed action somebody's; ActionFault where it is already."""
    session.flush()
    session.refresh(finding, with_for_update=True)
    if finding.state is not FindingState.CONFIRMED or not finding.action:
        raise ActionFault("Only a confirmed finding that proposes an action gives one.")
    if action_of(session, finding) is not None:
        raise ActionFault("The action of this finding is somebody’s already. Nothing was changed.")
    action = Action(
        cycle_id=cycle.id,
        finding_id=finding.id,
        what=finding.action,
        owner=owner,
        due_on=due_on,
        state=ActionState.TO_DO,
        made_by_id=by.id,
        made_at=at,
        opened_at=at,
    )
    session.add(action)
    session.flush()
    changes: dict[str, list[object]] = {"finding": [None, finding.id], **_given(action)}
    _note(session, by, "made from finding", action, at, changes)
    return action


def action_of(session: Session, finding: Finding) -> Action | None:
    """What a finding's action has become, unless it was called off."""
    return session.scalar(
        select(Action).where(
            Action.finding_id == finding.id, Action.state != ActionState.CALLED_OFF
        )
    )


def tell_owners(
    session: Session, actions: Iterable[Action], *, site_url: str, council: str, at: datetime
) -> None:
    """Mail a link to each owner of these actions."""
    for action in actions:
        body = _BODY.format(
            council=council,
            day=f"{action.due_on.day} {action.due_on:%B %Y}",
            link=f"{site_url}/actions/{action.id}",
        )
        ask_to_send(session, action.owner.email, _SUBJECT, body, at=at)


def add_update(session: Session, action: Action, words: str, *, by: Person, at: datetime) -> None:
    """The owner says how far it is; ActionFault for anybody else, or once it is done."""
    _hold(session, action)
    _check_owner(action, by)
    if action.state is not ActionState.TO_DO:
        raise ActionFault("This action is not open any more. Nothing was changed.")
    _say(session, action, words, by, at)
    _note(session, by, "added to", action, at, {})


def say_done(session: Session, action: Action, evidence: str, *, by: Person, at: datetime) -> None:
    """The owner says that it is done, and what shows it; it still waits to be verified."""
    _hold(session, action)
    _check_owner(action, by)
    check_move(action.state, ActionState.DONE)
    action.done_at = at
    _say(session, action, evidence, by, at, ActionState.DONE)
    _move(session, action, ActionState.DONE, by, "said done", at)


def give_to(
    session: Session,
    action: Action,
    owner: Person,
    due_on: date,
    reason: str,
    *,
    by: Person,
    at: datetime,
) -> bool:
    """Change the owner or the due day, with a reason; whether the owner is another now."""
    _hold(session, action)
    _check_managed(session, action, by)
    if action.state is not ActionState.TO_DO:
        raise ActionFault("Only an action that is still to be done can be given to another.")
    before, another = _given(action), owner.id != action.owner_id
    action.owner, action.due_on = owner, due_on
    session.add(
        ActionUpdate(
            action_id=action.id, at=at, by_id=by.id, owner=owner, due_on=due_on, words=reason
        )
    )
    session.flush()
    after = _given(action)
    changes = {name: [before[name][1], after[name][1]] for name in after}
    _note(session, by, "changed", action, at, changes)
    return another


def verify(session: Session, action: Action, words: str, *, by: Person, at: datetime) -> None:
    """A QA lead who does not own it says that it is done indeed; nothing changes it any more."""
    _hold(session, action)
    _check_decides(session, action, by)
    check_move(action.state, ActionState.VERIFIED)
    action.verified_at, action.verified_by_id = at, by.id
    _say(session, action, words, by, at, ActionState.VERIFIED)
    _move(session, action, ActionState.VERIFIED, by, "verified", at)


def not_accept(session: Session, action: Action, reason: str, *, by: Person, at: datetime) -> None:
    """A QA lead says why it is not done yet; it is the owner's to do again."""
    _hold(session, action)
    _check_decides(session, action, by)
    if action.state is not ActionState.DONE:
        raise ActionFault("Nobody has said that this action is done. Nothing was changed.")
    action.done_at = None
    _say(session, action, reason, by, at, ActionState.TO_DO)
    _move(session, action, ActionState.TO_DO, by, "did not accept", at)


def call_off(session: Session, action: Action, reason: str, *, by: Person, at: datetime) -> None:
    """A QA lead says why nobody is to do it any more."""
    _hold(session, action)
    _check_decides(session, action, by)
    check_move(action.state, ActionState.CALLED_OFF)
    _say(session, action, reason, by, at, ActionState.CALLED_OFF)
    _move(session, action, ActionState.CALLED_OFF, by, "called off", at)


def _hold(session: Session, action: Action) -> None:
    """Of two who decide at once the second sees what the first did."""
    session.flush()
    held = ["state", "owner_id", "done_at", "verified_by_id"]
    session.refresh(action, held, with_for_update=True)


def _check_owner(action: Action, person: Person) -> None:
    if action.owner_id != person.id or not person.may(Permission.UPDATE_ACTIONS):
        raise ActionFault("Only the owner of an action says how far it is. Nothing was changed.")


def _check_managed(session: Session, action: Action, person: Person) -> None:
    cycle = session.get_one(Cycle, action.cycle_id)
    if not may_within(person, Permission.MANAGE_ACTIONS, cycle):
        raise ActionFault("Only a QA lead of its cycle decides on an action. Nothing was changed.")


def _check_decides(session: Session, action: Action, person: Person) -> None:
    _check_managed(session, action, person)
    if action.owner_id == person.id:
        raise ActionFault(
            "Nobody decides whether their own action is done. Another QA lead does. "
            "Nothing was changed."
        )


def _say(
    session: Session,
    action: Action,
    words: str,
    by: Person,
    at: datetime,
    state: ActionState | None = None,
) -> None:
    session.add(ActionUpdate(action_id=action.id, at=at, by_id=by.id, state=state, words=words))


def _move(
    session: Session, action: Action, state: ActionState, by: Person, deed: str, at: datetime
) -> None:
    check_move(action.state, state)
    before, action.state = action.state, state
    session.flush()
    _note(session, by, deed, action, at, {"state": [before, state]})


def _given(action: Action) -> dict[str, list[object]]:
    return {
        "owner": [None, action.owner.id],
        "due": [None, action.due_on.isoformat()],
    }


def _note(
    session: Session,
    by: Person,
    deed: str,
    action: Action,
    at: datetime,
    changes: dict[str, list[object]],
) -> None:
    record_history(session, by, deed, "action", action.id, at=at, detail=changes)
