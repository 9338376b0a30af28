"""The history's pages: who sees what, the filter, paging, checking, and giving it out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from factories import AT, Council
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from web.page_checks import CheckedClient, errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app.anchors import FILE_NAME, Anchor, append_anchor
from audit_app.core.access import Role
from audit_app.store.database import Database
from audit_app.store.history import history_head, record_history
from audit_app.store.people import Scope, appoint
from audit_app.store.tables import HistoryEntry, Person
from audit_app.web.history import routes

AsRole = Callable[..., CheckedClient]


@pytest.fixture(autouse=True)
def anchor_folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own anchors, though the site is shared."""
    monkeypatch.setitem(app.config, "ANCHOR_FOLDER", tmp_path / "anchors")
    return tmp_path / "anchors"


@pytest.fixture
def lead(council: Council, signed_in: Callable[[Person], CheckedClient]) -> CheckedClient:
    return signed_in(council.lead)


@pytest.fixture
def kept(session: Session, council: Council) -> None:
    """A confirmed finding, and a refusal."""
    record_history(
        session,
        council.lead,
        "confirmed",
        "finding",
        4711,
        at=AT,
        detail={"state": ["draft", "confirmed"], "grade": ["requires_improvement", None]},
    )
    manager = council.managers[0]
    record_history(session, manager, "refused", "audit", 4712, at=AT + timedelta(days=1))
    record_history(session, None, "imported", "extract", 3, at=AT + timedelta(days=2))
    session.commit()


def rows_of(page: str) -> list[list[str]]:
    """The cells of the table, row by row, without the heading."""
    return [
        [text_of(cell) for cell in row if cell.tag in ("th", "td")]
        for row in parse(page).iter("tr")
    ][1:]


@pytest.mark.usefixtures("kept")
def test_each_row_is_in_plain_words(lead: CheckedClient, council: Council) -> None:
    rows = rows_of(lead.get("/history").text)
    assert rows[0][2:4] == ["Command line, or not signed in", "took extract 3 into use"]
    assert rows[1][2:4] == [council.managers[0].name, "was refused audit 4712"]
    assert rows[2][1:] == [
        "2 November 2026 at 09:00",
        council.lead.name,
        "confirmed finding 4711",
        "grade: requires improvement → nothing; state: draft → confirmed",
    ]


@pytest.mark.usefixtures("kept")
def test_an_administrator_sees_who_and_when_but_not_what_changed(as_role: AsRole) -> None:
    client = as_role(Role.ADMINISTRATOR)
    page = client.get("/history").text
    rows = rows_of(page)
    assert rows[2][2:] == ["Quality Lead", "confirmed a finding"]
    assert rows[1][3] == "was refused an audit"
    numbers = [row[0].removeprefix("Entry ") for row in rows[:3]]
    pages = [page, *(client.get(f"/history/{number}").text for number in numbers)]
    for one in pages:
        assert "4711" not in one
        assert "4712" not in one
        assert "draft" not in one
    assert client.send("/history/export/csv").status_code == 404


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.QA_LEAD)]
)
def test_nobody_else_reads_it(as_role: AsRole, role: Role) -> None:
    assert as_role(role).get("/history").status_code == 403


@pytest.mark.usefixtures("kept")
def test_a_lead_of_one_theme_does_not_see_what_changed(
    session: Session, person: Callable[..., Person], signed_in: Callable[[Person], CheckedClient]
) -> None:
    someone = person()
    appoint(session, someone, Role.QA_LEAD, scope=Scope(theme="monthly_sample"), at=AT)
    session.commit()
    assert "4711" not in signed_in(someone).get("/history").text


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("address", "deeds"),
    [
        ("subject=finding", ["confirmed finding 4711"]),
        ("action=REFUS", ["was refused audit 4712"]),
        ("person=quality.lead&action=confirmed", ["confirmed finding 4711"]),
        ("person=%25", []),
        (
            "from_day=4&from_day=11&from_day=2026&to_day=4&to_day=11&to_day=2026",
            ["took extract 3 into use"],
        ),
    ],
)
def test_the_filter(lead: CheckedClient, address: str, deeds: list[str]) -> None:
    page = lead.get(f"/history?{address}").text
    assert [row[3] for row in rows_of(page)] == deeds
    assert bool(deeds) != ("No entry is like that" in page)


