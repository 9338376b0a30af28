"""The pages of a case file, giving an audit to another, and what a practitioner reads."""

from __future__ import annotations

import pytest
from claims.small_world import COUNCIL_ID, EVIDENCE, World, make_world
from factories import AT, make_person
from sqlalchemy import select
from web.page_checks import parse, text_of
from web.query_counts import counted_queries

from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState
from audit_app.store.audits import audits_of
from audit_app.store.case_files import Sight, seers_of
from audit_app.store.cycles import close_cycle
from audit_app.store.people import Scope, appoint, move_to_team
from audit_app.store.reassigning import ReassignFault, reassign_audit
from audit_app.store.tables import Audit, FormerReference, HistoryEntry, Person

LEAD, MANAGER, PRACTITIONER = Role.QA_LEAD, Role.SENIOR_MANAGER, Role.PRACTITIONER


@pytest.fixture
def world(session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world, signed_in):
    return signed_in(world.people[LEAD])


def words_of(answer):
    assert answer.status_code == 200
    return text_of(next(parse(answer.text).iter("main")))


def last_entry(session):
    session.rollback()
    return session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()


def test_a_case_file_is_found_by_its_reference_and_by_a_former_one(lead, world, session):
    case_file = world.submitted.case_file
    former = FormerReference(reference="AAAA-BBBB", case_file_id=case_file.id, until=AT)
    session.add(former)
    session.commit()
    for asked in (case_file.reference, f" {case_file.reference.lower()} ", "aaaa-bbbb"):
        answer = lead.get("/case-files", query_string={"reference": asked})
        assert answer.location == f"/case-files/{case_file.id}"
    for asked in ("0000-0000", case_file.council_id):
        page = lead.get("/case-files", query_string={"reference": asked}).text
        assert "No audit has been drawn of a case file with this reference" in page
    assert "Enter the reference" in lead.get("/case-files?reference=").text


def test_who_sees_it_is_what_the_pages_answer(world, session, signed_in):
    """For every person and audit the page's answer is what the route answers over HTTP."""
    everybody = session.scalars(select(Person).order_by(Person.id)).all()
    manager = make_person(session, PRACTITIONER, "Team Manager")
    appoint(session, manager, PRACTITIONER, at=AT, scope=Scope(team_id=world.submitted.team_id))
    session.commit()
    opens = {
        Sight.ALLOCATED: lambda audit: f"/audits/{audit.id}",
        Sight.READS_SUBMITTED: lambda audit: f"/audits/{audit.id}/answers",
        Sight.OWN_CASE: lambda audit: f"/case-files/audits/{audit.id}",
    }
    found = set()
    for audit in session.scalars(select(Audit).order_by(Audit.id)).all():
        seers = seers_of(session, [audit])
        sees = {(one.person.id, one.sight) for one in seers if not one.bars}
        found |= {(sight, audit.state) for _, sight in sees}
        for person in [*everybody, manager]:
            for sight, address in opens.items():
                told = (person.id, sight) in sees
                if sight is Sight.OWN_CASE:
                    told = told or (person.id, Sight.OWN_TEAM) in sees
                answer = signed_in(person).get(address(audit))
                assert (answer.status_code == 200) == told, (person.name, address(audit))
    assert {sight for sight, _ in found} == set(Sight)


def test_the_page_says_who_is_barred_and_why(lead, world, session):
    page = words_of(lead.get(f"/case-files/{world.barred.case_file_id}"))
    assert "Whose it is, and who may not open it" in page
    assert "is in the team of this case file, or has been since it was drawn" in page
    page = words_of(lead.get(f"/case-files/{world.own.case_file_id}"))
    assert "Whose it is" not in page
    move_to_team(session, world.people[MANAGER], world.own.team.name, at=AT)
    session.commit()
    assert "Whose it is" in words_of(lead.get(f"/case-files/{world.own.case_file_id}"))


def test_the_number_is_shown_once_and_stands_in_the_history(lead, world, session):
    case_file = world.own.case_file
    page = f"/case-files/{case_file.id}"
    assert "Nobody has been shown it yet." in words_of(lead.get(page))
    assert COUNCIL_ID not in lead.get(page).text
    assert case_file.council_id in words_of(lead.send(f"{page}/case-number"))
    entry = last_entry(session)
    assert (entry.action, entry.subject) == ("case number shown", "case file")
    assert entry.subject_id == case_file.id
    assert COUNCIL_ID not in entry.detail
    assert f"{world.people[LEAD].name} was shown it on" in words_of(lead.get(page))
    assert lead.get(f"{page}/case-number").status_code == 405


def test_the_page_asks_no_more_for_more_people(lead, world, session, database):
    def queries():
        with counted_queries(database) as sent:
            assert lead.get(f"/case-files/{world.submitted.case_file_id}").status_code == 200
        return len(sent)

    few = queries()
    for number in range(12):
        one = make_person(session, list(Role)[number % 7], f"One More {number}", team="North")
        one.worker_name = f"Name {number}"
    session.commit()
    assert queries() == few


