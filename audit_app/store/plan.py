"""The audit plan: its entries, who sees which, how far each is, and the cycle that it becomes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true, update
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission, Reach, ScopeKind
from audit_app.core.lifecycle import AuditState, CycleState, EditionState, FindingState
from audit_app.core.plan import (
    AUDITORS,
    Lack,
    MoveReason,
    PlanDraft,
    PlanFault,
    PlanKind,
    PlanLate,
    PlanState,
    Repeated,
    RoundFacts,
    lacking,
    months_of,
    next_day,
    plan_late,
    plan_state,
    read_month,
)
from audit_app.store.completion import is_due
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_form, load_form
from audit_app.store.scopes import Grant, grants_of
from audit_app.store.tables import (
    Allocation,
    Cycle,
    CycleAuditor,
    Edition,
    Finding,
    Person,
    PlanEntry,
)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An entry with what follows from its cycle: how far it is, what is late, what comes next."""

    entry: PlanEntry
    state: PlanState
    late: PlanLate | None
    next_day: date | None


def plan_of_year(
    session: Session, year: int, *, today: date, person: Person | None = None
) -> list[PlanLine]:
    """The entries of a year of the plan that the person sees, by month; without a person all."""
    months = months_of(year)
    return _lines(
        session, and_(_seen(person), PlanEntry.month.between(months[0], months[-1])), today
    )


def late_and_next(
    session: Session, person: Person, *, today: date, most: int = 3
) -> tuple[list[PlanLine], list[PlanLine]]:
    """What is late of whatever year, and the next few entries, the earliest day first.

    Without monthly samples: they come by themselves, and their late audits stand elsewhere.
    """
    others = and_(_seen(person), PlanEntry.kind != PlanKind.MONTHLY_SAMPLE)
    lines = _lines(session, others, today)
    ahead = [one for one in lines if one.late is None and one.next_day is not None]
    ahead.sort(key=lambda one: (one.next_day or today, one.entry.id))
    return [one for one in lines if one.late], ahead[:most]


def all_lines(session: Session, person: Person, *, today: date) -> list[PlanLine]:
    """Every entry that the person sees, of whatever year, by month."""
    return _lines(session, _seen(person), today)


def find_entry(session: Session, person: Person, entry_id: int) -> PlanEntry | None:
    """One entry that the person sees."""
    return session.scalar(_whole().where(PlanEntry.id == entry_id, _seen(person)))


def line_of(session: Session, entry: PlanEntry, *, today: date) -> PlanLine:
    """How far one entry is."""
    return _line(entry, _rounds(session, [entry]), today)


def entry_of_cycle(session: Session, person: Person, cycle: Cycle) -> PlanEntry | None:
    """The entry whose cycle it is, where the person sees it."""
    return session.scalar(select(PlanEntry).where(PlanEntry.cycle_id == cycle.id, _seen(person)))


def what_it_lacks(session: Session, year: int) -> tuple[Lack, ...]:
    """What the whole plan of a year lacks."""
    rows = session.execute(
        select(PlanEntry.kind, PlanEntry.month).where(PlanEntry.month.in_(months_of(year)))
    )
    return lacking({(kind, month) for kind, month in rows}, year)


def add_entry(
    session: Session, draft: PlanDraft, *, by: Person | None, at: datetime, key: str = ""
) -> PlanEntry:
    """Plan an audit; PlanFault where its form or its auditor does not fit."""
    _check(session, draft, None)
    entry = PlanEntry(key=key or _free_key(session, draft))
    _write(entry, draft)
    session.add(entry)
    session.flush()
    detail = {"kind": draft.kind, "month": draft.month, "report_on": _iso(draft.report_on)}
    record_history(session, by, "added", "plan entry", entry.id, at=at, detail=detail)
    return entry


def change_entry(
    session: Session,
    entry: PlanEntry,
    draft: PlanDraft,
    *,
    reason: MoveReason | None,
    by: Person | None,
    at: datetime,
) -> None:
    """Change an entry; PlanFault where a date moves without a reason."""
    before = entry.draft
    if before == draft:
        return
    moved = before.dates != draft.dates
    if moved and reason is None:
        raise PlanFault("Say why the date moves. Nothing was changed.")
    if entry.cycle_id is not None and (before.form, before.kind) != (draft.form, draft.kind):
        raise PlanFault("Its cycle is open, so kind and form stay. Nothing was changed.")
    _check(session, draft, entry)
    _write(entry, draft)
    session.flush()
    detail: dict[str, object] = {
        name: [_iso(old), _iso(new)]
        for name in ("kind", "form", "month", "due_on", "auditor_id", "report_on", "exempt")
        if (old := getattr(before, name)) != (new := getattr(draft, name))
    }
    if moved and reason is not None:
        detail["reason"] = reason.value
    record_history(session, by, "changed", "plan entry", entry.id, at=at, detail=detail)


