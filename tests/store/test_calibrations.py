"""Calibrations kept: called, read blind by everybody, ended, and counted nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from factories import AT, TEAMS, Council, complete_audit, make_council, make_person
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from store.test_second_readings import everything_counted

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.core.calibration import question_spreads, to_talk_about
from audit_app.core.independence import Bar
from audit_app.core.lifecycle import AuditState, CycleState, IllegalMove
from audit_app.core.moderation import Purpose
from audit_app.core.retention import Kept
from audit_app.core.sampling import Exclusion, Filters
from audit_app.store.audits import (
    Draft,
    audits_of,
    find_audit,
    find_submitted_audit,
    record_answers,
)
from audit_app.store.before_reading import case_facts
from audit_app.store.calibrations import (
    CalibrationFault,
    call_calibration,
    calls,
    end_calibration,
    find_calibration,
    find_chosen_file,
    possible_readers,
    readings_of,
    submitted_in,
    tell_readers,
)
from audit_app.store.case_files import audits_of_case_file, find_by_reference, seers_of
from audit_app.store.cycles import (
    create_cycle,
    cycle_summaries,
    find_cycle,
    latest_closed_cycle,
)
from audit_app.store.earlier_audits import earlier_audits
from audit_app.store.exports_by_person import cycles_to_export
from audit_app.store.moderation import moderations_of
from audit_app.store.people import move_to_team
from audit_app.store.purging import run_purge
from audit_app.store.recorded import answers_of, form_of_all
from audit_app.store.retention import approve_purge, ask_for_purge
from audit_app.store.samples import preview_sample
from audit_app.store.scopes import blind_calibrations, blind_readings
from audit_app.store.scores import find_drift
from audit_app.store.subject_access import everything_about
from audit_app.store.tables import (
    Audit,
    Calibration,
    CalibrationReading,
    CaseFile,
    CaseloadEntry,
    Cycle,
    HistoryEntry,
    Mail,
    RecordedAnswer,
    RecordedState,
    Team,
)

LATER = AT + timedelta(days=4)
WORST = {
    "chron_place": Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence="No.")
}


@pytest.fixture
def council(session: Session) -> Council:
    """Managers of the teams North, South and East, and a drawn cycle."""
    return make_council(session)


def file_of(session: Session, team: str, *, audited: bool = False) -> CaseFile:
    """A case file of a team, audited in the cycle or not."""
    return session.scalars(
        select(CaseFile)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .join(Team, Team.id == CaseloadEntry.team_id)
        .where(Team.name == team)
        .where(CaseFile.id.in_(select(Audit.case_file_id)) == audited)
        .order_by(CaseFile.id)
    ).first()


def begun(session: Session, council: Council, case_file: CaseFile | None = None) -> Calibration:
    """Everybody reads a case file of the team West."""
    return call_calibration(
        session,
        council.cycle.form_version,
        case_file or file_of(session, TEAMS[3]),
        [*council.managers, council.lead],
        due_on=date(2026, 11, 20),
        by=council.lead,
        at=AT + timedelta(days=1),
    )


def ended(session: Session, council: Council) -> Calibration:
    """All have read it: the first sees it otherwise."""
    calibration = begun(session, council)
    for reading in readings_of(session, calibration):
        first = reading.auditor_id == council.managers[0].id
        complete_audit(session, reading, WORST if first else None, at=LATER)
    return calibration


def bars_of(session: Session, council: Council, case_file: CaseFile) -> dict[int, frozenset[Bar]]:
    possible = possible_readers(session, council.cycle.form_version, case_file, at=LATER)
    return {one.person.id: one.bars for one in possible}


def test_it_ends_by_itself_and_says_where_people_differ(session, council):
    calibration = ended(session, council)
    assert (calibration.state, calibration.closed_at) == (CycleState.CLOSED, LATER)
    readings = submitted_in(session, calibration)
    form = form_of_all(*readings)
    spreads = question_spreads(form.questions, [answers_of(one) for one in readings])
    talk = to_talk_about(spreads)
    place = next(one for one in talk if one.question.id == "chron_place")
    assert [len(group) for group in place.spread.groups] == [3, 1]
    assert place.spread.differing_pairs == 3
    assert [entry.action for entry in history_of(session, calibration)] == ["began", "ended"]
    assert not list(find_drift(session))


def history_of(session: Session, calibration: Calibration) -> list[HistoryEntry]:
    return list(
        session.scalars(
            select(HistoryEntry)
            .where(HistoryEntry.subject == "calibration", HistoryEntry.subject_id == calibration.id)
            .order_by(HistoryEntry.id)
        )
    )


def test_it_is_counted_in_no_figure_list_or_export(session, council):
    audit = session.scalars(select(Audit).order_by(Audit.id)).first()
    complete_audit(session, audit)
    case_file = session.get_one(CaseFile, audit.case_file_id)
    team = session.get_one(Team, audit.team_id).name
    readers = [
        one
        for place, one in enumerate(council.managers)
        if TEAMS[place] != team and one.id != audit.auditor_id
    ]
    before = everything_counted(session, council), cycles_to_export(session, council.lead)
    calibration = call_calibration(
        session,
        council.cycle.form_version,
        case_file,
        [*readers, council.lead],
        due_on=date(2026, 11, 20),
        by=council.lead,
        at=LATER,
    )
    assert len(readings_of(session, calibration)) >= 2
    for reading in readings_of(session, calibration):
        complete_audit(session, reading, WORST, at=LATER)
    assert calibration.state is CycleState.CLOSED
    assert (everything_counted(session, council), cycles_to_export(session, council.lead)) == before
    assert find_cycle(session, calibration.key) is None
    assert calibration.id not in set(session.scalars(select(Cycle.id)))
    assert latest_closed_cycle(session) is None
    assert [one.cycle for one in cycle_summaries(session)] == [council.cycle]
    assert not moderations_of(session, council.lead, council.cycle)
    assert {one.purpose for one in session.scalars(select(Audit))} == {Purpose.FIRST}


def test_its_case_file_stays_in_the_frame_of_the_next_sample(session, council):
    case_file = ended(session, council).case_file
    later = create_cycle(
        session,
        council.cycle.form_version,
        name="Next",
        month="2026-12",
        at=LATER,
        auditors=council.managers,
    )
    preview = preview_sample(session, later, Filters(), at=LATER)
    assert case_file.reference in {case.reference for case in preview.frame.cases}
    assert preview.excluded[Exclusion.AUDITED_RECENTLY] == session.scalar(
        select(func.count(Audit.id))
    )


def test_nobody_sees_another_reading_before_the_end(session, council):
    calibration = begun(session, council)
    lead, first, second, _third = council.lead, *council.managers
    by_person = {one.auditor_id: one for one in readings_of(session, calibration)}
    complete_audit(session, by_person[first.id], WORST, at=LATER)
    for person in (lead, second):
        others = {id_ for key, one in by_person.items() for id_ in [one.id] if key != person.id}
        assert set(session.scalars(blind_calibrations(person))) == others
        assert all(find_audit(session, person, id_) is None for id_ in others)
        assert all(find_submitted_audit(session, person, id_) is None for id_ in others)
    with pytest.raises(IllegalMove):
        submitted_in(session, calibration)
    end_calibration(session, calibration, by=lead, at=LATER)
    assert [one.auditor_id for one in submitted_in(session, calibration)] == [first.id]
    assert not set(session.scalars(blind_calibrations(lead)))
    assert not [one for one in audits_of(session, second) if one.purpose is Purpose.CALIBRATION]
    with pytest.raises(IllegalMove):
        record_answers(session, by_person[second.id], [], at=LATER)
    with pytest.raises(IllegalMove):
        end_calibration(session, calibration, by=lead, at=LATER)


def test_what_was_found_in_the_file_before_is_hidden_from_its_readers(session, council):
    other = make_person(session, Role.SENIOR_MANAGER, "Other Manager", "Elsewhere")
    cycle = create_cycle(
        session,
        council.cycle.form_version,
        name="Other",
        month="2026-12",
        auditors=[other],
        at=AT,
    )
    case_file = file_of(session, TEAMS[3])
    audit = Audit(
        cycle_id=cycle.id,
        case_file_id=case_file.id,
        auditor_id=other.id,
        form_version_id=cycle.form_version_id,
        state=AuditState.ALLOCATED,
        due_on=cycle.due_on,
        allocated_at=AT,
    )
    session.add(audit)
    session.flush()
    complete_audit(session, audit)
    assert find_submitted_audit(session, council.lead, audit.id) is audit
    calibration = begun(session, council, case_file)
    mine = next(
        one for one in readings_of(session, calibration) if one.auditor_id == council.lead.id
    )
    assert find_submitted_audit(session, council.lead, audit.id) is None
    assert set(session.scalars(blind_readings(council.lead))) == {audit.id}
    assert earlier_audits(session, council.lead, mine) == []
    assert case_facts(session, mine).case_file_id == case_file.id
    complete_audit(session, mine, at=LATER)
    assert find_submitted_audit(session, council.lead, audit.id) is audit


def test_whoever_is_barred_is_named_with_the_reason_and_not_let_in(session, council):
    own_team = file_of(session, TEAMS[0])
    assert bars_of(session, council, own_team)[council.managers[0].id] == {Bar.OWN_TEAM}
    audit = session.scalars(select(Audit).order_by(Audit.id)).first()
    audited = session.get_one(CaseFile, audit.case_file_id)
    assert Bar.OWN_AUDIT in bars_of(session, council, audited)[audit.auditor_id]
    with pytest.raises(CalibrationFault, match="may not read this case file"):
        begun(session, council, own_team)
    assert not session.scalars(select(Calibration)).all()


def test_whoever_moves_to_the_team_meanwhile_submits_nothing(session, council):
    calibration = begun(session, council)
    mover = council.managers[0]
    reading = next(one for one in readings_of(session, calibration) if one.auditor_id == mover.id)
    move_to_team(session, mover, TEAMS[3], at=AT + timedelta(days=2))
    assert find_audit(session, mover, reading.id) is None
    with pytest.raises(IllegalMove):
        complete_audit(session, reading, at=LATER)


def test_who_joins_the_team_afterwards_reads_no_more_what_the_others_answered(session, council):
    calibration, mover = ended(session, council), council.managers[0]
    assert find_calibration(session, mover, calibration.id) is calibration
    move_to_team(session, mover, TEAMS[3], at=LATER)
    assert find_calibration(session, mover, calibration.id) is None
    assert find_calibration(session, council.managers[1], calibration.id) is calibration


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": date(2026, 11, 1)}, "due day has passed"),
        ({"readers": 1}, "at least two people"),
    ],
)
def test_what_makes_no_round_is_one_sentence(session, council, changes, words):
    people = [*council.managers][: changes.get("readers", 3)]
    with pytest.raises(CalibrationFault, match=words):
        call_calibration(
            session,
            council.cycle.form_version,
            file_of(session, TEAMS[3]),
            people,
            due_on=changes.get("due_on", date(2026, 11, 20)),
            by=council.lead,
            at=AT,
        )


def test_who_sees_the_round_and_who_is_told(session, council):
    calibration = begun(session, council)
    stranger = make_person(session, Role.SENIOR_MANAGER, "Stranger", "Elsewhere")
    themed = make_person(session, Role.QA_LEAD, "Themed Lead")
    member = council.managers[0]
    assert find_calibration(session, stranger, calibration.id) is None
    assert find_calibration(session, member, calibration.id) is calibration
    assert [calls(session, one, calibration) for one in (council.lead, member)] == [True, False]
    themed.roles[0].theme = "referrals_week"
    session.flush()
    assert find_calibration(session, themed, calibration.id) is None
    assert tell_readers(session, calibration, site_url="https://x", council="C", at=AT) == 4
    bodies = [mail.body for mail in session.scalars(select(Mail))]
    assert len(bodies) == 4
    assert not any(calibration.case_file.reference in body for body in bodies)
    (mine,) = [one for one in audits_of(session, member) if one.purpose is Purpose.CALIBRATION]
    assert find_audit(session, member, mine.id) is mine
    assert any(f"https://x/audits/{mine.id}" in body for body in bodies)


def test_the_case_file_s_page_says_who_reads_it(session, council):
    calibration = begun(session, council)
    case_file = calibration.case_file
    assert find_by_reference(session, council.lead, case_file.reference) is case_file
    audits = audits_of_case_file(session, council.lead, case_file)
    assert {one.auditor_id for one in audits} == {
        council.lead.id,
        *(one.id for one in council.managers),
    }
    assert {seer.person.id for seer in seers_of(session, audits)} == {
        one.auditor_id for one in audits
    }


def test_only_a_file_of_the_caseload_in_use_is_chosen(session, council):
    version, case_file = council.cycle.form_version, file_of(session, TEAMS[3])
    assert find_chosen_file(session, version, f" {case_file.reference.lower()} ") is case_file
    assert find_chosen_file(session, version, "none such") is None


def test_nobody_reads_twice_in_a_round_and_a_cycle_draws_a_file_once(session, council):
    calibration = begun(session, council)
    again = update(CalibrationReading).where(
        CalibrationReading.cycle_id == calibration.id,
        CalibrationReading.auditor_id == council.lead.id,
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(again.values(auditor_id=council.managers[0].id))
    first, second = session.scalars(select(Audit).order_by(Audit.id).limit(2)).all()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(Audit).where(Audit.id == second.id).values(case_file_id=first.case_file_id)
        )


def test_it_is_purged_as_audits_are_and_told_to_whom_it_is_about(session, council):
    calibration = ended(session, council)
    readings = [one.id for one in readings_of(session, calibration)]
    told = everything_about(session, calibration.case_file, at=LATER)
    assert [one["purpose"] for one in told["audits"]] == ["calibration"] * 4
    before, much_later = date(2027, 1, 10), datetime(2033, 1, 10, tzinfo=UTC)
    purge = ask_for_purge(session, Kept.AUDITS, before, by=council.lead, at=much_later)
    approve_purge(session, purge, by=council.managers[0], at=much_later)
    files = AttachmentFolder(Path("nowhere"))
    assert run_purge(session, purge, by=None, at=much_later, folder=files)["audits"] == 4
    rows = session.scalars(select(RecordedAnswer).where(RecordedAnswer.audit_id.in_(readings)))
    assert not [row for row in rows if row.value or row.evidence]
    assert all(one.grade and not one.done_well for one in readings_of(session, calibration))
    assert submitted_in(session, calibration) == []  # emptied answers would all be the same
