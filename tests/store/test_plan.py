"""The audit plan in the database: who sees what, states from cycles, reasons for moved dates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from factories import AT, complete_audit, make_council, make_person
from sqlalchemy import select, update
from web.query_counts import counted_queries

from audit_app.audit_plan.read import read_plan
from audit_app.core.access import Role
from audit_app.core.plan import (
    MoveReason,
    PlanDraft,
    PlanFault,
    PlanKind,
    PlanLate,
    PlanState,
    Repeated,
)
from audit_app.store.audits import audits_of
from audit_app.store.cycles import close_cycle, create_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.instruments import latest_form
from audit_app.store.people import Scope, appoint, end_appointment
from audit_app.store.plan import (
    add_entry,
    change_entry,
    entry_of_cycle,
    find_entry,
    late_and_next,
    line_of,
    plan_of_year,
    remove_entry,
    repeated_words,
    take_up,
    what_it_lacks,
)
from audit_app.store.plan_files import PlanFileFault, load_plan, plan_data
from audit_app.store.tables import HistoryEntry, PlanEntry

TODAY = date(2026, 11, 20)
MONTHLY = PlanDraft(
    PlanKind.MONTHLY_SAMPLE, "Sample", "2026-11", Role.SENIOR_MANAGER, form="monthly_sample"
)
THEMED = PlanDraft(
    PlanKind.THEMED,
    "Children on plans",
    "2026-12",
    Role.INDEPENDENT_MEMBER,
    form="protection_plans",
    body="Committee",
    report_on=date(2027, 1, 12),
)


@pytest.fixture
def council(session):
    return make_council(session)


def plan(session, draft, **more):
    return add_entry(session, draft, by=None, at=AT, **more)


def last_history(session):
    entry = session.scalars(
        select(HistoryEntry).where(HistoryEntry.subject == "plan entry").order_by(HistoryEntry.id)
    ).all()[-1]
    return entry.action, json.loads(entry.detail or "{}")


def test_an_entry_goes_from_planned_to_closed(session, council):
    entry = plan(session, replace(MONTHLY, month="2026-12"))
    version = latest_form(session, "monthly_sample")
    states = [line_of(session, entry, today=TODAY).state]
    other = plan(session, MONTHLY)
    take_up(session, council.cycle, other)
    states.append(line_of(session, other, today=TODAY).state)
    for manager in council.managers:
        for audit in audits_of(session, manager):
            complete_audit(session, audit)
    states.append(line_of(session, other, today=TODAY).state)
    edition = store_edition(
        session,
        council.cycle,
        design="qa_sub_group",
        number=1,
        title="Pack",
        data_cut_off=TODAY,
        data_hash="0" * 64,
        content=b"%PDF",
        page_count=1,
        by_id=council.lead.id,
        at=AT,
    )
    publish_edition(edition, by=council.managers[0], at=AT)
    states.append(line_of(session, other, today=TODAY).state)
    close_cycle(council.cycle, at=AT)
    states.append(line_of(session, other, today=TODAY).state)
    assert states == list(PlanState)
    cycle = create_cycle(session, version, name="Next", month="2026-12", at=AT)
    assert entry.cycle_id == cycle.id  # by its form and month
    with pytest.raises(PlanFault, match="a cycle already"):
        take_up(session, council.cycle, entry)


def test_of_two_cycles_that_take_an_entry_at_the_same_moment_the_first_keeps_it(session, council):
    entry = plan(session, THEMED)
    make_person(session, Role.INDEPENDENT_MEMBER)
    version = latest_form(session, THEMED.form)
    first, second = (
        create_cycle(session, version, name=name, month="2027-06", at=AT)
        for name in ("First", "Second")
    )
    session.execute(
        update(PlanEntry).where(PlanEntry.id == entry.id).values(cycle_id=first.id),
        execution_options={"synchronize_session": False},
    )
    assert entry.cycle_id is None  # as the second request read it
    assert take_up(session, second, entry) is None
    assert entry_of_cycle(session, council.lead, first) is entry
    assert entry_of_cycle(session, council.lead, second) is None


def test_a_date_moves_only_with_a_reason_which_the_history_keeps(session, council):
    entry = plan(session, THEMED)
    moved = replace(THEMED, report_on=date(2027, 1, 19))
    with pytest.raises(PlanFault, match="Say why the date moves"):
        change_entry(session, entry, moved, reason=None, by=council.lead, at=AT)
    assert entry.report_on == THEMED.report_on
    reason = MoveReason.MEETING_MOVED
    change_entry(session, entry, moved, reason=reason, by=council.lead, at=AT)
    assert last_history(session) == (
        "changed",
        {"report_on": ["2027-01-12", "2027-01-19"], "reason": "meeting_moved"},
    )
    titled = replace(moved, title="Plans", cohort="All of them")
    change_entry(session, entry, titled, reason=None, by=council.lead, at=AT)
    assert last_history(session) == ("changed", {})  # words are not kept
    assert entry.cohort == "All of them"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"form": "no_form"}, "No form"),
        ({"role": Role.SENIOR_MANAGER}, "others audit than you chose"),
        ({"auditor_id": 987_654}, "does not audit in this role"),
        ({"kind": PlanKind.RE_AUDIT, "repeats": (Repeated.ENTRY, 987_654)}, "earlier month"),
        ({"kind": PlanKind.RE_AUDIT, "repeats": (Repeated.FINDING, 987_654)}, "earlier month"),
    ],
)
def test_what_does_not_fit_is_not_planned(session, council, changes, said):
    with pytest.raises(PlanFault, match=said):
        plan(session, replace(THEMED, **changes))


def test_a_re_audit_names_what_it_repeats_and_keeps_it_in_the_plan(session, council):
    first = plan(session, THEMED)
    again = replace(
        THEMED, kind=PlanKind.RE_AUDIT, month="2027-01", repeats=(Repeated.ENTRY, first.id)
    )
    second = plan(session, again)
    assert repeated_words(session, second) == "Children on plans"
    cycle = replace(again, repeats=(Repeated.CYCLE, council.cycle.id))
    change_entry(session, second, cycle, reason=None, by=None, at=AT)
    assert repeated_words(session, second) == council.cycle.name
    change_entry(session, second, again, reason=None, by=None, at=AT)
    with pytest.raises(PlanFault, match="A re-audit repeats it"):
        remove_entry(session, first, by=council.lead, at=AT)
    itself = replace(again, repeats=(Repeated.ENTRY, second.id))
    with pytest.raises(PlanFault, match="earlier month"):
        change_entry(session, second, itself, reason=None, by=None, at=AT)
    remove_entry(session, second, by=council.lead, at=AT)
    remove_entry(session, first, by=council.lead, at=AT)
    assert last_history(session)[0] == "removed"


def test_what_has_a_cycle_keeps_its_form_and_stays(session, council):
    entry = plan(session, MONTHLY)
    take_up(session, council.cycle, entry)
    with pytest.raises(PlanFault, match="it stays in the plan"):
        remove_entry(session, entry, by=council.lead, at=AT)
    other = replace(MONTHLY, kind=PlanKind.SUPERVISION, form="supervision_notes")
    with pytest.raises(PlanFault, match="kind and form stay"):
        change_entry(session, entry, other, reason=None, by=None, at=AT)


def test_each_sees_their_own_and_readers_the_whole_plan(session, council):
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    other = make_person(session, Role.INDEPENDENT_MEMBER, "Other Member")
    reader = make_person(session, Role.SUB_GROUP)
    owner = make_person(session, Role.ACTION_OWNER)
    monthly, open_theme = plan(session, MONTHLY), plan(session, THEMED)
    named = plan(session, replace(THEMED, auditor_id=member.id, form="under_twos"))
    sees = {
        person: {
            entry.id
            for entry in (monthly, open_theme, named)
            if find_entry(session, person, entry.id)
        }
        for person in (council.lead, reader, council.managers[0], member, other, owner)
    }
    everything = {monthly.id, open_theme.id, named.id}
    assert sees == {
        council.lead: everything,
        reader: everything,
        council.managers[0]: {monthly.id},
        member: {open_theme.id, named.id},
        other: {open_theme.id},
        owner: set(),
    }
    end_appointment(session, other, other.roles[0], at=AT)
    appoint(session, other, Role.INDEPENDENT_MEMBER, at=AT, scope=Scope(theme="under_twos"))
    assert find_entry(session, other, open_theme.id) is None
    lines = plan_of_year(session, 2026, today=TODAY, person=member)
    assert [line.entry.id for line in lines] == [open_theme.id, named.id]


def test_what_is_late_and_next_leaves_monthly_samples_out(session, council):
    plan(session, replace(MONTHLY, month="2026-05"))
    late = plan(session, replace(THEMED, month="2026-08", report_on=date(2026, 9, 14)))
    ahead = plan(session, THEMED)
    found, following = late_and_next(session, council.lead, today=TODAY)
    assert [(one.entry.id, one.late) for one in found] == [(late.id, PlanLate.NOT_REPORTED)]
    assert [one.entry.id for one in following] == [ahead.id]
    assert len(what_it_lacks(session, 2026)) == 5  # eleven monthly samples, four quarters


def test_the_shipped_year_loads_once_and_comes_back_as_it_was(session, council):
    rows = read_plan()
    assert load_plan(session, rows, by=None, at=AT) == (len(rows), 0)
    assert load_plan(session, rows, by=None, at=AT) == (0, 0)
    assert what_it_lacks(session, 2026) == ()
    given = {str(one["key"]): one for one in plan_data(session)}
    assert given.keys() == {row.key for row in rows}
    assert given["referrals_progress"]["repeats"] == "referrals_week"
    assert given["referrals_week"]["exempt_item"] is True
    assert "form" not in given["theme_to_be_decided"]
    moved = [replace(row, month="2027-03") for row in rows if row.key == "protection_plans"]
    moved = [replace(row, report_on=date(2027, 3, 30)) for row in moved]
    with pytest.raises(PlanFileFault, match="protection_plans: Say why the date moves"):
        load_plan(session, moved, by=None, at=AT)
    assert load_plan(session, moved, reason=MoveReason.MEETING_MOVED, by=None, at=AT) == (0, 1)


def test_a_year_costs_the_same_number_of_queries_however_long_it_is(session, council, database):
    counts = []
    for times in range(2):
        rows = [replace(row, key=f"{row.key}_{times}") for row in read_plan() if not row.repeats]
        load_plan(session, rows, by=None, at=AT)
        session.expunge_all()
        with counted_queries(database) as sent:
            lines = plan_of_year(session, 2026, today=TODAY)
        counts.append(len(sent))
        assert len(lines) == len(rows) * (times + 1)
    assert counts[0] == counts[1] <= 3
