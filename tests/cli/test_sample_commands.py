"""`audit-app sample verify`: the stored sample comes out again, or the first difference is said."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run, set_up
from sqlalchemy import text

from audit_app.store.database import Database

NEXT = ("create", "monthly_sample", "--name", "Two", "--month", "2025-12")


def test_a_sample_is_verified(run: Run, workbook: Path, database: Database) -> None:
    drawn = set_up(run, workbook)
    whole = run("sample", "verify", "One", "--json")
    assert (whole.code, whole.data["same"], whole.data["difference"]) == (0, True, None)
    assert (whole.data["drawn"], whole.data["frame_hash"]) == (6, drawn["frame_hash"])
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE frame_entry SET team_id = NULL"))
    changed = run("sample", "verify", "One")
    assert changed.code == 1
    assert changed.out.startswith("The stored frame is not the one that was drawn from: ")
    assert "stands in it in the team –, in the extract of the draw in " in changed.out

    assert run("cycles", *NEXT).code == 0
    undrawn = run("sample", "verify", "Two")
    assert undrawn.code == 1
    assert "none to verify" in undrawn.err

    refused = run("sample", "draw", "Two", "--method", "systematic")
    assert (refused.code, refused.out) == (1, "")
    assert "Say how many case files are to be drawn" in refused.err
    by_team = ("--method", "stratified_fixed", "--number", "2", "--per-auditor", "4")
    shared = run("sample", "draw", "Two", *by_team, "--json")
    assert shared.code == 0, shared.err
    assert (shared.data["method"], shared.data["number"]) == ("stratified_fixed", 2)
    assert len(shared.data["drawn"]) == 8
    assert run("sample", "verify", "Two").code == 0
