"""Agencies on pages: naming who answers, answering blind, and everything side by side."""

from __future__ import annotations

import pytest
from agency_council import AGENCIES, COMPARED, make_agency_council, not_met
from claims.walking import address_of, rules_of, said_in
from factories import AT, make_extract, make_person
from sqlalchemy import select
from web.page_checks import errors_of
from web.query_counts import counted_queries

from audit_app.core.access import Role
from audit_app.core.completion import WithdrawalReason
from audit_app.store.audits import form_of
from audit_app.store.people import appoint
from audit_app.store.tables import AgencyPart, Cycle, HistoryEntry

CANARY = "Kingfisher on the stairs."


@pytest.fixture
def agencies(session):
    made = make_agency_council(session)
    session.commit()
    return made


def see_anew(session):
    """What pages have changed meanwhile."""
    session.rollback()
    session.expire_all()


def test_a_cycle_is_opened_with_a_person_for_each_agency_and_drawn_for_all(session, signed_in):
    publish = make_person(session, Role.QA_LEAD, "Quality Lead")
    police = make_person(session, Role.INDEPENDENT_MEMBER, "Pat Police")
    health = make_person(session, Role.INDEPENDENT_MEMBER, "Hal Health")
    make_extract(session)
    session.commit()
    lead = signed_in(publish)
    page = "/cycles/open?form=multi_agency_case"
    data = {"name": "Two", "month": ["11", "2026"], "due_on": ["30", "11", "2026"]}
    said = lead.send(page, data | {"agency_police": str(police.id)})
    assert "at least 2 agencies" in str(errors_of(said.text))
    said = lead.send(
        page, data | {"agency_police": str(police.id), "agency_health": str(police.id)}
    )
    assert "named for two agencies" in str(errors_of(said.text))
    lead.send(page, data | {"agency_police": str(police.id), "agency_health": str(health.id)})
    see_anew(session)
    cycle = session.scalars(select(Cycle)).one()
    assert [(one.person_id, one.agency) for one in cycle.auditors] == [
        (police.id, "police"),
        (health.id, "health"),
    ]
    draw = f"/cycles/{cycle.key}/draw"
    counted = lead.get(f"{draw}?per_auditor=3").text
    assert "How many case files every agency answers on" in counted
    assert "all of them for each of 2 agencies" in counted
    lead.send(draw, {"per_auditor": "3"})
    see_anew(session)
    assert len(session.scalars(select(AgencyPart)).all()) == 6
    method = lead.get(f"/cycles/{cycle.key}/method").text
    assert "each agency" in method
    assert "gave the same case files" in method
    assert "0 of 6 done" in lead.get(f"/cycles/{cycle.key}").text
    assert "3 of 3 still to come" not in lead.get(f"/cycles/{cycle.key}/agencies").text


def test_an_agency_answers_its_part_on_the_pages_of_an_audit(session, agencies, signed_in):
    part = agencies.part(session, "police")
    police = signed_in(agencies.answering["police"])
    assert "For Police" in police.get("/").text
    said = police.get(f"/audits/{part.id}").text
    assert "You answer for <strong>Police</strong>" in said
    assert "Actions for this case" not in said
    assert "Recording" not in said
    section = next(one for _bank, one in form_of(part).sections)
    page = f"/audits/{part.id}/sections/{section.key}"
    police.fill(page, {next(iter(form_of(part).questions)): "yes"})
    see_anew(session)
    assert len(part.answers) == 1
    see_anew(session)
    agencies.submit(session, "police", "health")
    session.commit()
    assert "1 agency is still to answer" in police.get(f"/audits/{part.id}/submitted").text
    assert "1 agency is still to answer" in police.get(f"/audits/{part.id}").text
    see_anew(session)
    agencies.submit(session, "social_care")
    session.commit()
    said = police.get(f"/audits/{part.id}/submitted").text
    assert f"/audits/{part.id}/agencies" in said


def test_all_stand_side_by_side_with_agreement_and_difference_in_words(
    session, agencies, signed_in
):
    agencies.submit(session, "social_care", "health")
    agencies.submit(session, "police", **{COMPARED: not_met(COMPARED, CANARY)})
    session.commit()
    key, file = agencies.cycle.key, agencies.case_files[0]
    lead = signed_in(agencies.lead)
    said = lead.get(f"/cycles/{key}/agencies/{file}").text
    question = said[said.index(f'id="question-{COMPARED}"') :]
    question = question[: question.index("</section>")]
    assert "They differ" in question
    assert CANARY in question
    assert question.index("social care") < question.index("Police") < question.index("Health")
    assert "They agree" in said
    assert "Not compared" in said
    listed = lead.get(f"/cycles/{key}/agencies").text
    assert "on 0 of 1 case file" in listed
    assert "on 1 of 1 case file" in listed
    assert f"/cycles/{key}/agencies/{file}" in listed
    assert f"/cycles/{key}/agencies/{agencies.case_files[1]}" not in listed
    answers = lead.get(f"/cycles/{key}/results/multi_agency/answers/{COMPARED}").text
    assert f"/cycles/{key}/agencies/{file}" in answers
    assert "1 of 2 done" in lead.get(f"/cycles/{key}/results").text.replace("1 of 2", "1 of 2 done")
    for agency in AGENCIES:
        own = agencies.part(session, agency)
        client = signed_in(agencies.answering[agency])
        assert CANARY in client.get(f"/audits/{own.id}/agencies").text


