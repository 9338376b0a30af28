"""Repeated sections: a form as one audit asks it, and figures in which a question counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.core_factory import (
    NO_CAPS,
    answer_all,
    is_bank_holiday,
    make_bank,
    make_form,
    make_question,
    unhurried,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.judgement import suggest
from audit_app.core.question_bank import (
    AuditForm,
    Cap,
    Condition,
    Entry,
    Outcome,
    Repeat,
    Section,
)
from audit_app.core.repeats import asks_for_entries, expand_form, fold_outcomes, worst

NAMED = make_question("named", critical=True)
SEEN = make_question("seen", shown_when=Condition("named", frozenset({"met"})))
TALKED = make_question("talked", shown_when=Condition("seen", frozenset({"met"})))
FATHER, PARTNER = Entry("1", "Father"), Entry("2", "Mother's partner")
STATES = ["met", "partly_met", "not_met", "not_recorded", "not_applicable"]


def form_of(repeat: Repeat) -> AuditForm:
    bank = make_bank("males", NAMED)
    each = Section("each", "Each male", (SEEN, TALKED), repeat=repeat)
    return make_form(replace(bank, sections=(*bank.sections, each)), rules=NO_CAPS)


FORM = form_of(Repeat("male in the household"))


def test_a_repeated_section_becomes_one_an_entry() -> None:
    expanded = expand_form(FORM, {"each": [FATHER, PARTNER]})
    assert [(section.key, section.title) for _bank, section in expanded.sections] == [
        ("males_section", "Males"),
        ("each.1", "Each male: Father"),
        ("each.2", "Each male: Mother's partner"),
    ]
    assert list(expanded.questions) == ["named", "seen.1", "talked.1", "seen.2", "talked.2"]


def test_a_condition_stays_within_its_entry() -> None:
    asked = expand_form(FORM, {"each": [FATHER, PARTNER]}).questions
    assert asked["seen.2"].shown_when == Condition("named", frozenset({"met"}))
    assert asked["talked.2"].shown_when == Condition("seen.2", frozenset({"met"}))


def test_an_entry_that_the_file_names_is_there_from_the_beginning() -> None:
    agencies = (Entry("health", "Health"), Entry("police", "Police"))
    form = form_of(Repeat("agency", agencies))
    assert [s.key for _b, s in expand_form(form, {}).sections][1:] == ["each.health", "each.police"]
    assert list(asks_for_entries(form)) == []


@pytest.mark.parametrize("entries", [{}, {"each": []}])
def test_without_entries_nothing_is_asked(entries: dict[str, list[Entry]]) -> None:
    assert list(expand_form(FORM, entries).questions) == ["named"]
    assert [section.key for section in asks_for_entries(FORM)] == ["each"]


def test_a_form_without_repeats_is_as_it_was() -> None:
    form = make_form()
    assert expand_form(form, {}) is form


@pytest.mark.parametrize(
    ("outcomes", "counts"),
    [
        ("met met", "met"),
        ("met not_applicable", "met"),
        ("not_applicable not_applicable", "not_applicable"),
        ("met partly_met", "partly_met"),
        ("not_recorded partly_met", "not_recorded"),
        ("not_recorded not_met met", "not_met"),
        ("information met", "met"),
    ],
)
def test_the_worst_outcome_that_applied_counts(outcomes: str, counts: str) -> None:
    found = [Outcome(one) for one in outcomes.split()]
    assert worst(found) == Outcome(counts)
    ids = {f"seen.{n}": outcome for n, outcome in enumerate(found)}
    assert fold_outcomes({"named": Outcome.MET, **ids}) == {"named": "met", "seen": counts}


@given(texts=st.lists(st.sampled_from(STATES), min_size=2, max_size=2))
@unhurried
def test_a_theme_counts_a_repeated_question_once(texts: list[str]) -> None:
    asked = make_question("seen")
    section = Section("each", "Each", (asked,), repeat=Repeat("male"))
    bank = replace(make_bank("males", NAMED), sections=(section,))
    form = expand_form(make_form(bank, rules=NO_CAPS), {"each": [FATHER, PARTNER]})
    theme = suggest(
        form, answer_all(tuple(form.questions.values()), *texts), is_bank_holiday
    ).themes[0]
    counts = theme.score.tally
    assert counts.n + counts.not_applicable == 1
    assert counts.met == (set(texts) - {"not_applicable"} == {"met"})
    alone = [
        suggest(
            make_form(make_bank("males", asked), rules=NO_CAPS),
            answer_all((asked,), text),
            is_bank_holiday,
        )
        .themes[0]
        .score.tally.points
        for text in texts
        if text != "not_applicable"
    ]
    assert counts.points == min(alone, default=0)


def test_a_cap_looks_at_each_entry_and_counts_the_question_once() -> None:
    asked = make_question("seen")
    cap = Cap("inadequate", 2, frozenset({Outcome.NOT_MET}), questions=frozenset({"seen", "named"}))
    section = Section("each", "Each", (asked,), repeat=Repeat("male"))
    bank = make_bank("males", NAMED, make_question("other", weight=10))
    bank = replace(bank, sections=(*bank.sections, section), caps=(cap,))
    form = expand_form(make_form(bank, rules=NO_CAPS), {"each": [FATHER, PARTNER]})
    questions = tuple(form.questions.values())
    twice = suggest(
        form, answer_all(questions, "met", "met", "not_met", "not_met"), is_bank_holiday
    )
    assert "at best" not in twice.themes[0].suggestion.reason
    both = suggest(form, answer_all(questions, "not_met", "met", "met", "not_met"), is_bank_holiday)
    assert both.themes[0].suggestion.reason == (
        "Inadequate at best: “Named is on the file” is not met and “Seen is on the file” is not "
        "met, which limits the grade."
    )
