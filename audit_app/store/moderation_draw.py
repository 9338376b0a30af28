"""Which submitted audits are read again: the rules of a cycle, and what follows a submission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, CycleState, ModerationState, check_move
from audit_app.core.moderation import (
    DEFAULT_RULES,
    OVERALL,
    DrawReason,
    GradedPart,
    compare_readings,
    reading_ticket,
    reasons_to_read_again,
)
from audit_app.core.repeats import fold_outcomes
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.recorded import answers_of, form_of_all
from audit_app.store.tables import (
    Audit,
    Cycle,
    Moderation,
    ModerationReason,
    ModerationRule,
    Person,
    Reading,
)


class ModerationFault(Refusal):
    """One sentence: why nothing was changed."""


def rules_of(cycle: Cycle) -> dict[DrawReason, int | None]:
    """The rules that are in force in a cycle, with their numbers."""
    return {row.reason: row.number for row in cycle.rules}


def set_rules(
    session: Session, cycle: Cycle, rules: Mapping[DrawReason, int | None] = DEFAULT_RULES
) -> None:
    """Put these rules in force; what was drawn by others before stays drawn."""
    if cycle.state is CycleState.CLOSED:
        raise ModerationFault("This cycle is closed. Nothing was changed.")
    kept = {row.reason: row for row in cycle.rules}
    for reason, number in rules.items():
        kept.setdefault(reason, ModerationRule(reason=reason)).number = number
    cycle.rules = [kept[reason] for reason in rules]
    session.flush()


def follow_submission(session: Session, reading: Reading, *, at: datetime) -> None:
    """Draw what was submitted for a second reading by the rules, or take its moderation further.

    A second reading that is in, and an audit that was returned and is in again, are compared.
    """
    mine = Moderation.audit_id if isinstance(reading, Audit) else Moderation.reading_id
    moderation = session.scalar(select(Moderation).where(mine == reading.id).with_for_update())
    if moderation is not None:
        check_move(moderation.state, ModerationState.COMPARING)
        if moderation.reading is reading:
            _count_agreement(moderation)
        moderation.state = ModerationState.COMPARING
        session.flush()
    elif isinstance(reading, Audit):
        reasons = _reasons_for(reading)
        if reasons:
            draw_again(session, reading, reasons, by=reading.auditor, at=at)


def choose_audit(
    session: Session, audit: Audit, because: str, *, by: Person, at: datetime
) -> Moderation:
    """Have an audit read again because somebody says so, and why; ModerationFault when it cannot.

    Whoever did an audit does not choose it: see `store.moderation`.
    """
    session.refresh(audit, ["state"], with_for_update=True)
    if audit.auditor_id == by.id:
        raise ModerationFault("Nobody moderates their own audit. Nothing was changed.")
    if audit.cycle.state is CycleState.CLOSED or audit.state is not AuditState.SUBMITTED:
        raise ModerationFault(
            "Only a submitted audit of a cycle that is not closed can be read a second time. "
            "Nothing was changed."
        )
    if session.scalar(select(Moderation.id).where(Moderation.audit_id == audit.id)) is not None:
        raise ModerationFault("This audit has a second reading already. Nothing was changed.")
    if not because.strip():
        raise ModerationFault("Write why this audit is to be read again. Nothing was changed.")
    moderation = draw_again(session, audit, [DrawReason.CHOSEN], by=by, at=at)
    moderation.chosen_because = because.strip()
    session.flush()
    return moderation


def draw_again(
    session: Session, audit: Audit, reasons: Iterable[DrawReason], *, by: Person, at: datetime
) -> Moderation:
    """Its second reading for these reasons, which waits for a reader."""
    named = sorted(reasons)
    moderation = Moderation(
        audit_id=audit.id,
        state=ModerationState.WAITING,
        made_at=at,
        reasons=[ModerationReason(reason=reason) for reason in named],
    )
    session.add(moderation)
    session.flush()
    # Why is not said here: whoever is to read it blind may read the history.
    detail = {"second reading": [None, moderation.state]}
    record_history(
        session, by, "drew for a second reading", "audit", audit.id, at=at, detail=detail
    )
    return moderation


def _reasons_for(audit: Audit) -> frozenset[DrawReason]:
    rules, sample = rules_of(audit.cycle), audit.cycle.sample
    if not rules or sample is None:
        return frozenset()
    outcomes = {row.question_id: row.outcome for row in audit.answers if row.outcome is not None}
    return reasons_to_read_again(
        load_form(audit.form_version),
        _parts_of(audit),
        fold_outcomes(outcomes),
        rules,
        reading_ticket(sample.seed, audit.case_file.reference),
    )


def _parts_of(audit: Audit) -> list[GradedPart]:
    parts = [
        GradedPart(row.theme, row.suggested_grade, row.grade, row.points or 0, row.possible or 0)
        for row in audit.themes
    ]
    whole = GradedPart(
        OVERALL, audit.suggested_grade, audit.grade, audit.points or 0, audit.possible or 0
    )
    return [*parts, whole]


def _count_agreement(moderation: Moderation) -> None:
    assert moderation.reading is not None
    compared = compare_readings(
        form_of_all(moderation.audit, moderation.reading).questions,
        answers_of(moderation.audit),
        answers_of(moderation.reading),
    )
    agreed = sum(1 for one in compared if one.agrees)
    moderation.answers_agreed, moderation.answers_compared = agreed, len(compared)
