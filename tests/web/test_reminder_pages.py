"""Pages of completion: a cycle's reminders, the page to which they lead, the months as a run."""

from __future__ import annotations

import pytest
from factories import AT, complete_audit
from web.page_checks import errors_of, parse, text_of

from audit_app.core.access import Role
from audit_app.core.reminders import ReminderDays
from audit_app.core.sampling import Filters
from audit_app.store.audits import audits_of
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form
from audit_app.store.reminders import rule_of
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Cycle

SENT = {"before": "5", "after": "1", "escalate": "10", "escalate_to": ""}


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def test_a_cycle_has_days_of_its_own_and_a_name(lead, council, session):
    page = f"/cycles/{council.cycle.key}/reminders"
    assert "Nobody was reminded yet" in lead.get(page).text
    name = str(council.managers[0].id)
    assert lead.send(page, SENT | {"escalate_to": name}).location == page
    session.rollback()
    days, named = rule_of(session, session.get_one(Cycle, council.cycle.id))
    assert (days, named.id) == (ReminderDays(5, 1, 10), council.managers[0].id)
    assert 'value="10"' in lead.get(page).text


@pytest.mark.parametrize(
    "changes", [{"before": "21"}, {"after": "0"}, {"escalate": "soon"}, {"escalate": ""}]
)
def test_days_are_within_reason(lead, council, changes):
    answer = lead.send(f"/cycles/{council.cycle.key}/reminders", SENT | changes)
    [name] = changes
    assert f"#{name}" in errors_of(answer.text)


def test_my_audits_are_mine_with_what_i_did_this_year(council, session, signed_in, as_role):
    manager = council.managers[0]
    first, second = audits_of(session, manager)
    complete_audit(session, first)
    session.commit()
    page = text_of(parse(signed_in(manager).get("/my-audits").text))
    assert second.case_file.title in page
    assert "1 of 2 submitted since April 2026" in page
    assert "My audits of this month" in signed_in(manager).get("/").text
    other = audits_of(session, council.managers[1])[0]
    assert other.case_file.title not in page
    assert as_role(Role.QA_LEAD).get("/my-audits").status_code == 403


def test_completion_is_a_run_with_its_target_and_the_same_numbers_in_a_table(
    lead, council, session
):
    assert "Completion month by month" not in lead.get("/cycles").text  # one month is no run
    for audit in audits_of(session, council.managers[0]):
        complete_audit(session, audit)
    version = latest_form(session, "monthly_sample")
    cycle = create_cycle(
        session, version, name="Next", month="2026-12", auditors=council.managers, at=AT
    )
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="s", by=None, at=AT)
    session.commit()
    page = parse(lead.get("/cycles").text)
    said = text_of(page)
    rows = [[text_of(cell) for cell in row] for row in page.iter("tr")]
    assert "In December 2026 0 of 6 audits are submitted; all were in 0 of 2 months" in said
    assert rows[1:3] == [["November 2026", "2 of 6"], ["December 2026", "0 of 6"]]
    assert "target: all" in said
