"""Claim A4: nobody audits a case file of their own team, nor one that they are or were the worker
of, even if teams change while an audit goes on. At the draw, at giving an audit to another, at
opening and at submitting, in the store. And nobody moderates their own audit, nor one of these:
at choosing it, at naming and renaming its reader, at opening, at submitting, at agreeing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event, Thread

import pytest
from factories import (
    AT,
    agree_with_suggestions,
    complete_audit,
    drafts_for,
    make_council,
    make_entry,
    make_extract,
    make_person,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.independence import AuditTies, Bar, Membership, PersonTies, bars_between
from audit_app.core.lifecycle import AuditState, IllegalMove, ModerationState
from audit_app.core.sampling import Filters, SamplingFault
from audit_app.store import audits as audit_store
from audit_app.store.agreeing import agree, return_audit
from audit_app.store.audits import audits_of, find_audit, submit_audit
from audit_app.store.council_keys import worker_key
from audit_app.store.cycles import create_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import latest_form
from audit_app.store.moderation import (
    find_audit_to_choose,
    find_moderation,
    moderation_of,
    name_reader,
    possible_readers,
)
from audit_app.store.moderation_draw import ModerationFault, choose_audit, set_rules
from audit_app.store.people import appoint, move_to_team
from audit_app.store.reassigning import ReassignFault, candidates_for, reassign_audit
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Audit, Moderation, Person

PEOPLE, CASES = 3, 12
TEAMS = ("North", "South", "East")
WORKERS = ("Manager 0", "MANAGER  1", "Nobody Here")


class Course:
    """A course of events, and beside it a plain account of who was where when."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = AT
        self.day = date(2026, 11, 1)
        self.people = [
            make_person(session, Role.SENIOR_MANAGER, f"Manager {n}") for n in range(PEOPLE)
        ]
        for person in self.people:
            person.worker_name = person.name
        self.was_in: dict[int, list[tuple[str | None, datetime]]] = {
            person.id: [(None, AT)] for person in self.people
        }
        self.case_was_in: dict[str, list[tuple[str, datetime]]] = {}
        self.worked_on: dict[str, set[str]] = {}
        self.cycles = 0

    def pass_time(self) -> None:
        self.now += timedelta(hours=1)

    def move(self, who: int, team: str | None) -> None:
        person = self.people[who]
        move_to_team(self.session, person, team, at=self.now)
        self.was_in[person.id].append((team, self.now))

    def extract(self, shift: int) -> None:
        self.day += timedelta(days=1)
        entries = [
            make_entry(n, team=TEAMS[(n + shift) % 3], worker=WORKERS[(n * 5 + shift // 3) % 3])
            for n in range(CASES)
        ]
        make_extract(self.session, entries, as_at=self.day)
        for entry in entries:
            self.case_was_in.setdefault(entry.council_id, []).append((str(entry.team), self.now))
            self.worked_on.setdefault(entry.council_id, set()).add(worker_key(str(entry.worker)))

    def draw(self) -> None:
        version = latest_form(self.session, "monthly_sample")
        assert version is not None
        self.cycles += 1
        cycle = create_cycle(
            self.session,
            version,
            name=f"Cycle {self.cycles}",
            month="2026-11",
            auditors=self.people,
            at=self.now,
        )
        try:
            draw_cycle_sample(
                self.session,
                cycle,
                Filters(),
                per_auditor=1,
                seed=str(self.cycles),
                by=None,
                at=self.now,
            )
        except SamplingFault:
            return
        for audit in self.session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)):
            assert not self.is_tied(audit.auditor, audit), "drawn for somebody who is barred"

    def give(self, number: int, who: int) -> None:
        audit, to = self.audit(number), self.people[who]
        if audit is None or to.id == audit.auditor_id:
            return
        tied, begun = self.is_tied(to, audit), audit.state is not AuditState.ALLOCATED
        assert (to.id in {c.person.id for c in candidates_for(self.session, audit) if c.bars}) == (
            tied
        )
        try:
            reassign_audit(self.session, audit, to)
        except ReassignFault:
            assert tied or begun
        else:
            assert not tied
            assert not begun

    def submit(self, number: int) -> None:
        audit = self.audit(number)
        if audit is None or audit.state is AuditState.SUBMITTED:
            return
        tied = self.is_tied(audit.auditor, audit)
        assert (find_audit(self.session, audit.auditor, audit.id) is None) == tied
        assert (audit not in audits_of(self.session, audit.auditor)) == tied
        try:
            submit_audit(self.session, audit, at=self.now)
        except IllegalMove:
            assert tied
        else:
            assert not tied

    def audit(self, number: int) -> Audit | None:
        found = self.session.scalars(select(Audit).order_by(Audit.id)).all()
        return found[number % len(found)] if found else None

    def is_tied(self, person: Person, audit: Audit) -> bool:
        case, since = audit.case_file.council_id, audit.allocated_at
        if worker_key(person.name) in self.worked_on[case]:
            return True
        mine = set(_in_force_since(self.was_in[person.id], since)) - {None}
        return bool(mine & set(_in_force_since(self.case_was_in[case], since)))


def _in_force_since(
    log: list[tuple[str | None, datetime]] | list[tuple[str, datetime]], since: datetime
) -> Iterator[str | None]:
    """What held at the moment or after it, of a log of what held from when on."""
    for place, (what, _began) in enumerate(log):
        ended = log[place + 1][1] if place + 1 < len(log) else None
        if ended is None or ended > since:
            yield what


STEPS = st.one_of(
    st.tuples(st.just("move"), st.integers(0, PEOPLE - 1), st.sampled_from([None, *TEAMS])),
    st.tuples(st.just("extract"), st.integers(0, 8)),
    st.tuples(st.just("draw")),
    st.tuples(st.just("give"), st.integers(0, 8), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("submit"), st.integers(0, 8)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.integers(0, 8), steps=st.lists(STEPS, min_size=4, max_size=14))
def test_whatever_happens_nobody_audits_their_own(database, monkeypatch, first, steps):
    monkeypatch.setattr(audit_store, "what_is_missing", _nothing_is_missing)
    with database.sessions() as session:
        course = Course(session)
        course.extract(first)
        course.draw()
        for name, *values in steps:
            course.pass_time()
            getattr(course, name)(*values)
        session.rollback()


def _nothing_is_missing(audit: Audit) -> list[object]:
    """Completeness is another claim's matter; what a submission needs is loaded all the same."""
    assert audit.form_version.banks
    assert not audit.answers
    assert audit.themes is not None
    return []


@given(
    st.sampled_from(["a", "b", None]),
    st.lists(st.builds(Membership, st.integers(1, 3), st.none() | st.just(AT)), max_size=3),
    st.frozensets(st.sampled_from("ab")),
    st.frozensets(st.integers(1, 3)),
    st.integers(-1, 1),
)
def test_the_rules_by_themselves(worker, memberships, workers, teams, hours):
    moment = AT + timedelta(hours=hours)
    bars = bars_between(PersonTies(worker, tuple(memberships)), AuditTies(moment, workers, teams))
    mine = {one.team for one in memberships if one.ended_at is None or hours < 0}
    assert (Bar.OWN_CASE in bars) == (worker in workers)
    assert (Bar.OWN_TEAM in bars) == bool(mine & teams)


@pytest.fixture
def ready(database: Database) -> int:
    """An audit that lacks nothing; its auditor is of no team of its case file."""
    with database.session() as session:
        council = make_council(session)
        audit = audits_of(session, council.managers[0])[0]
        audit_store.record_answers(session, audit, drafts_for(audit_store.form_of(audit)), at=AT)
        agree_with_suggestions(session, audit)
        return audit.id


def _team_of(session: Session, audit_id: int) -> str:
    team = session.get_one(Audit, audit_id).team
    assert team is not None
    return team.name


def _transfer(database: Database, audit_id: int, before_commit: Event | None, go: Event) -> None:
    """Move the auditor into the team of the case file; `go` is awaited before the end."""
    with database.session() as session:
        audit = session.get_one(Audit, audit_id)
        move_to_team(session, audit.auditor, _team_of(session, audit_id), at=AT)
        if before_commit is not None:
            before_commit.set()
        assert go.wait(20)


def _submit(database: Database, audit_id: int, said: list[str]) -> None:
    try:
        with database.session() as session:
            submit_audit(session, session.get_one(Audit, audit_id), at=AT + timedelta(days=3))
    except IllegalMove as fault:
        said.append(str(fault))


def test_a_transfer_waits_until_the_audit_is_submitted(database, ready, monkeypatch):
    """The transfer begins after the check of the submission, and cannot slip in before its end."""
    checked, moved, said = Event(), Event(), list[str]()
    really = audit_store.store_scores

    def score(*arguments: object) -> None:
        checked.set()
        assert not moved.wait(0.7), "the auditor changed team in the middle of a submission"
        really(*arguments)

    def transfer() -> None:
        go = Event()
        go.set()
        _transfer(database, ready, None, go)
        moved.set()

    monkeypatch.setattr(audit_store, "store_scores", score)
    submitting = Thread(target=_submit, args=(database, ready, said))
    submitting.start()
    assert checked.wait(20)
    moving = Thread(target=transfer)
    moving.start()
    submitting.join(30)
    moving.join(30)
    assert not said
    assert moved.is_set()
    with database.session() as session:
        assert session.get_one(Audit, ready).state is AuditState.SUBMITTED


def test_a_submission_waits_for_a_transfer_and_is_then_refused(database, ready):
    moved, go, said = Event(), Event(), list[str]()
    moving = Thread(target=_transfer, args=(database, ready, moved, go))
    moving.start()
    assert moved.wait(20)
    submitting = Thread(target=_submit, args=(database, ready, said))
    submitting.start()
    submitting.join(0.5)
    assert submitting.is_alive(), "the submission did not wait for the transfer"
    go.set()
    moving.join(30)
    submitting.join(30)
    assert "own team" in said[0]
    with database.session() as session:
        assert session.get_one(Audit, ready).state is AuditState.IN_PROGRESS


def test_who_left_the_team_again_stays_barred(database, ready):
    with database.session() as session:
        audit = session.get_one(Audit, ready)
        person, team = audit.auditor, _team_of(session, ready)
        move_to_team(session, person, team, at=AT + timedelta(days=1))
        move_to_team(session, person, None, at=AT + timedelta(days=2))
        assert find_audit(session, person, ready) is None
        assert audit not in audits_of(session, person)
        with pytest.raises(IllegalMove, match="own team"):
            submit_audit(session, audit, at=AT + timedelta(days=3))


def test_a_team_that_was_left_before_the_draw_bars_nothing(database, session):
    council = make_council(session)
    audit = audits_of(session, council.managers[0])[0]
    for membership in audit.auditor.team, audit.team:
        assert membership is not None
    ties = PersonTies(None, (Membership(audit.team_id or 0, audit.allocated_at),))
    case = AuditTies(audit.allocated_at, frozenset(), frozenset({audit.team_id or 0}))
    assert not bars_between(ties, case)


def test_the_draw_goes_past_case_files_that_an_auditor_worked_on(database, session):
    """Whose worker column named them once, in another spelling, is given none of them."""
    make_council(session)
    people = [make_person(session, Role.SENIOR_MANAGER, f"Person {n}") for n in range(2)]
    people[0].worker_name = "Robin Invented"
    mine = [make_entry(n, worker="robin  INVENTED", team=None) for n in range(200, 206)]
    other = [make_entry(n, worker="Somebody Else", team=None) for n in range(206, 208)]
    make_extract(session, mine + other, as_at=date(2026, 11, 3))
    now = [make_entry(n, worker="Somebody Else", team=None) for n in range(200, 208)]
    make_extract(session, now, as_at=date(2026, 11, 4))
    version = latest_form(session, "monthly_sample")
    assert version is not None
    cycle = create_cycle(session, version, name="S", month="2026-11", auditors=people, at=AT)
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="s", by=None, at=AT)
    drawn = {audit.case_file.council_id for audit in audits_of(session, people[0])}
    assert drawn == {entry.council_id for entry in other}
    (member,) = [one for one in cycle.auditors if one.person_id == people[0].id]
    assert len(member.own_cases) == len(mine)


@pytest.fixture
def waiting(session: Session) -> Moderation:
    """The second reading of the first manager's audit; a lead and a third manager may read it."""
    council = make_council(session, managers=4)
    set_rules(session, council.cycle, {})
    audit = session.scalars(select(Audit).where(Audit.auditor_id == council.managers[0].id)).first()
    assert audit is not None
    complete_audit(session, audit)
    choose_audit(session, audit, "To learn.", by=council.lead, at=AT)
    found = moderation_of(session, audit.id)
    assert found is not None
    return found


def _person(session: Session, name: str) -> Person:
    found = session.scalar(select(Person).where(Person.name == name))
    assert found is not None
    return found


def _free_manager(session: Session, moderation: Moderation) -> Person:
    """A manager whom nothing bars from reading it."""
    return next(
        one.person
        for one in possible_readers(session, moderation)
        if not one.bars and one.person.name.startswith("Manager")
    )


def test_nobody_is_named_to_read_their_own_audit_again(session, waiting):
    author, lead = waiting.audit.auditor, _person(session, "Quality Lead")
    with pytest.raises(ModerationFault, match="may not read"):
        name_reader(session, waiting, author, by=lead, at=AT)
    name_reader(session, waiting, lead, by=lead, at=AT)
    with pytest.raises(ModerationFault, match="may not read"):
        name_reader(session, waiting, author, by=lead, at=AT)
    assert waiting.reading is not None
    assert waiting.reading.auditor_id == waiting.reader_id == lead.id


def test_whoever_audited_it_neither_chooses_nor_names_nor_sees_its_reading(session, waiting):
    author, lead = waiting.audit.auditor, _person(session, "Quality Lead")
    appoint(session, author, Role.QA_LEAD, at=AT)
    with pytest.raises(ModerationFault, match="their own audit"):
        name_reader(session, waiting, lead, by=author, at=AT)
    assert find_moderation(session, author, waiting.id) is None
    assert find_audit_to_choose(session, author, waiting.audit.cycle, waiting.audit_id) is None
    other = next(a for a in audits_of(session, author) if a.id != waiting.audit_id)
    complete_audit(session, other)
    with pytest.raises(ModerationFault, match="their own audit"):
        choose_audit(session, other, "I doubt it.", by=author, at=AT)


def test_a_reader_who_joins_the_team_cannot_open_submit_or_agree(session, waiting):
    reader, lead = _free_manager(session, waiting), _person(session, "Quality Lead")
    name_reader(session, waiting, reader, by=lead, at=AT)
    reading, team = waiting.reading, waiting.audit.team
    assert reading is not None
    assert team is not None
    assert find_audit(session, reader, reading.id) is reading
    audit_store.record_answers(session, reading, drafts_for(audit_store.form_of(reading)), at=AT)
    agree_with_suggestions(session, reading)
    move_to_team(session, reader, team.name, at=AT + timedelta(days=1))
    move_to_team(session, reader, None, at=AT + timedelta(days=2))
    assert find_audit(session, reader, reading.id) is None
    assert find_moderation(session, reader, waiting.id) is None
    with pytest.raises(IllegalMove, match="own team"):
        submit_audit(session, reading, at=AT + timedelta(days=3))
    assert reading.state is AuditState.IN_PROGRESS


def test_the_time_before_a_reader_was_named_counts_from_the_draw_on(session, waiting):
    """Whoever was in the team after the draw stays barred, though they left before the naming."""
    reader, lead = _free_manager(session, waiting), _person(session, "Quality Lead")
    assert waiting.audit.team is not None
    move_to_team(session, reader, waiting.audit.team.name, at=AT + timedelta(days=1))
    move_to_team(session, reader, None, at=AT + timedelta(days=2))
    with pytest.raises(ModerationFault, match="may not read"):
        name_reader(session, waiting, reader, by=lead, at=AT + timedelta(days=30))


@pytest.mark.parametrize("returning", [True, False])
def test_a_reader_who_joins_the_team_after_reading_settles_nothing(session, waiting, returning):
    reader, lead = _free_manager(session, waiting), _person(session, "Quality Lead")
    name_reader(session, waiting, reader, by=lead, at=AT)
    assert waiting.reading is not None
    complete_audit(session, waiting.reading)
    assert waiting.audit.team is not None
    move_to_team(session, reader, waiting.audit.team.name, at=AT + timedelta(days=4))
    act = partial(return_audit, session, waiting, {"chron_place": "Look."}, by=reader, at=AT)
    if not returning:
        act = partial(agree, session, waiting, {}, by=reader, at=AT)
    with pytest.raises(ModerationFault, match="own team"):
        act()
    with pytest.raises(ModerationFault, match="Only the second reader"):
        agree(session, waiting, {}, by=lead, at=AT)
    assert waiting.state is ModerationState.COMPARING


def test_who_may_moderate_is_asked_of_the_role_as_well(session, waiting):
    member = make_person(session, Role.INDEPENDENT_MEMBER, "Independent One")
    with pytest.raises(ModerationFault, match="may not read"):
        name_reader(session, waiting, member, by=_person(session, "Quality Lead"), at=AT)
    reader = _free_manager(session, waiting)
    assert find_moderation(session, reader, waiting.id) is None, "nobody named them"
    name_reader(session, waiting, reader, by=_person(session, "Quality Lead"), at=AT)
    assert find_moderation(session, reader, waiting.id) is waiting
