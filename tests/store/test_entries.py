"""Repeated sections of an audit: whom they are asked for; what is kept, counted and given out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import (
    AT,
    complete_audit,
    drafts_for,
    household_library,
    make_council,
)
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from store.store_answers import first_audit

from audit_app.core.answers import AnswerFault
from audit_app.core.completeness import ENTRIES
from audit_app.core.lifecycle import AuditState, IllegalMove
from audit_app.core.question_bank import Outcome
from audit_app.store.audits import (
    Draft,
    form_of,
    record_answers,
    what_is_missing,
)
from audit_app.store.database import Database
from audit_app.store.entries import (
    EntryFault,
    add_entry,
    answered_for,
    entries_in,
    remove_entry,
    rename_entry,
    repeated_sections,
    say_none,
)
from audit_app.store.evidence import evidence_of
from audit_app.store.exchange import ExchangeFault, load_audits
from audit_app.store.exports import export_audits
from audit_app.store.results import audited_file, cycle_results
from audit_app.store.scores import find_drift
from audit_app.store.subject_access import everything_about
from audit_app.store.tables import Audit, AuditEntry, HistoryEntry, RecordedAnswer, RecordedState

NOT_MET = Draft(
    "", RecordedState.ANSWERED, value="not_met", evidence="Nobody asked.", quotable=True
)


@pytest.fixture
def audit(session: Session) -> Audit:
    council = make_council(session, form="household_form", library=household_library())
    return first_audit(session, council.cycle)


def name(session: Session, audit: Audit, *labels: str) -> None:
    for label in labels:
        add_entry(session, audit.auditor, audit, males(audit), label, at=AT)


def males(audit: Audit):  # type: ignore[no-untyped-def]
    return repeated_sections(audit)["male"]


def adverse(*ids: str) -> dict[str, Draft]:
    return {id_: replace(NOT_MET, question_id=id_) for id_ in ids}


def test_fixed_entries_are_there_and_free_ones_are_asked_for(
    session: Session, audit: Audit
) -> None:
    assert list(form_of(audit).questions) == [
        "home_visited",
        "agency_told.health",
        "agency_told.police",
    ]
    asked = [lack for lack in what_is_missing(audit) if lack.field == ENTRIES]
    assert [(lack.section, lack.what) for lack in asked] == [
        ("male", "Say for whom, or that there is none: Role of males")
    ]
    name(session, audit, "Father", "Mother’s  partner")
    assert [row.label for row in entries_in(audit, "male") or []] == ["Father", "Mother’s partner"]
    assert "male_checked.2" in form_of(audit).questions
    assert audit.state is AuditState.IN_PROGRESS
    assert ENTRIES not in [lack.field for lack in what_is_missing(audit)]


def test_that_there_is_none_is_an_answer(session: Session, audit: Audit) -> None:
    say_none(session, audit.auditor, audit, males(audit), at=AT)
    assert entries_in(audit, "male") == []
    assert ENTRIES not in [lack.field for lack in what_is_missing(audit)]
    complete_audit(session, audit)
    assert "male_checked" not in audited_file(audit, audit.cycle).themes[0].outcomes
    assert list(find_drift(session)) == []


def test_naming_one_takes_back_that_there_is_none(session: Session, audit: Audit) -> None:
    say_none(session, audit.auditor, audit, males(audit), at=AT)
    name(session, audit, "Father")
    assert [row.number for row in audit.entries] == [1]
    with pytest.raises(EntryFault, match="remove them first"):
        say_none(session, audit.auditor, audit, males(audit), at=AT)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("  ", "in words"),
        ("12", "in words"),
        ("x" * 61, "at most 60 characters"),
        ("FATHER", "is there already"),
    ],
)
def test_a_name_that_will_not_do(session: Session, audit: Audit, label: str, why: str) -> None:
    name(session, audit, "Father")
    with pytest.raises(EntryFault, match=why):
        name(session, audit, label)
    assert len(entries_in(audit, "male") or []) == 1


def test_there_are_no_more_than_the_bank_says(session: Session, audit: Audit) -> None:
    name(session, audit, "Father", "Uncle", "Lodger")
    with pytest.raises(EntryFault, match="3 at most"):
        name(session, audit, "Neighbour")


def test_removing_one_takes_its_answers_and_leaves_the_others(
    session: Session, audit: Audit
) -> None:
    name(session, audit, "Father", "Uncle")
    record_answers(session, audit, drafts_for(form_of(audit), adverse("male_checked.2")), at=AT)
    assert answered_for(audit, males(audit), 1) == 2
    remove_entry(session, audit.auditor, audit, males(audit), 1, at=AT)
    kept = {row.question_id for row in audit.answers}
    assert "male_checked.2" in kept
    assert not any(id_.endswith(".1") for id_ in kept)
    assert "male_checked.1" not in form_of(audit).questions
    rename_entry(session, audit.auditor, audit, audit.entries[0], "Mother’s brother", at=AT)
    assert [section.title for _b, section in form_of(audit).sections][1] == (
        "Role of males: Mother’s brother"
    )


def test_the_history_says_how_many_and_never_who(session: Session, audit: Audit) -> None:
    name(session, audit, "Father", "Uncle")
    rename_entry(session, audit.auditor, audit, audit.entries[0], "Grandfather", at=AT)
    remove_entry(session, audit.auditor, audit, males(audit), 2, at=AT)
    details = session.scalars(
        select(HistoryEntry.detail)
        .where(HistoryEntry.action == "named entries")
        .order_by(HistoryEntry.id)
    )
    assert [json.loads(detail) for detail in details] == [
        {"male": [0, 1]},
        {"male": [1, 2]},
        {"male.1": "changed"},
        {"male": [2, 1]},
    ]


def test_a_repeated_question_counts_once_with_its_worst_outcome(
    session: Session, audit: Audit
) -> None:
    name(session, audit, "Father", "Uncle")
    complete_audit(session, audit, adverse("male_checked.2", "agency_told.police"))
    theme = audited_file(audit, audit.cycle).themes[0]
    assert theme.outcomes == {
        "home_visited": Outcome.MET,
        "male_checked": Outcome.NOT_MET,
        "male_how": Outcome.MET,
        "agency_told": Outcome.NOT_MET,
    }
    (row,) = audit.themes
    assert (row.met, row.not_met, row.points, row.possible) == (2, 2, 4, 8)
    results = cycle_results(session, audit.cycle)
    count = results.themes[0].questions["male_checked"]
    assert (count.k, count.n, count.not_met) == (0, 1, 1)
    found = evidence_of(session, audit.cycle, "household", "male_checked")
    assert [(one.question_id, one.outcome) for one in found] == [
        ("male_checked", Outcome.NOT_MET),
        ("male_checked", Outcome.MET),
    ]


def test_levels_are_stored_and_reckoned_anew(session: Session, audit: Audit) -> None:
    name(session, audit, "Father", "Uncle")
    complete_audit(session, audit, adverse("male_checked.2"))
    assert {row.section: row.level for row in audit.sections} == {
        "home": "strength",
        "male.1": "strength",
        "male.2": "weak",
        "agency.health": "strength",
        "agency.police": "strength",
    }
    (theme,) = audit.themes
    assert theme.suggested_grade == "requires_improvement"
    assert theme.suggested_reason.endswith(
        "“It was checked who he is” is not met, and a male whom nobody checked may be a risk."
    )
    assert (audit.suggested_grade, audit.suggested_reason) == (None, "")
    assert list(find_drift(session)) == []
    next(row for row in audit.sections if row.section == "male.2").level = "strength"
    session.flush()
    (drift,) = find_drift(session)
    assert drift.what == "male.2.level"


def test_a_retired_option_is_not_taken(session: Session, audit: Audit) -> None:
    name(session, audit, "Father")
    draft = Draft("male_how.1", RecordedState.ANSWERED, value="fax")
    with pytest.raises(AnswerFault, match="“By fax” is not offered any more"):
        record_answers(session, audit, [draft], at=AT)


def test_not_applicable_wants_its_reason(session: Session, audit: Audit) -> None:
    bare = Draft("home_visited", RecordedState.NOT_APPLICABLE)
    record_answers(session, audit, [bare], at=AT)
    lack = next(one for one in what_is_missing(audit) if one.section == "home")
    assert (lack.field, lack.what) == (
        "home_visited_evidence",
        "Say why this does not apply: The home was visited.",
    )


def test_what_is_submitted_is_settled(session: Session, audit: Audit) -> None:
    name(session, audit, "Father")
    complete_audit(session, audit)
    with pytest.raises(IllegalMove):
        name(session, audit, "Uncle")
    with pytest.raises(IllegalMove):
        remove_entry(session, audit.auditor, audit, males(audit), 1, at=AT)


def test_an_export_can_be_loaded_elsewhere(
    session: Session, audit: Audit, other_database: Database
) -> None:
    name(session, audit, "Father", "Uncle", "Lodger")
    remove_entry(session, audit.auditor, audit, males(audit), 2, at=AT)
    complete_audit(session, audit, adverse("male_checked.3"))
    data = export_audits(session, audit.cycle)
    row = next(one for one in data["audits"] if one["state"] == "submitted")
    assert row["entries"] == [
        {"section": "male", "number": 1, "label": "Father"},
        {"section": "male", "number": 3, "label": "Lodger"},
    ]
    assert {one["section"]: one["level"] for one in row["sections"]}["male.3"] == "weak"
    with other_database.session() as other:
        council = make_council(other, form="household_form", library=household_library())
        here = {**data, "audits": [row]}
        assert load_audits(other, council.cycle, here, at=AT + timedelta(days=9)) == (1, 1)
        again = export_audits(other, council.cycle)
    loaded = next(one for one in again["audits"] if one["state"] == "submitted")
    assert loaded == row


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([{"section": "home", "number": 1, "label": "Father"}], "asks no section “home”"),
        ([{"section": "male", "number": "1", "label": "Father"}], "number “1” of an entry"),
        ([{"section": "male", "number": 1, "label": ""}], "in words"),
        (
            [
                {"section": "male", "number": 0, "label": ""},
                {"section": "male", "number": 1, "label": "Father"},
            ],
            "there is none, and names some",
        ),
    ],
)
def test_entries_of_a_file_that_will_not_do(
    session: Session, audit: Audit, entries: list[object], why: str
) -> None:
    reference = audit.case_file.reference
    data = {"audits": [{"case_reference": reference, "entries": entries}]}
    with pytest.raises(ExchangeFault, match=why):
        load_audits(session, audit.cycle, data, at=AT + timedelta(days=9))


def test_subject_access_gives_out_entries_and_levels(session: Session, audit: Audit) -> None:
    name(session, audit, "Father")
    complete_audit(session, audit)
    held = everything_about(session, audit.case_file, at=AT)["audits"][0]
    assert [row["label"] for row in held["entries"]] == ["Father"]
    assert {row["section"] for row in held["sections"]} >= {"male.1", "home"}


def test_the_schema_keeps_a_label_for_all_but_none(session: Session, audit: Audit) -> None:
    name(session, audit, "Father")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(AuditEntry).values(label=""))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(AuditEntry).values(number=0))


def test_the_widest_id_fits(session: Session, audit: Audit) -> None:
    wide = f"{'q' * 60}.{'e' * 60}"
    session.add(
        RecordedAnswer(
            audit_id=audit.id,
            question_id=wide,
            state=RecordedState.NOT_RECORDED,
            evidence="",
            quotable=False,
            recorded_at=AT,
        )
    )
    session.flush()
    assert session.scalar(select(RecordedAnswer.question_id)) == wide
