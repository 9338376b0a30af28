"""SQLite made safe on each connection, and transactions that wait for their turn (B1, B2)."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread
from types import ModuleType

import pytest
from factories import AT, make_person
from sqlalchemy import func, select, text

from audit_app.core.access import Role
from audit_app.store import database as connections
from audit_app.store.database import BUSY_TIMEOUT_MS, Database, DatabaseFault, has_wal_fix
from audit_app.store.people import add_person, find_person, people
from audit_app.store.tables import Person, Team


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 53, 4), True),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
        ((3, 51, 2), False),
        ((3, 51, 0), False),
        ((3, 50, 7), True),
        ((3, 50, 6), False),
        ((3, 49, 9), False),
        ((3, 45, 3), False),
        ((3, 44, 6), True),
        ((3, 44, 5), False),
        ((3, 40, 1), False),
        ((3, 7, 17), False),
    ],
)
def test_which_versions_have_the_fix(version: tuple[int, ...], safe: bool) -> None:
    assert has_wal_fix(version) is safe


def pragmas(database: Database) -> list[dict[str, object]]:
    """What two connections that are open together are set to."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with database.engine.connect() as one, database.engine.connect() as other:
        return [
            {name: found.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
            for found in (one, other)
        ]


def test_each_connection_is_safe(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'audit.db'}")
    linked = connections.sqlite_module().sqlite_version_info
    full, on = 2, 1
    wanted = {
        "journal_mode": "wal" if has_wal_fix(linked) else "delete",
        "synchronous": full,
        "foreign_keys": on,
        "busy_timeout": BUSY_TIMEOUT_MS,
    }
    assert pragmas(database) == [wanted, wanted]
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT sqlite_version()").scalar() == ".".join(
            map(str, linked)
        )
    database.close()


def test_without_the_fix_there_is_no_wal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    monkeypatch.setattr(connections, "has_wal_fix", lambda _version: True)
    database = Database(url)
    assert {found["journal_mode"] for found in pragmas(database)} == {"wal"}
    database.close()
    monkeypatch.setattr(connections, "has_wal_fix", lambda _version: False)
    database = Database(url)
    assert {found["journal_mode"] for found in pragmas(database)} == {"delete"}
    database.close()


def test_the_wheel_is_linked_where_the_interpreters_own_lacks_the_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, wheel = ModuleType("old"), ModuleType("wheel")
    old.sqlite_version_info = (3, 40, 1)  # type: ignore[attr-defined]
    monkeypatch.setattr(connections, "sqlite3", old)
    monkeypatch.setattr(connections, "wheel_sqlite", wheel)
    assert connections.sqlite_module() is wheel
    old.sqlite_version_info = (3, 53, 0)  # type: ignore[attr-defined]
    assert connections.sqlite_module() is old
    monkeypatch.setattr(connections, "wheel_sqlite", None)
    old.sqlite_version_info = (3, 40, 1)  # type: ignore[attr-defined]
    assert connections.sqlite_module() is old


def test_a_fault_rolls_everything_back(database: Database) -> None:
    def add_and_stop() -> None:
        with database.session() as session:
            make_person(session, Role.QA_LEAD)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_stop()
    with database.session() as session:
        assert people(session) == []


def test_what_the_database_refuses_is_a_sentence_without_the_values(database: Database) -> None:
    with (
        pytest.raises(DatabaseFault, match="Nothing was changed") as fault,
        database.session() as session,
    ):
        session.add_all([Team(name="Canary"), Team(name="Canary")])
    assert "Canary" not in str(fault.value)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Team)) == 0


def test_a_row_that_points_at_nothing_is_refused(database: Database) -> None:
    with database.session() as session:
        make_person(session, Role.SENIOR_MANAGER, team="North")
    with pytest.raises(DatabaseFault), database.session() as session:
        session.execute(text("UPDATE team_membership SET team_id = 999"))


def test_many_who_read_and_then_write_at_once_all_get_their_turn(database: Database) -> None:
    """On SQLite, whoever had read before another wrote could not write; now they wait."""
    count = 6
    start, faults = Barrier(count), list[BaseException]()

    def add(number: int) -> None:
        start.wait()
        try:
            for round_ in range(3):
                with database.session() as session:
                    before = len(people(session))
                    add_person(
                        session,
                        email=f"person{number}.{round_}@council.example",
                        name=f"{before}",
                        roles=[],
                        team=None,
                        password_hash="x",
                        at=AT,
                    )
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=add, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 3 * count


def test_readers_are_not_kept_waiting_by_a_writer(database: Database) -> None:
    with database.session() as session:
        make_person(session, Role.QA_LEAD, "First Person")
    with database.session() as writer:
        make_person(writer, Role.QA_LEAD, "Second Person")
        writer.flush()
        with database.session(writes=False) as reader:
            assert [person.name for person in people(reader)] == ["First Person"]
            assert find_person(reader, "SECOND.person@council.example") is None
