"""Which actions a person may read, and who can be given one.

A QA lead and a senior manager read those of all cycles that their role reaches, an independent
member those of their theme, whoever reads published reports those of findings in them, and every
owner their own. Nobody reads an action of a case file that they are reading a second time, blind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.access import Permission, Reach
from audit_app.core.actions import OWNERS
from audit_app.core.lifecycle import ActionState, EditionState, FindingState
from audit_app.store.scopes import blind_readings, cycles_within, may_within
from audit_app.store.tables import (
    Action,
    ActionUpdate,
    Appointment,
    Audit,
    Cycle,
    Edition,
    Finding,
    Person,
)

#: What is still somebody's to do or to verify comes first, what is due longest first.
_ORDER = (
    case((Action.state.in_((ActionState.TO_DO, ActionState.DONE)), 0), else_=1),
    Action.due_on,
    Action.id,
)


def actions_for(
    session: Session,
    person: Person,
    *,
    state: ActionState | None = None,
    owner_id: int | None = None,
    late_on: date | None = None,
    most: int,
) -> list[Action]:
    """The actions that the person may read, the most pressing first.

    `late_on`: only those that are late on that day.
    """
    query = _visible(person)
    if state is not None:
        query = query.where(Action.state == state)
    if owner_id is not None:
        query = query.where(Action.owner_id == owner_id)
    if late_on is not None:
        query = query.where(Action.state == ActionState.TO_DO, Action.due_on < late_on)
    return list(session.scalars(query.order_by(*_ORDER).limit(most)))


def own_actions(session: Session, person: Person) -> list[Action]:
    """What is the person's to do, the earliest due day first."""
    return list(
        session.scalars(
            _visible(person)
            .where(Action.owner_id == person.id, Action.state == ActionState.TO_DO)
            .order_by(*_ORDER)
        )
    )


def find_action(session: Session, person: Person, action_id: int) -> Action | None:
    """One action that the person may read, with what was said of it."""
    return session.scalar(
        _visible(person)
        .where(Action.id == action_id)
        .options(
            selectinload(Action.updates).options(
                joinedload(ActionUpdate.by), joinedload(ActionUpdate.owner)
            ),
            joinedload(Action.verified_by),
        )
    )


def find_managed_action(session: Session, person: Person, action_id: int) -> Action | None:
    """One action that the person may change or verify, leaving aside whose it is."""
    within = select(Cycle.id).where(cycles_within(person, Permission.MANAGE_ACTIONS))
    return session.scalar(
        _visible(person).where(Action.id == action_id, Action.cycle_id.in_(within))
    )


def find_own_action(session: Session, person: Person, action_id: int) -> Action | None:
    """One action that is the person's own."""
    return session.scalar(
        _visible(person).where(Action.id == action_id, Action.owner_id == person.id)
    )


def reads_in_full(person: Person, action: Action) -> bool:
    """Whether the person reads which case file it is about, who owns it and what was said."""
    return action.owner_id == person.id or may_within(
        person, Permission.MANAGE_ACTIONS, action.cycle
    )


def waiting_actions(session: Session, person: Person, today: date) -> tuple[int, int]:
    """How many are late, and how many wait to be verified, of those that the person manages."""
    within = select(Cycle.id).where(cycles_within(person, Permission.MANAGE_ACTIONS))
    late = and_(Action.state == ActionState.TO_DO, Action.due_on < today)
    row = session.execute(
        select(
            func.count(case((late, 1))), func.count(case((Action.state == ActionState.DONE, 1)))
        ).where(Action.cycle_id.in_(within), _kept(person))
    ).one()
    return row[0], row[1]


def actions_of_audits(session: Session, person: Person, audit_ids: Sequence[int]) -> list[Action]:
    """The actions for a case that these audits gave, in the order in which they were made."""
    return list(
        session.scalars(_visible(person).where(Action.audit_id.in_(audit_ids)).order_by(Action.id))
    )


def actions_of_findings(session: Session, finding_ids: Sequence[int]) -> dict[int, Action]:
    """What each finding's action has become, by finding; the latest where one was called off."""
    found = session.scalars(
        select(Action)
        .where(Action.finding_id.in_(finding_ids))
        .options(joinedload(Action.owner))
        .order_by(Action.id)
    )
    return {action.finding_id: action for action in found if action.finding_id is not None}


def last_said(session: Session, action_ids: Sequence[int]) -> list[datetime]:
    """When something was last said of each of these actions of which something was."""
    return list(
        session.scalars(
            select(func.max(ActionUpdate.at))
            .where(ActionUpdate.action_id.in_(action_ids))
            .group_by(ActionUpdate.action_id)
        )
    )


def proposals_of(session: Session, audit_id: int) -> list[Action]:
    """What an audit proposes, with its owners."""
    return list(
        session.scalars(
            select(Action)
            .where(Action.audit_id == audit_id, Action.state == ActionState.PROPOSED)
            .options(joinedload(Action.owner))
            .order_by(Action.id)
        )
    )


def find_proposal(session: Session, audit_id: int, action_id: int) -> Action | None:
    """One proposal of an audit."""
    return session.scalar(
        select(Action).where(
            Action.id == action_id,
            Action.audit_id == audit_id,
            Action.state == ActionState.PROPOSED,
        )
    )


def possible_owners(session: Session) -> list[Person]:
    """Everybody who can be given an action, by name."""
    roles = select(Appointment.person_id).where(
        Appointment.role.in_(OWNERS), Appointment.ended_at.is_(None)
    )
    return list(
        session.scalars(
            select(Person)
            .where(Person.id.in_(roles), Person.active.is_(True))
            .order_by(Person.name, Person.id)
        )
    )


def _visible(person: Person) -> Select[Action]:
    return (
        select(Action)
        .where(
            _kept(person),
            or_(_within_reach(person), _published(person), _own(person)),
        )
        .options(
            joinedload(Action.owner),
            joinedload(Action.cycle).joinedload(Cycle.form_version),
            joinedload(Action.cycle).selectinload(Cycle.auditors),
            joinedload(Action.audit).joinedload(Audit.case_file),
        )
    )


def _kept(person: Person) -> ColumnElement[bool]:
    """It is somebody's, its words are not purged, and the person is not blind to its case file."""
    return and_(
        Action.opened_at.is_not(None),
        Action.purged_at.is_(None),
        or_(Action.audit_id.is_(None), Action.audit_id.not_in(blind_readings(person))),
    )


def _within_reach(person: Person) -> ColumnElement[bool]:
    cycles = cycles_within(person, Permission.READ_ACTIONS, Reach.ALL, Reach.SCOPE)
    return Action.cycle_id.in_(select(Cycle.id).where(cycles))


def _published(person: Person) -> ColumnElement[bool]:
    """Of a confirmed finding that a published report holds."""
    cycles = cycles_within(person, Permission.READ_ACTIONS, Reach.PUBLISHED)
    published = (
        select(Finding.id)
        .join(Edition, Edition.cycle_id == Finding.cycle_id)
        .where(
            Finding.state == FindingState.CONFIRMED,
            Edition.state == EditionState.PUBLISHED,
            Edition.compiled_at >= Finding.confirmed_at,
        )
    )
    return and_(
        Action.finding_id.in_(published), Action.cycle_id.in_(select(Cycle.id).where(cycles))
    )


def _own(person: Person) -> ColumnElement[bool]:
    if not person.may(Permission.READ_ACTIONS):
        return Action.id.is_(None)
    return Action.owner_id == person.id
