"""`audit-app cohorts`: a saved cohort checked and counted, and a sample drawn by it."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run
from cli.test_whole_path import set_up

COHORT = "cohort: On a plan\nlines:\n  - on a plan for over a week\n  - team is North or South\n"


def test_a_cohort_is_checked_counted_and_drawn_by(run: Run, workbook: Path, tmp_path: Path) -> None:
    set_up(run, workbook)
    file = tmp_path / "plan.yml"
    file.write_text(COHORT)
    assert run("cohorts", "check", str(file)).out.splitlines() == [
        "On a plan:",
        "on a plan for over 1 week",
        "team is North or South",
    ]
    counted = run("cohorts", "count", str(file), "--json").data
    left = [row["left"] for row in counted["left"]]
    assert counted["case_files"] >= left[0] >= left[1]

    run(
        *("cycles", "create", "monthly_sample", "--name", "Two", "--month", "2025-12"),
        *("--auditor", "manager1@council.example"),
    )
    drawn = run(
        *("sample", "draw", "monthly_sample-2025-12", "--cohort", str(file), "--json"),
        *("--per-auditor", "1"),
    )
    if left[1] > 0 and drawn.code == 0:
        assert drawn.data["filters"] == {
            "lines": ["on a plan for over 1 week", "team is North or South"]
        }


def test_a_fault_is_one_sentence_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.yml"
    file.write_text(COHORT.replace("North", "North or"))
    ended = run("cohorts", "check", str(file))
    assert ended.code != 0
    assert "plan.yml, line 4" in ended.err
