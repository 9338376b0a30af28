"""Which audits are read again, by each rule alone; what two readings agree on."""

from __future__ import annotations

from core.core_factory import (
    BANDS,
    NOT_APPLICABLE,
    NOT_RECORDED,
    answered,
    make_bank,
    make_form,
    met_questions,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.moderation import (
    OVERALL,
    Agreement,
    DrawReason,
    GradedPart,
    compare_readings,
    falls_within,
    grade_shift,
    is_borderline,
    reading_ticket,
    reasons_to_read_again,
)
from audit_app.core.question_bank import Outcome

QUESTIONS = met_questions(2, critical=True)
FORM = make_form(make_bank("chronology", *QUESTIONS))
NEVER, ALWAYS = "f" * 64, "0" * 64
GOOD = GradedPart(OVERALL, "good", "good", 85, 100)
RULES = {
    DrawReason.INADEQUATE: None,
    DrawReason.BORDERLINE: 2,
    DrawReason.CRITICAL_FAILURE: None,
    DrawReason.OVERRIDE: None,
    DrawReason.RANDOM_SHARE: 10,
}


def drawn(*parts, outcomes=None, rules=RULES, ticket=NEVER):
    return set(reasons_to_read_again(FORM, parts, outcomes or {}, rules, ticket))


def test_each_rule_draws_by_itself():
    assert drawn(GOOD) == set()
    assert drawn(GradedPart(OVERALL, "good", "inadequate", 85, 100)) == {
        DrawReason.INADEQUATE,
        DrawReason.OVERRIDE,
    }
    assert drawn(GradedPart(OVERALL, "inadequate", "inadequate", 5, 100)) == {DrawReason.INADEQUATE}
    assert drawn(GradedPart(OVERALL, "good", "good", 77, 100)) == {DrawReason.BORDERLINE}
    for outcome in (Outcome.NOT_MET, Outcome.NOT_RECORDED):
        assert drawn(GOOD, outcomes={QUESTIONS[0].id: outcome}) == {DrawReason.CRITICAL_FAILURE}
    assert drawn(GOOD, outcomes={QUESTIONS[0].id: Outcome.PARTLY_MET}) == set()
    assert drawn(GOOD, ticket=ALWAYS) == {DrawReason.RANDOM_SHARE}


def test_a_rule_that_is_not_in_force_draws_nothing():
    worst = GradedPart(OVERALL, "inadequate", "good", 40, 100)
    assert drawn(worst, rules={}, ticket=ALWAYS) == set()
    assert drawn(worst, rules={DrawReason.OVERRIDE: None}) == {DrawReason.OVERRIDE}


def test_themes_decide_only_where_no_overall_grade_is_given():
    low = GradedPart("chronology", "inadequate", "inadequate", 5, 100)
    assert drawn(low, GOOD) == set()
    assert drawn(low, GradedPart(OVERALL, None, None, 0, 0)) == {DrawReason.INADEQUATE}


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 20))
def test_borderline_is_within_the_margin_of_a_bound_on_either_side(points, possible, margin):
    part = GradedPart(OVERALL, "good", "good", min(points, possible), possible)
    share = 100 * part.points / possible
    near = min(abs(share - bound) for bound in (95, 75, 40))
    if abs(near - margin) > 1e-9:
        assert is_borderline(BANDS, part, margin) == (near < margin)
    assert not is_borderline(BANDS, GradedPart(OVERALL, None, None, 0, 0), margin)


def test_the_share_of_tickets_is_the_share_that_was_asked_for():
    tickets = [reading_ticket("seed", f"CASE-{number}") for number in range(4_000)]
    assert not any(falls_within(ticket, 0) for ticket in tickets)
    assert all(falls_within(ticket, 100) for ticket in tickets)
    drawn_by_ten = sum(falls_within(ticket, 10) for ticket in tickets)
    assert 320 < drawn_by_ten < 480
    assert reading_ticket("seed", "CASE-1") != reading_ticket("other", "CASE-1")


def test_readings_are_compared_by_state_and_value_and_never_by_evidence():
    one, two = QUESTIONS
    said = answered(one, "met", "Seen on page 3.")
    same = answered(one, "met", "Other words.")
    both = compare_readings(FORM.questions, {one.id: said}, {one.id: same, two.id: NOT_RECORDED})
    assert [(row.question.id, row.agrees) for row in both] == [(one.id, True), (two.id, False)]
    other = compare_readings(FORM.questions, {one.id: NOT_APPLICABLE}, {one.id: NOT_RECORDED})
    assert [row.agrees for row in other] == [False]


def test_a_percentage_needs_twenty_pairs():
    assert Agreement(31, 36, 19).per_cent is None
    assert Agreement(31, 36, 20).per_cent == 86
    assert Agreement(0, 0, 20).per_cent is None


def test_the_shift_says_how_much_stricter_the_second_reader_is():
    assert grade_shift(FORM, "good", "inadequate") == 2
    assert grade_shift(FORM, "good", "outstanding") == -1
    assert grade_shift(FORM, "good", None) is None
