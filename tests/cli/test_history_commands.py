"""`audit-app history`: whole or not, anchored, listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import Run
from factories import AT
from sqlalchemy import select, text

from audit_app.anchors import FILE_NAME, read_anchors
from audit_app.store.database import Database
from audit_app.store.history import history_head, record_history
from audit_app.store.tables import Mail


@pytest.fixture
def kept(database: Database) -> tuple[int, str]:
    """Three entries; the head."""
    with database.session() as session:
        for number in (1, 2, 3):
            detail = {"state": ["draft", "confirmed"]}
            record_history(session, None, "confirmed", "finding", number, at=AT, detail=detail)
        return history_head(session)


def tamper(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER history_refuses_update"))
            connection.execute(text("DROP TRIGGER history_refuses_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_whole_history(run: Run, kept: tuple[int, str], instance: Path) -> None:
    alone = run("history", "verify")
    assert (alone.code, alone.out.splitlines()[0]) == (0, "The history is whole: 3 entries.")
    assert "no anchor" in alone.out
    anchored = run("history", "anchor", "--json").data
    assert (anchored["number"], anchored["hash"]) == kept
    assert (instance / "anchors" / FILE_NAME).read_text().endswith(f" 3 {kept[1]}\n")
    found = run("history", "verify", "--json").data
    assert (found["whole"], found["entries"], found["anchors"]) == (True, 3, 1)


def test_what_was_changed_is_named(run: Run, kept: tuple[int, str], database: Database) -> None:
    tamper(database, "UPDATE history SET action = 'drafted' WHERE id = 2")
    ended = run("history", "verify")
    assert ended.code == 1
    assert "Entry 2 was changed after it was written." in ended.out
    again = run("history", "verify", "--json")
    assert (again.code, again.data["first_bad"]) == (1, 2)


def test_a_cut_end_is_seen_by_any_anchor_that_is_found(
    run: Run, kept: tuple[int, str], database: Database, tmp_path: Path, instance: Path
) -> None:
    away = tmp_path / "carried-away.txt"
    assert run("history", "anchor", "--out", away).out == away.read_text()
    assert not (instance / "anchors").exists()
    head = "UPDATE history_head SET entry_id = 2, entry_hash = (SELECT hash FROM history"
    tamper(database, "DELETE FROM history WHERE id = 3", f"{head} WHERE id = 2)")
    assert run("history", "verify").code == 0
    for place in (away, tmp_path):
        ended = run("history", "verify", "--anchors", place)
        assert ended.code == 1
        assert "Entries 3 to 3 are missing at the end." in ended.out


def test_the_older_of_two_anchors_counts(run: Run, kept: tuple[int, str], tmp_path: Path) -> None:
    forged = tmp_path / "forged.txt"
    forged.write_text(f"2026-11-01T00:00:00+00:00 3 {'0' * 64}\n")
    run("history", "anchor")
    assert run("history", "verify", "--anchors", forged).code == 1


@pytest.mark.parametrize("line", ["nonsense", f"2026-11-01 3 {'0' * 64}", "2026-11-01T00:00+00:00"])
def test_a_line_that_is_no_anchor_is_one_sentence(
    run: Run, kept: tuple[int, str], tmp_path: Path, line: str
) -> None:
    file = tmp_path / "anchors.txt"
    file.write_text(f"\n{line}\n")
    ended = run("history", "verify", "--anchors", file)
    assert ended.code == 1
    assert f"Line 2 of {file} is no anchor" in ended.err


def test_it_is_mailed_where_an_address_is_set(
    run: Run, kept: tuple[int, str], database: Database
) -> None:
    assert "AUDIT_APP_ANCHOR_TO is not set" in run("history", "anchor", "--mail").err
    to = {"AUDIT_APP_ANCHOR_TO": "keeper@council.example"}
    printed = run("history", "anchor", "--mail", **to).out
    with database.session(writes=False) as session:
        mail = session.scalars(select(Mail)).one()
    assert mail.address == "keeper@council.example"
    assert printed.strip() in mail.body


def test_an_empty_history_has_nothing_to_anchor(run: Run, instance: Path) -> None:
    ended = run("history", "anchor")
    assert (ended.code, ended.out) == (1, "")
    assert "no entry yet" in ended.err
    assert run("history", "verify").code == 0
    assert read_anchors(instance / "anchors") == []


def test_it_is_listed_newest_first(run: Run, kept: tuple[int, str]) -> None:
    listed = run("history", "list", "--json", "--limit", 2).data["entries"]
    assert [row["number"] for row in listed] == [3, 2]
    assert (listed[0]["hash"], listed[0]["previous_hash"]) == (kept[1], listed[1]["hash"])
    assert run("history", "list", "--to", "2026-11-01").out == "No entry is like that.\n"
    line = run("history", "list", "--subject", "finding", "--limit", 1).out
    assert line == '3  2026-11-02 09:00  –  confirmed  finding 3  {"state":["draft","confirmed"]}\n'
