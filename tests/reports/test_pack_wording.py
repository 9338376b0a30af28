"""Sentences follow the numbers that they are computed from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from core.core_factory import make_bank, make_question
from hypothesis import given
from hypothesis import strategies as st
from reports.pack_data import THEMES
from reports.pack_factory import make_share, make_theme_row

from audit_app.core.intervals import Change
from audit_app.core.trends import ThemeVersion
from audit_app.reports.contents import EarlierShare, Exclusion, RunPoint, Share, ThemeRow
from audit_app.reports.render import list_flow_steps
from audit_app.reports.wording import (
    headline,
    in_sentence,
    list_words,
    run_headline,
    sample_limits,
    say_break,
    say_change,
    say_common,
    say_completion,
    say_percent,
    say_range,
    teams_headline,
    theme_statement,
)


@st.composite
def theme_rows(draw: st.DrawFn) -> list[ThemeRow]:
    rows = []
    for i in range(draw(st.integers(0, 6))):
        n = draw(st.integers(0, 40))
        earlier = EarlierShare(draw(st.integers(0, 9)), 9, "October")
        change = draw(st.sampled_from(Change)) if n else Change.NO_COMPARISON
        words = say_change(change, earlier)
        share = make_share(draw(st.integers(0, n)), n)
        rows.append(ThemeRow(f"t{i}", f"Theme {i}", share, earlier, change, words))
    return rows


@given(theme_rows())
def test_the_headline_only_prints_counts_that_stand_in_the_table(rows: list[ThemeRow]) -> None:
    counts = {(row.share.k, row.share.n) for row in rows}
    counts |= {(row.earlier.k, row.earlier.n) for row in rows if row.earlier}
    printed = re.findall(r"(\d+) of (\d+)", headline(rows))
    assert {(int(k), int(n)) for k, n in printed} <= counts


@given(theme_rows())
def test_the_headline_names_every_theme_that_moved_beyond_chance(rows: list[ThemeRow]) -> None:
    scored = [row for row in rows if row.share.n]
    if all(row.share.k == row.share.n for row in scored):
        return
    words = headline(rows)
    for row in scored:
        if row.change in (Change.BETTER, Change.WORSE):
            assert in_sentence(row.title) in words


def test_the_headline_of_the_example() -> None:
    assert headline([make_theme_row(key) for key in THEMES]) == (
        "More case files meet the standard for supervision recorded: 19 of 27, was 8 of 26. "
        "Role of males is met least often: 11 of 24."
    )


def test_the_headline_tells_bad_news_first() -> None:
    better = make_theme_row("supervision")
    worse = replace(make_theme_row("males"), change=Change.WORSE)
    words = headline([better, worse])
    assert words.index("Fewer") < words.index("More")
    assert "least often" not in words


def test_the_headline_without_movement_or_data() -> None:
    steady = [make_theme_row("voice"), make_theme_row("males")]
    assert headline(steady).startswith("No theme has changed by more than chance would explain.")
    empty = replace(steady[0], share=make_share(0, 0), change=Change.NO_COMPARISON)
    assert "no result to report" in headline([empty])
    assert "every case file" in headline([replace(steady[0], share=make_share(28, 28))])
    none_met = replace(steady[0], share=make_share(0, 28))
    assert "No case file meets it" in headline([none_met])


@given(st.integers(0, 60), st.integers(1, 40))
def test_no_percentage_below_the_threshold(n: int, percent_from: int) -> None:
    words = say_range(make_share(n // 2, n), percent_from)
    assert ("%" in words) == (n >= percent_from and n > 0)


def test_percentages_round_halves_up() -> None:
    assert [say_percent(rate) for rate in (0.0, 0.125, 0.455, 1.0)] == ["0%", "13%", "46%", "100%"]


def test_titles_inside_a_sentence() -> None:
    assert in_sentence("Role of males") == "role of males"
    assert in_sentence("SAFE plan") == "SAFE plan"
    assert list_words(["a"]) == "a"
    assert list_words(["a", "b", "c"]) == "a, b and c"
    assert list_words([]) == ""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("voice", "is met in 23 of 28 case files: no change beyond chance"),
        ("supervision", "is met in 19 of 27 case files, up from 8 of 26 in October"),
    ],
)
def test_a_theme_without_a_finding_gets_a_factual_title(key: str, expected: str) -> None:
    assert theme_statement(make_theme_row(key)).endswith(expected)


def test_a_theme_that_applied_to_no_file_says_so() -> None:
    row = replace(make_theme_row("voice"), share=Share(0, 0, None, None))
    assert "is not scored" in theme_statement(row)


def points(rates: list[int], n: int = 20) -> list[RunPoint]:
    return [RunPoint(str(i), k, n) for i, k in enumerate(rates)]


@pytest.mark.parametrize(
    ("rates", "median", "expected"),
    [
        ([5, 5, 5, 12, 12, 12, 12, 12, 12], 0.5, "all lie above"),
        ([15, 15, 15, 8, 8, 8, 10, 8, 8, 8], 0.5, "all lie below"),
        ([5, 15, 5, 15, 5, 15, 5], 0.5, "no shift has lasted"),
        ([12, 12, 12, 12, 12], 0.5, "too few"),
        ([10] * 8, 0.5, "no shift has lasted"),
    ],
)
def test_a_shift_is_six_months_on_one_side(rates: list[int], median: float, expected: str) -> None:
    assert expected in run_headline(points(rates), median)


def test_months_before_a_break_do_not_count_towards_a_shift() -> None:
    months = points([12] * 9)
    months[5] = replace(months[5], breaks_before=True)
    assert run_headline(months, 0.5).startswith("4 months so far")


def test_completion_in_words(pack) -> None:
    sample = pack.sample
    assert say_completion(sample) == "All 28 case files drawn were audited, 3 after the due day"
    short = replace(sample, completed=20, late=0)
    assert say_completion(short) == (
        "20 of the 28 case files drawn were audited, each by the due day"
    )
    gone = replace(
        sample,
        completed=24,
        late=0,
        withdrawn=(Exclusion("The record is sealed", 1),),
        exempt=(Exclusion("On leave or away", 1),),
        exempt_audits=2,
    )
    assert say_completion(gone) == (
        "24 of the 25 case files due were audited, each by the due day; "
        "1 auditor exempt, 1 withdrawn"
    )
    assert list_flow_steps(gone)[-1].before == "3 left out, 1 not done"
    assert list_flow_steps(sample)[2].before == "1 replaced, by chance"
    whole = replace(sample, replaced=0, all_taken=True)
    assert list_flow_steps(whole)[2].before == "all of them"
    assert "None of the 28" in say_completion(replace(sample, completed=0))
    assert "No case file has been drawn" in say_completion(replace(sample, drawn=0))


def test_what_the_sample_can_tell_has_its_own_numbers(pack) -> None:
    limits = sample_limits(
        replace(pack.sample, completed=25),
        pack.summary.themes,
        teams=8,
        teams_shown=0,
        team_from=8,
        percent_from=20,
    )
    assert [limit.can for limit in limits] == [True, True, False, False]
    assert "3 case files drawn, but not audited" in limits[0].text
    assert "64% to 92%" in limits[1].text
    # 1.96 × √(0.5 / 25) × 25 = 6.93
    assert "about 7 files" in limits[2].text
    assert "None of the 8" in limits[3].text


def test_a_small_sample_prints_no_percentage(pack) -> None:
    limits = sample_limits(
        replace(pack.sample, completed=3),
        pack.summary.themes,
        teams=2,
        teams_shown=2,
        team_from=8,
        percent_from=50,
    )
    assert not any("%" in limit.text for limit in limits)
    assert "too few" in limits[2].text


def test_the_teams_headline_names_a_pattern_and_no_team(pack) -> None:
    words = teams_headline(pack.themes)
    assert re.fullmatch(r"In \d of the 5 teams shown, fewer than half .*", words)
    assert not any(cell.team in words for cell in pack.themes[0].teams)
    hidden = [
        replace(spread, teams=tuple(replace(cell, too_few=True) for cell in spread.teams))
        for spread in pack.themes
    ]
    assert teams_headline(hidden).startswith("None of the 8 teams")


def theme_version(number: str, form: str = "1.0", **changes: object) -> ThemeVersion:
    question = make_question("q1", **changes)
    return ThemeVersion("", replace(make_bank("theme", question), version=number), form)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (theme_version("2.0", weight=2), "Version 2.0 scores differently"),
        (theme_version("1.1", critical=True), "Version 1.1 suggests grades differently"),
        (theme_version("1.0", "1.4"), "Version 1.4 of the form suggests grades differently"),
    ],
)
def test_a_break_names_the_version_that_makes_it(after: ThemeVersion, told: str) -> None:
    said = say_break(theme_version("1.0"), after)
    assert said == f"{told}: figures before are not comparable"


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], "No question is asked and scored alike before and after"),
        (["3"], "Question 3 is asked and scored alike before and after. Answers to it that"),
        (["3", "4", "7"], "Questions 3, 4 and 7 are asked and scored alike before and after."),
    ],
)
def test_what_is_read_across_a_break_is_said_with_both_sides(numbers: list[str], told: str) -> None:
    months = (*points([1, 2], n=9), RunPoint("2", 0, 0), *points([7, 8], n=9))
    said = say_common(numbers, months, 2)
    assert said.startswith(told)
    assert ("met: 2 of 9 in 1, 8 of 9 in 1." in said) is bool(numbers)