def remove_entry(session: Session, entry: PlanEntry, *, by: Person, at: datetime) -> None:
    """Take an entry out of the plan; PlanFault once it has a cycle, or while one repeats it."""
    if entry.cycle_id is not None:
        raise PlanFault("Its cycle is open, so it stays in the plan. Nothing was changed.")
    repeats = select(PlanEntry.id).where(PlanEntry.repeats_entry_id == entry.id)
    if session.scalar(repeats.limit(1)) is not None:
        raise PlanFault("A re-audit repeats it, so it stays in the plan. Nothing was changed.")
    detail = {"kind": entry.kind, "month": entry.month}
    record_history(session, by, "removed", "plan entry", entry.id, at=at, detail=detail)
    session.delete(entry)
    session.flush()


def take_up(session: Session, cycle: Cycle, entry: PlanEntry | None = None) -> PlanEntry | None:
    """Give a cycle to its entry: to this one, or to the first of its form and month without one.

    None where there is none, or another cycle took it at the same moment.
    """
    if entry is None:
        entry = session.scalar(
            select(PlanEntry)
            .where(
                PlanEntry.form == cycle.form_version.key,
                PlanEntry.month == cycle.month,
                PlanEntry.cycle_id.is_(None),
            )
            .order_by(PlanEntry.id)
            .limit(1)
        )
    elif entry.form != cycle.form_version.key or entry.cycle_id is not None:
        raise PlanFault("The entry has another form, or a cycle already. Nothing was changed.")
    if entry is None:
        return None
    free = update(PlanEntry).where(PlanEntry.id == entry.id, PlanEntry.cycle_id.is_(None))
    session.execute(free.values(cycle_id=cycle.id))
    session.refresh(entry)
    return entry if entry.cycle_id == cycle.id else None


def repeated_words(session: Session, entry: PlanEntry) -> str:
    """What a re-audit repeats, as its title or the cycle's name; empty where it repeats nothing."""
    match entry.repeats:
        case Repeated.ENTRY, number:
            return session.scalar(select(PlanEntry.title).where(PlanEntry.id == number)) or ""
        case Repeated.CYCLE, number:
            return session.scalar(select(Cycle.name).where(Cycle.id == number)) or ""
        case Repeated.FINDING, number:
            found = session.execute(
                select(Cycle.name, Finding.theme)
                .join(Cycle, Cycle.id == Finding.cycle_id)
                .where(Finding.id == number)
            ).one()
            return f"{found.name}, a finding on {found.theme.replace('_', ' ')}"
    return ""


def repeatable(session: Session, entry: PlanEntry | None) -> list[tuple[str, str]]:
    """What an entry could repeat, as `cycle-7` with its words: other entries, cycles and confirmed
    findings, the newest first.
    """
    entries = session.scalars(select(PlanEntry).order_by(PlanEntry.month.desc(), PlanEntry.id))
    cycles = session.scalars(select(Cycle).order_by(Cycle.month.desc(), Cycle.id.desc())).all()
    findings = session.execute(
        select(Finding.id, Finding.theme, Cycle.name)
        .join(Cycle, Cycle.id == Finding.cycle_id)
        .where(Finding.state == FindingState.CONFIRMED)
        .order_by(Cycle.month.desc(), Finding.id.desc())
    )
    return [
        *(
            (f"entry-{one.id}", f"Planned {one.month}: {one.title}")
            for one in entries
            if entry is None or one.id != entry.id
        ),
        *((f"cycle-{one.id}", f"Cycle {one.month}: {one.name}") for one in cycles),
        *(
            (f"finding-{number}", f"Finding {number} on {theme.replace('_', ' ')}, {name}")
            for number, theme, name in findings
        ),
    ]


def _seen(person: Person | None) -> ColumnElement[bool]:
    """Condition: the entries that the person sees.

    Where the reach is `own`: they are named for it, or nobody is and their role audits it, or they
    audit in its cycle.
    """
    if person is None:
        return true()
    return or_(
        false(), *(_of_grant(person, grant) for grant in grants_of(person, Permission.READ_PLAN))
    )


def _of_grant(person: Person, grant: Grant) -> ColumnElement[bool]:
    roles = [role for role in AUDITORS if role in person.role_names]
    audits = select(CycleAuditor.cycle_id).where(CycleAuditor.person_id == person.id)
    own = or_(
        PlanEntry.auditor_id == person.id,
        and_(PlanEntry.auditor_id.is_(None), PlanEntry.role.in_(roles)),
        PlanEntry.cycle_id.in_(audits),
    )
    seen = true() if grant.reach is Reach.ALL else own
    match grant.scope.kind:
        case ScopeKind.THEME:
            return and_(seen, PlanEntry.form == grant.scope.theme)
        case ScopeKind.CYCLE:
            return and_(seen, PlanEntry.cycle_id == grant.scope.cycle_id)
        case ScopeKind.TEAM:
            return false()
        case None:
            return seen


