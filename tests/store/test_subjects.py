"""Extracts of each subject side by side: which one is in use, whose own it is, what is kept."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from factories import AT, KEY, make_entry, make_extract, make_person
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.attachments.folder import AttachmentFolder
from audit_app.caseload.values import CaseEntry, Caseload
from audit_app.core.access import Role
from audit_app.core.lifecycle import PurgeState
from audit_app.core.question_bank import Subject
from audit_app.core.retention import Kept
from audit_app.store.caseload import (
    ExtractFault,
    current_extract,
    current_extract_ids,
    in_use_of,
    store_extract,
    use_extract,
)
from audit_app.store.independence import own_cases_in
from audit_app.store.known_names import guard_for
from audit_app.store.purging import run_purge
from audit_app.store.references import case_reference, find_case_file, rotate_references
from audit_app.store.retention import approve_purge, ask_for_purge, expired_extracts
from audit_app.store.tables import CaseFile, CaseloadEntry, Extract

DAY = date(2026, 11, 1)
NEW_KEY = b"another key for tests, 32 bytes."


def make_list(
    session: Session, subject: Subject, entries: list[CaseEntry], as_at: date = DAY
) -> Extract:
    read = Caseload(tuple(entries), len(entries), (), (), (), subject)
    extract = store_extract(session, read, as_at=as_at, by=None, key=KEY, at=AT)
    use_extract(session, extract, replace=False, at=AT)
    return extract


def discussion(number: int, day: date = date(2026, 9, 1)) -> CaseEntry:
    return CaseEntry(
        f"{1000 + number}, {day:%d/%m/%Y}",
        child_id=f"{1000 + number}",
        team="North",
        last_strategy_discussion=day,
    )


SUPERVISED = CaseEntry("Jo Worker", team="North", worker="Jo Worker", supervisor="Max Muster")


def make_all(session: Session) -> dict[Subject, Extract]:
    """An extract of each subject, all of one day."""
    return {
        Subject.CASE_FILE: make_extract(session, [make_entry(1)]),
        Subject.STRATEGY_DISCUSSION: make_list(
            session, Subject.STRATEGY_DISCUSSION, [discussion(1)]
        ),
        Subject.SUPERVISION_FILE: make_list(session, Subject.SUPERVISION_FILE, [SUPERVISED]),
        Subject.AGENCY: make_list(session, Subject.AGENCY, [CaseEntry("Health")]),
    }


def test_an_extract_replaces_only_one_of_its_own_subject(session: Session) -> None:
    made = make_all(session)
    assert set(session.scalars(current_extract_ids())) == {one.id for one in made.values()}
    for subject, extract in made.items():
        assert current_extract(session, subject) is extract
        assert in_use_of(session, DAY, subject) is extract
    later = make_list(session, Subject.AGENCY, [CaseEntry("Police")], DAY + timedelta(days=1))
    assert current_extract(session, Subject.AGENCY) is later
    assert current_extract(session) is made[Subject.CASE_FILE]
    with pytest.raises(ExtractFault, match="in use already"):
        make_list(session, Subject.SUPERVISION_FILE, [SUPERVISED])


def test_references_say_what_they_are_and_stay_so_when_the_key_changes(session: Session) -> None:
    make_all(session)
    make_list(session, Subject.AGENCY, [CaseEntry("HEALTH")], DAY + timedelta(days=1))
    rows = {one.subject: one for one in session.scalars(select(CaseFile))}
    assert len(rows) == 4
    before = {subject: row.reference for subject, row in rows.items()}
    assert before[Subject.CASE_FILE] == case_reference(KEY, "1001")
    assert before[Subject.STRATEGY_DISCUSSION].startswith("SD-")
    assert before[Subject.SUPERVISION_FILE].startswith("SF-")
    assert rows[Subject.AGENCY].title == "Agency: Health"
    assert rotate_references(session, NEW_KEY, at=AT).case_files == 3
    for subject, row in rows.items():
        session.refresh(row)
        assert (row.reference == before[subject]) == (subject is Subject.AGENCY)
        assert row.reference[:3] == before[subject][:3] or subject is Subject.CASE_FILE
        for named in (before[subject].lower(), row.reference):
            assert find_case_file(session, named) is row
    changed = case_reference(NEW_KEY, "jo worker", subject=Subject.SUPERVISION_FILE)
    assert rows[Subject.SUPERVISION_FILE].reference == changed


def test_a_supervision_file_is_its_supervisors_own_too(session: Session) -> None:
    extract = make_all(session)[Subject.SUPERVISION_FILE]
    people = [make_person(session, Role.SENIOR_MANAGER, name) for name in ("Jo", "Max", "Other")]
    people[0].worker_name, people[1].worker_name = "jo  worker", "Max Muster"
    session.flush()
    own = own_cases_in(session, people, extract)
    assert set(own) == {people[0].id, people[1].id}
    assert guard_for(session).mask("Max Muster signed it.") != "Max Muster signed it."


def test_old_lists_are_purged_and_agencies_keep_their_names(
    session: Session, tmp_path: Path
) -> None:
    made = make_all(session)
    after = DAY + timedelta(days=1)
    newer = {
        subject: make_list(session, subject, [entry], after)
        for subject, entry in (
            (Subject.STRATEGY_DISCUSSION, discussion(2)),
            (Subject.SUPERVISION_FILE, CaseEntry("Sam Sample", worker="Sam Sample")),
            (Subject.AGENCY, CaseEntry("Police")),
        )
    }
    before = date(2027, 1, 1)
    old = set(session.scalars(select(Extract.id).where(expired_extracts(before))))
    assert old == {made[subject].id for subject in newer}
    lead, other = (make_person(session, Role.ADMINISTRATOR, name) for name in ("A One", "A Two"))
    purge = ask_for_purge(session, Kept.EXTRACTS, before, by=lead, at=AT)
    approve_purge(session, purge, by=other, at=AT)
    run_purge(session, purge, by=None, at=AT, folder=AttachmentFolder(tmp_path))
    assert purge.state is PurgeState.RUN
    left = session.scalars(select(CaseFile.council_id).order_by(CaseFile.id)).all()
    assert [name.split("-")[0] for name in left] == [
        *("1001", "purged", "purged", "Health", "1002, 01/09/2026", "Sam Sample", "Police")
    ]
    assert session.scalars(select(CaseFile.child_key)).all().count("1001") == 0
    assert session.scalars(select(CaseloadEntry.worker)).all().count("Jo Worker") == 0
    make_list(session, Subject.AGENCY, [CaseEntry("health")], after + timedelta(days=1))
    assert session.scalars(select(CaseFile).where(CaseFile.reference == "Health")).one()
