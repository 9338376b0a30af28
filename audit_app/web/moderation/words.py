"""States of second readings in words, with the colour of their tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit_app.core.lifecycle import ModerationState
from audit_app.core.moderation import DRAW_REASON_WORDS, Agreement
from audit_app.core.question_bank import AuditForm
from audit_app.store.tables import Moderation
from audit_app.web.words import say_count

MODERATION_TAGS: Mapping[ModerationState, tuple[str, str]] = {
    ModerationState.WAITING: ("Waits for a reader", "yellow"),
    ModerationState.READING: ("Being read", "blue"),
    ModerationState.COMPARING: ("To be compared", "yellow"),
    ModerationState.RETURNED: ("Returned to the auditor", "blue"),
    ModerationState.AGREED: ("Agreed", "green"),
}
#: Before both readings are in, why an audit was drawn would tell the reader what to find.
_BLIND = (ModerationState.WAITING, ModerationState.READING)


def say_why(moderation: Moderation) -> str:
    """Why an audit is read again; empty while its reader must not know."""
    if moderation.state in _BLIND:
        return ""
    said = [DRAW_REASON_WORDS[row.reason] for row in moderation.reasons]
    if moderation.chosen_because:
        said.append(f"“{moderation.chosen_because}”")
    return "; ".join(said).capitalize()


def say_agreement(agreement: Agreement) -> str:
    """On how many answers readers agreed; a percentage only where there are enough pairs.

    Empty where no second reading is in.
    """
    if not agreement.pairs:
        return ""
    pairs = say_count(agreement.pairs, "pair")
    said = f"Readers agreed on {agreement.agreed:,} of {say_count(agreement.of, 'answer')}"
    if agreement.per_cent is not None:
        return f"{said} ({agreement.per_cent}%) in {pairs} of readings."
    return f"{said} in {pairs} of readings."


def say_grade(form: AuditForm, grade: str | None) -> str:
    """A grade by its label."""
    return form.grade(grade).label if grade is not None else "No grade"


def say_shift(shift: int | None) -> str:
    """How the second reader's grade stands to the first."""
    if shift is None:
        return "One reader gave no grade"
    if shift == 0:
        return "Same grade"
    return f"Second reader {say_count(abs(shift), 'grade')} {'lower' if shift > 0 else 'higher'}"


def count_states(moderations: Iterable[Moderation]) -> dict[ModerationState, int]:
    """How many second readings are in each state."""
    counts = dict.fromkeys(ModerationState, 0)
    for one in moderations:
        counts[one.state] += 1
    return counts
