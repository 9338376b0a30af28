"""`audit-app caseload front-door`: the figures of the extract in use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from caseload.annex_a import list_3_row, list_4_row, list_6_row, write_annex_a
from cli.conftest import Run


def test_the_figures_of_an_imported_workbook(run: Run, tmp_path: Path) -> None:
    run("migrate")
    refused = run("caseload", "front-door")
    assert refused.code != 0
    assert "no extract" in refused.err
    path = write_annex_a(
        tmp_path / "export.xlsx",
        [list_6_row("CANARY1")],
        list_3_rows=[
            list_3_row("CANARY1"),
            list_3_row("CANARY2", **{"Date of referral": date(2025, 4, 1), "Referral NFA?": "Y"}),
        ],
        list_4_rows=[list_4_row("CANARY1")],
    )
    assert run("caseload", "import", str(path), "--as-at", "2025-10-31").code == 0
    told = run("caseload", "front-door", "--json").data
    assert (told["as_at"], told["from"], told["to"]) == ("2025-10-31", "2025-03-01", "2025-04-01")
    found = {figure["key"]: figure for figure in told["figures"]}
    assert found["children_referred"]["k"] == 2
    ended, decided = found["no_further_action"], found["decided_in_a_working_day"]
    assert (ended["k"], ended["n"], ended["lists"]) == (1, 2, "3")
    assert (decided["k"], decided["n"]) == (1, 2)
    march = run("caseload", "front-door", "--to", "2025-03-31", "--json").data
    assert march["figures"][0]["k"] == 1
    said = run("caseload", "front-door").out
    assert "Children referred: 2 [list 3]" in said
    assert "CANARY" not in said
