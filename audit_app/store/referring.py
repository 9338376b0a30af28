"""A disputed grade that is referred: the audit is read a second time, because it is disputed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.core.moderation import DrawReason
from audit_app.store.independence import bars_for
from audit_app.store.moderation import UNDONE, moderation_of
from audit_app.store.moderation_draw import ModerationFault, draw_again
from audit_app.store.tables import Audit, Moderation, ModerationReason, Person


def why_not_referred(session: Session, audit: Audit, by: Person) -> str | None:
    """Why a disputed grade of this audit cannot be referred by this person; None where it can."""
    if audit.auditor_id == by.id or bars_for(session, [by], [audit], again=True)[by.id, audit.id]:
        return (
            f"The audit or its {audit.case_file.words.one} is your own, or your team’s: ask "
            "another QA lead to have it read again."
        )
    moderation = moderation_of(session, audit.id)
    if moderation is not None and moderation.state not in UNDONE:
        return "Two people have read it already, so it is not read again."
    if audit.cycle.state is CycleState.CLOSED:
        return "The cycle is closed, so nothing is read in it any more."
    if audit.state is not AuditState.SUBMITTED:
        return "The audit is with its auditor again."
    return None


def refer(session: Session, audit: Audit, *, by: Person, at: datetime) -> Moderation:
    """Have the audit read a second time, or add the reason to its second reading that is not in.

    ModerationFault where it cannot be; then nothing is changed.
    """
    session.refresh(audit, ["state"], with_for_update=True)
    fault = why_not_referred(session, audit, by)
    if fault is not None:
        raise ModerationFault(f"{fault} Nothing was changed.")
    moderation = moderation_of(session, audit.id)
    if moderation is None:
        return draw_again(session, audit, [DrawReason.DISPUTED], by=by, at=at)
    if DrawReason.DISPUTED not in {row.reason for row in moderation.reasons}:
        moderation.reasons.append(ModerationReason(reason=DrawReason.DISPUTED))
        session.flush()
    return moderation
