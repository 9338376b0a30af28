"""Importing a caseload on the site: what is said, what is kept, and what never shows."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from factories import make_extract
from sqlalchemy import func, select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.tables import CaseFile, CaseloadEntry, Extract, ExtractState, HistoryEntry

HEADINGS = "Child Unique ID,Case status,Allocated Team,CIN Start Date,Date of Birth"
DAY = {"as_at": ["1", "11", "2026"]}


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def lead(as_role):
    return as_role(Role.QA_LEAD)


def csv_file(rows=3, *, bad=0, headings=HEADINGS):
    lines = [headings]
    for number in range(rows):
        born = "31/02/2015" if number < bad else "01/02/2015"
        lines.append(f"CANARY{number:03},b) Child Protection plan,North,01/02/2026,{born}")
    return BytesIO("\n".join(lines).encode()), "caseload.csv"


def upload(client, file=None, **more):
    return client.send("/caseload/import", DAY | {"file": file or csv_file()} | more)


def left_behind():
    return list(Path(tempfile.gettempdir()).glob("caseload-*"))


def test_a_file_is_read_shown_and_only_then_used(lead, session):
    read = upload(lead)
    assert read.status_code == 302
    page = lead.get(read.location)
    facts = text_of(next(e for e in parse(page.text).iter("dl")))
    assert facts.startswith("Rows read3 Case files3 Doubtful places")
    assert "Child protection plan" in page.text
    extract = session.scalars(select(Extract)).one()
    assert (extract.state, extract.as_at) == (ExtractState.READ, date(2026, 11, 1))

    used = lead.send(f"{read.location}/use")
    assert used.location == "/caseload"
    assert "The extract is in use." in lead.get("/caseload").text
    session.rollback()
    assert extract.state is ExtractState.IN_USE
    done = session.execute(select(HistoryEntry.action, HistoryEntry.subject)).all()
    assert done == [("read", "extract"), ("imported", "extract")]


def test_no_page_shows_an_id_of_the_council_and_no_file_is_left(lead, session):
    before = left_behind()
    place = upload(lead, csv_file(bad=2)).location
    lead.send(f"{place}/use")
    again = upload(lead).location
    pages = [lead.get(path) for path in ("/caseload", place, again, f"{place}?page=9")]
    assert all(page.status_code == 200 for page in pages)
    assert not any("canary" in page.text.lower() for page in pages)
    assert left_behind() == before
    assert session.scalar(select(CaseFile.council_id).limit(1)) == "CANARY000"


def test_the_file_is_deleted_even_when_reading_breaks_down(lead, session, monkeypatch):
    seen = []

    def break_down(path, **_more):
        seen.append((path, path.exists()))
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("audit_app.web.caseload.routes.read_caseload", break_down)
    assert upload(lead).status_code == 500
    path, existed = seen[0]
    assert existed
    assert not path.exists()
    assert session.scalar(select(func.count()).select_from(Extract)) == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old.xls", "xlsx"),
        (b"", "empty.csv", "nothing was imported"),
        (b"A,B,C,D,E\n1,2,3,4,5\n", "other.csv", "nothing was imported"),
        (b"%PDF-1.7", "x.pdf", "nothing was imported"),
    ],
)
def test_a_refused_file_is_said_at_the_field_and_changes_nothing(
    lead, session, content, name, words
):
    answer = upload(lead, (BytesIO(content), name))
    assert answer.status_code == 200
    assert words in errors_of(answer.text)["#file"]
    assert answer.text.count(errors_of(answer.text)["#file"][:60]) == 2
    assert session.scalar(select(func.count()).select_from(Extract)) == 0
    assert session.scalar(select(func.count()).select_from(HistoryEntry)) == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["", "", ""], "Enter the day on which the extract was made"),
        (["31", "2", "2026"], "Date of the extract must be a real date, such as 30 11 2026"),
        (["1", "11", "20"], "Date of the extract must be a real date, such as 30 11 2026"),
        (["23", "11", "2026"], "The date of the extract must be today or in the past"),
        (["1"], "Date of the extract must be a real date, such as 30 11 2026"),
    ],
)
def test_a_day_that_is_none_is_said_and_kept(lead, typed, words):
    answer = upload(lead, as_at=typed)
    assert errors_of(answer.text) == {"#as_at-day": words}
    shown = [
        e.get("value") or "" for e in parse(answer.text).iter("input") if e.get("name") == "as_at"
    ]
    assert shown == [*typed, "", ""][:3]


def test_no_file_is_said(lead):
    answer = lead.send("/caseload/import", DAY)
    assert errors_of(answer.text)["#file"].startswith("Choose the caseload file")


def test_a_mapping_names_headings_of_the_councils_own(lead, session):
    own = "Person number,Plan,Current team,Opened,Born"
    assert upload(lead, csv_file(headings=own)).status_code == 200
    mapping = "council_id: Person number\nstatus: Plan\nteam: Current team\ncin_start: Opened\n"
    read = upload(lead, csv_file(headings=own), mapping=(BytesIO(mapping.encode()), "ours.yml"))
    assert read.status_code == 302
    assert session.scalar(select(func.count()).select_from(CaseloadEntry)) == 3
    bad = upload(lead, mapping=(BytesIO(b"nickname: X\n"), "ours.yml"))
    assert "nickname" in errors_of(bad.text)["#mapping"]


def test_an_extract_of_the_same_day_is_replaced_only_when_said(lead, session):
    first = upload(lead).location
    lead.send(f"{first}/use")
    second = upload(lead, csv_file(5)).location
    assert "with 3 case files is in use already" in lead.get(second).text
    for choice in ({}, {"replace": "no"}, {"replace": "perhaps"}):
        answer = lead.send(f"{second}/use", choice)
        assert errors_of(answer.text)["#replace"].startswith("Nothing was changed")
    old, new = session.scalars(select(Extract).order_by(Extract.id))
    assert (old.replaced_at, new.state) == (None, ExtractState.READ)
    assert lead.send(f"{second}/use", {"replace": "yes"}).status_code == 302
    session.rollback()
    assert old.replaced_at is not None
    assert new.state is ExtractState.IN_USE
    assert "Replaced" in lead.get("/caseload").text


def test_an_extract_can_be_discarded_until_it_is_used(lead, session):
    place = upload(lead).location
    assert lead.send(f"{place}/discard").location == "/caseload"
    assert session.scalar(select(func.count()).select_from(CaseFile)) == 0
    assert lead.get(place).status_code == 404
    used = upload(lead).location
    lead.send(f"{used}/use")
    lead.send(f"{used}/discard")
    assert "cannot be discarded" in lead.get("/caseload").text
    lead.send(f"{used}/use", {"replace": "yes"})
    assert "in use already" in lead.get("/caseload").text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Extract)) == 1


def test_doubtful_places_stand_fifty_to_a_page(lead):
    place = upload(lead, csv_file(120, bad=120)).location
    rows = []
    for page in (1, 2, 3):
        tree = parse(lead.get(f"{place}?page={page}").text)
        table = list(tree.iter("table"))[-1]
        rows.append([text_of(row) for row in table.iter("tr")][1:])
    assert [len(part) for part in rows[:2]] == [50, 50]
    assert len({row for part in rows for row in part}) == sum(map(len, rows)) >= 120
    assert rows[0][-1].split()[2] == "51" or "CSV file" in rows[0][-1]
    links = [e for e in tree.iter("a") if "pagination" in (e.get("class") or "")]
    assert [e.get("href") for e in links if e.get("aria-current")] == [f"{place}?page=3"]


def test_the_list_does_not_ask_once_an_extract(lead, session, database):
    def queries():
        with counted_queries(database) as sent:
            assert lead.get("/caseload").status_code == 200
        return len(sent)

    make_extract(session, as_at=date(2026, 9, 1))
    session.commit()
    few = queries()
    for day in range(1, 9):
        make_extract(session, as_at=date(2026, 10, day))
    session.commit()
    assert queries() == few


def test_only_the_newest_extract_is_said_to_be_in_use(lead, session):
    older = make_extract(session, as_at=date(2026, 10, 1))
    newer = make_extract(session, as_at=date(2026, 11, 1))
    session.commit()
    listed = text_of(parse(lead.get("/caseload").text))
    assert listed.count("In use") == 1
    assert "Earlier" in listed
    assert "samples are drawn from it" in lead.get(f"/caseload/{newer.id}").text
    assert "A newer extract is in use" in lead.get(f"/caseload/{older.id}").text
