"""Extracts of the caseload: storing one, taking it into use, and the case files it names."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ScalarSelect, Select, delete, func, insert, select
from sqlalchemy.orm import Session, aliased, selectinload

from audit_app.caseload.values import CaseEntry, Caseload, CaseStatus
from audit_app.core.faults import Refusal
from audit_app.core.question_bank import Subject
from audit_app.store.census import store_census
from audit_app.store.council_keys import council_key, worker_key
from audit_app.store.front_door import store_front_door
from audit_app.store.people import team_named
from audit_app.store.references import check_key, new_references, taken_references
from audit_app.store.tables import (
    CaseFile,
    CaseloadEntry,
    CaseloadEvent,
    DoubtfulRow,
    Extract,
    ExtractState,
    FormerReference,
    FrameEntry,
    LegalHold,
    Person,
    Team,
)

_SAME_NAME = (
    "date_of_birth",
    "unborn",
    "need_code",
    "cin_start",
    "cin_closure",
    "last_seen",
    "plan_start",
    "plan_end",
    "plan_category",
    "last_statutory_visit",
    "seen_alone",
    "last_review_conference",
    "last_referral",
    "last_assessment_start",
    "last_assessment_authorised",
    "last_strategy_discussion",
    "in_census",
    "assessed_on",
)


class ExtractFault(Refusal):
    """One sentence: why the extract was not taken into use."""


def current_extract_id(subject: Subject = Subject.CASE_FILE) -> ScalarSelect[int]:
    """The id of the extract in use with the latest day, as a subquery."""
    return (
        select(Extract.id)
        .where(
            Extract.subject == subject,
            Extract.state == ExtractState.IN_USE,
            Extract.replaced_at.is_(None),
        )
        .order_by(Extract.as_at.desc(), Extract.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def current_extract_ids() -> Select[int]:
    """The id of each subject's extract in use with the latest day, to be asked `in_`."""
    newer = aliased(Extract)
    later = select(newer.id).where(
        newer.subject == Extract.subject,
        newer.state == ExtractState.IN_USE,
        newer.replaced_at.is_(None),
        newer.as_at > Extract.as_at,
    )
    return select(Extract.id).where(
        Extract.state == ExtractState.IN_USE,
        Extract.replaced_at.is_(None),
        ~later.correlate(Extract).exists(),
    )


def current_extract(session: Session, subject: Subject = Subject.CASE_FILE) -> Extract | None:
    """The extract in use with the latest day."""
    return session.scalar(select(Extract).where(Extract.id == current_extract_id(subject)))


def extracts(session: Session) -> list[Extract]:
    """Every extract, newest day first."""
    return list(session.scalars(select(Extract).order_by(Extract.as_at.desc(), Extract.id.desc())))


def doubtful_counts(session: Session) -> dict[int, int]:
    """How many places of each extract were doubtful; those with none are left out."""
    counted = select(DoubtfulRow.extract_id, func.count()).group_by(DoubtfulRow.extract_id)
    return dict(session.execute(counted).all())


def find_extract(session: Session, extract_id: int) -> Extract | None:
    """One extract with its doubtful rows."""
    return session.scalar(
        select(Extract).where(Extract.id == extract_id).options(selectinload(Extract.doubtful))
    )


def store_extract(
    session: Session,
    caseload: Caseload,
    *,
    as_at: date,
    by: Person | None,
    key: bytes,
    at: datetime,
) -> Extract:
    """Keep what was read, not yet in use; the file itself is not kept.

    ReferenceFault when `key` is not the one that the references in use were made with.
    """
    check_key(session, key, at=at)
    extract = Extract(
        subject=caseload.subject,
        as_at=as_at,
        state=ExtractState.READ,
        imported_at=at,
        imported_by_id=by.id if by is not None else None,
        rows_read=caseload.rows_read,
        case_file_count=len(caseload.entries),
        unmatched_count=len(caseload.unmatched),
        census_count=caseload.census.children if caseload.census else None,
        doubtful=[
            DoubtfulRow(sheet=d.sheet, row=d.row, column=d.column, what=d.what)
            for d in caseload.doubtful
        ],
    )
    session.add(extract)
    session.flush()
    files = _case_files(session, caseload, key)
    team_ids = {
        name: team_named(session, name).id
        for name in sorted({entry.team for entry in caseload.entries if entry.team})
    }
    if caseload.entries:
        session.execute(
            insert(CaseloadEntry),
            [_entry_row(extract.id, entry, files, team_ids) for entry in caseload.entries],
        )
    store_events(session, extract, caseload, files)
    store_front_door(session, extract, caseload)
    store_census(session, extract, caseload, files, key)
    return extract


def store_events(
    session: Session, extract: Extract, caseload: Caseload, files: dict[str, int]
) -> None:
    """Keep every event of the extract; of an entry without a list of them, its latest ones."""
    rows = [
        {
            "extract_id": extract.id,
            "case_file_id": files[council_key(entry.council_id)],
            "kind": kind,
            "happened_on": day,
        }
        for entry in caseload.entries
        for kind, day in entry.events or _latest_events(entry)
    ]
    if rows:
        session.execute(insert(CaseloadEvent), rows)