def test_a_practitioner_reads_the_audits_of_their_own_case_files(world, session, signed_in):
    person = world.people[PRACTITIONER]
    client = signed_in(person)
    home = client.get("/")
    assert "Audits of your case files" in home.text
    assert world.submitted.case_file.reference in home.text
    assert world.themed_submitted.case_file.reference not in home.text
    page = client.get(f"/case-files/audits/{world.submitted.id}")
    assert EVIDENCE in page.text
    assert world.people[MANAGER].name not in page.text
    number = client.send(f"/case-files/{world.submitted.case_file_id}/case-number")
    assert world.submitted.case_file.council_id in number.text
    session.rollback()
    person.worker_name = "Somebody Else"
    session.commit()
    assert client.get(f"/case-files/audits/{world.submitted.id}").status_code == 404
    assert "No audit of a case file of yours has been submitted yet." in words_of(client.get("/"))


def test_an_action_owner_is_told_what_to_expect(as_role):
    page = words_of(as_role(Role.ACTION_OWNER).get("/"))
    assert (
        "When a QA lead or an auditor gives you an action, it stands here and you get a mail."
        in page
    )


def test_an_independent_member_is_led_to_the_results_of_their_theme(world, signed_in):
    client = signed_in(world.people[Role.INDEPENDENT_MEMBER])
    home = client.get("/").text
    assert f"/cycles/{world.themed.key}/results" in home
    assert world.other_themed.key not in home
    assert world.cycle.key not in home
    page = client.get(f"/cycles/{world.themed.key}/results")
    assert page.status_code == 200
    assert "/findings" not in page.text
    assert f'"/cycles/{world.themed.key}"' not in page.text


def give(client, audit, to, reason="away"):
    data = {"to": str(to.id), "reason": reason}
    return client.send(f"/cycles/{audit.cycle.key}/audits/{audit.id}/reassign", data)


def test_an_audit_is_given_to_another_auditor(lead, world, session):
    audit, before, to = world.own, world.people[MANAGER], world.second
    page = lead.get(f"/cycles/{world.cycle.key}").text
    link = f"/cycles/{world.cycle.key}/audits/{audit.id}/reassign"
    assert link in page
    assert f"/audits/{world.anothers.id}/reassign" not in page
    audit.team_id = None
    session.commit()
    assert give(lead, audit, to).status_code == 302
    entry = last_entry(session)
    session.refresh(audit)
    assert audit.auditor_id == to.id
    assert audit in audits_of(session, to)
    assert audit not in audits_of(session, before)
    assert (entry.action, entry.subject, entry.subject_id) == ("reassigned", "audit", audit.id)
    assert entry.detail == f'{{"auditor":[{before.id},{to.id}],"reason":[null,"away"]}}'
    method = words_of(lead.get(f"/cycles/{world.cycle.key}/method"))
    assert "gave the same case files to the same people" in method


def test_who_is_barred_is_named_and_cannot_be_chosen(lead, world, session):
    audit, to = world.own, world.second
    move_to_team(session, to, audit.team.name, at=AT)
    session.commit()
    page = words_of(lead.get(f"/cycles/{world.cycle.key}/audits/{audit.id}/reassign"))
    assert "No other auditor of this cycle may do it." in page
    assert f"{to.name} is in the team of this case file" in page
    assert give(lead, audit, to).status_code == 302
    assert "may do it. Nothing was changed." in lead.get(f"/cycles/{world.cycle.key}").text
    session.refresh(audit)
    assert audit.auditor_id == world.people[MANAGER].id
    with pytest.raises(ReassignFault, match="Choose another auditor"):
        reassign_audit(session, audit, to)


def test_what_is_begun_or_closed_stays_with_its_auditor(lead, world, session):
    for audit in (world.anothers, world.submitted):
        keeper = audit.auditor_id
        assert give(lead, audit, world.people[MANAGER]).status_code == 302
        page = lead.get(f"/cycles/{world.cycle.key}").text
        assert "so it stays with its auditor. Nothing was changed." in page
        session.refresh(audit)
        assert audit.auditor_id == keeper
        with pytest.raises(ReassignFault, match="begun"):
            reassign_audit(session, audit, world.people[MANAGER])
        session.rollback()
    close_cycle(world.cycle, at=AT)
    world.own.team_id = None
    session.commit()
    assert give(lead, world.own, world.second).status_code == 302
    assert "This cycle is closed" in lead.get(f"/cycles/{world.cycle.key}").text
    with pytest.raises(ReassignFault, match="closed"):
        reassign_audit(session, world.own, world.second)
    session.refresh(world.own)
    assert world.own.auditor_id == world.people[MANAGER].id
    assert world.own.state is AuditState.ALLOCATED


def test_both_questions_are_asked(lead, world, session):
    world.own.team_id = None
    session.commit()
    link = f"/cycles/{world.cycle.key}/audits/{world.own.id}/reassign"
    page = lead.send(link).text
    assert "Choose who does this audit instead" in page
    assert "Choose why the audit is given to somebody else" in page
