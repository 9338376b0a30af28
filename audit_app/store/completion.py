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
from audit_app.store.tables import Audit, Exemption


def is_due() -> ColumnElement[bool]:
    """Condition on Audit: it counts in the target of its cycle.

    That is what was submitted, and what is still to be done by somebody who is not exempt.
    """
    return or_(
        Audit.state == AuditState.SUBMITTED,
        and_(Audit.state != AuditState.WITHDRAWN, ~_by_exempt()),
    )


def left_out_of(session: Session, cycles: Collection[int]) -> dict[int, LeftOut]:
    """Of each of these cycles what was left out of its target, by its id."""
    withdrawn: dict[int, dict[WithdrawalReason, int]] = defaultdict(dict)
    exempt: dict[int, dict[ExemptionReason, int]] = defaultdict(dict)
    of_withdrawn = (
        select(Audit.cycle_id, Audit.withdrawn_because, func.count())
        .where(Audit.cycle_id.in_(cycles), Audit.withdrawn_because.is_not(None))
        .group_by(Audit.cycle_id, Audit.withdrawn_because)
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
        select(Audit.cycle_id, func.count())
        .where(Audit.cycle_id.in_(cycles), Audit.state.not_in(SETTLED), _by_exempt())
        .group_by(Audit.cycle_id)
    )
    audits = dict(session.execute(of_audits).all())
    return {
        cycle_id: LeftOut(withdrawn[cycle_id], exempt[cycle_id], audits.get(cycle_id, 0))
        for cycle_id in cycles
    }


def last_left_out_at(session: Session, cycle_id: int) -> list[datetime]:
    """When something was last left out of the cycle's target, or taken into it again."""
    moments = (
        select(func.max(Audit.withdrawn_at)).where(Audit.cycle_id == cycle_id),
        select(func.max(Exemption.decided_at)).where(
            Exemption.cycle_id == cycle_id, Exemption.state != ExemptionState.DECLINED
        ),
        select(func.max(Exemption.ended_at)).where(Exemption.cycle_id == cycle_id),
    )
    return [at for moment in moments if (at := session.scalar(moment)) is not None]


def _by_exempt() -> ColumnElement[bool]:
    """Condition on Audit: its auditor is exempt from its cycle."""
    return exists().where(
        Exemption.cycle_id == Audit.cycle_id,
        Exemption.person_id == Audit.auditor_id,
        Exemption.state == ExemptionState.GRANTED,
    )
