"""Saved cohorts: read with every fault by its line, written so that they read the same again."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_app.caseload.cohort_file import (
    MAX_SIZE,
    Cohort,
    read_cohort,
    read_cohort_file,
    write_cohort,
)
from audit_app.core.cohorts import CohortFault, read_lines

SOUND = """\
cohort: Under-twos in households with domestic abuse
lines:
  - under 2 on 1 November 2026
  - factor is 3A or 3B or 3C
"""


def test_a_saved_cohort_is_read_and_written_the_same() -> None:
    cohort = read_cohort(SOUND.encode(), "a.yml")
    assert cohort.title == "Under-twos in households with domestic abuse"
    assert cohort.text == "under 2 on 1 November 2026\nfactor is 3A or 3B or 3C"
    assert read_cohort(write_cohort(cohort), "b.yml") == cohort


def test_lines_that_yaml_would_take_for_something_else_survive() -> None:
    lines = read_lines("team is “A: b # c” or “- d”\ncolumn “Yes: no” is “true”")
    assert read_cohort(write_cohort(Cohort("No: 1", lines)), "a.yml") == Cohort("No: 1", lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND.replace("3B", "3Z"), r"a\.yml, line 4: “3Z” is no factor"),
        (SOUND.replace("lines:", "line:"), r"a\.yml, line 2: write “cohort: its title”"),
        (SOUND.replace("  - under", "  - - under"), r"line 3: a line is a sentence"),
        ("cohort: x\nlines: []\n", "a.yml: write"),
        ("lines:\n  - under 2\n", "a.yml: write"),
        ("cohort: [\n", r"a\.yml, line 2: this is not YAML"),
        ("- under 2\n", "line 1: write"),
        ("", "line 1: write"),
        ("cohort: x\nlines:\n" + "  - under 2\n" * 21, "at most 20 lines"),
        ("cohort: &a x\nlines: [*a]\n", "line 1: “x” cannot be read|line 2: “x” cannot be read"),
        ("cohort: x\nlines: !!python/object:os.system [a]\n", "cannot be read"),
    ],
)
def test_each_fault_has_its_place(content: str, said: str) -> None:
    with pytest.raises(CohortFault, match=said):
        read_cohort(content.encode(), "a.yml")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"cohort: \x00", b"[" * 5_000])
def test_what_is_no_yaml_at_all(content: bytes) -> None:
    with pytest.raises(CohortFault, match="not YAML"):
        read_cohort(content, "a.yml")


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b" " * (MAX_SIZE + 1))
    with pytest.raises(CohortFault, match="too large"):
        read_cohort_file(tmp_path / "a.yml")
    with pytest.raises(CohortFault, match="cannot be opened"):
        read_cohort_file(tmp_path / "b.yml")
