"""Purges: only what is old and free, by two people; figures and the history stay as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from factories import (
    AT,
    complete_audit,
    household_library,
    make_council,
    make_entry,
    make_extract,
    make_person,
)
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import ExemptionState, FindingKind, IllegalMove, PurgeState
from audit_app.core.replies import OVERALL, Voice
from audit_app.core.retention import Kept, expired_before
from audit_app.store.audits import Draft, record_answers
from audit_app.store.cycles import close_cycle
from audit_app.store.entries import add_entry, repeated_sections
from audit_app.store.feeds import feed_of, make_feed
from audit_app.store.findings import FindingText, draft_finding
from audit_app.store.history import record_history, verify_history
from audit_app.store.purging import run_purge
from audit_app.store.replies import PartDraft, record_feedback, save_reply, send_reply
from audit_app.store.results import cycle_results
from audit_app.store.retention import (
    RetentionFault,
    approve_purge,
    ask_for_purge,
    counts_of,
    lift_hold,
    place_hold,
    refuse_purge,
    what_is_due,
)
from audit_app.store.scores import find_drift
from audit_app.store.tables import (
    Audit,
    CaseFile,
    CaseloadEntry,
    Exemption,
    Extract,
    FamilyFeedback,
    FindingQuote,
    FrameEntry,
    HistoryEntry,
    Mail,
    Person,
    Purge,
    RecordedAnswer,
    ReplyPart,
    SignIn,
    SignInMethod,
)

NO_FILES = AttachmentFolder(Path("nowhere"))
LATER = datetime(2033, 1, 10, 9, 0, tzinfo=UTC)
BEFORE = date(2027, 1, 10)


@pytest.fixture
def council(session):
    made = make_council(session)
    for audit in session.scalars(select(Audit)):
        complete_audit(session, audit)
    close_cycle(made.cycle, at=AT + timedelta(days=30))
    session.commit()
    return made


@pytest.fixture
def manager(council):
    return council.managers[0]


def approved(session, kind, before, council, by):
    purge = ask_for_purge(session, kind, before, by=council.lead, at=LATER)
    approve_purge(session, purge, by=by, at=LATER)
    return purge


def purged(session, kind, before, council, by):
    counts = run_purge(
        session, approved(session, kind, before, council, by), by=None, at=LATER, folder=NO_FILES
    )
    session.commit()
    return counts


def words_left(session, audit):
    answers = session.scalars(select(RecordedAnswer).where(RecordedAnswer.audit_id == audit.id))
    return [text for row in answers for text in (row.value, row.evidence, row.typed) if text]


@given(st.dates(date(2001, 1, 1), date(2199, 12, 31)), st.integers(1, 1200))
def test_the_day_is_that_many_calendar_months_ago(today, months):
    if today.year - months / 12 < 3:
        return
    before = expired_before(today, months)
    passed = (today.year - before.year) * 12 + today.month - before.month
    assert passed == months
    assert before.day == today.day or (before + timedelta(days=1)).day == 1
    assert expired_before(today, months + 1) < before <= today


def test_a_purge_takes_the_words_and_leaves_every_figure(session, council, manager):
    audit = session.scalars(select(Audit)).first()
    text = FindingText(
        theme="supervision",
        question_id=None,
        kind=FindingKind.STRENGTH,
        statement="Supervision is regular.",
        k=1,
        n=6,
        quotes=((audit.id, "sup_challenge"),),
    )
    draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    reply = save_reply(
        session, manager, audit, {OVERALL: PartDraft("Said", disputed=True, why="So")}, at=AT
    )
    send_reply(session, reply, at=AT)
    record_feedback(session, audit, Voice.CHILD, "Heard", by=council.lead, at=AT)
    before = cycle_results(session, council.cycle)
    head = session.scalar(select(func.count(HistoryEntry.id)))
    counts = purged(session, Kept.AUDITS, BEFORE, council, manager)
    after = cycle_results(session, council.cycle)
    assert counts["audits"] == 6
    assert counts["quotes"] == 1
    assert replace(before, cycle=after.cycle) == after
    for audit in session.scalars(select(Audit)):
        assert audit.purged_at == LATER
        assert audit.grade is not None
        assert (audit.done_well, audit.difference_made, audit.suggested_reason) == ("", "", "")
        assert not words_left(session, audit)
    assert not session.scalars(select(FindingQuote)).all()
    assert not session.scalars(select(FamilyFeedback)).all()
    part = session.scalars(select(ReplyPart)).one()
    assert (part.words, part.why, part.disputed) == ("", "", True)
    assert list(find_drift(session)) == []
    assert verify_history(session, {}) is None
    assert session.scalar(select(func.count(HistoryEntry.id))) == head + 3


def test_a_purge_takes_the_words_of_entries_and_leaves_levels(session):
    made = make_council(session, form="household_form", library=household_library())
    for audit in session.scalars(select(Audit)):
        section = repeated_sections(audit)["male"]
        for name in ("Father", "Lodger"):
            add_entry(session, audit.auditor, audit, section, name, at=AT)
        complete_audit(session, audit)
    close_cycle(made.cycle, at=AT + timedelta(days=30))
    session.commit()
    before = cycle_results(session, made.cycle)
    purged(session, Kept.AUDITS, BEFORE, made, made.managers[0])
    assert replace(before, cycle=made.cycle) == cycle_results(session, made.cycle)
    for audit in session.scalars(select(Audit)):
        assert [(row.number, row.label) for row in audit.entries] == [(1, "1"), (2, "2")]
        levels = {row.section: (row.level, row.reason) for row in audit.sections}
        assert levels["male.2"] == ("strength", "")
    assert list(find_drift(session)) == []


def test_what_is_younger_or_of_an_open_cycle_stays(session, council, manager):
    assert counts_of(session, Kept.AUDITS, AT.date())["audits"] == 0
    assert counts_of(session, Kept.AUDITS, (AT + timedelta(days=3)).date())["audits"] == 0
    assert counts_of(session, Kept.AUDITS, (AT + timedelta(days=4)).date())["audits"] == 6
    council.cycle.state, council.cycle.closed_at = "drawn", None
    session.flush()
    assert counts_of(session, Kept.AUDITS, BEFORE)["audits"] == 0


def test_what_was_never_submitted_counts_from_the_closing(session):
    council = make_council(session)
    audit = session.scalars(select(Audit)).first()
    record_answers(session, audit, [Draft("chron_place", None, evidence="Some words")], at=AT)
    close_cycle(council.cycle, at=AT + timedelta(days=30))
    assert counts_of(session, Kept.AUDITS, date(2026, 12, 1))["audits"] == 0
    purged(session, Kept.AUDITS, date(2026, 12, 4), council, council.managers[0])
    assert not words_left(session, audit)


@pytest.mark.parametrize("held", [(0,), (1, 4), (0, 1, 2, 3, 4, 5)])
def test_a_hold_beats_a_purge_even_one_placed_after_the_approval(session, council, manager, held):
    audits = session.scalars(select(Audit).order_by(Audit.id)).all()
    purge = approved(session, Kept.AUDITS, BEFORE, council, manager)
    for number in held:
        place_hold(session, audits[number].case_file, "A claim", by=council.lead, at=LATER)
    counts = run_purge(session, purge, by=None, at=LATER, folder=NO_FILES)
    assert counts["audits"] == 6 - len(held)
    for number, audit in enumerate(audits):
        assert (audit.purged_at is None) == (number in held)
        assert bool(words_left(session, audit)) == (number in held)
        assert bool(audit.done_well) == (number in held)


def test_once_a_hold_is_lifted_the_rest_goes_too(session, council, manager):
    make_extract(session, [make_entry(1)], as_at=date(2032, 12, 1))
    case_file = session.scalar(
        select(CaseFile)
        .join(Audit, Audit.case_file_id == CaseFile.id)
        .where(CaseFile.council_id != "1001")
    )
    number = case_file.council_id
    hold = place_hold(session, case_file, "A claim", by=council.lead, at=LATER)
    counts = purged(session, Kept.EXTRACTS, BEFORE, council, manager)
    assert (counts["extracts"], counts["entries"]) == (1, 39)
    purged(session, Kept.AUDITS, BEFORE, council, manager)
    assert case_file.council_id == number
    lift_hold(session, hold, by=council.lead, at=LATER)
    assert purged(session, Kept.EXTRACTS, BEFORE, council, manager)["entries"] == 1
    assert purged(session, Kept.AUDITS, BEFORE, council, manager)["case_files"] == 1
    assert case_file.council_id == f"purged-{case_file.id}"


def test_an_extract_gives_its_rows_and_keeps_its_counts(session, council, manager):
    with pytest.raises(RetentionFault):  # the newest in use is never too old
        ask_for_purge(session, Kept.EXTRACTS, BEFORE, by=council.lead, at=LATER)
    make_extract(session, [make_entry(1)], as_at=date(2032, 12, 1))
    frame = session.scalar(select(func.count()).select_from(FrameEntry))
    counts = purged(session, Kept.EXTRACTS, BEFORE, council, manager)
    assert (counts["extracts"], counts["entries"]) == (1, 40)
    old, new = session.scalars(select(Extract).order_by(Extract.as_at))
    assert (old.purged_at, old.case_file_count, new.purged_at) == (LATER, 40, None)
    left = session.execute(select(CaseloadEntry.extract_id, CaseloadEntry.case_file_id)).all()
    assert {extract_id for extract_id, _ in left} == {new.id}
    left_files = [case_file_id for _, case_file_id in left]
    assert session.scalar(select(func.count()).select_from(FrameEntry)) == frame
    # Case files that no audit and no newer extract names have no number any more.
    kept = select(CaseFile.id, CaseFile.council_id).where(CaseFile.purged_at.is_(None))
    named = dict(session.execute(kept).all())
    assert {*named} == {*left_files, *session.scalars(select(Audit.case_file_id))}
    assert not [number for number in named.values() if number.startswith("purged")]
    assert counts["case_files"] == 40 - len(named)
    # A child who comes back is a new case file.
    make_extract(session, [make_entry(n) for n in range(40)], as_at=date(2033, 1, 1))


def test_an_extract_of_a_cycle_that_still_goes_on_is_kept(session):
    council = make_council(session)
    make_extract(session, [make_entry(1)], as_at=date(2032, 12, 1))
    with pytest.raises(RetentionFault):
        ask_for_purge(session, Kept.EXTRACTS, BEFORE, by=council.lead, at=LATER)


def test_an_account_goes_but_its_row(session, council, manager):
    gone = make_person(session, Role.QA_LEAD, "Canary Name")
    stays = make_person(session, Role.QA_LEAD, "Another Name")
    young = make_person(session, Role.QA_LEAD, "Young Name")
    gone.worker_name = gone.sso_tenant = gone.sso_object = gone.tf_totp_secret = "canary"
    gone.active = young.active = False
    gone.disabled_at, young.disabled_at = AT, LATER
    address = gone.email
    session.add(
        SignIn(
            person_id=gone.id,
            token_hash="0" * 64,
            method=SignInMethod.SINGLE_SIGN_ON,
            device="canary",
            began_at=AT,
            confirmed_at=AT,
            seen_at=AT,
        )
    )
    session.add(Mail(address=address, subject="x", body="y", asked_at=AT, next_try_at=AT))
    record_history(session, gone, "opened", "cycle", 1, at=AT)
    exemption = Exemption(
        cycle_id=council.cycle.id,
        person_id=gone.id,
        reason=ExemptionReason.AWAY,
        from_day=AT.date(),
        to_day=AT.date(),
        state=ExemptionState.REQUESTED,
        asked_at=AT,
        asked_by_id=gone.id,
    )
    session.add(exemption)
    make_feed(session, gone, at=AT)
    session.commit()
    assert purged(session, Kept.ACCOUNTS, BEFORE, council, manager) == {"accounts": 1}
    assert feed_of(session, gone) is None
    assert (exemption.reason, exemption.from_day, exemption.to_day) == ("away", None, None)
    assert gone.name == f"Former member {gone.id}"
    kept = [str(getattr(gone, c.key)).casefold() for c in Person.__table__.columns]
    assert not [value for value in kept if "canary" in value or value == address]
    assert (gone.password, gone.purged_at) == (None, LATER)
    assert not session.scalars(select(SignIn)).all()
    assert not session.scalars(select(Mail)).all()
    assert (stays.name, young.name) == ("Another Name", "Young Name")
    assert verify_history(session, {}) is None


def test_nobody_approves_their_own_and_nothing_runs_unapproved(session, council, manager):
    purge = ask_for_purge(session, Kept.AUDITS, BEFORE, by=council.lead, at=LATER)
    with pytest.raises(RetentionFault):
        ask_for_purge(session, Kept.AUDITS, BEFORE, by=council.lead, at=LATER)
    with pytest.raises(IllegalMove):
        run_purge(session, purge, by=None, at=LATER, folder=NO_FILES)
    with pytest.raises(RetentionFault):
        approve_purge(session, purge, by=council.lead, at=LATER)
    refuse_purge(session, purge, by=manager, at=LATER)
    with pytest.raises(IllegalMove):
        approve_purge(session, purge, by=manager, at=LATER)
    with pytest.raises(IllegalMove):
        run_purge(session, purge, by=None, at=LATER, folder=NO_FILES)
    assert purge.state is PurgeState.REFUSED
    assert counts_of(session, Kept.AUDITS, BEFORE)["audits"] == 6


@pytest.mark.parametrize("approver", ["lead", None])
def test_the_schema_wants_two_people_too(session, council, approver):
    by = council.lead.id if approver else None
    session.add(
        Purge(
            kind=Kept.AUDITS,
            before=BEFORE,
            state=PurgeState.APPROVED,
            counts={},
            asked_at=LATER,
            asked_by_id=council.lead.id,
            approved_by_id=by,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_purge_is_run_once(session, council, manager):
    purge = approved(session, Kept.AUDITS, BEFORE, council, manager)
    run_purge(session, purge, by=None, at=LATER, folder=NO_FILES)
    with pytest.raises(IllegalMove):
        run_purge(session, purge, by=None, at=LATER, folder=NO_FILES)


def test_a_case_file_is_held_once_and_only_while_there_is_something(session, council, manager):
    case_file = session.scalars(select(Audit)).first().case_file
    place_hold(session, case_file, "A claim", by=council.lead, at=LATER)
    with pytest.raises(RetentionFault):
        place_hold(session, case_file, "Another claim", by=council.lead, at=LATER)
    other = session.scalars(select(CaseFile).where(CaseFile.id != case_file.id)).first()
    other.purged_at = LATER
    with pytest.raises(RetentionFault):
        place_hold(session, other, "A claim", by=council.lead, at=LATER)


def test_the_page_says_what_is_due_and_what_is_held(session, council):
    audit = session.scalars(select(Audit)).first()
    place_hold(session, audit.case_file, "A claim", by=council.lead, at=LATER)
    months = {Kept.AUDITS: 72, Kept.EXTRACTS: 18, Kept.ACCOUNTS: 24}
    audits, extracts, accounts = what_is_due(session, months, LATER.date())
    assert (audits.before, audits.total, audits.held) == (BEFORE, 5, 1)
    assert (extracts.total, accounts.total) == (0, 0)
    ask_for_purge(session, Kept.AUDITS, audits.before, by=council.lead, at=LATER)
    assert what_is_due(session, months, LATER.date())[0].waiting is not None
