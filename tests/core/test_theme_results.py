"""Theme results, recomputed by plain loops: the unit is the case file at every level."""

from __future__ import annotations

from fractions import Fraction

import pytest
from core.core_factory import unhurried
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.intervals import Change, wilson
from audit_app.core.question_bank import Outcome
from audit_app.core.theme_results import (
    AuditedFile,
    AuditedTheme,
    Count,
    count_question,
    count_theme,
    theme_results,
    weakest_first,
)

QUESTIONS = {"voice": ["v1", "v2", "v3"], "chronology": ["c1"], "males": ["m1", "m2"]}
STATES = [outcome for outcome in Outcome if outcome is not Outcome.INFORMATION]


@st.composite
def audited_themes(draw: st.DrawFn, theme: str) -> AuditedTheme:
    asked = QUESTIONS[theme]
    outcomes = draw(st.dictionaries(st.sampled_from(asked), st.sampled_from(STATES)))
    applied = any(outcome is not Outcome.NOT_APPLICABLE for outcome in outcomes.values())
    return AuditedTheme(theme, draw(st.booleans()) if applied else None, outcomes)


@st.composite
def audited_files(draw: st.DrawFn) -> list[AuditedFile]:
    return [
        AuditedFile(
            reference=f"CF-{number}",
            team=draw(st.sampled_from(["North", "South", None])),
            month=draw(st.sampled_from(["2026-01", "2026-02"])),
            form="monthly_sample 1.0",
            themes=tuple(draw(audited_themes(theme)) for theme in QUESTIONS),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


def themes_of(files: list[AuditedFile], name: str) -> list[AuditedTheme]:
    return [theme for file in files for theme in file.themes if theme.theme == name]


@given(audited_files())
@unhurried
def test_theme_counts_recomputed(files: list[AuditedFile]) -> None:
    results = theme_results(files, QUESTIONS)
    assert [result.theme for result in results] == list(QUESTIONS)
    for result in results:
        k = n = out = silent = 0
        for theme in themes_of(files, result.theme):
            if theme.met is None:
                out += 1
            else:
                n += 1
                k += 1 if theme.met else 0
                silent += 1 if Outcome.NOT_RECORDED in list(theme.outcomes.values()) else 0
        assert result.count == Count(k, n, 0, n - k, silent, out)
        assert n + out == len(files)


@given(audited_files())
@unhurried
def test_question_counts_recomputed(files: list[AuditedFile]) -> None:
    for result in theme_results(files, QUESTIONS):
        assert list(result.questions) == QUESTIONS[result.theme]
        for question, count in result.questions.items():
            by_state = dict.fromkeys(Outcome, 0)
            for theme in themes_of(files, result.theme):
                if question in theme.outcomes:
                    by_state[theme.outcomes[question]] += 1
            assert count.k == by_state[Outcome.MET]
            assert count.partly_met == by_state[Outcome.PARTLY_MET]
            assert count.not_met == by_state[Outcome.NOT_MET]
            assert count.not_recorded == by_state[Outcome.NOT_RECORDED]
            assert count.not_applicable == by_state[Outcome.NOT_APPLICABLE]
            assert count.n == count.k + count.partly_met + count.not_met + count.not_recorded
            assert count.n + count.not_applicable == sum(by_state.values()) <= len(files)


@given(audited_files())
@unhurried
def test_teams_and_months_add_up_to_the_whole(files: list[AuditedFile]) -> None:
    for result in theme_results(files, QUESTIONS):
        for groups in (result.teams, result.months):
            assert list(groups) == sorted(groups)
            for field in Count.__dataclass_fields__:
                parts = sum(getattr(count, field) for count in groups.values())
                assert parts == getattr(result.count, field)
        assert set(result.teams) == {file.team or "No team recorded" for file in files}
        assert set(result.months) == {file.month for file in files}
        for team, count in result.teams.items():
            own = [file for file in files if (file.team or "No team recorded") == team]
            assert count == count_theme(themes_of(own, result.theme))


@given(audited_files())
@unhurried
def test_not_applicable_files_change_no_share(files: list[AuditedFile]) -> None:
    empty = tuple(AuditedTheme(theme, None, {}) for theme in QUESTIONS)
    more = [*files, AuditedFile("CF-x", "North", "2026-01", "monthly_sample 1.0", empty)]
    for before, after in zip(
        theme_results(files, QUESTIONS), theme_results(more, QUESTIONS), strict=True
    ):
        assert after.count.share == before.count.share
        assert after.count.interval == before.count.interval
        assert after.count.not_applicable == before.count.not_applicable + 1
        assert after.questions == before.questions


def test_a_theme_that_a_form_does_not_ask_is_not_counted() -> None:
    voice = AuditedTheme("voice", True, {"v1": Outcome.MET})
    files = [AuditedFile("CF-1", "North", "2026-01", "referrals 1.0", (voice,))]
    results = {result.theme: result for result in theme_results(files, QUESTIONS)}
    assert results["voice"].count == Count(k=1, n=1)
    assert results["males"].count == Count()
    assert results["males"].questions == {"m1": Count(), "m2": Count()}


def test_an_option_for_information_leaves_the_count() -> None:
    assert count_question([Outcome.MET, Outcome.INFORMATION]) == Count(k=1, n=1)


def test_of_no_file_there_is_no_share_no_interval_and_no_change() -> None:
    none = Count(not_applicable=3)
    assert none.share is None
    assert none.interval is None
    assert none.change_from(Count(1, 2)) is Change.NO_COMPARISON
    assert Count(1, 2).change_from(none) is Change.NO_COMPARISON
    assert Count(1, 2).change_from(None) is Change.NO_COMPARISON


def test_share_interval_and_change_are_those_of_k_of_n() -> None:
    count = Count(k=20, n=28, not_met=8)
    assert count.share == pytest.approx(20 / 28)
    assert count.interval == wilson(20, 28)
    assert count.change_from(Count(k=12, n=28)) is Change.BETTER
    assert Count(k=12, n=28).change_from(count) is Change.WORSE
    assert count.change_from(count) is Change.WITHIN_CHANCE


def test_the_weakest_question_stands_first() -> None:
    counts = {
        "never_applied": Count(not_applicable=9),
        "all": Count(k=3, n=3),
        "third_of_3": Count(k=1, n=3),
        "third_of_9": Count(k=3, n=9),
        "third_of_9_too": Count(k=3, n=9),
        "none": Count(k=0, n=1),
        "half": Count(k=1, n=2),
    }
    assert weakest_first(counts) == [
        (question, counts[question])
        for question in (
            "none",
            "third_of_9",
            "third_of_9_too",
            "third_of_3",
            "half",
            "all",
            "never_applied",
        )
    ]


@given(
    st.dictionaries(
        st.text("abc", min_size=1),
        st.integers(0, 9).flatmap(lambda n: st.builds(Count, k=st.integers(0, n), n=st.just(n))),
    )
)
@unhurried
def test_weakest_first_is_in_order_and_loses_none(counts: dict[str, Count]) -> None:
    ordered = weakest_first(counts)
    assert dict(ordered) == counts
    shares = [Fraction(count.k, count.n) if count.n else 2 for _, count in ordered]
    assert shares == sorted(shares)
