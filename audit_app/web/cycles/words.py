"""States of cycles and audits in words, with the colour of their tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit_app.clock import day_of
from audit_app.core.completion import WITHDRAWAL_WORDS
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.core.subjects import capital
from audit_app.store.tables import Allocation
from audit_app.web.words import say_count, say_due

AUDIT_TAGS: Mapping[AuditState, tuple[str, str]] = {
    AuditState.ALLOCATED: ("Not started", "grey"),
    AuditState.IN_PROGRESS: ("In progress", "blue"),
    AuditState.SUBMITTED: ("Submitted", "green"),
    AuditState.WITHDRAWN: ("Withdrawn", "grey"),
}


def cycle_tag(state: CycleState, due: int, submitted: int) -> tuple[str, str]:
    """How far a cycle is, and the colour of its tag."""
    if state is CycleState.OPEN:
        return "Not drawn yet", "yellow"
    if state is CycleState.CLOSED:
        return "Closed", "grey"
    return ("All submitted", "green") if submitted == due else ("Under way", "blue")


def say_punctuality(audit: Allocation, today: date) -> str:
    """When an audit was submitted or is due, and whether that is late; why it was withdrawn."""
    if audit.withdrawn_because is not None:
        return capital(WITHDRAWAL_WORDS[audit.withdrawn_because])
    if audit.submitted_at is None:
        return f"Due {say_due(audit.due_on, today)}" if today <= audit.due_on else "Late"
    done = day_of(audit.submitted_at)
    said = f"{done.day} {done:%B %Y}"
    days = (done - audit.due_on).days
    return f"{said}, {say_count(days, 'day')} late" if days > 0 else said
