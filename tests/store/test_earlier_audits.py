"""What earlier audits of a case file found is told to its auditor, as far as the matrix reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import AT, complete_audit, make_council, make_person, shipped_library

from audit_app.core.access import Role
from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import Outcome, Repeat
from audit_app.question_banks.read import Library
from audit_app.store.agreeing import agree, compared_grades
from audit_app.store.audits import Draft, audits_of, form_of
from audit_app.store.cycles import create_cycle
from audit_app.store.earlier_audits import earlier_audits, earlier_outcomes
from audit_app.store.instruments import latest_form
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit, set_rules
from audit_app.store.people import Scope, appoint
from audit_app.store.tables import Audit, RecordedState

LATER = AT + timedelta(days=60)
MISSING = Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence="None.")
FIRST = {"chron_place": MISSING}


@pytest.fixture
def council(session):
    made = make_council(session, managers=2)
    set_rules(session, made.cycle, {})
    return made


@pytest.fixture
def first(session, council):
    """A submitted audit of the earlier cycle, whose chronology was missing."""
    audit = audits_of(session, council.managers[0])[0]
    complete_audit(session, audit, FIRST)
    return audit


def again(session, first, auditor, *, form="monthly_sample", month="2027-01"):
    """The same case file in a later cycle, allocated to somebody else."""
    version = latest_form(session, form)
    cycle = create_cycle(session, version, name=month, month=month, auditors=[auditor], at=LATER)
    cycle.state = CycleState.DRAWN
    audit = Audit(
        cycle=cycle,
        case_file=first.case_file,
        auditor=auditor,
        form_version=version,
        state=AuditState.ALLOCATED,
        due_on=cycle.due_on,
        allocated_at=LATER,
    )
    session.add(audit)
    session.flush()
    return audit


def told(session, person, audit):
    return [one.audit for one in earlier_audits(session, person, audit)]


def chronology(audit):
    return next(section for _, section in form_of(audit).sections if section.key == "chron_main")


def test_only_what_was_submitted_before_in_another_cycle(session, council, first):
    auditor = council.managers[1]
    later = again(session, first, auditor)
    assert told(session, auditor, later) == [first]
    complete_audit(session, later, at=LATER)
    assert told(session, auditor, later) == [first]
    assert told(session, council.managers[0], first) == []
    third = again(session, first, auditor, month="2027-02")
    assert told(session, auditor, third) == [later, first]
    first.purged_at = LATER
    session.flush()
    assert told(session, auditor, third) == [later]


def test_the_same_question_with_its_months_and_outcomes(session, council, first):
    auditor = council.managers[1]
    complete_audit(session, again(session, first, auditor), at=LATER)
    third = again(session, first, auditor, month="2027-02")
    earlier = earlier_audits(session, auditor, third)
    said = earlier_outcomes(session, earlier, chronology(third))
    assert said["chron_place"] == [("2027-01", Outcome.MET), ("2026-11", Outcome.NOT_MET)]
    # It was hidden in the first, and its date is for information only.
    assert said["chron_quality"] == [("2027-01", Outcome.MET)]
    assert "chron_last_entry" not in said
    renamed = replace(chronology(third).questions[0], id="chron_where", continues="chron_place")
    section = replace(chronology(third), questions=(renamed,))
    assert list(earlier_outcomes(session, earlier, section)) == ["chron_where"]
    each = replace(chronology(third), repeat=Repeat("male in the household"))
    assert earlier_outcomes(session, earlier, each) == {}
    assert earlier_outcomes(session, [], chronology(third)) == {}


def test_a_form_may_say_that_its_auditors_are_told_nothing(session):
    library = shipped_library()
    form = replace(library.forms["monthly_sample"], earlier_findings=False)
    council = make_council(session, library=Library(library.banks, {form.key: form}))
    audit = audits_of(session, council.managers[0])[0]
    complete_audit(session, audit)
    assert told(session, council.managers[1], again(session, audit, council.managers[1])) == []


def test_an_independent_member_is_told_of_their_own_theme_only(session, council, first):
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    themed = again(session, first, member, form="protection_plans")
    assert told(session, member, themed) == []
    complete_audit(session, themed, at=LATER)
    assert told(session, member, again(session, first, member, month="2027-02")) == [themed]
    manager = council.managers[1]
    assert told(session, manager, again(session, first, manager, month="2027-03")) == [
        themed,
        first,
    ]
    appoint(session, member, Role.SENIOR_MANAGER, scope=Scope(theme="monthly_sample"), at=LATER)
    assert first in told(session, member, again(session, first, member, month="2027-04"))


def test_whoever_reads_a_second_time_is_told_nothing(session, council, first):
    lead, auditor = council.lead, council.managers[1]
    later = again(session, first, auditor)
    complete_audit(session, later, at=LATER)
    choose_audit(session, later, "To learn whether we agree.", by=lead, at=LATER)
    moderation = moderation_of(session, later.id)
    name_reader(session, moderation, lead, by=lead, at=LATER)
    # Neither of the audit that is read again nor of the one before it.
    assert told(session, lead, moderation.reading) == []


def test_a_blind_reader_is_not_told_by_another_audit_of_the_same_file(session, council, first):
    lead, reader = council.lead, make_person(session, Role.SENIOR_MANAGER, "Reader")
    choose_audit(session, first, "To learn whether we agree.", by=lead, at=AT)
    moderation = moderation_of(session, first.id)
    name_reader(session, moderation, reader, by=lead, at=AT)
    later = again(session, first, reader)
    assert told(session, reader, later) == []
    complete_audit(session, moderation.reading)
    assert told(session, reader, later) == [first]


def test_the_grade_that_two_readers_agreed_on_is_the_one_told(session, council, first):
    lead, auditor = council.lead, council.managers[1]
    later = again(session, first, auditor)
    (before,) = earlier_audits(session, auditor, later)
    assert before.grades[OVERALL] == first.grade
    assert before.grades["chronology"] == "requires_improvement"
    choose_audit(session, first, "To learn whether we agree.", by=lead, at=AT)
    moderation = moderation_of(session, first.id)
    name_reader(session, moderation, lead, by=lead, at=AT)
    complete_audit(session, moderation.reading)
    choices = {
        pair.part: GradeChoice(pair.second.grade, "Seen by both.")
        for pair in compared_grades(moderation)
    }
    agree(session, moderation, choices, by=lead, at=AT)
    (after,) = earlier_audits(session, auditor, later)
    assert after.grades["chronology"] == choices["chronology"].grade != "requires_improvement"
    assert after.grades[OVERALL] == choices[OVERALL].grade
