"""The states of audits, second readings, cycles and editions, and the only moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from audit_app.core.faults import Refusal


class AuditState(StrEnum):
    """From the draw to the submitted judgement."""

    ALLOCATED = "allocated"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


#: What is in one of these takes no answer any more.
SETTLED = frozenset({AuditState.SUBMITTED, AuditState.WITHDRAWN})


class ExemptionState(StrEnum):
    """Somebody does not audit in a cycle once it is asked for and another person granted it."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DECLINED = "declined"
    ENDED = "ended"


class ModerationState(StrEnum):
    """From being drawn for a second reading to what both readers agree on."""

    WAITING = "waiting"
    READING = "reading"
    COMPARING = "comparing"
    RETURNED = "returned"
    AGREED = "agreed"


class CycleState(StrEnum):
    """From opening a round of audits to closing it."""

    OPEN = "open"
    DRAWN = "drawn"
    CLOSED = "closed"


class EditionState(StrEnum):
    """A compiled report is read by others only after another person has approved it."""

    COMPILED = "compiled"
    PUBLISHED = "published"


class PurgeState(StrEnum):
    """What is kept no longer is purged once asked for, approved by another person, and run."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    RUN = "run"


class FindingState(StrEnum):
    """A finding counts only when a person has confirmed it."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"


class FindingKind(StrEnum):
    """What a finding says of practice."""

    STRENGTH = "strength"
    AREA_FOR_DEVELOPMENT = "area_for_development"


class ActionState(StrEnum):
    """What its owner says is done is finished only when somebody else has verified it."""

    PROPOSED = "proposed"
    TO_DO = "to_do"
    DONE = "done"
    VERIFIED = "verified"
    CALLED_OFF = "called_off"


class ReplyState(StrEnum):
    """A reply is the practice's own until it is sent; then it is final."""

    UNSENT = "unsent"
    SENT = "sent"


class DisputeAnswer(StrEnum):
    """What a QA lead says of a disputed grade."""

    GRADE_STANDS = "grade_stands"
    REFERRED = "referred"


State = (
    ActionState
    | AuditState
    | CycleState
    | EditionState
    | ExemptionState
    | FindingState
    | ModerationState
    | PurgeState
    | ReplyState
)

MOVES: Mapping[State, frozenset[State]] = {
    ActionState.PROPOSED: frozenset({ActionState.TO_DO, ActionState.CALLED_OFF}),
    ActionState.TO_DO: frozenset({ActionState.DONE, ActionState.CALLED_OFF}),
    ActionState.DONE: frozenset({ActionState.VERIFIED, ActionState.TO_DO}),
    ActionState.VERIFIED: frozenset(),
    ActionState.CALLED_OFF: frozenset(),
    AuditState.ALLOCATED: frozenset(
        {AuditState.IN_PROGRESS, AuditState.SUBMITTED, AuditState.WITHDRAWN}
    ),
    AuditState.IN_PROGRESS: frozenset({AuditState.SUBMITTED, AuditState.WITHDRAWN}),
    # Only a moderation that returns it opens it again; `store.returning` is the one place.
    AuditState.SUBMITTED: frozenset({AuditState.IN_PROGRESS}),
    AuditState.WITHDRAWN: frozenset(),
    ExemptionState.REQUESTED: frozenset({ExemptionState.GRANTED, ExemptionState.DECLINED}),
    ExemptionState.GRANTED: frozenset({ExemptionState.ENDED}),
    ExemptionState.DECLINED: frozenset(),
    ExemptionState.ENDED: frozenset(),
    ModerationState.WAITING: frozenset({ModerationState.READING}),
    ModerationState.READING: frozenset({ModerationState.COMPARING}),
    ModerationState.COMPARING: frozenset({ModerationState.AGREED, ModerationState.RETURNED}),
    ModerationState.RETURNED: frozenset({ModerationState.COMPARING}),
    ModerationState.AGREED: frozenset(),
    CycleState.OPEN: frozenset({CycleState.DRAWN}),
    CycleState.DRAWN: frozenset({CycleState.CLOSED}),
    CycleState.CLOSED: frozenset(),
    EditionState.COMPILED: frozenset({EditionState.PUBLISHED}),
    EditionState.PUBLISHED: frozenset(),
    FindingState.DRAFT: frozenset({FindingState.CONFIRMED}),
    FindingState.CONFIRMED: frozenset({FindingState.DRAFT}),
    PurgeState.ASKED: frozenset({PurgeState.APPROVED, PurgeState.REFUSED}),
    PurgeState.APPROVED: frozenset({PurgeState.RUN, PurgeState.REFUSED}),
    PurgeState.REFUSED: frozenset(),
    PurgeState.RUN: frozenset(),
    ReplyState.UNSENT: frozenset({ReplyState.SENT}),
    ReplyState.SENT: frozenset(),
}


class IllegalMove(Refusal):
    """The move is not in the table; the message names both states."""


def check_move(before: State, after: State) -> None:
    """Raise IllegalMove unless the table allows it."""
    if after not in MOVES[before]:
        words = [state.value.replace("_", " ") for state in (before, after)]
        raise IllegalMove(f"What is {words[0]} cannot become {words[1]}.")
