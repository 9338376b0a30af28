"""Drawing a cycle's sample: what may be drawn, that it can be drawn again, and all or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from factories import (
    AT,
    TEAMS,
    Council,
    complete_audit,
    make_council,
    make_entry,
    make_extract,
    make_person,
    publish_shipped,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from store.store_answers import audits_in, every_row, first_audit

from audit_app.caseload.values import CaseEntry, CaseStatus
from audit_app.core.access import Role
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, CycleState, IllegalMove
from audit_app.core.sampling import Exclusion, Filters, SampleAuditor, SamplingFault, draw_sample
from audit_app.store.cohorts import describe_filters, filters_to_data
from audit_app.store.council_keys import council_key
from audit_app.store.cycles import create_cycle, find_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import latest_form
from audit_app.store.samples import (
    draw_cycle_sample,
    drawn_cases,
    preview_sample,
    sample_frame,
)
from audit_app.store.tables import (
    Audit,
    CaseFile,
    CaseloadEntry,
    Cycle,
    FrameEntry,
    Sample,
    SampleCase,
)


def make_cycle(
    session: Session, entries: list[CaseEntry] | None = None, *, managers: int = 3
) -> Cycle:
    """An open cycle over an extract; managers of the first teams audit in it."""
    publish_shipped(session)
    make_extract(session, entries)
    people = [
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", TEAMS[n % len(TEAMS)])
        for n in range(managers)
    ]
    return another_cycle(session, people)


def another_cycle(session: Session, people: list | tuple, month: str = "2026-11") -> Cycle:
    version = latest_form(session, "monthly_sample")
    assert version is not None
    return create_cycle(session, version, name="Sample", month=month, auditors=people, at=AT)


def draw(
    session: Session,
    cycle: Cycle,
    filters: Filters | None = None,
    *,
    per_auditor: int = 2,
    seed: str | None = "seed for tests",
    at: datetime = AT,
) -> Sample:
    return draw_cycle_sample(
        session, cycle, filters or Filters(), per_auditor=per_auditor, seed=seed, by=None, at=at
    )


def draw_in(
    database: Database,
    key: str,
    filters: Filters | None = None,
    *,
    per_auditor: int = 2,
    seed: str = "seed for tests",
) -> None:
    """Draw in a transaction of its own."""
    with database.session() as session:
        cycle = find_cycle(session, key)
        assert cycle is not None
        draw(session, cycle, filters, per_auditor=per_auditor, seed=seed)


def drawn_rows(session: Session, sample: Sample) -> list[tuple[str, str, int, str]]:
    return [
        (one.auditor.email, one.case_file.reference, one.position, one.ticket)
        for one in drawn_cases(session, sample)
    ]


def test_the_same_inputs_give_the_same_sample(session: Session, other_database: Database) -> None:
    here = make_council(session)
    with other_database.session() as other:
        there = make_council(other)
        samples = [
            (one, drawn_rows(in_, one))
            for in_, one in ((session, here.cycle.sample), (other, there.cycle.sample))
            if one is not None
        ]
    (one, rows), (two, other_rows) = samples
    assert rows == other_rows
    assert len(rows) == 6
    assert (one.frame_hash, one.frame_size) == (two.frame_hash, two.frame_size)


def test_another_seed_gives_another_sample_and_none_gives_a_random_one(session: Session) -> None:
    cycle = make_cycle(session)
    people = tuple(member.person for member in cycle.auditors)
    cycles = [cycle, *(another_cycle(session, people, f"2028-0{n}") for n in (1, 2, 3))]
    later = AT + timedelta(days=800)
    samples = [draw(session, cycles[0], seed="one", at=AT)]
    samples += [draw(session, one, seed=None, at=later) for one in cycles[1:3]]
    assert len({sample.seed for sample in samples}) == 3
    assert all(len(sample.seed) == 16 for sample in samples[1:])


def test_the_stored_draw_can_be_made_again_from_what_is_stored(session: Session) -> None:
    council = make_council(session, managers=4, per_auditor=3)
    sample = council.cycle.sample
    assert sample is not None
    auditors = [
        SampleAuditor(
            str(member.person_id), member.person.team.name if member.person.team else None
        )
        for member in council.cycle.auditors
    ]
    again = draw_sample(
        sample_frame(session, sample), auditors, per_auditor=sample.per_auditor, seed=sample.seed
    )
    assert sorted((int(d.auditor), d.reference, d.position, d.ticket) for d in again) == sorted(
        (one.auditor_id, one.case_file.reference, one.position, one.ticket)
        for one in drawn_cases(session, sample)
    )


def test_the_frame_that_is_stored_has_the_hash_that_is_stored(session: Session) -> None:
    make_extract(session, [make_entry(99)], as_at=date(2026, 10, 1))
    council = make_council(session)
    sample = council.cycle.sample
    assert sample is not None
    frame = sample_frame(session, sample)
    assert frame.hash == sample.frame_hash
    assert len(frame.cases) == sample.frame_size == 40
    assert session.scalar(select(func.count()).select_from(FrameEntry)) == 40


def test_nobody_draws_a_case_file_of_their_own_team(session: Session) -> None:
    """Even where nearly everything is of one team, and a person's team is spelled otherwise."""
    entries = [make_entry(n, team="North" if n % 5 else "South") for n in range(40)]
    cycle = make_cycle(session, entries, managers=2)
    sample = draw(session, cycle, per_auditor=4)
    team_of = dict(session.execute(select(CaseloadEntry.case_file_id, CaseloadEntry.team_id)).all())
    drawn = drawn_cases(session, sample)
    assert len(drawn) == 8
    assert all(team_of[one.case_file_id] != one.auditor.team_id for one in drawn)
    excluded = {row.reason: row.count for row in sample.exclusions}
    assert excluded[Exclusion.OWN_TEAM] == 40