def _latest_events(entry: CaseEntry) -> list[tuple[str, date]]:
    latest = (
        ("referral", entry.last_referral),
        ("assessment", entry.last_assessment_start),
        ("strategy_discussion", entry.last_strategy_discussion),
    )
    return [(kind, day) for kind, day in latest if day is not None]


def use_extract(session: Session, extract: Extract, *, replace: bool, at: datetime) -> None:
    """Take an extract into use. One of the same day is replaced only where `replace` says so."""
    if extract.state is not ExtractState.READ:
        raise ExtractFault("This extract is in use already. Nothing was changed.")
    same_day = in_use_of(session, extract.as_at, extract.subject)
    if same_day is not None:
        if not replace:
            raise ExtractFault(
                f"An extract as at {extract.as_at:%d/%m/%Y} is in use already. Nothing was "
                "changed. Say that it is to be replaced, or give another day."
            )
        same_day.replaced_at = at
        session.flush()
    extract.state = ExtractState.IN_USE
    session.flush()


def in_use_of(
    session: Session, as_at: date, subject: Subject = Subject.CASE_FILE
) -> Extract | None:
    """The extract in use for exactly this day."""
    return session.scalar(
        select(Extract).where(
            Extract.subject == subject,
            Extract.state == ExtractState.IN_USE,
            Extract.replaced_at.is_(None),
            Extract.as_at == as_at,
        )
    )


def discard_extract(session: Session, extract: Extract) -> None:
    """Delete an extract that was read and not taken into use, and case files only it named.

    One that was drawn, held or renamed stays, though its rows of other extracts were purged.
    """
    if extract.state is not ExtractState.READ:
        raise ExtractFault("An extract in use cannot be discarded. Nothing was changed.")
    session.execute(delete(CaseloadEntry).where(CaseloadEntry.extract_id == extract.id))
    session.delete(extract)
    session.flush()
    keepers = (CaseloadEntry, FrameEntry, LegalHold, FormerReference)
    kept = (CaseFile.id.not_in(select(keeper.case_file_id)) for keeper in keepers)
    session.execute(delete(CaseFile).where(*kept))


def status_counts(session: Session, extract: Extract) -> list[tuple[str | None, int]]:
    """How many case files the extract has of each status."""
    rows = session.execute(
        select(CaseloadEntry.status, func.count())
        .where(CaseloadEntry.extract_id == extract.id)
        .group_by(CaseloadEntry.status)
        .order_by(CaseloadEntry.status)
    )
    return [(status, count) for status, count in rows]


def team_counts(session: Session, extract: Extract) -> list[tuple[str | None, int]]:
    """How many entries the extract has of each team."""
    rows = session.execute(
        select(Team.name, func.count())
        .select_from(CaseloadEntry)
        .outerjoin(Team, Team.id == CaseloadEntry.team_id)
        .where(CaseloadEntry.extract_id == extract.id)
        .group_by(Team.name)
        .order_by(Team.name)
    )
    return [(team, count) for team, count in rows]


def _case_files(session: Session, caseload: Caseload, key: bytes) -> dict[str, int]:
    """The ids by council key of what is named, made where they are not there yet."""
    subject = caseload.subject
    there = select(CaseFile.council_key, CaseFile.id).where(CaseFile.subject == subject)
    known = dict(session.execute(there).all())
    unknown = {
        folded: entry
        for entry in caseload.entries
        if (folded := council_key(entry.council_id)) not in known
    }
    if not unknown:
        return known
    references = (
        {folded: entry.council_id for folded, entry in unknown.items()}
        if subject is Subject.AGENCY
        else new_references(key, unknown, taken_references(session), subject)
    )
    session.execute(
        insert(CaseFile),
        [
            {
                "subject": subject,
                "council_id": entry.council_id,
                "council_key": folded,
                "child_key": council_key(entry.child_id) if entry.child_id else None,
                "reference": references[folded],
            }
            for folded, entry in unknown.items()
        ],
    )
    return dict(session.execute(there).all())


def _entry_row(
    extract_id: int, entry: CaseEntry, files: dict[str, int], team_ids: dict[str, int]
) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(entry, name) for name in _SAME_NAME}
    return row | {
        "extract_id": extract_id,
        "case_file_id": files[council_key(entry.council_id)],
        "status": entry.status.value if isinstance(entry.status, CaseStatus) else None,
        "team_id": team_ids.get(entry.team or ""),
        "worker": entry.worker,
        "worker_key": worker_key(entry.worker) if entry.worker else None,
        "supervisor": entry.supervisor,
        "supervisor_key": worker_key(entry.supervisor) if entry.supervisor else None,
        "local": dict(entry.local),
    }
