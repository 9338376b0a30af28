"""The front door: what belongs to a referral, what is decided in time, and what is not told."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from audit_app.core.front_door import (
    Figure,
    Referral,
    Row3,
    Row4,
    Service,
    Told,
    front_door_figures,
    is_decided_in_time,
    join_lists,
)

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 7, day) for day in (13, 14, 15))
FRIDAY, NEXT_MONDAY, NEXT_TUESDAY = date(2026, 7, 17), date(2026, 7, 20), date(2026, 7, 21)


def no_holiday(_day: date) -> bool:
    return False


def figures(referrals: tuple[Referral, ...], *lacking: Told) -> dict[str, Figure]:
    told = set(Told) - set(lacking)
    return {figure.key: figure for figure in front_door_figures(referrals, told, no_holiday)}


# What belongs together


def test_rows_of_one_child_and_day_are_one_referral_and_an_action_outweighs_none() -> None:
    rows = [
        Row3("a", MONDAY, nfa=True, decided_on=WEDNESDAY),
        Row3("a", MONDAY, nfa=None, decided_on=date(2026, 7, 10)),
        Row3("a", MONDAY, nfa=False, decided_on=TUESDAY),
    ]
    for order in permutations(rows):
        (found,) = join_lists(order, [], {})
        assert (found.nfa, found.decided_on) == (False, TUESDAY)


def test_an_assessment_belongs_to_the_last_referral_before_it() -> None:
    found = join_lists(
        [Row3("a", NEXT_MONDAY), Row3("a", MONDAY), Row3("b", MONDAY)],
        [
            Row4("a", NEXT_TUESDAY, needs_service=False),
            Row4("a", FRIDAY),
            Row4("a", TUESDAY, needs_service=True),
            Row4("b", date(2026, 7, 12), needs_service=True),
            Row4("stranger", TUESDAY, needs_service=True),
        ],
        {"b": Service.PROVIDED},
    )
    assert found == (
        Referral(0, MONDAY, assessed_on=TUESDAY, needs_service=True),
        Referral(0, NEXT_MONDAY, assessed_on=NEXT_TUESDAY, needs_service=False),
        Referral(1, MONDAY, service=Service.PROVIDED),
    )


# Decided within one working day


@pytest.mark.parametrize(
    ("referral", "in_time"),
    [
        (Referral(0, MONDAY, assessed_on=MONDAY), True),
        (Referral(0, MONDAY, assessed_on=TUESDAY), True),
        (Referral(0, MONDAY, assessed_on=WEDNESDAY), None),
        (Referral(0, FRIDAY, assessed_on=NEXT_MONDAY), True),
        (Referral(0, FRIDAY, assessed_on=NEXT_TUESDAY), None),
        (Referral(0, MONDAY, nfa=True), None),
        (Referral(0, MONDAY), None),
        (Referral(0, MONDAY, decided_on=TUESDAY), True),
        (Referral(0, MONDAY, decided_on=WEDNESDAY), False),
        (Referral(0, MONDAY, decided_on=WEDNESDAY, assessed_on=TUESDAY), True),
    ],
)
def test_a_decision_is_in_time_later_or_not_told(referral: Referral, in_time: bool | None) -> None:
    assert is_decided_in_time(referral, no_holiday) is in_time


def test_a_bank_holiday_is_no_working_day() -> None:
    referral = Referral(0, MONDAY, assessed_on=WEDNESDAY)
    assert is_decided_in_time(referral, lambda day: day == TUESDAY) is True


def test_the_rest_of_the_decisions_is_told_by_why_it_is_not_known() -> None:
    referrals = (
        Referral(0, MONDAY, assessed_on=MONDAY),
        Referral(1, MONDAY, decided_on=WEDNESDAY),
        Referral(2, MONDAY, nfa=True),
        Referral(3, MONDAY, nfa=False, assessed_on=FRIDAY),
        Referral(4, MONDAY),
    )
    decided = figures(referrals)["decided_in_a_working_day"]
    assert (decided.k, decided.n) == (1, 5)
    assert [part.split()[0] for part in decided.beside] == ["1", "1", "1", "1"]
    assert "council’s column" in decided.source
    assert figures(referrals, Told.DECIDED)["decided_in_a_working_day"].source == "3 and 4"


# Counts


def test_children_are_counted_once_and_referrals_each() -> None:
    found = figures(
        (
            Referral(0, MONDAY, nfa=True),
            Referral(0, FRIDAY, nfa=False, assessed_on=FRIDAY),
            Referral(1, MONDAY),
        )
    )
    referred, ended = found["children_referred"], found["no_further_action"]
    assert (referred.k, referred.n, referred.beside) == (2, None, ("in 3 referrals",))
    assert (ended.k, ended.n) == (1, 2)
    assert ended.beside == ("1 without a code that can be read",)
    assert (found["assessed"].k, found["assessed"].n) == (1, 3)


def test_need_is_told_by_child_and_services_are_provided_not_shown_or_not_told() -> None:
    def assessed(child: int, needs: bool | None, service: Service, day: date = MONDAY) -> Referral:
        return Referral(child, day, assessed_on=day, needs_service=needs, service=service)

    found = figures(
        (
            assessed(0, True, Service.PROVIDED),
            assessed(0, False, Service.PROVIDED, FRIDAY),
            assessed(1, True, Service.NONE_SHOWN),
            assessed(2, True, Service.NOT_TOLD),
            assessed(3, False, Service.PROVIDED),
            assessed(4, None, Service.NONE_SHOWN),
        )
    )
    needs = found["needs_a_service"]
    assert (needs.k, needs.n) == (3, 4)
    assert needs.beside == ("1 assessed without an outcome in the list",)
    provided, shown = found["service_provided"], found["no_service_shown"]
    assert (provided.k, provided.n, shown.k, shown.n) == (1, 3, 1, 3)
    assert provided.beside[0].startswith("1 closed since")


@pytest.mark.parametrize(
    ("lacking", "untold"),
    [
        ((Told.NFA,), {"no_further_action"}),
        ((Told.DECIDED,), set()),
        (
            (Told.ASSESSMENTS,),
            {"assessed", "needs_a_service", "service_provided", "no_service_shown"},
        ),
        ((Told.NEEDS_SERVICE,), {"needs_a_service", "service_provided", "no_service_shown"}),
    ],
)
def test_what_the_lists_lack_is_not_told_rather_than_nought(
    lacking: tuple[Told, ...], untold: set[str]
) -> None:
    found = figures((Referral(0, MONDAY),), *lacking)
    assert {key for key, figure in found.items() if figure.k is None} == untold


def test_without_list_4_and_the_column_no_decision_is_told_and_without_list_3_nothing() -> None:
    assert figures((), Told.ASSESSMENTS, Told.DECIDED)["decided_in_a_working_day"].k is None
    assert all(figure.k is None for figure in figures((), Told.REFERRALS).values())
