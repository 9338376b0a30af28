"""What a file without faults becomes."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from audit_app.core.question_bank import (
    AnswerType,
    Condition,
    Evidence,
    Limit,
    LimitUnit,
    NumberBands,
    Option,
    Outcome,
    Question,
    Repeat,
    Requirement,
    Rung,
    Subject,
)
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_to_data,
    content_hash,
    form_from_data,
    form_to_data,
)
from audit_app.question_banks.read import Library, read_folder


@pytest.fixture
def questions(folder: Path) -> dict[str, Question]:
    return {question.id: question for question in read_folder([folder]).banks["visits"].questions}


def test_defaults_are_those_of_the_type(questions: dict[str, Question]) -> None:
    question = questions["visits_any"]
    assert question.options == (
        Option("yes", "Yes", Outcome.MET, 2),
        Option("no", "No", Outcome.NOT_MET, 0),
    )
    assert (question.weight, question.critical, question.required) == (1, False, True)
    assert question.evidence is Evidence.ADVERSE
    assert question.allows_not_applicable
    assert question.allows_not_recorded


def test_an_interval_with_its_limit_and_condition(questions: dict[str, Question]) -> None:
    question = questions["visits_gap"]
    assert question.limit == Limit(LimitUnit.WORKING_DAYS, 5, 10)
    assert question.shown_when == Condition("visits_any", frozenset({"yes"}))
    assert (question.from_label, question.to_label) == ("Referral", "Visit")
    assert (question.weight, question.critical) == (2, True)


def test_a_side_without_a_partly_bound_is_partly_met_nowhere(
    questions: dict[str, Question],
) -> None:
    assert questions["visits_number"].bands == NumberBands(met_from=2, partly_from=1)


@pytest.mark.parametrize(
    ("bounds", "bands"),
    [
        ("met_from: 2", NumberBands(met_from=2)),
        ("{met_from: 1, met_to: 4, partly_to: 6}", NumberBands(1, 4, 1, 6)),
        ("{met_from: 1, met_to: 4, partly_from: 0}", NumberBands(1, 4, 0, 4)),
        ("", None),
    ],
)
def test_bounds_of_a_number(
    folder: Path, bank_text: str, bounds: str, bands: NumberBands | None
) -> None:
    lines = "".join(f"        {part}\n" for part in filter(None, bounds.strip("{}").split(", ")))
    spoilt = bank_text.replace("        met_from: 2\n        partly_from: 1\n", lines)
    Path("visits.yml").write_text(spoilt, encoding="utf-8")
    (*_, question) = read_folder([Path("visits.yml")]).banks["visits"].questions
    assert question.bands == bands
    assert question.is_scored is (bands is not None)


def test_text_asks_for_nothing_more(folder: Path, bank_text: str) -> None:
    text = bank_text.replace("type: number", "type: text").replace("met_from: 2", "critical: false")
    Path("visits.yml").write_text(text.replace("        partly_from: 1\n", ""), encoding="utf-8")
    (*_, question) = read_folder([Path("visits.yml")]).banks["visits"].questions
    assert question.type is AnswerType.TEXT
    assert not question.required
    assert question.evidence is Evidence.NEVER


@pytest.mark.parametrize("word", ["yes", "Yes", "true", "True", '"yes"'])
def test_yes_is_yes_whatever_yaml_makes_of_it(folder: Path, bank_text: str, word: str) -> None:
    spoilt = bank_text.replace("is: [yes]", f"is: [{word}]")
    Path("visits.yml").write_text(spoilt, encoding="utf-8")
    questions = read_folder([Path("visits.yml")]).banks["visits"].questions
    condition = next(q.shown_when for q in questions if q.id == "visits_gap")
    assert condition == Condition("visits_any", frozenset({"yes"}))


def test_the_rules_of_a_bank(ruled_folder: Path) -> None:
    bank = read_folder([ruled_folder]).banks["males"]
    main, each, _ = bank.sections
    assert [level.key for level in bank.levels] == ["strength", "weak"]
    weak = frozenset({"weak"})
    must_be_strong = Requirement(weak, 0, 0, frozenset({"males_all"}))
    assert bank.grading == (
        Rung("good", (must_be_strong, Requirement(weak, 0, 1))),
        Rung("poor"),
    )
    adverse = frozenset({"partly_met", "not_met", "not_recorded"})
    assert each.rating[0] == Rung("strength", (Requirement(adverse, 0, 0),))
    assert main.rating[0].requirements[0].critical
    assert each.repeat == Repeat("male in the household", (), 8)
    assert [cap.because for cap in bank.caps] == ["a male unknown"]
    assert [question.id for question in bank.retired] == ["males_known"]
    (named, *_) = main.questions
    assert named.allows_not_applicable
    assert (named.not_applicable_when, named.not_applicable_reason) == (
        "no male is known of",
        True,
    )
    assert named.continues == "males_known"
    how = each.questions[1]
    assert [option.key for option in how.offered] == ["home", "phone"]


def test_a_form_without_an_overall_judgement(ruled_folder: Path) -> None:
    form = read_folder([ruled_folder]).forms["ruled"]
    assert form.subject is Subject.SUPERVISION_FILE
    assert (form.rules.overall_bands, form.rules.overall_grading) == ((), ())


def test_rules_come_back_exactly_and_are_hashed(ruled_folder: Path) -> None:
    library = read_folder([ruled_folder])
    bank, form = library.banks["males"], library.forms["ruled"]
    assert bank_from_data(bank_to_data(bank)) == bank
    assert form_from_data(form_to_data(form), library.banks) == form
    loose = replace(bank, caps=())
    assert content_hash(bank_to_data(loose)) != content_hash(bank_to_data(bank))


def test_a_number_in_a_text_stays_as_written(folder: Path, bank_text: str) -> None:
    text = bank_text.replace('version: "1.0"', "version: 1.10").replace("Visits\nver", "2003\nver")
    Path("visits.yml").write_text(text, encoding="utf-8-sig")
    bank = read_folder([Path("visits.yml")]).banks["visits"]
    assert (bank.version, bank.title) == ("1.10", "2003")


@pytest.mark.parametrize("inside", ["", "forms"])
def test_a_form_alone_finds_its_banks_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.chdir(folder / inside)
    path = Path("sample.yml") if inside else Path("forms/sample.yml")
    library = read_folder([path])
    assert [bank.key for bank in library.forms["sample"].banks] == ["visits"]
    assert list(library.banks) == ["visits"]


def test_a_form_alone_takes_published_banks(folder: Path) -> None:
    published = read_folder([Path("visits.yml")]).banks
    Path("visits.yml").unlink()
    library = read_folder([Path("forms")], published)
    assert library.forms["sample"].banks == (published["visits"],)
    assert not library.banks


def test_a_file_given_twice_is_read_once(folder: Path) -> None:
    assert list(read_folder([folder, folder / "visits.yml", Path("visits.yml")]).banks)


@pytest.mark.parametrize(
    ("written", "version"), [("1.0.0", "1.0"), ("1.0.1", "1.0.1"), ("1.10.0", "1.10")]
)
def test_a_version_has_one_spelling(
    folder: Path, bank_text: str, written: str, version: str
) -> None:
    (folder / "visits.yml").write_text(bank_text.replace("1.0", written), "utf-8")
    assert read_folder([folder / "visits.yml"]).banks["visits"].version == version


def test_a_large_bank_is_read_in_no_time(tmp_path: Path) -> None:
    """120 questions within 300 ms; the best of three, because other work may share the machine."""
    question = """
      - id: large_{n}
        text: Question {n} about the file?
        type: choice
        guidance: {{where: Case notes of the last months., good: All of it is there.}}
        source: {{document: Inquiry, place: recommendation {n}}}
        options:
          - {{key: all, label: All of it, outcome: met}}
          - {{key: some, label: Some of it, outcome: partly_met}}
          - {{key: none, label: None of it, outcome: not_met}}"""
    head = """key: large\ntitle: Large\nversion: "1.0"\nsummary: A large bank.\nsections:
  - key: large_main\n    title: Large\n    questions:"""
    body = "".join(question.format(n=n) for n in range(120))
    (tmp_path / "large.yml").write_text(head + body + "\n", encoding="utf-8")

    def time_reading() -> tuple[float, Library]:
        start = time.perf_counter()
        library = read_folder([tmp_path])
        return time.perf_counter() - start, library

    runs = [time_reading() for _ in range(3)]
    assert len(list(runs[0][1].banks["large"].questions)) == 120
    assert min(seconds for seconds, _ in runs) < 0.3


def test_the_guide_names_every_key() -> None:
    """A key that the reader knows but the guide does not would be a secret."""
    from audit_app.question_banks.banks import BANK_KEYS, SECTION_KEYS
    from audit_app.question_banks.caps import OVERALL_CAP_KEYS, THEME_CAP_KEYS
    from audit_app.question_banks.forms import FORM_KEYS
    from audit_app.question_banks.judgement import JUDGEMENT_KEYS, LEVEL_KEYS
    from audit_app.question_banks.ladders import REQUIREMENT_KEYS
    from audit_app.question_banks.options import OPTION_KEYS
    from audit_app.question_banks.questions import NOT_APPLICABLE_KEYS, QUESTION_KEYS
    from audit_app.question_banks.repeats import ENTRY_KEYS, REPEAT_KEYS

    root = Path(__file__).parents[2]
    guide = (root / "docs" / "question-banks.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", guide))
    known = {*BANK_KEYS, *SECTION_KEYS, *FORM_KEYS, *OPTION_KEYS, *QUESTION_KEYS, *AnswerType}
    known |= {*OVERALL_CAP_KEYS, *THEME_CAP_KEYS, *JUDGEMENT_KEYS, *LEVEL_KEYS, *REQUIREMENT_KEYS}
    known |= {*NOT_APPLICABLE_KEYS, *REPEAT_KEYS, *ENTRY_KEYS, *Subject}
    assert known - named == set()
