"""Extracts of the caseload, and the pseudonyms of case files."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from factories import AT, KEY, make_council, make_entry, make_extract, make_person
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from store.store_answers import every_row

from audit_app.caseload.values import Caseload, CaseStatus, Doubtful, Unmatched
from audit_app.core.access import Role
from audit_app.store.caseload import (
    ExtractFault,
    current_extract,
    discard_extract,
    doubtful_counts,
    extracts,
    find_extract,
    in_use_of,
    status_counts,
    store_extract,
    use_extract,
)
from audit_app.store.council_keys import council_key
from audit_app.store.database import Database
from audit_app.store.people import team_named, teams
from audit_app.store.references import case_reference
from audit_app.store.tables import CaseFile, CaseloadEntry, Extract

DAY = date(2026, 11, 1)
PATTERN = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")

ids = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


def read(session: Session, *numbers: int, as_at: date = DAY, **changes: object) -> Extract:
    """An extract that was read and is not yet in use."""
    entries = tuple(make_entry(number, **changes) for number in numbers)
    caseload = Caseload(
        entries,
        rows_read=len(entries) + 2,
        sheets=(),
        doubtful=(Doubtful("List_6", 4, "Date of Birth", "The year has two digits."),),
        unmatched=(Unmatched("List_7", 9, 2),),
    )
    return store_extract(session, caseload, as_at=as_at, by=None, key=KEY, at=AT)


def references(session: Session) -> dict[str, str]:
    return dict(session.execute(select(CaseFile.council_id, CaseFile.reference)).all())


@given(ids)
def test_a_reference_is_short_and_never_holds_the_id(council_id: str) -> None:
    reference = case_reference(KEY, council_key(council_id))
    assert PATTERN.fullmatch(reference)
    if len(council_id.strip()) > 3:
        assert council_id.strip().casefold() not in reference.casefold()


@given(ids)
def test_another_key_gives_another_reference(council_id: str) -> None:
    folded = council_key(council_id)
    assert case_reference(KEY, folded) == case_reference(KEY, folded)
    assert case_reference(KEY, folded) != case_reference(b"another key of this kind", folded)


def test_references_of_a_large_council_differ() -> None:
    assert len({case_reference(KEY, str(number)) for number in range(20_000)}) == 20_000


@pytest.mark.parametrize("spelled", ["AB12", " ab12", "Ab12 ", "\tab12\n"])
def test_spellings_of_one_id_are_one_case_file(spelled: str) -> None:
    assert council_key(spelled) == council_key("ab12")


def test_what_was_read_is_kept_but_not_in_use(session: Session) -> None:
    lead = make_person(session, Role.QA_LEAD)
    extract = store_extract(
        session, Caseload((make_entry(1),), 1, (), (), ()), as_at=DAY, by=lead, key=KEY, at=AT
    )
    assert extract.imported_by_id == lead.id
    assert (extract.rows_read, extract.case_file_count, extract.unmatched_count) == (1, 1, 0)
    assert current_extract(session) is None
    use_extract(session, extract, replace=False, at=AT)
    assert current_extract(session) is extract
    with pytest.raises(ExtractFault, match="in use already"):
        use_extract(session, extract, replace=True, at=AT)


def test_every_fact_of_an_entry_is_kept(session: Session) -> None:
    entry = make_entry(
        7,
        unborn=True,
        need_code="N1",
        cin_closure=date(2026, 10, 1),
        last_seen=date(2026, 9, 1),
        plan_end=date(2026, 9, 2),
        plan_category="Neglect",
        seen_alone="Yes",
        last_review_conference=date(2026, 9, 3),
        last_referral=date(2026, 9, 4),
        last_assessment_start=date(2026, 9, 5),
        last_assessment_authorised=date(2026, 9, 6),
        last_strategy_discussion=date(2026, 9, 7),
        local={"Locality": "Harbour"},
        status=CaseStatus.CLOSED,
    )
    extract = store_extract(
        session, Caseload((entry,), 1, (), (), ()), as_at=DAY, by=None, key=KEY, at=AT
    )
    session.expire_all()
    row = session.scalars(select(CaseloadEntry).where(CaseloadEntry.extract_id == extract.id)).one()
    names = set(CaseloadEntry.__table__.columns.keys()) - {
        "extract_id",
        "case_file_id",
        "team_id",
        "worker_key",
        "supervisor_key",
    }
    assert row.worker_key == "worker 7"
    assert {name: getattr(row, name) for name in names} == {
        name: getattr(entry, name) for name in names
    }
    assert row.team is not None
    assert (row.team.name, row.case_file.council_id) == (entry.team, entry.council_id)


def test_counts_and_doubts_of_an_extract(session: Session) -> None:
    first, second = read(session, 1, 2, 3), read(session, 4, as_at=DAY - timedelta(days=31))
    assert (first.rows_read, first.case_file_count, first.unmatched_count) == (5, 3, 1)
    assert doubtful_counts(session) == {first.id: 1, second.id: 1}
    assert extracts(session) == [first, second]
    found = find_extract(session, first.id)
    assert found is not None
    assert [(d.sheet, d.row, d.column) for d in found.doubtful] == [("List_6", 4, "Date of Birth")]
    assert find_extract(session, 99) is None
    assert status_counts(session, first) == [("child_protection_plan", 3)]


def test_the_same_child_has_the_same_reference_in_every_extract(session: Session) -> None:
    read(session, 1, 2)
    before = references(session)
    later = tuple(make_entry(0, council_id=spelled) for spelled in (" 1001", "1003"))
    store_extract(session, Caseload(later, 2, (), (), ()), as_at=DAY, by=None, key=KEY, at=AT)
    assert references(session) == before | {"1003": case_reference(KEY, "1003")}
    letters = make_entry(0, council_id="ab12"), make_entry(0, council_id="AB12 ")
    for one in letters:
        store_extract(session, Caseload((one,), 1, (), (), ()), as_at=DAY, by=None, key=KEY, at=AT)
    assert len(references(session)) == 4


def test_the_newest_day_in_use_counts(session: Session) -> None:
    newest = make_extract(session, [make_entry(1)], as_at=DAY)
    make_extract(session, [make_entry(2)], as_at=DAY - timedelta(days=31))
    assert current_extract(session) is newest


def test_an_extract_of_the_same_day_is_replaced_only_when_asked(database: Database) -> None:
    with database.session() as session:
        make_extract(session, [make_entry(1)])
    before = every_row(database)
    with (
        pytest.raises(ExtractFault, match=r"01/11/2026 is in use already.*Nothing was changed"),
        database.session() as session,
    ):
        use_extract(session, read(session, 2, 3), replace=False, at=AT)
    assert every_row(database) == before
    with database.session() as session:
        first = current_extract(session)
        assert first is not None
        second = read(session, 2, 3)
        use_extract(session, second, replace=True, at=AT)
        assert first.replaced_at == AT
        assert in_use_of(session, DAY) is second
        assert current_extract(session) is second


def test_discarding_leaves_no_case_file_behind(database: Database) -> None:
    with database.session() as session:
        make_extract(session, [make_entry(1)])
        session.flush()
        team_named(session, "North")
    with database.session() as session:
        read_id = read(session, 1, 2, 3, as_at=DAY + timedelta(days=1), team="South").id
        assert session.scalar(select(func.count()).select_from(CaseFile)) == 3
    with database.session() as session:
        extract = find_extract(session, read_id)
        assert extract is not None
        discard_extract(session, extract)
    with database.session() as session:
        assert set(references(session)) == {"1001"}
        assert doubtful_counts(session) == {}
        assert len(extracts(session)) == 1


def test_an_extract_in_use_cannot_be_discarded(database: Database) -> None:
    with database.session() as session:
        make_council(session)
        extract = current_extract(session)
        assert extract is not None
    before = every_row(database)
    with pytest.raises(ExtractFault, match="cannot be discarded"), database.session() as session:
        discard_extract(session, session.merge(extract))
    assert every_row(database) == before


def test_spellings_of_one_team_are_one_team(session: Session) -> None:
    north = team_named(session, "North Team")
    for spelled in ("north team", " North  Team ", "NORTH\tTEAM"):
        assert team_named(session, spelled) is north
    read(session, 1, team="NORTH TEAM")
    manager = make_person(session, Role.SENIOR_MANAGER, team="North team")
    assert manager.team is north
    assert [team.name for team in teams(session)] == ["North Team"]


def test_discarding_spares_case_files_whose_rows_were_purged(session: Session) -> None:
    make_council(session)
    session.execute(delete(CaseloadEntry))
    read = Caseload((make_entry(99),), 1, (), (), ())
    extract = store_extract(session, read, as_at=DAY, by=None, key=KEY, at=AT)
    discard_extract(session, extract)
    left = set(session.scalars(select(CaseFile.council_id)))
    assert len(left) == 40
    assert "1099" not in left
