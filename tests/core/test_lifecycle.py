"""Every move fired in every state: what the table does not name is refused."""

from __future__ import annotations

from itertools import product

import pytest

from audit_app.core.lifecycle import (
    MOVES,
    ActionState,
    AuditState,
    CycleState,
    EditionState,
    ExemptionState,
    FindingState,
    IllegalMove,
    ModerationState,
    PurgeState,
    ReplyState,
    State,
    check_move,
)

KINDS = (
    ActionState,
    AuditState,
    CycleState,
    EditionState,
    ExemptionState,
    FindingState,
    ModerationState,
    PurgeState,
    ReplyState,
)
STATES: list[State] = [state for kind in KINDS for state in kind]
LEGAL: set[tuple[State, State]] = {
    (ActionState.PROPOSED, ActionState.TO_DO),
    (ActionState.PROPOSED, ActionState.CALLED_OFF),
    (ActionState.TO_DO, ActionState.DONE),
    (ActionState.TO_DO, ActionState.CALLED_OFF),
    (ActionState.DONE, ActionState.TO_DO),
    (ActionState.DONE, ActionState.VERIFIED),
    (AuditState.ALLOCATED, AuditState.IN_PROGRESS),
    (AuditState.ALLOCATED, AuditState.SUBMITTED),
    (AuditState.IN_PROGRESS, AuditState.SUBMITTED),
    (AuditState.SUBMITTED, AuditState.IN_PROGRESS),
    (AuditState.ALLOCATED, AuditState.WITHDRAWN),
    (AuditState.IN_PROGRESS, AuditState.WITHDRAWN),
    (ExemptionState.REQUESTED, ExemptionState.GRANTED),
    (ExemptionState.REQUESTED, ExemptionState.DECLINED),
    (ExemptionState.GRANTED, ExemptionState.ENDED),
    (ModerationState.WAITING, ModerationState.READING),
    (ModerationState.READING, ModerationState.COMPARING),
    (ModerationState.COMPARING, ModerationState.AGREED),
    (ModerationState.COMPARING, ModerationState.RETURNED),
    (ModerationState.RETURNED, ModerationState.COMPARING),
    (CycleState.OPEN, CycleState.DRAWN),
    (CycleState.DRAWN, CycleState.CLOSED),
    (EditionState.COMPILED, EditionState.PUBLISHED),
    (FindingState.DRAFT, FindingState.CONFIRMED),
    (FindingState.CONFIRMED, FindingState.DRAFT),
    (PurgeState.ASKED, PurgeState.APPROVED),
    (PurgeState.ASKED, PurgeState.REFUSED),
    (PurgeState.APPROVED, PurgeState.RUN),
    (PurgeState.APPROVED, PurgeState.REFUSED),
    (ReplyState.UNSENT, ReplyState.SENT),
}


def test_every_state_has_its_moves_and_none_is_taken_for_another() -> None:
    assert set(MOVES) == set(STATES)
    assert len({state.value for state in STATES}) == len(STATES)


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_every_move_in_every_state(before: State, after: State) -> None:
    if (before, after) in LEGAL:
        check_move(before, after)
        return
    with pytest.raises(IllegalMove) as caught:
        check_move(before, after)
    assert before.value.replace("_", " ") in str(caught.value)
    assert after.value.replace("_", " ") in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_move_leads_to_a_thing_of_another_kind(kind: type[State]) -> None:
    for state in kind:
        assert all(type(after) is kind for after in MOVES[state])


@pytest.mark.parametrize(
    "end",
    [
        ActionState.VERIFIED,
        AuditState.WITHDRAWN,
        ExemptionState.DECLINED,
        ExemptionState.ENDED,
        ModerationState.AGREED,
        CycleState.CLOSED,
        EditionState.PUBLISHED,
        PurgeState.REFUSED,
        PurgeState.RUN,
        ReplyState.SENT,
    ],
)
def test_what_others_rely_on_never_changes_again(end: State) -> None:
    assert not MOVES[end]


def test_the_refusal_in_words() -> None:
    with pytest.raises(IllegalMove, match=r"^What is submitted cannot become allocated\.$"):
        check_move(AuditState.SUBMITTED, AuditState.ALLOCATED)
