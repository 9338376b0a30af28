"""Plan files: what is shipped reads whole, faults say their line, a plan moves by years."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_app.audit_plan.read import read_plan, shift_years
from audit_app.core.plan import PlanKind, lacking, months_of
from audit_app.question_banks.faults import FaultyFiles

GOOD = """entries:
  - key: one
    kind: themed
    title: A theme
    month: 2026-09
    auditors: independent_member
"""


def test_the_shipped_year_has_the_five_themed_audits_and_lacks_nothing():
    rows = read_plan()
    themed = [row for row in rows if row.report_to.startswith("Safeguarding Policy")]
    assert [(row.key, row.report_on.month) for row in themed] == [
        ("referrals_week", 9),
        ("under_twos", 12),
        ("referrals_progress", 12),
        ("protection_plans", 1),
        ("theme_to_be_decided", 3),
    ]
    assert [row.exempt_item for row in themed] == [True, False, False, False, False]
    assert themed[2].repeats == themed[0].key
    assert not themed[4].form
    assert lacking({(row.kind, row.month) for row in rows}, 2026) == ()
    assert {row.kind for row in rows} == set(PlanKind)


def test_a_plan_moves_by_years_with_its_keys():
    moved = shift_years(read_plan(), 2)
    assert lacking({(row.kind, row.month) for row in moved}, 2028) == ()
    assert {row.month for row in moved} <= set(months_of(2028))
    assert "monthly_sample_2029_03" in {row.key for row in moved}
    assert len({row.key for row in moved}) == len(moved)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("month: 2026-09", "month: 2026-9", 5, "write each month as 2026-11"),
        ("month: 2026-09", "months: [2026-09, [1]]", 2, "write each month as 2026-11"),
        ("kind: themed", "kind: theme", 3, "theme"),
        ("title: A theme", "titel: A theme", 4, "`titel` is not a key of an entry"),
        ("title: A theme", "report_on: soon", 4, "`report_on` must be a day such as 2026-11-30"),
        ("entries:", "plan:", 1, "`plan` is not a key of a plan"),
        ("  - key: one", "  - &a key: one", 2, "anchors"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str):
    path = tmp_path / "plan.yml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(FaultyFiles) as fault:
        read_plan(path)
    assert any(one.line == line and said in one.what for one in fault.value.faults), fault.value


def test_a_key_stands_once_and_a_file_must_be_there(tmp_path: Path):
    path = tmp_path / "plan.yml"
    path.write_text(GOOD + GOOD.removeprefix("entries:\n"))
    with pytest.raises(FaultyFiles, match="the key `one` stands already above"):
        read_plan(path)
    with pytest.raises(FaultyFiles, match="cannot be read"):
        read_plan(tmp_path / "none.yml")
