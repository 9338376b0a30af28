"""`audit-app sample size`: how many are enough, without a database."""

from __future__ import annotations

from cli.conftest import Run


def test_sentences_of_both_wishes(run: Run) -> None:
    wish = ("--within", "10", "--missing-in", "20", "--seen-with", "95")
    said = run("sample", "size", "--frame", "120", *wish)
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "54 of 120 case files: then each share is known to within ±10 points, in 19 of 20 samples.",
        "13 of 120 case files: then a practice that is missing in 20% (24 of 120) is seen missing "
        "at least once, in at least 95 of 100 samples.",
    ]


def test_what_so_many_a_month_tell(run: Run) -> None:
    said = run("sample", "size", "--frame", "120", "--per-month", "24").out.splitlines()
    assert said[0] == (
        "After 1 month, with 24 case files: each share is known to within ±18 points; what is "
        "missing in 10 of 120 (8%) or more is seen at least once, in 90 of 100 samples."
    )
    assert said[-1].startswith("After 6 months, with 120 case files: each share is known exactly")
    assert len(said) == 4


def test_as_data(run: Run) -> None:
    wish = ("--within", "10", "--missing-in", "20", "--per-month", "60")
    data = run("sample", "size", "--frame", "120", *wish, "--json").data
    months = data.pop("per_month")
    assert data == {
        "frame": 120,
        "seen_with": 90,
        "within": {"points": 10, "case_files": 54},
        "missing_in": {"percent": 20, "missing": 24, "case_files": 10},
    }
    assert months[-1] == {"month": 2, "drawn": 120, "points": 0.0, "rarest": 1}


def test_a_wish_is_needed_and_must_make_sense(run: Run) -> None:
    none = run("sample", "size", "--frame", "120")
    assert (none.code, none.out) == (2, "")
    assert none.err.startswith("Give --within, --missing-in or --per-month. Nothing was changed")
    for wrong in (("--frame", "0"), ("--frame", "120", "--within", "51")):
        assert run("sample", "size", *wrong, "--missing-in", "20").code == 2