def _whole() -> Select[PlanEntry]:
    return select(PlanEntry).options(
        joinedload(PlanEntry.auditor), joinedload(PlanEntry.cycle).joinedload(Cycle.form_version)
    )


def _lines(session: Session, seen: ColumnElement[bool], today: date) -> list[PlanLine]:
    query = _whole().where(seen).order_by(PlanEntry.month, PlanEntry.report_on, PlanEntry.id)
    entries = session.scalars(query).all()
    rounds = _rounds(session, entries)
    return [_line(entry, rounds, today) for entry in entries]


def _line(entry: PlanEntry, rounds: dict[int, RoundFacts], today: date) -> PlanLine:
    facts = rounds.get(entry.cycle_id) if entry.cycle_id is not None else None
    draft = entry.draft
    return PlanLine(
        entry, plan_state(facts), plan_late(draft, facts, today), next_day(draft, facts)
    )


def _rounds(session: Session, entries: Collection[PlanEntry]) -> dict[int, RoundFacts]:
    """How far the cycles of these entries are."""
    cycles = [entry.cycle for entry in entries if entry.cycle is not None]
    ids = [cycle.id for cycle in cycles]
    if not ids:
        return {}
    submitted = case((Allocation.state == AuditState.SUBMITTED, 1), else_=0)
    counted = select(
        Allocation.cycle_id, func.sum(case((is_due(), 1), else_=0)), func.sum(submitted)
    ).where(Allocation.cycle_id.in_(ids))
    counts = {
        key: (due, done)
        for key, due, done in session.execute(counted.group_by(Allocation.cycle_id))
    }
    published = set(
        session.scalars(
            select(Edition.cycle_id).where(
                Edition.cycle_id.in_(ids), Edition.state == EditionState.PUBLISHED
            )
        )
    )
    return {
        cycle.id: RoundFacts(
            due_on=cycle.due_on,
            drawn=cycle.state is not CycleState.OPEN,
            closed=cycle.state is CycleState.CLOSED,
            published=cycle.id in published,
            due=counts.get(cycle.id, (0, 0))[0],
            submitted=counts.get(cycle.id, (0, 0))[1],
        )
        for cycle in cycles
    }


def _check(session: Session, draft: PlanDraft, entry: PlanEntry | None) -> None:
    """PlanFault where the form is not published, or is not for those who audit."""
    if draft.form:
        version = latest_form(session, draft.form)
        if version is None:
            raise PlanFault(f"No form “{draft.form}” is published. Nothing was changed.")
        if load_form(version).auditors != draft.role:
            raise PlanFault(
                f"With the form “{version.title}” others audit than you chose. Nothing was changed."
            )
    if draft.auditor_id is not None:
        person = session.get(Person, draft.auditor_id)
        if person is None or not person.active or draft.role not in person.role_names:
            raise PlanFault("Whoever is named does not audit in this role. Nothing was changed.")
    if draft.repeats is not None:
        _check_repeated(session, draft, draft.repeats, entry)


def _check_repeated(
    session: Session, draft: PlanDraft, repeats: tuple[Repeated, int], entry: PlanEntry | None
) -> None:
    kind, number = repeats
    months = {
        Repeated.ENTRY: select(PlanEntry.month).where(PlanEntry.id == number),
        Repeated.CYCLE: select(Cycle.month).where(Cycle.id == number),
        Repeated.FINDING: select(Cycle.month)
        .join(Finding, Finding.cycle_id == Cycle.id)
        .where(Finding.id == number),
    }
    month = session.scalar(months[kind])
    itself = entry is not None and kind is Repeated.ENTRY and number == entry.id
    if month is None or itself or month > draft.month:
        raise PlanFault("A re-audit repeats something of an earlier month. Nothing was changed.")


def _write(entry: PlanEntry, draft: PlanDraft) -> None:
    for name in ("kind", "title", "month", "role", "cohort", "due_on", "auditor_id", "body"):
        setattr(entry, name, getattr(draft, name))
    entry.form = draft.form or None
    entry.report_on, entry.exempt = draft.report_on, draft.exempt
    for kind in Repeated:
        number = draft.repeats[1] if draft.repeats and draft.repeats[0] is kind else None
        setattr(entry, f"repeats_{kind}_id", number)


def _free_key(session: Session, draft: PlanDraft) -> str:
    """A key that no entry has, from kind and month."""
    read_month(draft.month)
    stem = re.sub(r"[^a-z0-9]+", "_", f"{draft.kind}_{draft.month}")
    taken: Sequence[str] = session.scalars(
        select(PlanEntry.key).where(PlanEntry.key.startswith(stem))
    ).all()
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
