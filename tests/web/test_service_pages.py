"""Findings of the service: only closed cycles, no small count, no percentage (claim D3)."""

from __future__ import annotations

import re

from factories import complete_audit
from web.page_checks import parse, text_of

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import FindingKind
from audit_app.store.audits import audits_of
from audit_app.store.cycles import close_cycle
from audit_app.store.findings import FindingText, confirm_finding, draft_finding


def words_of(answer):
    assert answer.status_code == 200
    return text_of(next(parse(answer.text).iter("main")))


def confirm(session, council, statement, k, n):
    text = FindingText("supervision", "sup_challenge", FindingKind.STRENGTH, statement, k, n)
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=clock.now())
    confirm_finding(finding, by=council.lead, at=clock.now())


def test_a_manager_reads_what_is_large_enough_of_a_closed_cycle(council, session, signed_in):
    for manager in council.managers:
        for audit in audits_of(session, manager):
            complete_audit(session, audit)
    confirm(session, council, "Large enough to be said", 6, 6)
    confirm(session, council, "Too small to be said", 5, 6)
    session.commit()
    client, page = signed_in(council.managers[0]), f"/service/{council.cycle.key}"
    assert client.get(page).status_code == 404
    assert "No cycle is closed yet" in words_of(client.get("/service"))
    close_cycle(council.cycle, at=clock.now())
    session.commit()
    assert f'href="{page}"' in client.get("/service").text
    answer = client.get(page)
    words = words_of(answer)
    assert "Large enough to be said" in words
    assert "Too small to be said" not in words
    assert "%" not in words
    cells = re.findall(r'cell--numeric">([^<]+)<', answer.text)
    assert "c" in cells
    assert not {"1", "2", "3", "4", "5"} & set(cells)


def test_nobody_else_reads_it(council, as_role):
    for role in set(Role) - {Role.SENIOR_MANAGER}:
        assert as_role(role).get("/service").status_code == 403
