"""A bank and a form without faults, to be spoilt one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

GOOD_BANK = """\
key: visits
title: Visits
version: "1.0"
summary: Are visits made and written up?
sections:
  - key: visits_main
    title: Visits
    questions:
      - id: visits_any
        text: Was there a visit?
        type: yes_no
        guidance: {where: Case notes., good: A plain answer.}
        source: {document: Inquiry, place: recommendation 34}
      - id: visits_gap
        text: How long did it take?
        type: interval
        from: Referral
        to: Visit
        limit: {working_days: 5, partly: 10}
        guidance: {where: Case notes., good: Within five working days.}
        source: {document: Inquiry, place: recommendation 34}
        shown_when: {question: visits_any, is: [yes]}
        weight: 2
        critical: true
      - id: visits_who
        text: Who was there?
        type: choice
        guidance: {where: Case notes., good: The child.}
        source: [{document: Inquiry, place: recommendation 34}]
        options:
          - {key: child, label: The child, outcome: met}
          - {key: nobody, label: Nobody, outcome: not_met, points: 0}
      - id: visits_number
        text: How many visits?
        type: number
        met_from: 2
        partly_from: 1
        guidance: {where: Case notes., good: Two or more.}
        source: {document: Inquiry, place: recommendation 34}
"""

GOOD_FORM = """\
key: sample
title: Sample
version: "1.0"
summary: A form.
auditors: senior_manager
banks: [visits]
scale:
  - {key: good, label: Good}
  - {key: poor, label: Poor}
judgement:
  met_from: good
  theme:
    bands:
      - {grade: good, at_least: 60}
      - {grade: poor, at_least: 0}
    caps:
      - {critical: [not_met], not_better_than: poor}
  overall:
    bands:
      - {grade: good, at_least: 60}
      - {grade: poor, at_least: 0}
    caps:
      - {themes: poor, at_least: 2, not_better_than: poor}
"""

#: A bank whose sections are rated and repeated, with questions of earlier versions.
RULED_BANK = """\
key: males
title: Males
version: "2.0"
summary: Is each male assessed?
levels: [{key: strength, label: Strength}, {key: weak, label: Area needing improvement}]
grading:
  - {grade: good, when: [{all: [strength], of: [males_all]}, {count: [weak], at_most: 1}]}
  - {grade: poor}
caps:
  - {questions: [males_named], outcomes: [not_met], not_better_than: poor, because: a male unknown.}
sections:
  - key: males_all
    title: All of them
    rating:
      - {level: strength, when: [{count: [not_met, not_recorded], at_most: 0, critical: true}]}
      - {level: weak}
    questions:
      - id: males_named
        text: Is each male named?
        type: yes_no
        guidance: {where: Front sheet., good: Names.}
        source: {document: Review, place: paragraph 3}
        critical: true
        not_applicable: {when: no male is known of., reason: true}
        continues: males_known
  - key: males_each
    title: Each male
    repeat: {each: male in the household, at_most: 8}
    rating:
      - {level: strength, when: [{all: [met]}]}
      - {level: weak}
    questions:
      - id: males_met
        text: Was he met?
        type: met
        guidance: {where: Case notes., good: A visit.}
        source: {document: Review, place: paragraph 3}
        shown_when: {question: males_named, is: [yes]}
      - id: males_how
        text: How was he met?
        type: choice
        guidance: {where: Case notes., good: At home.}
        source: {document: Review, place: paragraph 3}
        shown_when: {question: males_met, is: [met]}
        options:
          - {key: home, label: At home, outcome: met}
          - {key: phone, label: By telephone, outcome: not_met}
          - {key: fax, label: By fax, outcome: not_met, retired: true}
  - key: males_end
    title: In the end
    questions:
      - id: males_note
        text: What else?
        type: text
        guidance: {where: Case notes., good: Anything.}
        source: {document: Review, place: paragraph 3}
retired:
  - id: males_known
    text: Is each male known?
    type: yes_no
    guidance: {where: Front sheet., good: Names.}
    source: {document: Review, place: paragraph 3}
"""

RULED_FORM = """\
key: ruled
title: Ruled
version: "1.0"
summary: A form.
subject: supervision_file
auditors: senior_manager
banks: [males]
scale: [{key: good, label: Good}, {key: poor, label: Poor}]
judgement:
  met_from: good
"""


@pytest.fixture
def bank_text() -> str:
    return GOOD_BANK


@pytest.fixture
def form_text() -> str:
    return GOOD_FORM


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the good bank and form, which is the current one: `visits.yml` is a path."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "visits.yml").write_text(GOOD_BANK, encoding="utf-8")
    (tmp_path / "forms" / "sample.yml").write_text(GOOD_FORM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ruled_folder(folder: Path) -> Path:
    """The folder with a bank of many rules and its form, which needs no rules of its own."""
    (folder / "males.yml").write_text(RULED_BANK, encoding="utf-8")
    (folder / "forms" / "ruled.yml").write_text(RULED_FORM, encoding="utf-8")
    return folder