def test_closed_and_filtered_case_files_are_never_drawn(session: Session) -> None:
    entries = [make_entry(n, status=CaseStatus.CLOSED) for n in range(10)]
    entries += [make_entry(n, status=CaseStatus.LOOKED_AFTER) for n in range(10, 20)]
    entries += [make_entry(n, date_of_birth=date(2025, 5, 1)) for n in range(20, 30)]
    entries += [make_entry(n, date_of_birth=None) for n in range(30, 35)]
    entries += [make_entry(n, date_of_birth=date(2016, 11, 1)) for n in range(40, 50)]
    cycle = make_cycle(session, entries, managers=2)
    filters = Filters(frozenset({"child_protection_plan"}), frozenset({"North", "South"}), 10, 10)
    sample = draw(session, cycle, filters, per_auditor=1)
    wanted = {str(1000 + n) for n in range(40, 50) if TEAMS[n % 4] in ("North", "South")}
    assert {one.case_file.council_id for one in drawn_cases(session, sample)} < wanted
    assert sample.frame_size == len(wanted)
    assert {row.reason: row.count for row in sample.exclusions} == {
        Exclusion.CLOSED: 10,
        Exclusion.OUTSIDE_FILTERS: 35 - len(wanted),
        Exclusion.AUDITED_RECENTLY: 0,
        Exclusion.OWN_TEAM: len(wanted),
    }
    assert sample.filters == filters_to_data(filters)
    assert describe_filters(sample.filters) == [
        "status is child protection plan",
        "team is North or South",
        "age on the day of the extract is 10 or more",
        "age on the day of the extract is 10 or less",
    ]


def test_ages_are_those_on_the_day_of_the_extract(session: Session) -> None:
    born = {1: date(2024, 11, 1), 2: date(2024, 11, 2), 3: date(2026, 11, 9)}
    cycle = make_cycle(session, [make_entry(n, date_of_birth=day) for n, day in born.items()])
    frame = preview_sample(session, cycle, Filters(age_from=2), at=AT).frame
    ids = dict(session.execute(select(CaseFile.reference, CaseFile.council_id)).all())
    assert [ids[case.reference] for case in frame.cases] == ["1001"]
    below = preview_sample(session, cycle, Filters(age_to=1), at=AT).frame
    assert sorted(ids[case.reference] for case in below.cases) in (["1002"], ["1002", "1003"])


def submitted_on(session: Session, council: Council, at: datetime) -> str:
    audit = first_audit(session, council.cycle)
    complete_audit(session, audit, at=at)
    return audit.case_file.reference


@pytest.mark.parametrize(
    ("submitted", "drawn", "excluded"),
    [
        ("2025-11-05T12:00", "2026-11-05T12:00", True),
        ("2025-11-04T12:00", "2026-11-05T12:00", False),
        ("2025-07-31T23:30", "2026-08-01T09:00", True),
        ("2024-02-29T09:00", "2025-02-28T09:00", True),
        ("2023-02-28T09:00", "2024-02-29T09:00", True),
        ("2023-02-27T09:00", "2024-02-29T09:00", False),
    ],
)
def test_what_was_audited_in_the_last_12_months_is_left_out(
    session: Session, submitted: str, drawn: str, excluded: bool
) -> None:
    """By English days: 23:30 UTC on 31 July is 1 August."""
    council = make_council(session)
    reference = submitted_on(session, council, datetime.fromisoformat(f"{submitted}+00:00"))
    cycle = another_cycle(session, council.managers, "2027-01")
    preview = preview_sample(session, cycle, Filters(), at=datetime.fromisoformat(f"{drawn}+00:00"))
    assert (reference not in {case.reference for case in preview.frame.cases}) is excluded


