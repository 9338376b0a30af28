"""Each answer type on its whole way: from YAML, published, answered, scored, to the PDF's text."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from factories import AT, TEAMS, agree_with_suggestions, make_extract, make_person
from pypdf import PdfReader

from audit_app.core.access import Role
from audit_app.core.sampling import Filters
from audit_app.question_banks.read import read_folder
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.audits import Draft, audits_of, record_answers, submit_audit
from audit_app.store.cycles import create_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import latest_form, publish_library
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import RecordedState

SOURCE = "source: {document: A published standard, place: section 1}"
GUIDANCE = "guidance: {where: In the file., good: It is there.}"
QUESTIONS = {
    "met": ("The plan is clear", "type: met", "partly_met", "Partly met"),
    "yes_no": ("The plan is signed", "type: yes_no", "no", "Not met: No"),
    "grade": (
        "How good is the plan?",
        "type: grade",
        "inadequate",
        "Not met: Inadequate",
    ),
    "interval": (
        "How soon was the child seen?",
        "type: interval\n        from: Told\n        to: Seen\n        limit: {working_days: 2}",
        "2026-10-05/2026-10-12",
        "Not met: 5 October 2026 to 12 October 2026",
    ),
    "number": (
        "How many visits were made?",
        "type: number\n        met_from: 3\n        unit: visits",
        "1",
        "Not met: 1 visit",
    ),
    "choice": (
        "Where is the plan kept?",
        "type: choice\n        options:\n"
        "          - {key: front, label: At the front, outcome: met}\n"
        "          - {key: nowhere, label: Nowhere to be found, outcome: not_met}",
        "nowhere",
        "Not met: Nowhere to be found",
    ),
    "choices": (
        "Whose views are recorded?",
        "type: choices\n        options:\n"
        "          - {key: child, label: The child, outcome: met}\n"
        "          - {key: hearsay, label: Only hearsay, outcome: partly_met}",
        "child hearsay",
        "Partly met: The child, Only hearsay",
    ),
    "date": ("When was the plan last changed?", "type: date", "2026-10-20", None),
    "text": ("What else is to be said?", "type: text", "Nothing else.", None),
}

FORM = """
key: each_type
title: One question of each type
version: "1.0"
summary: For a test.
auditors: senior_manager
percent_from: 20
banks: [every_type]
scale: [{key: good, label: Good}, {key: inadequate, label: Inadequate}]
judgement:
  met_from: good
  theme: {bands: [{grade: good, at_least: 50}, {grade: inadequate, at_least: 0}]}
  overall: {bands: [{grade: good, at_least: 50}, {grade: inadequate, at_least: 0}]}
"""


def write_files(folder: Path) -> Path:
    rows = "".join(
        f"      - id: each_{key}\n        text: {text}\n        {kind}\n        {SOURCE}\n"
        f"        {GUIDANCE}\n"
        for key, (text, kind, _value, _words) in QUESTIONS.items()
    )
    bank = (
        'key: every_type\ntitle: Every type\nversion: "1.0"\nsummary: For a test.\nsections:\n'
        f"  - key: every_section\n    title: Every type\n    questions:\n{rows}"
    )
    (folder / "forms").mkdir(parents=True)
    (folder / "every_type.yml").write_text(bank, encoding="utf-8")
    (folder / "forms" / "each_type.yml").write_text(FORM, encoding="utf-8")
    return folder


def test_each_answer_type_comes_from_yaml_to_pdf_text(database: Database, tmp_path: Path) -> None:
    library = read_folder([write_files(tmp_path / "banks")])
    with database.session() as session:
        publish_library(session, library, at=AT)
        manager = make_person(session, Role.SENIOR_MANAGER, "Manager", TEAMS[0])
        make_extract(session)
        version = latest_form(session, "each_type")
        assert version is not None
        cycle = create_cycle(session, version, name="One", month="2026-11", at=AT)
        draw_cycle_sample(session, cycle, Filters(), per_auditor=1, seed="one", by=None, at=AT)
        (audit,) = audits_of(session, manager)
        drafts = [
            Draft(
                f"each_{key}",
                RecordedState.ANSWERED,
                value=value,
                evidence=f"Evidence for {key}.",
                quotable=True,
            )
            for key, (_text, _kind, value, _words) in QUESTIONS.items()
        ]
        record_answers(session, audit, drafts, at=AT)
        agree_with_suggestions(session, audit)
        submit_audit(session, audit, at=AT)
        design = load_design("qa_sub_group")
        contents = gather_pack(session, cycle, design, edition=1, council="Test")
    assert contents.cover.data_cut_off == date(2026, 11, 2)
    pdf = PdfReader(BytesIO(compile_pack(design, contents, progress=lambda *_: None)))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    for key, (question, _kind, _value, words) in QUESTIONS.items():
        if words is None:
            assert f"Evidence for {key}." not in text
            continue
        assert question in text
        assert words in text
        assert f"Evidence for {key}." in text


@pytest.mark.parametrize("key", sorted(QUESTIONS))
def test_the_shipped_banks_use_each_type(key: str) -> None:
    library = read_folder()
    kinds = {q.type.value for bank in library.banks.values() for q in bank.questions}
    assert key in kinds
