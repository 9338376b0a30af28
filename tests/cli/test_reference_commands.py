"""`audit-app references`: a change of key, and finding a file by what an older print calls it."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run, set_up
from sqlalchemy import select

from audit_app.store.database import Database
from audit_app.store.tables import CaseFile

NEW_KEY = {"AUDIT_APP_PSEUDONYM_KEY": "another key of references, for tests only"}


def references(database: Database) -> dict[int, str]:
    with database.session(writes=False) as session:
        return dict(session.execute(select(CaseFile.id, CaseFile.reference)).all())


def test_a_new_key_renames_every_case_file_once(
    run: Run, workbook: Path, database: Database
) -> None:
    drawn = set_up(run, workbook)["drawn"]
    before = references(database)
    done = run("references", "rotate", "--json", **NEW_KEY)
    assert (done.code, done.data) == (0, {"case_files": len(before)})
    after = references(database)
    assert not set(after.values()) & set(before.values())

    old = drawn[0]["case_reference"]
    number = next(id_ for id_, reference in before.items() if reference == old)
    found = run("references", "find", old, "--json").data
    assert (found["id"], found["reference"]) == (number, after[number])
    assert [one["reference"] for one in found["former"]] == [old]
    said = run("references", "find", after[number].lower()).out
    assert f"Case file {after[number]}" in said
    assert f"it was {old}." in said

    again = run("references", "rotate", **NEW_KEY)
    assert again.code == 1
    assert "Nothing was changed" in again.err
    assert references(database) == after


def test_the_earlier_key_no_longer_reads_a_caseload(
    run: Run, workbook: Path, database: Database
) -> None:
    set_up(run, workbook)
    assert run("references", "rotate", **NEW_KEY).code == 0
    after = references(database)
    more = ("caseload", "import", workbook, "--as-at", "2025-11-30")
    refused = run(*more)
    assert refused.code == 1
    assert "references rotate" in refused.err
    assert run(*more, **NEW_KEY).code == 0
    assert references(database) == after


def test_a_reference_that_nothing_had_is_not_found(run: Run, workbook: Path) -> None:
    set_up(run, workbook)
    missing = run("references", "find", "0000-0000")
    assert missing.code != 0
    assert "0000-0000" in missing.err
