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
