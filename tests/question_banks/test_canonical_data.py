"""What publishing stores: exact both ways, and a hash that nothing meaningful escapes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_app.core.question_bank import (
    AnswerType,
    Condition,
    Evidence,
    Guidance,
    Limit,
    LimitUnit,
    NumberBands,
    Option,
    Outcome,
    Question,
    QuestionBank,
    Section,
    Source,
)
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_to_data,
    content_hash,
    form_from_data,
    form_to_data,
)
from audit_app.question_banks.read import read_folder

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
numbers = st.integers(0, 99)
maybe = st.none() | numbers
options = st.builds(Option, keys, texts, st.sampled_from(Outcome), numbers)
questions = st.builds(
    Question,
    id=keys,
    text=texts,
    type=st.sampled_from(AnswerType),
    guidance=st.builds(Guidance, texts, texts),
    sources=st.lists(st.builds(Source, texts, texts), max_size=2).map(tuple),
    options=st.lists(options, max_size=3).map(tuple),
    weight=st.integers(1, 10),
    critical=st.booleans(),
    required=st.booleans(),
    evidence=st.sampled_from(Evidence),
    allows_not_applicable=st.booleans(),
    allows_not_recorded=st.booleans(),
    shown_when=st.none() | st.builds(Condition, keys, st.frozensets(keys, max_size=3)),
    limit=st.none() | st.builds(Limit, st.sampled_from(LimitUnit), numbers, maybe),
    from_label=texts,
    to_label=texts,
    bands=st.none() | st.builds(NumberBands, maybe, maybe, maybe, maybe),
    unit=texts,
)
sections = st.builds(Section, keys, texts, st.lists(questions, max_size=3).map(tuple), texts)
banks = st.builds(QuestionBank, keys, texts, keys, texts, st.lists(sections, max_size=2).map(tuple))


@settings(max_examples=60, deadline=None)
@given(bank=banks)
def test_a_bank_comes_back_exactly_through_json(bank: QuestionBank) -> None:
    data = bank_to_data(bank)
    again = json.loads(json.dumps(data))
    assert bank_from_data(again) == bank
    assert content_hash(again) == content_hash(data)


@settings(max_examples=60, deadline=None)
@given(one=banks, other=banks)
def test_two_banks_share_a_hash_only_if_they_are_equal(
    one: QuestionBank, other: QuestionBank
) -> None:
    same = content_hash(bank_to_data(one)) == content_hash(bank_to_data(other))
    assert same is (one == other)


@settings(max_examples=100, deadline=None)
@given(question=questions, other=questions, data=st.data())
def test_any_change_of_a_question_changes_the_hash(
    question: Question, other: Question, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(Question.__dataclass_fields__)))
    changed = replace(question, **{name: getattr(other, name)})
    hashes = [content_hash(bank_to_data(bank_of(each))) for each in (question, changed)]
    assert (hashes[0] == hashes[1]) is (question == changed)


def bank_of(question: Question) -> QuestionBank:
    return QuestionBank("a", "A", "1.0", "A.", (Section("a", "A", (question,)),))


def test_the_hash_is_that_of_canonical_json() -> None:
    """Fixed by hand: printf '{"a":[1,"é"],"b":null}' | sha256sum."""
    known = "1e02bc81a26af2f027329541e97eef36f3290bedc6dfe043dbe66b057ecb13ba"
    assert content_hash({"b": None, "a": [1, "é"]}) == known


def test_a_form_is_pinned_to_the_content_of_its_banks(folder: Path) -> None:
    library = read_folder([folder])
    form, bank = library.forms["sample"], library.banks["visits"]
    data = json.loads(json.dumps(form_to_data(form)))
    assert form_from_data(data, library.banks) == form
    edited = replace(bank, summary="Another summary.")
    with pytest.raises(ValueError, match=r"the form sample needs the question bank visits 1\.0"):
        form_from_data(data, {"visits": edited})
    with pytest.raises(ValueError, match="needs the question bank visits"):
        form_from_data(data, {})
    of_edited = form_to_data(replace(form, banks=(edited,)))
    assert content_hash(of_edited) != content_hash(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Sample", "title: Another"),
        ('version: "1.0"', 'version: "1.1"'),
        ("met_from: good", "met_from: poor"),
        ("at_least: 60", "at_least: 61"),
        ("critical: [not_met]", "critical: [not_met, not_recorded]"),
        ("themes: poor, at_least: 2", "themes: poor, at_least: 3"),
        ("senior_manager", "independent_member"),
        ("banks: [visits]", "themed: true\nbanks: [visits]"),
        ("banks: [visits]", "percent_from: 30\nbanks: [visits]"),
        ("banks: [visits]", "practice_sees: grades\nbanks: [visits]"),
        ("banks: [visits]", "earlier_findings: false\nbanks: [visits]"),
        ("label: Poor", "label: Weak"),
    ],
)
def test_any_change_of_a_form_changes_its_hash(folder: Path, old: str, new: str) -> None:
    path = Path("forms/sample.yml")
    text = path.read_text(encoding="utf-8")
    before = content_hash(form_to_data(read_folder([path]).forms["sample"]))
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert content_hash(form_to_data(read_folder([path]).forms["sample"])) != before


def test_comments_order_and_line_breaks_do_not_change_the_hash(folder: Path) -> None:
    path = Path("visits.yml")
    before = content_hash(bank_to_data(read_folder([path]).banks["visits"]))
    text = path.read_text(encoding="utf-8")
    text = text.replace('title: Visits\nversion: "1.0"', "version: 1.0 # first\ntitle:   'Visits'")
    path.write_text(text.replace("summary: Are visits", "summary: >-\n  Are\n  visits"))
    assert content_hash(bank_to_data(read_folder([path]).banks["visits"])) == before


@pytest.mark.parametrize(
    "data",
    [
        {"key": "a"},
        {"key": "a", "title": "A", "version": "1.0", "summary": "A.", "sections": "none"},
        {"key": 1, "title": "A", "version": "1.0", "summary": "A.", "sections": []},
        {"key": "a", "title": "A", "version": "1.0", "summary": "A.", "sections": [], "more": 1},
        {"key": "a", "title": "A", "version": "1.0", "summary": "A.", "sections": [[]]},
    ],
)
def test_data_of_another_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|lacks|was expected"):
        bank_from_data(data)
