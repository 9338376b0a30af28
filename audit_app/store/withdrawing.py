"""Withdrawing an audit that cannot be done: it leaves the sample's count, and what was written of
it stays for its auditor to read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.completion import WithdrawalReason
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, CycleState, check_move
from audit_app.store.tables import Allocation, AuditVersion, Person


class WithdrawalFault(Refusal):
    """One sentence: why the audit is not withdrawn."""


def why_not_withdrawn(session: Session, audit: Allocation) -> str | None:
    """Why the audit cannot be withdrawn; None where it can."""
    if audit.cycle.state is CycleState.CLOSED:
        return "This cycle is closed, so its audits can no longer change."
    if audit.state is AuditState.WITHDRAWN:
        return "This audit has been withdrawn already."
    returned = select(AuditVersion.id).where(AuditVersion.audit_id == audit.id).limit(1)
    if audit.state is AuditState.SUBMITTED or session.scalar(returned) is not None:
        return "This audit has been submitted, so it counts and is not withdrawn."
    return None


def withdraw_audit(
    session: Session, audit: Allocation, reason: WithdrawalReason, *, by: Person, at: datetime
) -> AuditState:
    """Withdraw an audit that was never submitted; return the state that it had.

    WithdrawalFault otherwise, and IllegalMove where the table does not allow it. Its row is held,
    so that nobody submits it meanwhile.
    """
    session.flush()
    session.refresh(audit, ["state"], with_for_update=True)
    fault = why_not_withdrawn(session, audit)
    if fault is not None:
        raise WithdrawalFault(f"{fault} Nothing was changed.")
    before = audit.state
    check_move(before, AuditState.WITHDRAWN)
    audit.state, audit.withdrawn_because = AuditState.WITHDRAWN, reason
    audit.withdrawn_at, audit.withdrawn_by_id = at, by.id
    session.flush()
    return before
