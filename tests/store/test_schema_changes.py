"""Migrations: one head, up and down on data, and the same schema as the models (claim B9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from factories import AT, KEY, complete_audit, make_council
from sqlalchemy import Connection, inspect, select, text
from store.test_calibrations import LATER, begun
from store.test_subjects import make_all, make_list

from audit_app.caseload.values import CaseEntry, Caseload, FrontDoor
from audit_app.core.front_door import Referral, Told
from audit_app.core.question_bank import Subject
from audit_app.resources import data_folder
from audit_app.store.actions import propose_action
from audit_app.store.calibrations import readings_of
from audit_app.store.caseload import store_extract
from audit_app.store.cycles import find_cycle
from audit_app.store.database import Database, DatabaseFault
from audit_app.store.front_door import front_door_of_extract
from audit_app.store.redrawing import draw_again
from audit_app.store.schema import check_schema, migrate
from audit_app.store.tables import Audit, Base, CaseFile, CaseloadEntry, Extract


@pytest.fixture
def migrated(database: Database) -> Iterator[Database]:
    """A database that is brought back to the newest revision, whatever the test does."""
    yield database
    migrate(database)


def revisions() -> list[str]:
    script = ScriptDirectory(str(data_folder("migrations")))
    return [one.revision for one in script.walk_revisions()][::-1]


def tables_of(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_there_is_one_head_and_one_line_of_revisions() -> None:
    script = ScriptDirectory(str(data_folder("migrations")))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert all(
        not one.is_branch_point and not one.is_merge_point for one in script.walk_revisions()
    )


def test_every_step_goes_up_down_and_up_again_on_data(migrated: Database) -> None:
    with migrated.session() as session:
        lead = make_council(session).lead
        audit = session.scalars(select(Audit)).first()
        assert audit is not None
        propose_action(session, audit, "Ask the school.", lead, AT.date(), by=lead, at=AT)
    for revision in reversed(revisions()):
        down = ["base", *revisions()][revisions().index(revision)]
        assert migrate(migrated, down) == (revision, None if down == "base" else down)
    with migrated.engine.connect() as connection:
        assert tables_of(connection) == set()
    for revision in revisions():
        assert migrate(migrated, revision)[1] == revision
    with migrated.session() as session:
        assert make_council(session).cycle.sample is not None


def test_versions_that_were_there_get_their_scoring_hash(migrated: Database) -> None:
    with migrated.session() as session:
        make_council(session)
    hashes = "SELECT key, scoring_hash FROM bank_version UNION SELECT key, scoring_hash FROM "
    with migrated.engine.connect() as connection:
        before = set(connection.execute(text(f"{hashes}form_version")).all())
    migrate(migrated, "0006")
    assert "scoring_hash" not in columns_of(migrated, "form_version")
    migrate(migrated)
    with migrated.engine.connect() as connection:
        assert set(connection.execute(text(f"{hashes}form_version")).all()) == before
        assert connection.scalar(text("SELECT count(*) FROM form_bank")) > 5
    assert len(before) > 5


def columns_of(database: Database, table: str) -> set[str]:
    with database.engine.connect() as connection:
        return {column["name"] for column in inspect(connection).get_columns(table)}


def test_migrating_twice_changes_nothing(migrated: Database) -> None:
    with migrated.session() as session:
        make_council(session)
    assert migrate(migrated) == (revisions()[-1], revisions()[-1])
    with migrated.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 6


def test_the_models_are_the_schema(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_schema_has_the_models_checks(migrated: Database, tmp_path: Path) -> None:
    with migrated.engine.connect() as connection:
        found = inspect(connection)
        names = {
            table: {str(check["name"]) for check in found.get_check_constraints(table)}
            for table in tables_of(connection)
        }
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    Base.metadata.create_all(fresh.engine)
    with fresh.engine.connect() as connection:
        inspected = inspect(connection)
        wanted = {
            table: {str(check["name"]) for check in inspected.get_check_constraints(table)}
            for table in tables_of(connection)
        }
        sql = {
            (table, str(check["name"])): check["sqltext"]
            for table in tables_of(connection)
            for check in inspected.get_check_constraints(table)
        }
    fresh.close()
    assert names == wanted
    assert sum(len(checks) for checks in wanted.values()) > 15
    if migrated.engine.dialect.name == "sqlite":
        with migrated.engine.connect() as connection:
            found = inspect(connection)
            assert sql == {
                (table, str(check["name"])): check["sqltext"]
                for table in tables_of(connection)
                for check in found.get_check_constraints(table)
            }


def test_an_older_database_is_refused_until_it_is_migrated(migrated: Database) -> None:
    check_schema(migrated)
    migrate(migrated, "base")
    with pytest.raises(DatabaseFault, match="run 'audit-app migrate' first"):
        check_schema(migrated)
    migrate(migrated)
    check_schema(migrated)


def test_a_newer_database_is_refused_by_an_older_program(migrated: Database) -> None:
    before = set_revision(migrated, "9999")
    try:
        with pytest.raises(DatabaseFault, match="not up to date"):
            check_schema(migrated)
        with pytest.raises(DatabaseFault, match=r"9999.*Nothing was changed"):
            migrate(migrated)
    finally:
        set_revision(migrated, before)


def test_a_revision_that_is_not_known_is_one_sentence(migrated: Database) -> None:
    with pytest.raises(DatabaseFault, match=r"no revision seven .*Nothing was changed"):
        migrate(migrated, "seven")
    check_schema(migrated)


@pytest.mark.parametrize("url", ["sqlite:////proc", "postgresql://nobody@127.0.0.1:9/x"])
def test_a_database_that_cannot_be_reached_is_one_sentence(url: str) -> None:
    database = Database(url)
    for ask in (check_schema, migrate):
        with pytest.raises(DatabaseFault, match="cannot be used just now") as fault:
            ask(database)
        assert "\n" not in str(fault.value)
    database.close()


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    path.write_text("Dear colleague, please find attached.\n" * 200)
    database = Database(f"sqlite:///{path}")
    for ask in (check_schema, migrate):
        with pytest.raises(DatabaseFault, match="not a database"):
            ask(database)
    database.close()
    assert path.read_text().startswith("Dear colleague")


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x/y", "", "postgresql+none://x/y"])
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseFault, match="AUDIT_APP_DATABASE_URL"):
        Database(url)


def set_revision(database: Database, revision: str) -> str:
    with database.engine.begin() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    return str(before)


def test_what_is_no_case_file_survives_the_way_down_and_up(migrated: Database) -> None:
    with migrated.session() as session:
        make_all(session)
        reference = session.scalar(select(CaseFile.reference).where(CaseFile.subject == "agency"))
    migrate(migrated, revisions()[revisions().index("0010") - 1])
    with migrated.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM case_file")) == 4
        in_use = "SELECT count(*) FROM extract WHERE state = 'in_use' AND replaced_at IS NULL"
        assert connection.scalar(text(in_use)) == 1
    migrate(migrated)
    with migrated.session() as session:
        assert set(session.scalars(select(CaseFile.subject))) == {Subject.CASE_FILE}
        assert reference == "Health"
        make_list(session, Subject.AGENCY, [CaseEntry("Health")])


def test_calibrations_go_on_the_way_down_and_leave_audits_as_they_are(migrated: Database) -> None:
    with migrated.session() as session:
        council = make_council(session)
        calibration = begun(session, council)
        for reading in readings_of(session, calibration):
            complete_audit(session, reading, at=LATER)
        audits = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        answered = session.scalar(text("SELECT count(*) FROM recorded_answer"))
    assert answered
    migrate(migrated, revisions()[revisions().index("0019") - 1])
    with migrated.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM recorded_answer")) == 0
        assert connection.scalars(text("SELECT id FROM audit ORDER BY id")).all() == audits
        assert connection.scalar(text("SELECT count(*) FROM cycle")) == 1
    migrate(migrated)
    with migrated.session() as session:
        assert session.scalars(select(Audit.id).order_by(Audit.id)).all() == audits


def test_extracts_of_before_the_census_stay_without_one(migrated: Database) -> None:
    with migrated.session() as session:
        make_all(session)
    migrate(migrated, revisions()[revisions().index("0021") - 1])
    migrate(migrated)
    with migrated.session() as session:
        assert set(session.scalars(select(Extract.census_count))) == {None}
        assert set(session.scalars(select(CaseloadEntry.in_census))) == {None}


def test_an_extract_of_before_does_not_know_the_front_door(migrated: Database) -> None:
    referral = Referral(0, date(2026, 10, 5), nfa=True)
    read = FrontDoor((Told.REFERRALS,), (referral,))
    with migrated.session() as session:
        caseload = Caseload((), 0, (), (), (), front_door=read)
        extract = store_extract(session, caseload, as_at=date(2026, 11, 1), by=None, key=KEY, at=AT)
        assert front_door_of_extract(session, extract).kept
    migrate(migrated, "0025")
    migrate(migrated)
    with migrated.session() as session:
        extract = session.scalars(select(Extract)).one()
        page = front_door_of_extract(session, extract)
        assert (page.kept, page.has_list) == (False, False)


def test_samples_of_before_the_methods_come_out_again(migrated: Database) -> None:
    with migrated.session() as session:
        council = make_council(session)
        key = council.cycle.key
    migrate(migrated, revisions()[revisions().index("0027") - 1])
    migrate(migrated)
    with migrated.session() as session:
        cycle = find_cycle(session, key)
        assert cycle is not None
        assert cycle.sample is not None
        assert cycle.sample.number is None
        assert {tuple(member.audited_cases) for member in cycle.auditors} == {()}
        assert draw_again(session, cycle, cycle.sample).difference is None
