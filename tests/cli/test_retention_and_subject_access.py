"""`retention` and `subject-access`: what the keeper of the installation runs."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

from cli.conftest import Run, council_id, set_up
from factories import make_person
from sqlalchemy import select

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.retention import Kept
from audit_app.store.database import Database
from audit_app.store.retention import approve_purge, ask_for_purge
from audit_app.store.tables import HistoryEntry, Person


def test_what_is_due_is_counted_and_run_once_approved(
    run: Run, workbook: Path, database: Database
) -> None:
    set_up(run, workbook)
    now = clock.now()
    with database.session() as session:
        gone = make_person(session, Role.QA_LEAD, "Left Council")
        gone.active, gone.disabled_at = False, now - timedelta(days=1000)
    due = {row["kind"]: row for row in run("retention", "due", "--json").data["due"]}
    assert due["accounts"]["counts"] == {"accounts": 1}
    assert due["audits"]["months"] == 72
    kept = run("retention", "due", "--json", AUDIT_APP_KEEP_ACCOUNTS_MONTHS="1200").data["due"]
    assert {row["kind"]: row for row in kept}["accounts"]["counts"] == {"accounts": 0}
    with database.session() as session:
        lead = make_person(session, Role.QA_LEAD, "Quality Lead")
        manager = session.scalars(select(Person).where(Person.name == "Manager 0")).one()
        purge = ask_for_purge(session, Kept.ACCOUNTS, now.date(), by=lead, at=now)
        number = purge.id
    refused = run("retention", "run", number)
    assert refused.code == 1
    assert "cannot become" in refused.err
    with database.session() as session:
        approve_purge(session, session.merge(purge), by=session.merge(manager), at=now)
    assert "Deleted: 1 accounts" in run("retention", "run", number).out
    assert run("retention", "run", "99").code == 1
    with database.session() as session:
        left = session.scalars(select(Person.name)).all()
    assert "Left Council" not in left


def test_subject_access_writes_two_files_for_their_owner(
    run: Run, workbook: Path, database: Database, tmp_path: Path
) -> None:
    reference = set_up(run, workbook)["drawn"][0]["case_reference"]
    out = tmp_path / "record.json"
    done = run("subject-access", reference, "--out", out)
    assert done.code == 0, done.err
    data = json.loads(out.read_text("utf-8"))
    number = data["case_file"]["council_id"]
    assert number not in done.out
    assert number in out.with_suffix(".html").read_text("utf-8")
    for path in (out, out.with_suffix(".html")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    by_number = run("subject-access", number, "--out", tmp_path / "again.json")
    assert by_number.code == 0
    with database.session() as session:
        noted = session.scalars(
            select(HistoryEntry.subject_id).where(HistoryEntry.action == "exported everything")
        ).all()
    assert noted == [data["case_file"]["id"]] * 2
    others = [council_id(n) for n in range(40) if council_id(n) != number]
    assert not [one for one in others if one in out.read_text("utf-8")]


def test_what_is_not_there_writes_nothing(run: Run, workbook: Path, tmp_path: Path) -> None:
    set_up(run, workbook)
    out = tmp_path / "record.json"
    refused = run("subject-access", "0000-0000", "--out", out)
    assert refused.code == 1
    assert not out.exists()
    assert run("subject-access", "0000-0000", "--out", tmp_path / "x.html").code == 1
