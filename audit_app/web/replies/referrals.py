"""What came of disputed grades that were referred to a second reading, in words."""

from __future__ import annotations

from collections.abc import Iterable

from audit_app.core.lifecycle import CycleState, DisputeAnswer, ModerationState
from audit_app.core.replies import PracticeSees
from audit_app.store.instruments import load_form
from audit_app.store.moderation import moderations_by_audit
from audit_app.store.tables import Moderation, Reply
from audit_app.web.database import db
from audit_app.web.moderation.words import say_grade

_UNDER_WAY = {
    ModerationState.WAITING: "A second reader is still to be named.",
    ModerationState.READING: "Somebody else is reading it.",
    ModerationState.COMPARING: "Both readings are in, and the readers are to agree.",
    ModerationState.RETURNED: "The audit is with its auditor once more.",
}
_WITH_REASONS = frozenset({PracticeSees.REASONS, PracticeSees.EVERYTHING})


def referrals_of(
    replies: Iterable[Reply], sees: PracticeSees = PracticeSees.EVERYTHING
) -> dict[int, str]:
    """By id of a part that was referred: how far it is, or the grade that both readers agreed on.

    `sees`: how much the reader of it may be told.
    """
    parts = [
        (reply.audit, part)
        for reply in replies
        for part in reply.parts
        if part.answer is DisputeAnswer.REFERRED
    ]
    found = moderations_by_audit(db(), {audit.id: audit for audit, _part in parts}.values())
    return {
        part.id: _say(found[audit.id], part.part, sees)
        for audit, part in parts
        if audit.id in found
    }


def _say(moderation: Moderation, part: str, sees: PracticeSees) -> str:
    if moderation.state is not ModerationState.AGREED:
        if moderation.audit.cycle.state is CycleState.CLOSED:
            return "The cycle was closed before the readers agreed, so the grade stays as it was."
        return _UNDER_WAY[moderation.state]
    row = next((one for one in moderation.grades if one.part == part), None)
    if row is None:
        return "Both readers have agreed on the grades."
    form = load_form(moderation.audit.form_version)
    said = f"Both readers agreed on: {say_grade(form, row.consensus)}."
    if row.consensus != row.first:
        said += f" The auditor had given: {say_grade(form, row.first)}."
    return f"{said} {row.reason}" if row.reason and sees in _WITH_REASONS else said
