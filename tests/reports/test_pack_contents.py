"""Contents that contradict themselves are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reports.pack_factory import make_pack, make_share

from audit_app.reports.contents import Exclusion, Share


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(3, 2, 0.1, 0.9), (-1, 2, 0.1, 0.9), (1, 2, None, None), (1, 2, 0.9, 0.1), (0, 0, 0.0, 0.0)],
)
def test_a_share_that_contradicts_itself_is_refused(
    k: int, n: int, low: float | None, high: float | None
) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Share(k, n, low, high)


def test_the_theme_pages_must_tell_the_numbers_of_the_theme_table(pack) -> None:
    first = pack.themes[0]
    changed = replace(first, row=replace(first.row, share=make_share(1, 28)))
    with pytest.raises(ValueError, match="same rows"):
        replace(pack, themes=(changed, *pack.themes[1:]))


def test_a_case_file_stands_in_the_appendix_once(pack) -> None:
    with pytest.raises(ValueError, match="once only"):
        replace(pack, appendix=pack.appendix + pack.appendix[:1])


def test_the_exclusions_must_explain_the_frame(pack) -> None:
    with pytest.raises(ValueError, match="cannot hold 394"):
        replace(pack, sample=replace(pack.sample, exclusions=(Exclusion("Closed", 1),)))


def test_the_factory_counts_every_state_of_an_answer_once() -> None:
    for spread in make_pack(case_files=1).themes:
        for question in spread.questions:
            rest = question.partly_met + question.not_met + question.not_recorded
            assert question.share.k + rest == question.share.n
            assert question.share.n + question.not_applicable == 28


def test_every_theme_lists_the_same_teams(pack) -> None:
    fewer = replace(pack.themes[0], teams=pack.themes[0].teams[1:])
    with pytest.raises(ValueError, match="same teams"):
        replace(pack, themes=(fewer, *pack.themes[1:]))
