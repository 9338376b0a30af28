"""What of a cycle's sample is to be done: conditions and counts of what was left out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from audit_app.core.completion import LeftOut, WithdrawalReason
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import SETTLED, AuditState, ExemptionState
from audit_app.store.tables import Allocation, Exemption


def is_due() -> ColumnElement[bool]:
    """Condition on Allocation: it counts in the target of its cycle.

    That is what was submitted, and what is still to be done by somebody who is not exempt.
    """
    return or_(
        Allocation.state == AuditState.SUBMITTED,
        and_(Allocation.state != AuditState.WITHDRAWN, ~_by_exempt()),
    )


def left_out_of(session: Session, cycles: Collection[int]) -> dict[int, LeftOut]:
    """Of each of these cycles what was left out of its target, by its id."""
    withdrawn: dict[int, dict[WithdrawalReason, int]] = defaultdict(dict)
    exempt: dict[int, dict[ExemptionReason, int]] = defaultdict(dict)
    of_withdrawn = (
        select(Allocation.cycle_id, Allocation.withdrawn_because, func.count())
        .where(Allocation.cycle_id.in_(cycles), Allocation.withdrawn_because.is_not(None))
        .group_by(Allocation.cycle_id, Allocation.withdrawn_because)
    )
    for cycle_id, reason, number in session.execute(of_withdrawn):
        if reason is not None:
            withdrawn[cycle_id][reason] = number
    of_exempt = (
        select(Exemption.cycle_id, Exemption.reason, func.count())
        .where(Exemption.cycle_id.in_(cycles), Exemption.state == ExemptionState.GRANTED)
        .group_by(Exemption.cycle_id, Exemption.reason)
    )
    for cycle_id, why, number in session.execute(of_exempt):
        exempt[cycle_id][why] = number
    of_audits = (
        select(Allocation.cycle_id, func.count())
        .where(Allocation.cycle_id.in_(cycles), Allocation.state.not_in(SETTLED), _by_exempt())
        .group_by(Allocation.cycle_id)
    )
    audits = dict(session.execute(of_audits).all())
    return {
        cycle_id: LeftOut(withdrawn[cycle_id], exempt[cycle_id], audits.get(cycle_id, 0))
        for cycle_id in cycles
    }


def last_left_out_at(session: Session, cycle_id: int) -> list[datetime]:
    """When something was last left out of the cycle's target, or taken into it again."""
    moments = (
        select(func.max(Allocation.withdrawn_at)).where(Allocation.cycle_id == cycle_id),
        select(func.max(Exemption.decided_at)).where(
            Exemption.cycle_id == cycle_id, Exemption.state != ExemptionState.DECLINED
        ),
        select(func.max(Exemption.ended_at)).where(Exemption.cycle_id == cycle_id),
    )
    return [at for moment in moments if (at := session.scalar(moment)) is not None]


def _by_exempt() -> ColumnElement[bool]:
    """Condition on Allocation: its auditor is exempt from its cycle."""
    return exists().where(
        Exemption.cycle_id == Allocation.cycle_id,
        Exemption.person_id == Allocation.auditor_id,
        Exemption.state == ExemptionState.GRANTED,
    )
