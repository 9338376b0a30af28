"""Parts that agencies answer: who is asked what, and how parts count once for what is audited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.core_factory import NO_CAPS, make_bank, make_form, make_question, unhurried
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.agencies import Agency
from audit_app.core.parts import asked_of, fold_parts, met_in_all, part_of
from audit_app.core.question_bank import AuditForm, Entry, Outcome, Repeat, Section
from audit_app.core.question_changes import Bump
from audit_app.core.repeats import expand_form
from audit_app.core.versions import compare_forms

KEYS = ("police", "health", "education")


def make_agencies(**also: set[str]) -> tuple[Agency, ...]:
    return tuple(Agency(key, key.title(), frozenset(also.get(key, ()))) for key in KEYS)


def form_of(**also: set[str]) -> AuditForm:
    """Two banks; the second has a section that is asked once for each of two agencies."""
    each = Section(
        "each",
        "Each agency",
        (make_question("came"),),
        repeat=Repeat("agency", (Entry("police", "Police"), Entry("health", "Health"))),
    )
    attended = make_bank("attended", make_question("agreed"))
    attended = replace(attended, sections=(*attended.sections, each))
    form = make_form(make_bank("record", make_question("dated")), attended, rules=NO_CAPS)
    return replace(form, agencies=make_agencies(**also))


def asked(form: AuditForm, agency: str) -> list[str]:
    return list(expand_form(part_of(form, agency), {}).questions)


def test_what_nobody_names_is_asked_of_all_and_a_section_of_agencies_of_each_alone() -> None:
    form = form_of()
    assert asked(form, "police") == ["dated", "agreed", "came.police"]
    assert asked(form, "health") == ["dated", "agreed", "came.health"]
    assert asked(form, "education") == ["dated", "agreed"]
    assert [one.key for one in asked_of(form, "came")] == ["police", "health"]


def test_a_bank_or_a_section_is_for_those_who_name_it() -> None:
    form = form_of(police={"record", "attended_section"}, health={"attended_section"})
    assert asked(form, "police") == ["dated", "agreed", "came.police"]
    assert asked(form, "health") == ["agreed", "came.health"]
    assert asked(form, "education") == []
    assert [bank.key for bank in part_of(form, "health").banks] == ["attended"]


def test_without_an_agency_it_is_the_whole_form_and_an_unknown_one_is_none() -> None:
    form = form_of(police={"record"})
    assert part_of(form, "") is form
    with pytest.raises(KeyError):
        part_of(form, "fire_brigade")


NAMES = ("record", "record_section", "attended", "attended_section", "each")
also_answers = st.dictionaries(st.sampled_from(KEYS), st.sets(st.sampled_from(NAMES)))


@unhurried
@given(also_answers)
def test_every_question_is_asked_of_somebody_and_of_all_unless_somebody_names_it(
    also: dict[str, set[str]],
) -> None:
    form = form_of(**also)
    claimed = set().union(*also.values())
    for bank, section in form.sections:
        for question in section.questions:
            found = {one.key for one in asked_of(form, question.id)}
            naming = {key for key, names in also.items() if names & {bank.key, section.key}}
            wanted = naming if {bank.key, section.key} & claimed else set(KEYS)
            entries = {one.key for one in section.repeat.entries} if section.repeat else set(KEYS)
            assert found == wanted & entries


outcomes = st.dictionaries(
    st.sampled_from(["a", "b", "c.police", "c.health"]), st.sampled_from(list(Outcome))
)


@unhurried
@given(st.lists(outcomes, max_size=4))
def test_a_question_counts_once_with_the_worst_that_an_agency_said(
    parts: list[dict[str, Outcome]],
) -> None:
    folded = fold_parts(parts)
    assert set(folded) == {id_.partition(".")[0] for part in parts for id_ in part}
    assert fold_parts(reversed(parts)) == folded
    assert fold_parts([folded, *parts]) == folded
    for id_, outcome in folded.items():
        said = {o for part in parts for key, o in part.items() if key.partition(".")[0] == id_}
        assert outcome in said
        if outcome is Outcome.MET:
            assert not said & {Outcome.PARTLY_MET, Outcome.NOT_MET, Outcome.NOT_RECORDED}


@pytest.mark.parametrize(
    ("met", "found"),
    [
        ([True, True], True),
        ([True, False], False),
        ([True, None], True),
        ([None], None),
        ([], None),
    ],
)
def test_a_theme_is_met_where_every_part_to_which_it_applied_meets_it(
    met: list[bool | None], found: bool | None
) -> None:
    assert met_in_all(met) is found


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        ({"agencies": ()}, Bump.MAJOR),
        ({"agencies": make_agencies(police={"record"})}, Bump.MAJOR),
        ({"agencies": make_agencies()[::-1]}, Bump.PATCH),
        ({"agencies": (Agency("police", "The police"), *make_agencies()[1:])}, Bump.PATCH),
    ],
)
def test_who_answers_what_is_a_major_change_and_a_name_a_small_one(
    change: dict[str, tuple[Agency, ...]], bump: Bump
) -> None:
    assert compare_forms(form_of(), replace(form_of(), **change)).bump is bump
