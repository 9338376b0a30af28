"""What a children in need census said of an extract's children, and who did not match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from audit_app.caseload.values import Caseload
from audit_app.core.factors import FACTORS
from audit_app.store.council_keys import council_key
from audit_app.store.references import new_references, taken_references
from audit_app.store.tables import (
    CaseFile,
    CaseloadEntry,
    CensusStranger,
    EntryFactor,
    Extract,
)

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class CensusMatch:
    """How an extract and the census read beside it matched, in children."""

    children: int
    matched: int
    assessed: int
    not_in_census: int
    not_in_extract: int


def store_census(
    session: Session, extract: Extract, caseload: Caseload, files: Mapping[str, int], key: bytes
) -> None:
    """Keep the factors of each entry, and a pseudonym of each child who is in no entry."""
    rows = [
        {
            "extract_id": extract.id,
            "case_file_id": files[council_key(entry.council_id)],
            "code": code,
            "place": FACTORS.index(code),
        }
        for entry in caseload.entries
        for code in entry.factors
    ]
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(EntryFactor), rows[begin : begin + _ROWS_AT_ONCE])
    if caseload.census is None or not caseload.census.strangers:
        return
    known = {k: files[k] for k in caseload.census.strangers if k in files}
    references = dict(
        session.execute(
            select(CaseFile.id, CaseFile.reference).where(CaseFile.id.in_(known.values()))
        ).all()
    )
    taken = taken_references(session)
    made = new_references(key, (k for k in caseload.census.strangers if k not in known), taken)
    session.execute(
        insert(CensusStranger),
        [
            {"extract_id": extract.id, "reference": reference}
            for reference in (*references.values(), *made.values())
        ],
    )


def census_match(session: Session, extract: Extract) -> CensusMatch | None:
    """How many matched; None where no census was read beside the extract."""
    if extract.census_count is None:
        return None
    matched, assessed, entries = session.execute(
        select(
            func.count().filter(CaseloadEntry.in_census.is_(True)),
            func.count(CaseloadEntry.assessed_on),
            func.count(),
        ).where(CaseloadEntry.extract_id == extract.id)
    ).one()
    strangers = session.scalar(
        select(func.count())
        .select_from(CensusStranger)
        .where(CensusStranger.extract_id == extract.id)
    )
    return CensusMatch(extract.census_count, matched, assessed, entries - matched, strangers or 0)


def unmatched_children(session: Session, extract: Extract) -> list[tuple[str, str]]:
    """Each child that did not match: the reference, and in which of the two files it stands."""
    lacking = session.scalars(
        select(CaseFile.reference)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .where(CaseloadEntry.extract_id == extract.id, CaseloadEntry.in_census.is_(False))
        .order_by(CaseFile.reference)
    )
    strangers = session.scalars(
        select(CensusStranger.reference)
        .where(CensusStranger.extract_id == extract.id)
        .order_by(CensusStranger.reference)
    )
    return [
        *((reference, "In the extract, not in the census") for reference in lacking),
        *((reference, "In the census, not in the extract") for reference in strangers),
    ]
