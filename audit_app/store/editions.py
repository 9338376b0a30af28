"""Editions: compiled reports, who may read them, and publishing by another person."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission
from audit_app.core.independence import is_own_report
from audit_app.core.lifecycle import EditionState, IllegalMove, check_move
from audit_app.store.routes import settle_routes
from audit_app.store.scopes import editions_within, may_within
from audit_app.store.tables import Cycle, Edition, Person


def latest_edition(session: Session, cycle: Cycle, design: str) -> Edition | None:
    """The cycle's edition of this design that was compiled last."""
    return session.scalar(
        select(Edition)
        .where(Edition.cycle_id == cycle.id, Edition.design == design)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def store_edition(
    session: Session,
    cycle: Cycle,
    *,
    design: str,
    number: int,
    title: str,
    data_cut_off: date,
    data_hash: str,
    content: bytes,
    page_count: int,
    by_id: int | None,
    at: datetime,
) -> Edition:
    """Keep a compiled report with its hash."""
    edition = Edition(
        cycle_id=cycle.id,
        design=design,
        number=number,
        title=title,
        state=EditionState.COMPILED,
        data_cut_off=data_cut_off,
        data_hash=data_hash,
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
        page_count=page_count,
        compiled_at=at,
        compiled_by_id=by_id,
    )
    session.add(edition)
    session.flush()
    return edition


def editions_for(session: Session, person: Person, cycle: Cycle | None = None) -> list[Edition]:
    """The editions that the person may read, newest first."""
    query = _readable_by(person).options(
        joinedload(Edition.cycle), joinedload(Edition.compiled_by), joinedload(Edition.approved_by)
    )
    if cycle is not None:
        query = query.where(Edition.cycle_id == cycle.id)
    return list(session.scalars(query.order_by(Edition.compiled_at.desc(), Edition.id.desc())))


def find_edition(session: Session, person: Person, edition_id: int) -> Edition | None:
    """One edition that the person may read."""
    return session.scalar(
        _readable_by(person)
        .where(Edition.id == edition_id)
        .options(
            joinedload(Edition.cycle),
            joinedload(Edition.compiled_by),
            joinedload(Edition.approved_by),
        )
    )


def publish_edition(edition: Edition, *, by: Person, at: datetime) -> None:
    """Approve and publish; IllegalMove for whoever compiled it, or approves other cycles only."""
    check_move(edition.state, EditionState.PUBLISHED)
    may = may_within(by, Permission.APPROVE_REPORTS, edition.cycle)
    if not may or is_own_report(edition.compiled_by_id, by.id):
        raise IllegalMove("A report is approved by another person than the one who compiled it.")
    edition.state = EditionState.PUBLISHED
    edition.approved_by_id = by.id
    edition.published_at = at
    settle_routes(edition, at=at)


def _readable_by(person: Person) -> Select[Edition]:
    """What waits for approval for those who compile or approve; otherwise what is published."""
    return select(Edition).where(editions_within(person))