def test_days_that_are_none_are_said(lead: CheckedClient) -> None:
    page = lead.get("/history?from_day=31&from_day=2&from_day=2026").text
    assert errors_of(page) == {"#from_day-day": "From must be a real date, such as 30 11 2026"}
    backwards = "from_day=2&from_day=11&from_day=2026&to_day=1&to_day=11&to_day=2026"
    assert errors_of(lead.get(f"/history?{backwards}").text) == {
        "#to_day-day": "The last day must not be before the first"
    }


def test_pages_lead_to_older_entries_and_back(
    session: Session, lead: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ROWS_A_PAGE", 3)
    for number in range(1, 9):
        record_history(session, None, "closed", "cycle", number, at=AT)
    session.commit()

    def seen(address: str) -> tuple[list[str], dict[str, str]]:
        page = lead.get(address).text
        links = {
            text_of(a): a.get("href") or ""
            for a in parse(page).iter("a")
            if text_of(a) in ("Newer entries", "Older entries")
        }
        return [row[3].removeprefix("closed cycle ") for row in rows_of(page)], links

    first, links = seen("/history?subject=cycle")
    assert (first, list(links)) == (["8", "7", "6"], ["Older entries"])
    second, links = seen(links["Older entries"])
    assert (second, list(links)) == (["5", "4", "3"], ["Newer entries", "Older entries"])
    third, links = seen(links["Older entries"])
    assert (third, list(links)) == (["2", "1"], ["Newer entries"])
    assert seen(links["Newer entries"])[0] == second
    assert lead.get("/history?before=99999999999999999999").status_code == 200


def test_a_long_list_asks_no_more_than_a_short_one(
    database: Database, session: Session, council: Council, lead: CheckedClient
) -> None:
    counts = []
    for number in (1, 40):
        for _ in range(number):
            record_history(session, council.managers[0], "closed", "cycle", 1, at=AT)
        session.commit()
        with counted_queries(database) as sent:
            lead.get("/history")
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("kept")
def test_the_check_and_what_it_finds(
    anchor_folder: Path, database: Database, session: Session, lead: CheckedClient
) -> None:
    page = lead.get("/history").text
    assert "Not anchored outside the database yet." in page
    anchor = Anchor(AT, *history_head(session))
    session.rollback()
    append_anchor(anchor_folder / FILE_NAME, anchor)
    assert f"at entry {anchor.number}, which still fits" in lead.get("/history").text
    checked = lead.send("/history/check").text
    assert f"The chain is whole: {anchor.number} entries, compared with 1 anchor." in checked
    newest = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert newest is not None
    assert (newest.action, newest.detail) == ("checked", '{"whole":true}')
    session.rollback()
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER history_refuses_update"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE history SET action = 'read' WHERE id = 1"))
    assert "Entry 1 was changed after it was written." in lead.send("/history/check").text


@pytest.mark.usefixtures("kept")
def test_an_anchor_that_no_longer_fits_is_said_at_once(
    anchor_folder: Path, lead: CheckedClient
) -> None:
    append_anchor(anchor_folder / FILE_NAME, Anchor(AT, 1, "0" * 64))
    assert "Entry 1 is not as it was anchored on 2 November 2026" in lead.get("/history").text


@pytest.mark.usefixtures("kept")
def test_what_is_filtered_can_be_taken_away(session: Session, lead: CheckedClient) -> None:
    answer = lead.send("/history/export/csv?subject=finding")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="history-')
    heading, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert dict(zip(heading, row, strict=True))["Subject number"] == "4711"
    newest = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert newest is not None
    assert (newest.action, newest.subject, newest.detail) == (
        "exported csv",
        "history",
        '{"entries":1}',
    )
    book = load_workbook(io.BytesIO(lead.send("/history/export/xlsx?subject=finding").data))
    assert book.active["H2"].value == 4711


@pytest.mark.usefixtures("kept")
def test_one_entry(session: Session, lead: CheckedClient) -> None:
    number, head = history_head(session)
    page = lead.get(f"/history/{number}").text
    assert "took extract 3 into use" in page
    assert head in page
    assert lead.get(f"/history/{number + 100}").status_code == 404