def test_case_files_in_another_open_sample_are_left_out(session: Session) -> None:
    council = make_council(session)
    cycle = another_cycle(session, council.managers, "2026-12")
    sample = draw(session, cycle, at=AT + timedelta(days=30))
    first = {audit.case_file_id for audit in audits_in(session, council.cycle)}
    assert first.isdisjoint(audit.case_file_id for audit in audits_in(session, cycle))
    assert {row.reason: row.count for row in sample.exclusions}[Exclusion.AUDITED_RECENTLY] == 6


def test_audits_are_allocated_with_the_pinned_form_and_the_team_of_the_day(
    session: Session,
) -> None:
    council = make_council(session)
    audits = audits_in(session, council.cycle)
    drawn = {(one.auditor_id, one.case_file_id) for one in session.scalars(select(SampleCase))}
    assert {(audit.auditor_id, audit.case_file_id) for audit in audits} == drawn
    entries = dict(session.execute(select(CaseloadEntry.case_file_id, CaseloadEntry.team_id)).all())
    for audit in audits:
        assert audit.state is AuditState.ALLOCATED
        assert audit.form_version_id == council.cycle.form_version_id
        assert (audit.due_on, audit.allocated_at) == (council.cycle.due_on, AT)
        assert audit.team_id == entries[audit.case_file_id]
        assert audit.team_id != audit.auditor.team_id
    assert council.cycle.state is CycleState.DRAWN


def test_a_cycle_is_drawn_once(database: Database) -> None:
    with database.session() as session:
        key = make_council(session).cycle.key
    before = every_row(database)
    with pytest.raises(IllegalMove):
        draw_in(database, key, seed="another")
    assert every_row(database) == before


@pytest.mark.parametrize(
    ("filters", "per_auditor", "why"),
    [
        (Filters(), 40, "too few case files"),
        (Filters(teams=frozenset({"Nowhere"})), 1, "too few case files"),
        (Filters(), 0, "at least one"),
    ],
)
def test_too_few_case_files_leave_nothing_stored(
    database: Database, filters: Filters, per_auditor: int, why: str
) -> None:
    with database.session() as session:
        key = make_cycle(session).key
    before = every_row(database)
    with pytest.raises(SamplingFault, match=why):
        draw_in(database, key, filters, per_auditor=per_auditor)
    assert every_row(database) == before


def test_without_a_caseload_nothing_is_drawn(session: Session) -> None:
    publish_shipped(session)
    manager = make_person(session, Role.SENIOR_MANAGER)
    with pytest.raises(SamplingFault, match="import one first"):
        draw(session, another_cycle(session, [manager]))


def test_two_people_who_draw_at_once_draw_once(database: Database) -> None:
    with database.session() as session:
        key = make_cycle(session).key
    start = Barrier(2)
    outcomes: list[str] = []

    def draw_it(seed: str) -> None:
        start.wait()
        try:
            draw_in(database, key, seed=seed)
        except Refusal as fault:
            outcomes.append(str(fault))
        else:
            outcomes.append("drawn")

    threads = [Thread(target=draw_it, args=(seed,)) for seed in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("drawn") == 1
    assert len(outcomes) == 2
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Sample)) == 1
        assert session.scalar(select(func.count()).select_from(Audit)) == 6


def test_case_files_match_over_extracts_whatever_the_spelling(session: Session) -> None:
    """A child audited under one spelling is left out under another."""
    council = make_council(session)
    done = submitted_on(session, council, AT)
    council_id = session.scalar(select(CaseFile.council_id).where(CaseFile.reference == done))
    assert council_id is not None
    assert council_key(council_id) == council_id
    make_extract(
        session,
        [make_entry(n, council_id=f" {1000 + n} ") for n in range(40)],
        as_at=date(2026, 11, 20),
    )
    cycle = another_cycle(session, council.managers, "2026-12")
    frame = preview_sample(session, cycle, Filters(), at=AT + timedelta(days=20)).frame
    assert done not in {case.reference for case in frame.cases}
    assert len(frame.cases) == 34
