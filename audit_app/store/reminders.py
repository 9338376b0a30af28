"""Reminders of a cycle's audits: each person once of each kind, in the transaction of the mail.

The row and the mail are kept together, so a worker that dies before they are leaves neither, and
one that dies afterwards sends nothing twice. A mail holds a link and a number, nothing of a child.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.bank_holidays import is_bank_holiday
from audit_app.clock import day_of
from audit_app.core.access import Permission, Role
from audit_app.core.lifecycle import SETTLED, CycleState
from audit_app.core.reminders import ReminderDays, ReminderKind, is_escalated, reminder_due
from audit_app.store.completion import is_due
from audit_app.store.history import record_history
from audit_app.store.mail import ask_to_send
from audit_app.store.people import people_with_role
from audit_app.store.scopes import may_within
from audit_app.store.tables import Allocation, Cycle, Person, Reminder, ReminderRule

_BODY = """Hello

You have {number} to submit; {when}.

What is yours stands here:

{link}

If you cannot audit this time, you can ask there not to. This mail names no
case file on purpose.
"""
_ESCALATION = """Hello

In a cycle of case file audits {number} not submitted. The due day was
{day}. Who has done theirs stands here:

{link}

You are told because you are named for it, or as a QA lead.
"""


def send_reminders(session: Session, *, site_url: str, at: datetime) -> int:
    """Ask for every mail whose time it is and that was not asked for yet; how many that are."""
    cycles = session.scalars(
        select(Cycle)
        .where(Cycle.state == CycleState.DRAWN)
        .order_by(Cycle.id)
        .with_for_update(skip_locked=True, of=Cycle)
    ).all()
    return sum(_remind(session, cycle, site_url, at) for cycle in cycles)


def rule_of(session: Session, cycle: Cycle) -> tuple[ReminderDays, Person | None]:
    """When reminders of a cycle go out, and who is named to be told in the end."""
    rule = session.get(ReminderRule, cycle.id)
    return (rule.days, rule.escalate_to) if rule is not None else (ReminderDays(), None)


def set_reminders(
    session: Session,
    cycle: Cycle,
    days: ReminderDays,
    escalate_to: Person | None,
    *,
    by: Person,
    at: datetime,
) -> None:
    """Set when the reminders of a cycle go out; what went out already does not again."""
    before, named = rule_of(session, cycle)
    rule = session.get(ReminderRule, cycle.id) or ReminderRule(cycle_id=cycle.id)
    rule.days_before, rule.days_after = days.before, days.after
    rule.days_to_escalate, rule.escalate_to = days.escalate, escalate_to
    session.add(rule)
    session.flush()
    detail = {
        "days": [_numbers(before), _numbers(days)],
        "escalate_to": [named.id if named else None, rule.escalate_to_id],
    }
    record_history(session, by, "set reminders", "cycle", cycle.id, at=at, detail=detail)


def reminded(session: Session, cycle: Cycle) -> Mapping[ReminderKind, int]:
    """How many people were reminded in which way."""
    rows = session.execute(
        select(Reminder.kind, func.count())
        .where(Reminder.cycle_id == cycle.id)
        .group_by(Reminder.kind)
    )
    found = dict(rows.all())
    return {kind: found[kind] for kind in ReminderKind if kind in found}


def _remind(session: Session, cycle: Cycle, site_url: str, at: datetime) -> int:
    today, (days, named) = day_of(at), rule_of(session, cycle)
    kind = reminder_due(cycle.due_on, today, days, is_bank_holiday)
    if kind is None:
        return 0
    rows = session.execute(
        select(Person, func.count(Allocation.id))
        .join(Allocation, Allocation.auditor_id == Person.id)
        .where(
            Allocation.cycle_id == cycle.id,
            Allocation.state.not_in(SETTLED),
            is_due(),
            Person.active,
        )
        .group_by(Person.id)
        .order_by(Person.id)
    )
    behind = [(person, number) for person, number in rows]
    sent = {
        (person_id, of)
        for person_id, of in session.execute(
            select(Reminder.person_id, Reminder.kind).where(Reminder.cycle_id == cycle.id)
        )
    }
    asked = 0
    for person, number in behind:
        if (person.id, kind) not in sent:
            body = _BODY.format(
                number=_audits(number), when=_when(cycle.due_on), link=f"{site_url}/my-audits"
            )
            subject = f"Audits to submit: due on {_say(cycle.due_on)}"
            _ask(session, cycle, person, kind, subject, body, at)
            asked += 1
    if behind and is_escalated(cycle.due_on, today, days, is_bank_holiday):
        asked += _escalate(session, cycle, sum(n for _, n in behind), named, sent, site_url, at)
    if asked:
        detail = {"kind": kind, "people": asked}
        record_history(session, None, "reminded", "cycle", cycle.id, at=at, detail=detail)
    return asked


def _escalate(
    session: Session,
    cycle: Cycle,
    left: int,
    named: Person | None,
    sent: set[tuple[int, ReminderKind]],
    site_url: str,
    at: datetime,
) -> int:
    """Tell whoever is named, or the QA leads of the cycle; how many were told now."""
    told = [named] if named is not None and named.active else _leads_of(session, cycle)
    number = f"{_audits(left)} {'is' if left == 1 else 'are'}"
    link = f"{site_url}/cycles/{cycle.key}"
    body = _ESCALATION.format(number=number, day=_say(cycle.due_on), link=link)
    fresh = [one for one in told if (one.id, ReminderKind.ESCALATION) not in sent]
    for person in fresh:
        _ask(session, cycle, person, ReminderKind.ESCALATION, "Audits that are late", body, at)
    return len(fresh)


def _ask(
    session: Session,
    cycle: Cycle,
    person: Person,
    kind: ReminderKind,
    subject: str,
    body: str,
    at: datetime,
) -> None:
    session.add(Reminder(cycle_id=cycle.id, person_id=person.id, kind=kind, asked_at=at))
    ask_to_send(session, person.email, subject, body, at=at)


def _leads_of(session: Session, cycle: Cycle) -> list[Person]:
    leads = people_with_role(session, Role.QA_LEAD)
    return [one for one in leads if may_within(one, Permission.MANAGE_CYCLES, cycle)]


def _when(due_on: date) -> str:
    return f"the due day is {_say(due_on)}"


def _say(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _audits(number: int) -> str:
    return f"{number} audit{'' if number == 1 else 's'}"


def _numbers(days: ReminderDays) -> list[int]:
    return [days.before, days.after, days.escalate]
