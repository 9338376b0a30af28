"""References of case files: one key at a time, and a change of key that loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import AT, KEY, complete_audit, make_council, make_entry, make_extract
from sqlalchemy import select

from audit_app.caseload.values import Caseload
from audit_app.core.sampling import draw_sample
from audit_app.store.audits import audits_of, find_audit
from audit_app.store.caseload import store_extract
from audit_app.store.editions import store_edition
from audit_app.store.references import (
    ReferenceFault,
    case_reference,
    find_case_file,
    fingerprint,
    new_references,
    references_at,
    rotate_references,
)
from audit_app.store.samples import drawn_cases, drawn_for, sample_frame
from audit_app.store.tables import CaseFile, Edition, FormerReference, HistoryEntry, PseudonymKey

OTHER = b"another key, for tests only ...."
LATER = AT + timedelta(days=30)


def read_with(session, key, number=99):
    caseload = Caseload((make_entry(number),), 1, sheets=(), doubtful=(), unmatched=())
    return store_extract(session, caseload, as_at=AT.date(), by=None, key=key, at=AT)


def present(session):
    return dict(session.execute(select(CaseFile.id, CaseFile.reference)).all())


def test_the_first_import_notes_its_key_and_not_the_key_itself(database):
    with database.session() as session:
        make_extract(session)
        (kept,) = session.scalars(select(PseudonymKey)).all()
        assert kept.fingerprint == fingerprint(KEY)
        assert KEY.hex() not in kept.fingerprint


def test_an_import_with_another_key_is_refused(database):
    with database.session() as session:
        make_extract(session)
        before = present(session)
        with pytest.raises(ReferenceFault, match="references rotate"):
            read_with(session, OTHER)
        assert present(session) == before


def test_files_without_a_noted_key_are_known_by_their_references(database):
    with database.session() as session:
        make_extract(session)
        session.delete(session.scalars(select(PseudonymKey)).one())
        session.flush()
        with pytest.raises(ReferenceFault):
            read_with(session, OTHER)
        read_with(session, KEY)
        assert session.scalars(select(PseudonymKey)).one().fingerprint == fingerprint(KEY)


def test_after_a_change_of_key_everything_is_still_found(database):
    with database.session() as session:
        council = make_council(session)
        manager = council.managers[0]
        first, second = audits_of(session, manager)
        complete_audit(session, first)
        ids = {first.id, second.id}
        sample = council.cycle.sample
        auditors = drawn_for(session, council.cycle, sample)
        edition = store_edition(
            session,
            council.cycle,
            design="qa_sub_group",
            number=1,
            title="Pack",
            data_cut_off=AT.date(),
            data_hash="1" * 64,
            content=b"%PDF as printed",
            page_count=1,
            by_id=council.lead.id,
            at=AT,
        )
        old = present(session)
        assert rotate_references(session, OTHER, at=LATER).case_files == len(old)
        new = present(session)
        assert not set(new.values()) & set(old.values())
        for file in session.scalars(select(CaseFile)):
            assert file.reference == case_reference(OTHER, file.council_key)
            assert file.reference != case_reference(KEY, file.council_key)
            assert find_case_file(session, old[file.id].lower()) is file
            assert find_case_file(session, f" {new[file.id]} ") is file
        assert find_case_file(session, "0000-0000") is None
        assert references_at(session, old, AT) == old
        assert references_at(session, old, LATER) == new
        assert {audit.id for audit in audits_of(session, manager)} == ids
        complete_audit(session, find_audit(session, manager, second.id), at=LATER)
        frame = sample_frame(session, sample)
        assert frame.hash == sample.frame_hash
        assert {case.reference for case in frame.cases} == set(old.values())
        assert drawn_for(session, council.cycle, sample) == auditors
        again = draw_sample(frame, auditors, per_auditor=sample.per_auditor, seed=sample.seed)
        assert {(old[one.case_file_id], one.ticket) for one in drawn_cases(session, sample)} == {
            (one.reference, one.ticket) for one in again
        }
        assert session.get_one(Edition, edition.id).content == b"%PDF as printed"
        read_with(session, OTHER)
        entry = session.scalars(
            select(HistoryEntry).where(HistoryEntry.action == "key changed")
        ).one()
        assert entry.detail == '{"case_files":40}'


def test_two_changes_of_key_leave_each_day_with_its_references(database):
    with database.session() as session:
        make_extract(session)
        days = [AT, LATER, LATER + timedelta(days=30)]
        seen = [present(session)]
        for key, day in ((OTHER, days[1]), (b"a third key", days[2])):
            rotate_references(session, key, at=day)
            seen.append(present(session))
        for day, expected in zip(days, seen, strict=True):
            assert references_at(session, expected, day) == expected


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_a_key_is_never_used_twice(database, key):
    with database.session() as session:
        make_extract(session)
        rotate_references(session, OTHER, at=LATER)
        before = present(session)
        with pytest.raises(ReferenceFault, match="new key"):
            rotate_references(session, key, at=LATER)
        assert present(session) == before
        assert len(session.scalars(select(FormerReference)).all()) == len(before)


def test_a_reference_that_is_taken_is_not_given_again():
    first = case_reference(KEY, "1")
    taken = {first}
    made = new_references(KEY, ["1", "2"], taken)
    assert made["1"] == case_reference(KEY, "1", 1) != first
    assert made["2"] == case_reference(KEY, "2")
    assert taken == {first, *made.values()}
