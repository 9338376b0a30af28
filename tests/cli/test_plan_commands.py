"""`audit-app plan`: what is printed can be loaded again, and a check says what is missing."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run

SHIPPED = Path(__file__).parents[2] / "audit_app" / "audit_plan" / "year.yml"


def test_a_plan_is_loaded_listed_checked_and_comes_back(run: Run, tmp_path: Path) -> None:
    assert run("banks", "publish").code == 0
    loaded = run("plan", "load", SHIPPED, "--json").data
    assert loaded == {"added": 24, "changed": 0, "entries": 24}
    rows = run("plan", "list", "--year", "2026", "--json").data["entries"]
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)
    assert {row["state"] for row in rows} == {"planned"}
    given = tmp_path / "plan.json"
    given.write_text(run("plan", "export", "--json").out)
    again = run("plan", "load", given, "--json").data
    assert again == {"added": 0, "changed": 0, "entries": 24}
    checked = run("plan", "check", "--year", "2030", "--json")
    assert checked.code == 1
    assert [one["kind"] for one in checked.data["lacks"]] == ["monthly_sample"] + [
        "supervision"
    ] * 4
    assert run("plan", "check", "--year", "2026", "--json").data["lacks"] == []


def test_one_audit_is_planned_and_what_does_not_fit_is_one_sentence(run: Run) -> None:
    assert run("banks", "publish").code == 0
    themed = ("plan", "add", "themed", "--title", "Theme still to be decided", "--month", "2027-02")
    added = run(*themed, "--auditors", "independent_member", "--json")
    assert added.data == {"key": "themed_2027_02", "month": "2027-02"}
    assert run(*themed, "--auditors", "independent_member").out == (
        "themed_2027_02_2 is planned for 2027-02.\n"
    )
    refused = run(*themed, "--auditors", "senior_manager", "--form", "under_twos")
    assert refused.code == 1
    assert "Nothing was changed." in refused.err
    assert run(*themed, "--auditors", "senior_manager", "--auditor", "x@y.example").code == 1
    assert len(run("plan", "list", "--year", "2026", "--json").data["entries"]) == 2
