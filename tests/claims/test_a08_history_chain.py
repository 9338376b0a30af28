"""Claim A8: the history is hash-chained, and its head can be anchored outside the database.

Each way of tampering is done with raw SQL, after taking away the triggers that refuse it, and the
verifier names the entry. What the chain alone cannot show, an anchor shows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import AT
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from audit_app.core.chain import GENESIS, Entry, entry_hash
from audit_app.store.database import Database
from audit_app.store.history import history_head, record_history, verify_history
from audit_app.store.tables import HistoryEntry

ENTRIES = 10


@pytest.fixture
def kept(database: Database) -> dict[int, str]:
    """Ten entries; the anchor that was taken of the last."""
    for number in range(1, ENTRIES + 1):
        with database.session() as session:
            detail = {"state": ["draft", "confirmed"], "count": number}
            at = AT + timedelta(minutes=number)
            record_history(session, None, "confirmed", "finding", number, at=at, detail=detail)
    with database.session(writes=False) as session:
        return dict([history_head(session)])


def tamper(database: Database, *statements: str) -> None:
    """Run SQL as somebody who owns the database, with the triggers taken away."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER history_refuses_update"))
            connection.execute(text("DROP TRIGGER history_refuses_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def said(database: Database, anchors: dict[int, str] | None = None) -> tuple[int, str] | None:
    """The first bad entry and the sentence; None where the history holds."""
    with database.session(writes=False) as session:
        broken = verify_history(session, anchors or {})
    return (broken.number, broken.why) if broken is not None else None


def test_an_untouched_history_is_whole(database: Database, kept: dict[int, str]) -> None:
    assert said(database, kept) is None


@pytest.mark.parametrize(
    "statement", ["UPDATE history SET action = 'read' WHERE id = 4", "DELETE FROM history"]
)
def test_the_database_itself_refuses(
    database: Database, kept: dict[int, str], statement: str
) -> None:
    with pytest.raises(DBAPIError, match="never changed or deleted"), database.engine.begin() as c:
        c.execute(text(statement))
    assert said(database, kept) is None


@pytest.mark.parametrize(
    "change",
    [
        "action = 'drafted'",
        "subject = 'audit'",
        "subject_id = 99",
        "at = '2026-01-01 00:00:00+00:00'",
        "detail = ''",
    ],
)
def test_an_edit_is_named(database: Database, kept: dict[int, str], change: str) -> None:
    tamper(database, f"UPDATE history SET {change} WHERE id = 4")
    assert said(database) == (4, "Entry 4 was changed after it was written.")


def test_a_change_of_who_did_it_is_named(database: Database, kept: dict[int, str], person) -> None:
    someone = person()
    tamper(database, f"UPDATE history SET person_id = {someone.id} WHERE id = 10")
    assert said(database) == (10, "Entry 10 was changed after it was written.")


def test_a_deleted_entry_is_named(database: Database, kept: dict[int, str]) -> None:
    tamper(database, "DELETE FROM history WHERE id = 5")
    assert said(database) == (5, "Entry 5 is missing.")


def test_an_entry_that_is_deleted_and_the_rest_moved_up_is_named(
    database: Database, kept: dict[int, str]
) -> None:
    moves = [f"UPDATE history SET id = {n - 1} WHERE id = {n}" for n in range(6, ENTRIES + 1)]
    tamper(database, "DELETE FROM history WHERE id = 5", *moves)
    assert said(database) == (5, "Entry 5 does not follow the entry before it.")


def test_two_entries_that_changed_places_are_named(
    database: Database, kept: dict[int, str]
) -> None:
    tamper(
        database,
        "UPDATE history SET id = 1000 WHERE id = 3",
        "UPDATE history SET id = 3 WHERE id = 7",
        "UPDATE history SET id = 7 WHERE id = 1000",
    )
    assert said(database) == (3, "Entry 3 does not follow the entry before it.")


def test_a_cut_end_is_named(database: Database, kept: dict[int, str]) -> None:
    tamper(database, "DELETE FROM history WHERE id > 7")
    assert said(database) == (8, "Entries 8 to 10 are missing at the end.")


def test_entries_behind_the_head_are_named(database: Database, kept: dict[int, str]) -> None:
    tamper(
        database,
        "UPDATE history_head SET entry_id = 7, entry_hash = "
        "(SELECT hash FROM history WHERE id = 7)",
    )
    assert said(database) == (8, "Entry 8 stands behind the one that was written last.")


def test_a_lost_head_is_named(database: Database, kept: dict[int, str]) -> None:
    tamper(database, "DELETE FROM history_head")
    assert said(database) == (1, "Entry 1 stands behind the one that was written last.")


def test_only_an_anchor_shows_an_end_that_was_cut_with_its_head(
    database: Database, kept: dict[int, str]
) -> None:
    tamper(
        database,
        "DELETE FROM history WHERE id > 7",
        "UPDATE history_head SET entry_id = 7, entry_hash = "
        "(SELECT hash FROM history WHERE id = 7)",
    )
    assert said(database) is None
    assert said(database, kept) == (8, "Entries 8 to 10 are missing at the end.")


def test_only_an_anchor_shows_a_chain_that_was_written_anew(
    database: Database, kept: dict[int, str]
) -> None:
    tamper(database)
    with database.engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        write_anew(connection, lambda entry: replace(entry, action="drafted"))
    assert said(database) is None
    number, why = said(database, kept) or (0, "")
    assert number == ENTRIES
    assert "written anew" in why


def test_an_empty_history_is_whole_unless_it_was_anchored(database: Database) -> None:
    assert said(database) is None
    assert said(database, {3: "0" * 64}) == (1, "Entries 1 to 3 are missing at the end.")


def test_entries_of_several_threads_leave_no_gap(database: Database) -> None:
    faults: list[BaseException] = []
    with database.session() as session:  # a migrated database has a head; an emptied one has not
        record_history(session, None, "opened", "cycle", 1, at=AT)

    def write() -> None:
        try:
            for number in range(50):
                with database.session() as session:
                    record_history(session, None, "saved", "audit", number, at=AT)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with database.session(writes=False) as session:
        numbers = session.scalars(select(HistoryEntry.id).order_by(HistoryEntry.id)).all()
    assert numbers == list(range(1, 202))
    assert said(database) is None


def test_checking_while_others_write_finds_nothing_wrong(database: Database) -> None:
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            with database.session() as session:
                record_history(session, None, "saved", "audit", 1, at=AT)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert [said(database) for _ in range(20)] == [None] * 20
    finally:
        done.set()
        writer.join()


def write_anew(connection: Connection, change: Callable[[Entry], Entry]) -> None:
    """What somebody does who knows how the chain is made: every hash is made anew."""
    before = GENESIS
    rows = connection.execute(select(HistoryEntry.__table__).order_by(HistoryEntry.id)).all()
    for row in rows:
        entry = change(Entry(*row))
        entry = replace(entry, previous_hash=before)
        entry = replace(entry, hash=entry_hash(entry))
        connection.execute(
            HistoryEntry.__table__.update()
            .where(HistoryEntry.__table__.c.id == entry.number)
            .values(action=entry.action, previous_hash=before, hash=entry.hash)
        )
        before = entry.hash
    connection.execute(text("UPDATE history_head SET entry_hash = :h"), {"h": before})
