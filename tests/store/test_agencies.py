"""Agencies answer their parts blind; once all are in they are collated, and count once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from agency_council import AGENCIES, COMPARED, AgencyCouncil, make_agency_council, not_met
from factories import AT, complete_audit, make_person
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.completion import WithdrawalReason
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import CycleState
from audit_app.core.sampling import Filters, SamplingFault
from audit_app.store.audits import audits_of, find_audit, find_submitted_audit, form_of
from audit_app.store.collating import (
    find_collated,
    find_collated_of,
    parts_blind_to,
    subjects_of,
    waited_for_beside,
)
from audit_app.store.cycles import (
    CycleFault,
    auditors_for,
    close_cycle,
    completion_of,
    create_cycle,
    cycle_summaries,
)
from audit_app.store.evidence import evidence_of
from audit_app.store.exemptions import ask_exemption, decide_exemption
from audit_app.store.exports_by_person import export_for
from audit_app.store.findings import quotable_answers
from audit_app.store.independence import bars_for
from audit_app.store.people import move_to_team
from audit_app.store.reassigning import candidates_for, reassign_audit
from audit_app.store.results import cycle_results
from audit_app.store.samples import draw_cycle_sample, drawn_cases, preview_sample
from audit_app.store.scores import find_drift
from audit_app.store.tables import Audit, Moderation, Person
from audit_app.store.withdrawing import withdraw_audit


@pytest.fixture
def council(session: Session) -> AgencyCouncil:
    return make_agency_council(session)


def test_a_draw_gives_every_subject_to_every_agency(
    session: Session, council: AgencyCouncil
) -> None:
    assert [len(one.parts) for one in subjects_of(session, council.cycle)] == [3, 3]
    for one in subjects_of(session, council.cycle):
        assert [part.agency for part in one.parts] == list(AGENCIES)
        assert {part.agency: part.auditor for part in one.parts} == council.answering
    sample = council.cycle.sample
    assert sample is not None
    assert [(one.auditor_id, one.position) for one in drawn_cases(session, sample)] != []
    assert {one.auditor_id for one in drawn_cases(session, sample)} == {None}
    assert session.scalar(select(func.count()).select_from(Audit)) == 0


def test_each_is_asked_its_own_part(session: Session, council: AgencyCouncil) -> None:
    asked = {key: list(form_of(council.part(session, key)).questions) for key in AGENCIES}
    assert all(COMPARED in ids for ids in asked.values())
    assert "agency_knows.police" in asked["police"]
    assert "agency_knows.health" not in asked["police"]
    recording = {
        q.id for q in form_of(council.part(session, "social_care")).bank("recording").questions
    }
    assert recording
    assert not recording & set(asked["health"])


def test_nobody_reads_a_part_but_who_writes_it(session: Session, council: AgencyCouncil) -> None:
    council.submit(session, "police", "health")
    part, police = council.part(session, "police"), council.answering["police"]
    others = [council.lead, council.answering["health"], council.answering["social_care"]]
    assert find_audit(session, police, part.id) is part
    for person in others:
        assert find_audit(session, person, part.id) is None
        assert find_submitted_audit(session, person, part.id) is None
        assert part in parts_blind_to(session, person)
        assert find_collated_of(session, person, part) is None
    assert find_collated(session, council.lead, council.cycle, part.case_file_id) is None
    assert find_collated_of(session, police, part) is None
    assert waited_for_beside(session, part) == 1
    results = cycle_results(session, council.cycle)
    assert results.files == ()
    for bank in ("multi_agency", "agency_contribution"):
        assert evidence_of(session, council.cycle, bank, reader=council.lead) == []
        assert quotable_answers(session, council.cycle, bank) == []
    assert export_for(session, council.lead, council.cycle).audit_count == 0


def test_once_all_are_in_it_is_collated_for_those_who_answered_and_the_lead(
    session: Session, council: AgencyCouncil
) -> None:
    council.submit(session, *AGENCIES)
    stranger = make_person(session, Role.INDEPENDENT_MEMBER, "Someone Else")
    part = council.part(session, "police")
    for person in council.answering.values():
        own = next(p for p in (council.part(session, k) for k in AGENCIES) if p.auditor is person)
        found = find_collated_of(session, person, own)
        assert found is not None
        assert [one.agency for one in found.parts] == list(AGENCIES)
    assert find_collated(session, council.lead, council.cycle, part.case_file_id) is not None
    assert find_collated(session, stranger, council.cycle, part.case_file_id) is None
    assert find_collated_of(session, stranger, part) is None
    assert {one.case_file_id for one in parts_blind_to(session, council.lead)} == {
        council.case_files[1]
    }
    assert find_submitted_audit(session, council.lead, part.id) is None


def test_a_subject_counts_once_with_the_worst_that_an_agency_said(
    session: Session, council: AgencyCouncil
) -> None:
    council.submit(session, "social_care", "health")
    council.submit(session, "police", **{COMPARED: not_met(COMPARED)})
    council.submit(session, "social_care", "police", subject=1)
    results = cycle_results(session, council.cycle)
    theme = next(one for one in results.themes if one.theme == "multi_agency")
    assert (theme.count.k, theme.count.n) in {(0, 1), (1, 1)}
    assert (theme.questions[COMPARED].k, theme.questions[COMPARED].n) == (0, 1)
    assert (results.completion.submitted, results.completion.due) == (1, 2)
    council.submit(session, "health", subject=1)
    results = cycle_results(session, council.cycle)
    theme = next(one for one in results.themes if one.theme == "multi_agency")
    assert (theme.questions[COMPARED].k, theme.questions[COMPARED].n) == (1, 2)
    own = next(one for one in results.themes if one.theme == "agency_contribution")
    assert own.questions["agency_flagged"].n == 2
    assert len(results.files) == 2
    assert results.auditors == {person.id for person in council.answering.values()}
    told = evidence_of(session, council.cycle, "multi_agency", COMPARED, reader=council.lead)
    assert (told[0].agency, str(told[0].outcome)) == ("Police", "not_met")
    assert len(told) == 6
    assert list(find_drift(session)) == []


def test_completion_counts_parts_since_they_are_peoples_work(
    session: Session, council: AgencyCouncil
) -> None:
    council.submit(session, "police")
    (summary,) = cycle_summaries(session, council.lead)
    assert (summary.drawn, summary.due, summary.submitted) == (6, 6, 1)
    done = {
        one.person.name: (one.submitted, one.due) for one in completion_of(session, council.cycle)
    }
    assert done == {"Hal Health": (0, 2), "Pat Police": (1, 2), "Sam Care": (0, 2)}
    assert session.scalar(select(func.count()).select_from(Moderation)) == 0


def test_the_rest_is_collated_when_an_agency_cannot_be_had(
    session: Session, council: AgencyCouncil
) -> None:
    council.submit(session, "police", "health")
    lead, part = council.lead, council.part(session, "social_care")
    withdraw_audit(session, part, WithdrawalReason.NO_AGENCY, by=lead, at=AT)
    found = find_collated(session, lead, council.cycle, part.case_file_id)
    assert found is not None
    assert [one.agency for one in found.submitted] == ["police", "health"]
    council.submit(session, "police", subject=1)
    other = council.part(session, "police", 1)
    assert find_collated_of(session, council.answering["police"], other) is None
    second = make_person(session, Role.QA_LEAD, "Second Lead")
    for agency in ("social_care", "health"):
        exemption = ask_exemption(
            session,
            council.cycle,
            council.answering[agency],
            ExemptionReason.OTHER_DUTIES,
            (AT.date(), AT.date()),
            by=lead,
            at=AT,
        )
        decide_exemption(session, exemption, granted=True, by=second, at=AT)
    assert find_collated_of(session, council.answering["police"], other) is not None
    assert cycle_results(session, council.cycle).completion.submitted == 2


def test_a_closed_cycle_waits_for_nobody_and_counts_no_subject_that_nobody_answered(
    session: Session, council: AgencyCouncil
) -> None:
    council.submit(session, "police")
    close_cycle(council.cycle, at=AT + timedelta(days=20))
    session.flush()
    part = council.part(session, "police")
    found = find_collated(session, council.lead, council.cycle, part.case_file_id)
    assert found is not None
    assert [one.agency for one in found.submitted] == ["police"]
    results = cycle_results(session, council.cycle)
    assert len(results.files) == 1
    assert find_collated(session, council.lead, council.cycle, council.case_files[1]) is None


def test_independence_bites_for_parts(session: Session, council: AgencyCouncil) -> None:
    care = council.answering["social_care"]
    assert len(audits_of(session, care)) == 2
    part = council.part(session, "social_care")
    assert part.team is not None
    move_to_team(session, care, part.team.name, at=AT + timedelta(days=1))
    session.flush()
    assert find_audit(session, care, part.id) is None
    bars = bars_for(session, list(council.answering.values()), [part])
    assert {person for (person, _part), why in bars.items() if why} == {care.id}


def test_nothing_is_drawn_that_bars_one_of_those_who_answer(session: Session) -> None:
    council = make_agency_council(session, subjects=20)
    teams = {
        one.parts[0].team.name for one in subjects_of(session, council.cycle) if one.parts[0].team
    }
    assert council.answering["social_care"].team is not None
    assert council.answering["social_care"].team.name not in teams
    again = create_cycle(
        session,
        council.cycle.form_version,
        name="Again",
        month="2026-11",
        agencies=council.answering,
        at=AT,
    )
    with pytest.raises(SamplingFault, match="barred from nobody"):
        draw_cycle_sample(session, again, Filters(), per_auditor=11, seed="s", by=None, at=AT)
    assert again.state is CycleState.OPEN
    # What an agency answered lately is drawn no sooner again than an audited case file.
    frame = preview_sample(session, again, Filters(), at=AT).frame
    assert len(frame.cases) == 20


def test_each_agency_is_answered_for_by_another_person(
    session: Session, council: AgencyCouncil
) -> None:
    version, care = council.cycle.form_version, council.answering["social_care"]

    def open_with(**agencies: Person) -> None:
        create_cycle(session, version, name="Next", month="2026-12", agencies=agencies, at=AT)

    with pytest.raises(CycleFault, match="two agencies"):
        open_with(social_care=care, police=care)
    with pytest.raises(CycleFault, match="at least 2 agencies"):
        open_with(police=care)
    with pytest.raises(CycleFault, match="no agency “fire_brigade”"):
        open_with(police=care, fire_brigade=council.answering["health"])
    with pytest.raises(CycleFault, match="may not do audits"):
        open_with(police=council.lead, health=care)
    assert {one.id for one in auditors_for(session, version)} == {
        person.id for person in council.answering.values()
    }


def test_somebody_new_answers_for_an_agency_and_nobody_for_two(
    session: Session, council: AgencyCouncil
) -> None:
    new = make_person(session, Role.INDEPENDENT_MEMBER, "New Constable")
    part = council.part(session, "police")
    assert [one.person.name for one in candidates_for(session, part)] == ["New Constable"]
    reassign_audit(session, part, new)
    assert find_audit(session, new, part.id) is part
    complete_audit(session, part)
    assert {one.agency for one in council.cycle.auditors} == set(AGENCIES)
