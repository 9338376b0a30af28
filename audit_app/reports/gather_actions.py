"""What findings propose to be done, and how far it is: what is out of order comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from audit_app.clock import LONDON, today
from audit_app.core.access import ROLE_WORDS
from audit_app.core.actions import OWNERS, PRESSING, Standing, standing_of
from audit_app.core.question_bank import AuditForm
from audit_app.reports.contents import ProposedAction
from audit_app.reports.wording import in_sentence
from audit_app.store.action_lists import actions_of_findings, last_said
from audit_app.store.tables import Action, Finding, Person


def proposed_actions(
    session: Session, form: AuditForm, findings: Sequence[Finding], mask: Callable[[str], str]
) -> Mapping[int, ProposedAction]:
    """The action of each finding that proposes one, by finding; words masked, owners by role."""
    given = actions_of_findings(session, [finding.id for finding in findings])
    return {
        finding.id: _proposed(finding, given.get(finding.id), form.bank(finding.theme).title, mask)
        for finding in findings
        if finding.action
    }


def exceptions_first(actions: Iterable[ProposedAction]) -> tuple[ProposedAction, ...]:
    """What is late, without an owner or not verified first; otherwise in the order given."""
    return tuple(sorted(actions, key=lambda action: PRESSING[action.standing]))


def say_decision(action: ProposedAction) -> str:
    """What the sub-group is asked about an action; empty where it goes on as agreed."""
    theme = in_sentence(action.theme)
    match action.standing:
        case Standing.LATE:
            return f"decide what is to be done about the action on {theme}, which is late"
        case Standing.NO_OWNER:
            return f"name an owner for the action proposed on {theme}"
        case Standing.PROPOSED:
            return f"agree the action proposed on {theme} (owner: {action.owner_role})"
        case _:
            return ""


def moments_of_actions(session: Session, findings: Sequence[Finding]) -> list[datetime]:
    """When what is said of actions became so; what is late became so when its due day ended."""
    given = actions_of_findings(session, [finding.id for finding in findings])
    moments = [*last_said(session, [action.id for action in given.values()])]
    for action in given.values():
        if action.opened_at is not None:
            moments.append(action.opened_at)
        if _standing(action) is Standing.LATE:
            after = action.due_on + timedelta(days=1)
            moments.append(datetime.combine(after, time(), LONDON))
        elif _standing(action) is Standing.NO_OWNER and action.owner.disabled_at is not None:
            moments.append(action.owner.disabled_at)
    return moments


def _proposed(
    finding: Finding, given: Action | None, title: str, mask: Callable[[str], str]
) -> ProposedAction:
    named = mask(finding.action_owner)
    if given is None:
        standing = Standing.PROPOSED if named else Standing.NO_OWNER
        return ProposedAction(mask(finding.action), named, finding.action_due, title, standing)
    owner = named or _role(given.owner)
    return ProposedAction(mask(given.what), owner, given.due_on, title, _standing(given))


def _standing(action: Action) -> Standing:
    return standing_of(action.state, action.due_on, today(), owned=action.owner.active)


def _role(person: Person) -> str:
    return next((ROLE_WORDS[role] for role in OWNERS if role in person.role_names), "")
