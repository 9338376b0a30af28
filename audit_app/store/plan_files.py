"""The plan as a file: loading one into the database, and giving the plan back in the same shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.audit_plan.read import PlanRow
from audit_app.audit_plan.read_routes import RouteRow
from audit_app.core.faults import Refusal
from audit_app.core.plan import MoveReason, PlanDraft, PlanFault, Repeated
from audit_app.core.routes import first_after
from audit_app.store.cycles import find_cycle
from audit_app.store.people import find_person
from audit_app.store.plan import add_entry, change_entry
from audit_app.store.routes import keep_route
from audit_app.store.tables import Cycle, Person, PlanEntry, ReportingRoute


class PlanFileFault(Refusal):
    """One sentence: which entry of a file could not be planned, and why."""


def load_plan(
    session: Session,
    rows: Sequence[PlanRow],
    *,
    reason: MoveReason | None = None,
    by: Person | None,
    at: datetime,
) -> tuple[int, int]:
    """Plan what a file names: how many entries were added, and how many changed.

    Entries are known by their keys; what the file does not name stays. PlanFileFault at the first
    one that does not fit; then the caller's transaction must not be committed.
    """
    added = changed = 0
    for row in rows:
        kept = session.scalar(select(PlanEntry).where(PlanEntry.key == row.key))
        try:
            draft = _draft_of(session, row)
            if kept is None:
                add_entry(session, draft, by=by, at=at, key=row.key)
                added += 1
            elif kept.draft != draft:
                change_entry(session, kept, draft, reason=reason, by=by, at=at)
                changed += 1
        except PlanFault as fault:
            raise PlanFileFault(f"Line {row.line}, {row.key}: {fault}") from None
    return added, changed


def load_routes(
    session: Session, rows: Sequence[RouteRow], *, begins: date, by: Person | None, at: datetime
) -> int:
    """Add the routes that are not there yet, each due first on its first day from `begins` on."""
    rows_kept = session.execute(select(ReportingRoute.body, ReportingRoute.what))
    kept = {(body, what) for body, what in rows_kept}
    new = [row for row in rows if (row.body, row.what) not in kept]
    for row in new:
        first_on = first_after(row.first_on, row.rhythm, begins - timedelta(days=1))
        keep_route(
            session,
            None,
            body=row.body,
            what=row.what,
            rhythm=row.rhythm,
            first_on=first_on,
            by=by,
            at=at,
        )
    return len(new)


def plan_data(session: Session) -> list[dict[str, object]]:
    """Every entry, by month, under the keys of a plan file; what is not said is left out."""
    entries = session.scalars(select(PlanEntry).order_by(PlanEntry.month, PlanEntry.id)).all()
    return [
        {name: value for name, value in _data_of(session, entry).items() if value}
        for entry in entries
    ]


def _data_of(session: Session, entry: PlanEntry) -> dict[str, object]:
    kind, number = entry.repeats or (None, 0)
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "form": entry.form,
        "title": entry.title,
        "cohort": entry.cohort,
        "month": entry.month,
        "due_on": entry.due_on.isoformat() if entry.due_on else None,
        "auditors": entry.role.value,
        "auditor": entry.auditor.email if entry.auditor else None,
        "report_to": entry.body,
        "report_on": entry.report_on.isoformat() if entry.report_on else None,
        "exempt_item": entry.exempt,
        "repeats": session.get_one(PlanEntry, number).key if kind is Repeated.ENTRY else None,
        "repeats_cycle": session.get_one(Cycle, number).key if kind is Repeated.CYCLE else None,
        "repeats_finding": number if kind is Repeated.FINDING else None,
    }


def _draft_of(session: Session, row: PlanRow) -> PlanDraft:
    person = find_person(session, row.auditor) if row.auditor else None
    if row.auditor and person is None:
        raise PlanFault(f"Nobody has the address {row.auditor}. Nothing was changed.")
    return PlanDraft(
        kind=row.kind,
        title=row.title,
        month=row.month,
        role=row.auditors,
        form=row.form,
        cohort=row.cohort,
        due_on=row.due_on,
        auditor_id=person.id if person is not None else None,
        body=row.report_to,
        report_on=row.report_on,
        exempt=row.exempt_item,
        repeats=_repeated(session, row),
    )


def _repeated(session: Session, row: PlanRow) -> tuple[Repeated, int] | None:
    if row.repeats:
        entry = session.scalar(select(PlanEntry).where(PlanEntry.key == row.repeats))
        if entry is None:
            raise PlanFault(f"There is no entry “{row.repeats}” to repeat. Nothing was changed.")
        return Repeated.ENTRY, entry.id
    if row.repeats_cycle:
        cycle = find_cycle(session, row.repeats_cycle)
        if cycle is None:
            raise PlanFault(f"There is no cycle “{row.repeats_cycle}”. Nothing was changed.")
        return Repeated.CYCLE, cycle.id
    return (Repeated.FINDING, row.repeats_finding) if row.repeats_finding else None
