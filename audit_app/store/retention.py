"""What is kept no longer: what has passed its time, and asking for its purge, approving, refusing.

What a purge does stands in `store.purging`. A legal hold beats everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from audit_app.clock import LONDON
from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import CycleState, PurgeState, check_move
from audit_app.core.moderation import Purpose
from audit_app.core.retention import Kept, expired_before
from audit_app.store.caseload import current_extract_ids
from audit_app.store.history import record_history
from audit_app.store.scopes import grants_of
from audit_app.store.tables import (
    Calibration,
    CaseFile,
    CaseloadEntry,
    Cycle,
    Extract,
    LegalHold,
    Person,
    Purge,
    Reading,
    Round,
    Sample,
)


class RetentionFault(Refusal):
    """One sentence: why a purge or a hold was not done."""


@dataclass(frozen=True, slots=True)
class Due:
    """What of one kind has passed its time: `counts` by noun; `held` is spared."""

    kind: Kept
    months: int
    before: date
    counts: Mapping[str, int]
    held: int
    waiting: Purge | None
    """The purge of this kind that is asked for or approved."""

    @property
    def total(self) -> int:
        """How many of the kind itself."""
        return self.counts[self.kind.value]


def reaches_everything(person: Person, permission: Permission) -> bool:
    """Whether the person has it without a scope; what is kept is not parted by theme or cycle."""
    return any(grant.scope.kind is None for grant in grants_of(person, permission))


def what_is_due(session: Session, keep_months: Mapping[Kept, int], today: date) -> list[Due]:
    """Each kind with the day reckoned from, and how much of it is older."""
    waiting = {purge.kind: purge for purge in purges(session) if _is_waiting(purge)}
    found = []
    for kind in Kept:
        before = expired_before(today, keep_months[kind])
        counts = counts_of(session, kind, before)
        held = _held(session, kind, before)
        found.append(Due(kind, keep_months[kind], before, counts, held, waiting.get(kind)))
    return found


def counts_of(session: Session, kind: Kept, before: date) -> dict[str, int]:
    """How much of a kind is older than a day and not under a legal hold."""
    match kind:
        case Kept.AUDITS:
            old = select(func.count()).select_from(Reading).join(Reading.cycle)
            return {"audits": session.scalar(old.where(expired_audits(before))) or 0}
        case Kept.EXTRACTS:
            extracts = select(Extract.id).where(expired_extracts(before))
            rows = select(func.count()).where(
                CaseloadEntry.extract_id.in_(extracts), not_held(CaseloadEntry.case_file_id)
            )
            whole = select(func.count()).select_from(extracts.subquery())
            return {"extracts": session.scalar(whole) or 0, "entries": session.scalar(rows) or 0}
        case Kept.ACCOUNTS:
            old = select(func.count()).where(expired_accounts(before))
            return {"accounts": session.scalar(old) or 0}


def expired_audits(before: date, *, held: bool = False) -> ColumnElement[bool]:
    """Condition on Reading joined with its round: closed, submitted before the day, and not held.

    What was never submitted counts from the day on which its round was closed. Second readings go
    with the audit that they read again. `held`: those that only a hold keeps.
    """
    free = not_held(Reading.case_file_id)
    return and_(
        Reading.purpose != Purpose.SECOND_READING,
        Reading.purged_at.is_(None),
        Round.state == CycleState.CLOSED,
        func.coalesce(Reading.submitted_at, Round.closed_at) < start_of(before),
        ~free if held else free,
    )


def expired_extracts(before: date) -> ColumnElement[bool]:
    """Condition: older than the day, not the newest of its kind in use, no cycle of its samples
    and no calibration still going on.

    One that was purged is taken up again for rows that a hold kept then and keeps no longer.
    """
    going_on = select(Sample.extract_id).join(Sample.cycle).where(Cycle.state != CycleState.CLOSED)
    calibrated = select(Calibration.extract_id).where(Calibration.state != CycleState.CLOSED)
    left = (
        select(CaseloadEntry.case_file_id)
        .where(CaseloadEntry.extract_id == Extract.id, not_held(CaseloadEntry.case_file_id))
        .correlate(Extract)
        .exists()
    )
    return and_(
        Extract.as_at < before,
        Extract.id.not_in(current_extract_ids()),
        Extract.id.not_in(going_on),
        Extract.id.not_in(calibrated),
        or_(Extract.purged_at.is_(None), left),
    )


def expired_accounts(before: date) -> ColumnElement[bool]:
    """Condition: disabled before the day."""
    return and_(
        Person.purged_at.is_(None),
        Person.active.is_(False),
        Person.disabled_at < start_of(before),
    )


def not_held(case_file_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the case file is not under a legal hold."""
    return case_file_id.not_in(select(LegalHold.case_file_id).where(LegalHold.lifted_at.is_(None)))


def start_of(day: date) -> datetime:
    """The moment at which a day begins in England."""
    return datetime.combine(day, time.min, LONDON)


def purges(session: Session) -> list[Purge]:
    """Every purge that was asked for, the latest first."""
    return list(
        session.scalars(
            select(Purge)
            .options(
                joinedload(Purge.asked_by),
                joinedload(Purge.approved_by),
                joinedload(Purge.run_by),
            )
            .order_by(Purge.id.desc())
        )
    )