def test_who_did_not_answer_is_said(session, agencies, signed_in):
    agencies.submit(session, "police", "health")
    session.commit()
    lead, key = signed_in(agencies.lead), agencies.cycle.key
    part = agencies.part(session, "social_care")
    page = f"/cycles/{key}/audits/{part.id}/withdraw"
    assert "The agency could not answer" in lead.get(page).text
    lead.send(page, {"why": WithdrawalReason.NO_AGENCY})
    said = lead.get(f"/cycles/{key}/agencies/{part.case_file_id}").text
    assert "Who did not answer" in said
    assert "social care. No answer: the agency could not answer." in said


def test_parts_that_are_purged_are_counted_beside_those_that_are_kept(session, agencies, signed_in):
    agencies.submit(session, *AGENCIES)
    own, other = (agencies.part(session, agency) for agency in ("police", "health"))
    session.commit()
    page, police = f"/audits/{own.id}/agencies", signed_in(agencies.answering["police"])
    assert "not shown" not in police.get(page).text
    see_anew(session)
    other.purged_at = AT
    session.commit()
    assert "1 more part is not shown: the words were deleted" in police.get(page).text


def test_no_part_of_an_agency_is_offered_for_a_second_reading(session, agencies, signed_in):
    agencies.submit(session, *AGENCIES)
    session.commit()
    page = f"/cycles/{agencies.cycle.key}/second-readings"
    assert "/choose/" not in signed_in(agencies.lead).get(page).text


def every_address(app, session, agencies):
    """Each address that takes GET, with every object of this council that it can name."""
    parts = list(session.scalars(select(AgencyPart)))
    asked = form_of(agencies.part(session, "police"))
    for rule in rules_of(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "security.logout":
            continue
        for part in parts:
            values = {name: part.id for name in rule.arguments if name.endswith("_id")}
            values |= {
                "case_file_id": part.case_file_id,
                "key": agencies.cycle.key,
                "section_key": "multi_main",
                "theme": "multi_agency",
                "question_id": COMPARED,
            }
            given = {name: values[name] for name in rule.arguments if name in values}
            yield address_of(app, rule, given)
    for number in session.scalars(select(HistoryEntry.id)):
        yield f"/history/{number}"
    assert COMPARED in asked.questions


def test_nobody_sees_anothers_part_anywhere_before_all_are_in(app, session, agencies, signed_in):
    police, answering_lead = agencies.answering["police"], agencies.answering["health"]
    appoint(session, answering_lead, Role.QA_LEAD, at=agencies.cycle.opened_at)
    agencies.submit(session, "police", **{COMPARED: not_met(COMPARED, CANARY)})
    agencies.submit(session, "health")
    session.commit()
    addresses = sorted(set(every_address(app, session, agencies)))
    assert len(addresses) > 150
    for person in (agencies.lead, answering_lead, agencies.answering["social_care"]):
        client = signed_in(person)
        for address in addresses:
            said = said_in(client.get(address, follow_redirects=True))
            assert CANARY not in said, (person.name, address)
        for kind in ("json", "csv"):
            exported = client.post(f"/exports/cycles/{agencies.cycle.key}/file", data={"as": kind})
            assert CANARY not in said_in(exported)
        autosave = f"/audits/{agencies.part(session, 'police').id}/sections/multi_main/autosave"
        assert client.post(autosave, data={}).status_code in (400, 403, 404)
    own = agencies.part(session, "police")
    assert CANARY in signed_in(police).get(f"/audits/{own.id}").text


def test_the_history_tells_nobody_what_an_agency_answers_meanwhile(session, agencies, signed_in):
    part = agencies.part(session, "police")
    police = signed_in(agencies.answering["police"])
    section = next(one for _bank, one in form_of(part).sections)
    police.fill(
        f"/audits/{part.id}/sections/{section.key}", {next(iter(form_of(part).questions)): "yes"}
    )
    see_anew(session)
    entry = session.scalars(
        select(HistoryEntry).where(HistoryEntry.subject == "audit", HistoryEntry.action == "saved")
    ).one()
    assert "agency_knows" in entry.detail
    lead, number = signed_in(agencies.lead), entry.id
    assert "agency_knows" not in lead.get(f"/history/{number}").text
    see_anew(session)
    agencies.submit(session, *AGENCIES)
    session.commit()
    assert "agency_knows" in lead.get(f"/history/{number}").text


def test_the_pages_ask_no_query_for_each_subject(app, session, signed_in, database):
    few = make_agency_council(session, subjects=3)
    session.commit()
    lead = signed_in(few.lead)
    asked = []
    for number in range(3):
        few.submit(session, *AGENCIES, subject=number)
        session.commit()
        with counted_queries(database) as sent:
            lead.get(f"/cycles/{few.cycle.key}/agencies")
        see_anew(session)
        asked.append(len(sent))
    assert len(set(asked)) == 1
