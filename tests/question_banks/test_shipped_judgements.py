"""What the shipped rules suggest: the best work, the worst, and the one gap that decides."""

from __future__ import annotations

import pytest
from core.core_factory import answered, is_bank_holiday
from core.test_judgement_properties import by_merit

from audit_app.core.answers import Answer
from audit_app.core.judgement import NO_OVERALL, Suggestions, suggest
from audit_app.core.question_bank import AnswerType, AuditForm, Entry
from audit_app.core.repeats import asks_for_entries, expand_form
from audit_app.question_banks.read import read_folder

FORMS = read_folder().forms
FULL = {"close_events": "closed other_team other_council placed_away"}


def expanded(key: str) -> AuditForm:
    """The form as it is asked where the auditor names two of everything."""
    form = FORMS[key]
    two = (Entry("1", "First"), Entry("2", "Second"))
    return expand_form(form, {section.key: two for section in asks_for_entries(form)})


def fill(form: AuditForm, best: bool, **other: str) -> Suggestions:
    """Every question answered as well, or as badly, as it can be; `other` answers by id."""
    answers: dict[str, Answer] = {}
    for id_, question in form.questions.items():
        if id_.replace(".", "__") in other:
            answers[id_] = answered(question, other[id_.replace(".", "__")])
        elif best and question.bands is not None:
            answers[id_] = answered(question, str(question.bands.met_to))
        elif question.is_scored:
            allowed = slice(0 if question.allows_not_recorded else 1, None)
            answers[id_] = by_merit(question)[allowed][-1 if best else 0]
        elif question.options:
            answers[id_] = answered(question, FULL.get(id_, question.options[0].key))
        elif question.type is AnswerType.NUMBER:
            answers[id_] = answered(question, "1")
    return suggest(form, answers, is_bank_holiday)


@pytest.mark.parametrize("key", sorted(FORMS))
@pytest.mark.parametrize("best", [True, False])
def test_the_ends_of_the_scale_are_reached(key: str, best: bool) -> None:
    form = expanded(key)
    said = fill(form, best)
    end = form.scale[0 if best else -1].key
    assert {theme.theme: theme.suggestion.grade for theme in said.themes} == {
        bank.key: end for bank in form.banks
    }
    assert said.overall in (NO_OVERALL,) or said.overall.grade == end
    assert (said.overall == NO_OVERALL) == (key in ("self_assessment", "supervision_notes"))


@pytest.mark.parametrize(
    ("form", "theme", "gap", "grade", "because"),
    [
        (
            "referrals_progress",
            "assessment",
            {"assess_child_seen": "not_seen"},
            "inadequate",
            "nobody saw the child",
        ),
        (
            "referrals_progress",
            "closure_and_transfer",
            {"close_alone": "no"},
            "inadequate",
            "speak alone before the case is closed",
        ),
        (
            "protection_plans",
            "child_protection_plan",
            {"cpp_allocated": "no_contact"},
            "inadequate",
            "without a worker and without contact",
        ),
        (
            "protection_plans",
            "child_protection_plan",
            {"cpp_change": "not_met"},
            "requires_improvement",
            "must change",
        ),
        (
            "strategy_discussions",
            "agency_attendance",
            {"attend_part__health": "not_invited"},
            "requires_improvement",
            "4 of 5 met",
        ),
        ("self_assessment", "self_assessment", {"self_risk": "red"}, "red", "nothing else makes"),
        ("self_assessment", "self_assessment", {"self_males": "red"}, "amber", ""),
        ("self_assessment", "self_assessment", {"self_males": "amber"}, "amber", ""),
    ],
)
def test_one_gap_decides(
    form: str, theme: str, gap: dict[str, str], grade: str, because: str
) -> None:
    said = {one.theme: one.suggestion for one in fill(expanded(form), True, **gap).themes}
    assert said[theme].grade == grade
    assert because in said[theme].reason


def test_fifteen_green_and_fourteen_amber_areas_are_amber() -> None:
    form = expanded("self_assessment")
    amber = dict.fromkeys(list(form.questions)[15:], "amber")
    theme = fill(form, True, **amber).themes[0]
    assert theme.suggestion.grade == "amber"
    assert [rating.level for rating in theme.sections] == ["green"] * 3 + ["amber"] * 3