def find_purge(session: Session, purge_id: int) -> Purge | None:
    """One purge, held until the transaction ends, so that nobody moves it meanwhile."""
    return session.scalar(select(Purge).where(Purge.id == purge_id).with_for_update())


def ask_for_purge(session: Session, kind: Kept, before: date, *, by: Person, at: datetime) -> Purge:
    """Ask for what is older than the day to be purged; RetentionFault where there is nothing."""
    if any(purge.kind is kind and _is_waiting(purge) for purge in purges(session)):
        raise RetentionFault(
            "This has been asked for already and is not settled yet. Nothing was changed."
        )
    counts = counts_of(session, kind, before)
    if not any(counts.values()):
        raise RetentionFault("Nothing of this kind has passed its time. Nothing was changed.")
    purge = Purge(
        kind=kind,
        before=before,
        state=PurgeState.ASKED,
        counts=counts,
        asked_at=at,
        asked_by_id=by.id,
    )
    session.add(purge)
    session.flush()
    _note(session, purge, by, "asked for", at, before=None)
    return purge


def approve_purge(session: Session, purge: Purge, *, by: Person, at: datetime) -> None:
    """Approve what another person asked for; IllegalMove or RetentionFault otherwise."""
    before = purge.state
    check_move(before, PurgeState.APPROVED)
    if purge.asked_by_id == by.id:
        raise RetentionFault(
            "You asked for this deletion, so another person has to approve it. Nothing was changed."
        )
    purge.state, purge.approved_at, purge.approved_by_id = PurgeState.APPROVED, at, by.id
    session.flush()
    _note(session, purge, by, "approved", at, before=before)


def refuse_purge(session: Session, purge: Purge, *, by: Person, at: datetime) -> None:
    """Say that it is not to be done; IllegalMove once it was run."""
    before = purge.state
    check_move(before, PurgeState.REFUSED)
    purge.state = PurgeState.REFUSED
    session.flush()
    _note(session, purge, by, "turned down", at, before=before)


def legal_holds(session: Session) -> list[LegalHold]:
    """The holds that nobody has lifted, the latest first."""
    return list(
        session.scalars(
            select(LegalHold)
            .where(LegalHold.lifted_at.is_(None))
            .options(joinedload(LegalHold.case_file), joinedload(LegalHold.placed_by))
            .order_by(LegalHold.id.desc())
        )
    )


def find_hold(session: Session, hold_id: int) -> LegalHold | None:
    """One hold that stands still, held until the transaction ends."""
    wanted = select(LegalHold).where(LegalHold.id == hold_id, LegalHold.lifted_at.is_(None))
    return session.scalar(wanted.with_for_update())


def place_hold(
    session: Session, case_file: CaseFile, reason: str, *, by: Person, at: datetime
) -> LegalHold:
    """Keep everything of a case file from being purged; RetentionFault where it is held or gone."""
    if any(hold.case_file_id == case_file.id for hold in legal_holds(session)):
        raise RetentionFault("This case file is under a legal hold already. Nothing was changed.")
    if case_file.purged_at is not None:
        raise RetentionFault(
            "What was kept of this case file has been deleted, so there is nothing to hold. "
            "Nothing was changed."
        )
    hold = LegalHold(
        case_file_id=case_file.id, reason=reason.strip(), placed_at=at, placed_by_id=by.id
    )
    session.add(hold)
    session.flush()
    record_history(session, by, "placed a legal hold", "case file", case_file.id, at=at)
    return hold


def lift_hold(session: Session, hold: LegalHold, *, by: Person, at: datetime) -> None:
    """End a hold; what it kept expires from now on as everything else does."""
    hold.lifted_at, hold.lifted_by_id = at, by.id
    session.flush()
    record_history(session, by, "lifted a legal hold", "case file", hold.case_file_id, at=at)


def _is_waiting(purge: Purge) -> bool:
    return purge.state in (PurgeState.ASKED, PurgeState.APPROVED)


def _held(session: Session, kind: Kept, before: date) -> int:
    """How many audits, or rows of extracts, only a hold keeps."""
    match kind:
        case Kept.AUDITS:
            held = select(func.count()).select_from(Reading).join(Reading.cycle)
            return session.scalar(held.where(expired_audits(before, held=True))) or 0
        case Kept.EXTRACTS:
            rows = select(func.count()).where(
                CaseloadEntry.extract_id.in_(select(Extract.id).where(Extract.as_at < before)),
                CaseloadEntry.extract_id.not_in(current_extract_ids()),
                ~not_held(CaseloadEntry.case_file_id),
            )
            return session.scalar(rows) or 0
        case Kept.ACCOUNTS:
            return 0


def _note(
    session: Session,
    purge: Purge,
    by: Person,
    action: str,
    at: datetime,
    *,
    before: PurgeState | None,
) -> None:
    detail: dict[str, object] = {
        "state": [before, purge.state],
        "kind": [None, purge.kind],
        "before": [None, purge.before.isoformat()],
    }
    record_history(session, by, action, "purge", purge.id, at=at, detail=detail)
