"""Exemptions and withdrawals on pages: asking, another's answer, and what the figures say."""

from __future__ import annotations

import pytest
from factories import complete_audit, drafts_for, make_person
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of

from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState, ExemptionState
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.reports.render import render_html
from audit_app.store.audits import form_of, record_answers
from audit_app.store.tables import Audit, Exemption, HistoryEntry

ASKED = {
    "reason": "away",
    "from_day": ["20", "11", "2026"],
    "to_day": ["12", "12", "2026"],
}


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def words_of(answer):
    return " ".join(text_of(parse(answer.text)).split())


def errors(answer):
    return list(errors_of(answer.text).values())


def audits_of(session, person):
    return session.scalars(
        select(Audit).where(Audit.auditor_id == person.id).order_by(Audit.id)
    ).all()


def last_exemption(session):
    session.rollback()
    session.expire_all()
    return session.scalars(select(Exemption).order_by(Exemption.id.desc())).first()


def test_an_auditor_asks_a_lead_answers_and_every_figure_says_so(lead, council, session, signed_in):
    away, key = council.managers[0], council.cycle.key
    complete_audit(session, audits_of(session, away)[0])
    session.commit()
    manager = signed_in(away)
    page = f"/exemptions/own/{key}"
    assert page in manager.get("/").text
    assert errors(manager.send(page)) == [
        "Choose why",
        "Enter the first day",
        "Enter the last day",
    ]
    backwards = {**ASKED, "to_day": ["1", "11", "2026"]}
    assert errors(manager.send(page, backwards)) == [
        "The last day must not be before the first day"
    ]
    assert manager.send(page, ASKED).status_code == 302
    assert "you asked to be exempt" in words_of(manager.get("/"))
    assert "1 exemption to decide" in words_of(lead.get("/"))
    assert away.name in lead.get("/exemptions").text
    exemption = last_exemption(session)
    assert lead.send(f"/exemptions/{exemption.id}/decide", {"approve": "yes"}).status_code == 302
    assert last_exemption(session).state is ExemptionState.GRANTED
    assert "you are exempt" in words_of(manager.get("/"))
    cycle = words_of(lead.get(f"/cycles/{key}"))
    assert "1 of 5 done, 1 auditor exempt" in cycle
    assert "1 audit of exempt auditors waits to be given to others, or withdrawn" in cycle
    assert (
        f"/audits/{audits_of(session, away)[1].id}/reassign"
        in lead.get(f"/cycles/{key}/exemptions").text
    )
    assert "1 of 5, 1 auditor exempt" in words_of(lead.get("/"))
    assert "1 of 5 audits are submitted; 1 auditor exempt" in words_of(
        lead.get(f"/cycles/{key}/results")
    )
    assert "1 auditor exempt" in words_of(lead.get(f"/cycles/{key}/method"))
    pack = gather_pack(
        session, council.cycle, load_design("qa_sub_group"), edition=1, council="Anywhere"
    )
    assert (pack.sample.due, pack.sample.months[-1].due) == (5, 5)
    assert "1 of the 5 case files due were audited" in pack.summary.completion
    assert "1 auditor exempt" in pack.summary.completion
    printed = render_html(load_design("qa_sub_group"), pack)
    assert "On leave or away" in printed
    assert away.name not in printed
    noted = session.scalars(
        select(HistoryEntry.action).where(HistoryEntry.subject == "exemption")
    ).all()
    assert noted == ["asked for", "approved"]


def test_what_a_lead_asks_for_another_decides(lead, council, session, signed_in):
    away, other = council.managers[:2]
    page = f"/cycles/{council.cycle.key}/exemptions"
    assert "Nobody has asked to be exempt" in words_of(lead.get(page))
    lead.send(page, {**ASKED, "who": str(away.id)})
    exemption = last_exemption(session)
    assert "Another person has to decide it" in words_of(lead.get(page))
    for client in (lead, signed_in(away)):
        client.send(f"/exemptions/{exemption.id}/decide", {"approve": "yes"})
        assert last_exemption(session).state is ExemptionState.REQUESTED
    senior = signed_in(other)
    assert "1 exemption to decide" in words_of(senior.get("/"))
    senior.send(f"/exemptions/{exemption.id}/decide", {})
    assert last_exemption(session).state is ExemptionState.DECLINED
    second = make_person(session, Role.QA_LEAD, "Second Lead")
    session.commit()
    again = signed_in(second)
    lead.send(page, {**ASKED, "who": str(away.id)})
    exemption = last_exemption(session)
    again.send(f"/exemptions/{exemption.id}/decide", {"approve": "yes"})
    assert f"{away.name} Exempt" in words_of(lead.get(f"/cycles/{council.cycle.key}"))
    lead.send(f"/exemptions/{exemption.id}/end")
    assert last_exemption(session).state is ExemptionState.ENDED
    assert "0 of 6 done" in words_of(lead.get(f"/cycles/{council.cycle.key}"))


def test_a_withdrawn_audit_is_told_of_and_its_auditor_still_reads_it(
    lead, council, session, signed_in
):
    manager, key = council.managers[0], council.cycle.key
    audit = audits_of(session, manager)[0]
    record_answers(session, audit, drafts_for(form_of(audit)), at=audit.allocated_at)
    session.commit()
    page = f"/cycles/{key}/audits/{audit.id}/withdraw"
    assert errors(lead.send(page)) == ["Choose why this audit cannot be done"]
    assert lead.send(page, {"why": "sealed"}).status_code == 302
    session.rollback()
    session.expire_all()
    assert session.get(Audit, audit.id).state is AuditState.WITHDRAWN
    cycle = words_of(lead.get(f"/cycles/{key}"))
    assert "0 of 5 done, 1 withdrawn: the record is sealed" in cycle
    assert "1 withdrawn: the record is sealed" in words_of(lead.get(f"/cycles/{key}/method"))
    assert "has been withdrawn already" in words_of(lead.get(page))
    own = signed_in(manager)
    assert f"/audits/{audit.id}" in own.get("/").text
    read = words_of(own.get(f"/audits/{audit.id}"))
    assert "because the record is sealed" in read
    section = next(section.key for _bank, section in form_of(audit).sections)
    assert own.get(f"/audits/{audit.id}/sections/{section}").status_code == 302
    assert own.send(f"/audits/{audit.id}/check").status_code == 302
    assert lead.get(f"/audits/{audit.id}/answers").status_code == 404
    pack = gather_pack(
        session, council.cycle, load_design("qa_sub_group"), edition=1, council="Anywhere"
    )
    assert [(one.reason, one.count) for one in pack.sample.withdrawn] == [
        ("The record is sealed", 1)
    ]
    assert "Withdrawn after the draw" in render_html(load_design("qa_sub_group"), pack)
