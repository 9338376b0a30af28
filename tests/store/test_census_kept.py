"""What is kept of a census: factors by entry, pseudonyms of who did not match; gone with both."""

from __future__ import annotations

from datetime import date

from factories import AT, KEY, make_entry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.caseload.values import Caseload, CensusJoin
from audit_app.store.caseload import discard_extract, store_extract, use_extract
from audit_app.store.census import CensusMatch, census_match, unmatched_children
from audit_app.store.purging import _purge_extracts
from audit_app.store.references import case_reference, rotate_references
from audit_app.store.subject_access import case_files_asked_for, everything_about
from audit_app.store.tables import CaseFile, CensusStranger, EntryFactor, Extract


def make_extract(session: Session, as_at: date = date(2026, 11, 1)) -> Extract:
    """Two children in both files, one in the extract alone and two in the census alone."""
    assessed = {"in_census": True, "assessed_on": date(2026, 9, 1), "factors": ("3A", "16A")}
    entries = (
        make_entry(1, **assessed),
        make_entry(2, in_census=True),
        make_entry(3, in_census=False),
    )
    census = CensusJoin(children=4, strangers=("secret1", "secret2"))
    caseload = Caseload(entries, 3, (), (), (), census=census)
    return store_extract(session, caseload, as_at=as_at, by=None, key=KEY, at=AT)


def counted(session: Session) -> tuple[int, int]:
    return tuple(
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (EntryFactor, CensusStranger)
    )  # type: ignore[return-value]


def test_who_matched_and_who_did_not(session: Session) -> None:
    extract = make_extract(session)
    assert census_match(session, extract) == CensusMatch(
        children=4, matched=2, assessed=1, not_in_census=1, not_in_extract=2
    )
    rows = unmatched_children(session, extract)
    assert [where for _, where in rows] == [
        "In the extract, not in the census",
        *["In the census, not in the extract"] * 2,
    ]
    assert {reference for reference, _ in rows[1:]} == {
        case_reference(KEY, "secret1"),
        case_reference(KEY, "secret2"),
    }
    assert "secret" not in repr(rows)


def test_a_child_known_from_another_extract_keeps_the_reference(session: Session) -> None:
    entry = make_entry(9, council_id="Secret1")
    first = Caseload((entry,), 1, (), (), ())
    store_extract(session, first, as_at=date(2026, 10, 1), by=None, key=KEY, at=AT)
    known = session.scalar(select(CaseFile.reference))
    assert known in {
        reference for reference, _ in unmatched_children(session, make_extract(session))
    }


def test_discarding_forgets_all_of_it(session: Session) -> None:
    extract = make_extract(session)
    assert counted(session) == (2, 2)
    discard_extract(session, extract)
    assert counted(session) == (0, 0)


def test_a_purge_takes_factors_and_pseudonyms(session: Session) -> None:
    old = make_extract(session, date(2016, 1, 1))
    use_extract(session, old, replace=False, at=AT)
    new = make_extract(session)
    use_extract(session, new, replace=False, at=AT)
    _purge_extracts(session, date(2020, 1, 1), AT)
    assert counted(session) == (2, 2)
    assert set(session.scalars(select(EntryFactor.extract_id))) == {new.id}
    assert set(session.scalars(select(CensusStranger.extract_id))) == {new.id}


def test_pseudonyms_that_cannot_be_made_anew_go_with_the_key(session: Session) -> None:
    extract = make_extract(session)
    rotate_references(session, b"another key, thirty-two bytes long", at=AT)
    assert counted(session) == (2, 0)
    assert census_match(session, extract).children == 4  # type: ignore[union-attr]


def test_subject_access_gives_out_factors_and_censuses_that_named_the_child(
    session: Session,
) -> None:
    use_extract(session, make_extract(session), replace=False, at=AT)
    child = case_files_asked_for(session, "1001")[0]
    told = everything_about(session, child, at=AT)
    assert told["extracts"][0]["factors"] == ["3A", "16A"]
    assert told["extracts"][0]["assessed_on"] == "2026-09-01"
    assert told["censuses_without_it_in_the_extract"] == []

    later = Caseload((make_entry(9, council_id="secret1"),), 1, (), (), ())
    store_extract(session, later, as_at=date(2026, 11, 8), by=None, key=KEY, at=AT)
    known = everything_about(session, case_files_asked_for(session, "secret1")[0], at=AT)
    assert [one["as_at"] for one in known["censuses_without_it_in_the_extract"]] == ["2026-11-01"]
