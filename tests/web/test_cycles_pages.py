"""Cycles on the site: opening one, drawing its sample, and seeing who has done theirs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import (
    AT,
    complete_audit,
    make_council,
    make_entry,
    make_extract,
    make_person,
    shipped_library,
)
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.caseload.values import CaseStatus
from audit_app.core.access import Role
from audit_app.core.lifecycle import CycleState
from audit_app.core.replies import PracticeSees
from audit_app.core.sampling import EXCLUSION_WORDS, Exclusion, ticket_of
from audit_app.question_banks.read import Library
from audit_app.store.cycles import create_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.instruments import latest_form, publish_library
from audit_app.store.people import move_to_team
from audit_app.store.samples import drawn_cases
from audit_app.store.tables import Audit, Cycle, HistoryEntry, Sample


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def open_another(session, council, month="2026-12"):
    version = latest_form(session, "monthly_sample")
    cycle = create_cycle(
        session, version, name=f"Next {month}", month=month, auditors=council.managers, at=AT
    )
    session.commit()
    return cycle


def test_a_cycle_shows_the_practice_what_its_form_says(council, lead, session):
    library = shipped_library()
    form = replace(
        library.forms["monthly_sample"], version="1.0.1", practice_sees=PracticeSees.GRADES
    )
    publish_library(session, Library(library.banks, {form.key: form}), at=AT)
    session.commit()
    page = text_of(next(parse(lead.get("/cycles/open?form=monthly_sample").text).iter("main")))
    assert "of submitted audits of their own case files: grades" in page
    assert open_another(session, council).shown_to_practice is PracticeSees.GRADES
    assert council.cycle.shown_to_practice is PracticeSees.EVERYTHING


def tables(page):
    """The rows of each table of a page, as lists of cells."""
    return [
        [[text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
        for table in parse(page).iter("table")
    ]


def actions(session):
    return [
        tuple(row) for row in session.execute(select(HistoryEntry.action, HistoryEntry.subject))
    ]


def test_the_list_says_how_far_each_cycle_is(lead, council, session):
    complete_audit(session, session.scalars(select(Audit)).first(), at=AT + timedelta(days=40))
    open_another(session, council)
    session.commit()
    (rows,) = tables(lead.get("/cycles").text)
    assert rows[1][:3] == ["Next 2026-12", "December 2026", "Monthly case file sample 1.0"]
    assert rows[1][3:] == ["–", "–", "Not drawn yet"]
    assert rows[2][3:] == ["1 of 6", "1 late", "Under way"]


def test_the_list_does_not_ask_once_a_cycle(lead, council, session, database):
    def queries():
        with counted_queries(database) as sent:
            assert lead.get("/cycles").status_code == 200
        return len(sent)

    few = queries()
    for month in range(1, 9):
        open_another(session, council, f"2027-{month:02}")
    assert queries() == few


def test_opening_is_prefilled_with_this_month_and_everybody(lead, council):
    page = parse(lead.get("/cycles/open?form=monthly_sample").text)
    fields = [e for e in page.iter("input") if e.get("type") != "hidden"]
    values = {}
    for field in fields:
        values.setdefault(field.get("name"), []).append(field.get("value"))
    assert values["name"] == ["November 2026 sample"]
    assert values["month"] == ["11", "2026"]
    assert values["due_on"] == ["30", "11", "2026"]
    ticked = [e.get("value") for e in fields if e.get("checked") is not None]
    assert ticked == [str(person.id) for person in council.managers]


def test_a_form_is_chosen_first(lead):
    page = lead.get("/cycles/open").text
    for title in ("Monthly case file sample", "Children on child protection plans"):
        assert title in page
    assert lead.get("/cycles/open?form=nothing").status_code == 404


def test_a_cycle_is_opened_with_those_who_were_chosen(lead, council, session):
    chosen = [str(person.id) for person in council.managers[:2]]
    answer = lead.send(
        "/cycles/open?form=monthly_sample",
        {
            "name": "Winter sample",
            "month": ["12", "2026"],
            "due_on": ["18", "12", "2026"],
            "auditors": chosen,
        },
    )
    assert answer.location == "/cycles/monthly_sample-2026-12"
    cycle = session.scalars(select(Cycle).where(Cycle.month == "2026-12")).one()
    assert (cycle.name, cycle.due_on) == ("Winter sample", date(2026, 12, 18))
    assert [str(member.person_id) for member in cycle.auditors] == chosen
    assert actions(session) == [("opened", "cycle")]


def test_what_is_missing_is_said_and_what_was_typed_stays(lead, session):
    answer = lead.send(
        "/cycles/open?form=monthly_sample",
        {"name": " ", "month": ["13", "2026"], "due_on": ["x", "", ""]},
    )
    assert errors_of(answer.text) == {
        "#name": "Give the cycle a name",
        "#month-month": "Month must be a real month, such as 11 2026",
        "#due_on-day": "Due day must be a real date, such as 30 11 2026",
        "#auditors": "Choose at least one person who audits",
    }
    assert 'value="13"' in answer.text
    early = {"name": "x", "month": ["12", "2026"], "due_on": ["30", "11", "2026"]}
    assert errors_of(lead.send("/cycles/open?form=monthly_sample", early).text)["#due_on-day"] == (
        "The due day must not be before the month of the cycle"
    )
    assert actions(session) == []


def test_what_to_do_next_comes_first(lead, council, session):
    cycle = open_another(session, council)
    assert "Draw the sample: case files for 3 auditors" in lead.get(f"/cycles/{cycle.key}").text
    first, *rest = session.scalars(select(Audit).order_by(Audit.id))
    complete_audit(session, first)
    session.commit()
    page = lead.get(f"/cycles/{council.cycle.key}").text
    assert "5 of 6 audits still to be submitted, due in 8 days, by Manager 0, Manager 1" in page
    for audit in rest:
        complete_audit(session, audit)
    session.commit()
    page = lead.get(f"/cycles/{council.cycle.key}").text
    assert "Every audit is submitted. Look at the results, confirm findings" in page
    edition = store_edition(
        session,
        council.cycle,
        design="qa_sub_group",
        number=1,
        title="x",
        data_cut_off=date(2026, 11, 20),
        data_hash="0" * 64,
        content=b"%PDF",
        page_count=1,
        by_id=council.lead.id,
        at=AT,
    )
    session.commit()
    page = lead.get(f"/cycles/{council.cycle.key}").text
    assert "a report is compiled. Another person publishes it." in page
    publish_edition(edition, by=council.managers[0], at=AT)
    session.commit()
    page = lead.get(f"/cycles/{council.cycle.key}").text
    assert "Every audit is submitted, and the report is published." in page


def test_without_a_caseload_the_import_comes_first(session, signed_in):
    lead = make_person(session, Role.QA_LEAD)
    manager = make_person(session, Role.SENIOR_MANAGER)
    version = latest_form(session, "monthly_sample")
    cycle = create_cycle(session, version, name="x", month="2026-11", auditors=[manager], at=AT)
    session.commit()
    client = signed_in(lead)
    assert "There is no caseload to draw from yet" in client.get(f"/cycles/{cycle.key}").text
    assert "Import one first" in client.get(f"/cycles/{cycle.key}/draw").text
    assert client.send(f"/cycles/{cycle.key}/draw").status_code == 302


def test_each_auditor_stands_there_by_name_with_state_in_words(
    council, session, signed_in, monkeypatch
):
    first, second, *_ = session.scalars(select(Audit).order_by(Audit.auditor_id, Audit.id))
    complete_audit(session, first, at=AT + timedelta(days=29))
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 3, 10, 0, tzinfo=UTC))
    (rows,) = tables(signed_in(council.lead).get(f"/cycles/{council.cycle.key}").text)
    assert rows[1][:3] == ["Manager 0", "1 of 2", first.case_file.reference]
    assert rows[1][-2:] == ["Submitted", "1 December 2026, 1 day late"]
    assert rows[2][:3] == [second.case_file.reference, second.team.name, "Not started"]
    assert rows[2][3].startswith("Late")


def test_the_filters_say_what_each_line_leaves(session, signed_in):
    council = make_council(session, managers=1, per_auditor=1)
    others = [make_entry(n, status=CaseStatus.CHILD_IN_NEED_PLAN) for n in range(100, 106)]
    closed = [make_entry(n, status=CaseStatus.CLOSED) for n in range(200, 203)]
    kept = [make_entry(n) for n in range(8)]
    make_extract(session, kept + others + closed, as_at=date(2026, 11, 20))
    cycle = open_another(session, council)
    page = signed_in(council.lead).get(
        f"/cycles/{cycle.key}/draw?status=child_protection_plan&team=South&team=East&per_auditor=2"
    )
    (rows,) = tables(page.text)
    audited = sum(
        1
        for audit in session.scalars(select(Audit))
        if audit.case_file.council_id in {"1001", "1002", "1005", "1006"}
    )
    assert rows[1:] == [
        ["In the extract", "–", "17"],
        ["Not closed on the day of the extract", "3", "14"],
        ["Status is child protection plan", "6", "8"],
        ["Team is East or South", "4", "4"],
        [
            "Not audited in the last 12 months (since 22 November 2025)",
            str(audited),
            str(4 - audited),
        ],
    ]
    assert "2 case files will be drawn by chance" in page.text


def test_counting_changes_nothing(lead, council, session):
    cycle = open_another(session, council)
    lead.get(f"/cycles/{cycle.key}/draw?age_from=3&age_to=9&per_auditor=1")
    assert session.scalars(select(Sample).where(Sample.cycle_id == cycle.id)).all() == []


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("per_auditor=0", {"#per_auditor": "Each auditor gets from 1 to 20"}),
        ("per_auditor=", {"#per_auditor": "Enter how many each auditor gets"}),
        (
            "per_auditor=2&age_from=9&age_to=3",
            {"#age_to": "The oldest age must not be below the youngest"},
        ),
        (
            "per_auditor=2&age_from=ten",
            {"#age_from": "Youngest age in years must be a whole number, such as 2"},
        ),
        (
            "per_auditor=2&age_to=99",
            {"#age_to": "An age must be a whole number from 0 to 25"},
        ),
    ],
)
def test_a_filter_that_is_none_is_said(lead, council, session, query, errors):
    cycle = open_another(session, council)
    answer = lead.get(f"/cycles/{cycle.key}/draw?{query}")
    assert errors_of(answer.text) == errors
    assert "How many are left" not in answer.text


def test_a_draw_with_a_seed_of_ones_own_is_the_draw_of_that_seed(lead, council, session):
    cycle = open_another(session, council)
    answer = lead.send(f"/cycles/{cycle.key}/draw", {"per_auditor": "2", "seed": " winter "})
    assert answer.location == f"/cycles/{cycle.key}"
    sample = session.scalars(select(Sample).where(Sample.cycle_id == cycle.id)).one()
    assert (sample.seed, sample.drawn_by_id) == ("winter", council.lead.id)
    drawn = drawn_cases(session, sample)
    assert len(drawn) == 6
    assert all(one.ticket == ticket_of("winter", one.case_file.reference) for one in drawn)
    assert actions(session) == [("drew", "sample")]
    again = lead.send(f"/cycles/{cycle.key}/draw", {"per_auditor": "1"})
    assert again.location == f"/cycles/{cycle.key}/draw"
    assert lead.get(again.location).location == f"/cycles/{cycle.key}/method"
    assert len(session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)).all()) == 6


def test_a_draw_keeps_to_its_filters(lead, council, session):
    cycle = open_another(session, council)
    data = {"per_auditor": "1", "team": ["South", "East"], "age_from": "", "age_to": "25"}
    assert lead.send(f"/cycles/{cycle.key}/draw", data).status_code == 302
    sample = session.scalars(select(Sample).where(Sample.cycle_id == cycle.id)).one()
    assert sample.filters == {"teams": ["East", "South"], "age_to": 25}
    audits = session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)).all()
    assert {audit.team.name for audit in audits} <= {"South", "East"}


def test_too_few_case_files_are_said_and_nothing_is_drawn(lead, council, session):
    cycle = open_another(session, council)
    page = lead.get(f"/cycles/{cycle.key}/draw?per_auditor=20").text
    assert "60 case files would be needed" in page
    answer = lead.send(f"/cycles/{cycle.key}/draw", {"per_auditor": "20"})
    assert "There are too few case files" in errors_of(answer.text)["#per_auditor"]
    assert errors_of(lead.send(f"/cycles/{cycle.key}/draw", {"per_auditor": "0"}).text)
    session.rollback()
    assert cycle.state is CycleState.OPEN
    assert actions(session) == []


def test_the_method_page_lets_anybody_draw_again(lead, council, session):
    page = lead.get(f"/cycles/{council.cycle.key}/method").text
    sample = council.cycle.sample
    left_out, drawn, auditors, turns = tables(page)
    assert sample.seed in page
    assert sample.frame_hash in page
    assert [row[0] for row in left_out[1:-1]] == [
        EXCLUSION_WORDS[reason].capitalize()
        for reason in sorted(set(Exclusion) - {Exclusion.OWN_TEAM})
    ]
    tickets = [row[-1] for row in drawn[1:]]
    assert tickets == sorted(tickets) == [ticket_of(sample.seed, row[1]) for row in drawn[1:]]
    assert [row[2] for row in auditors[1:]] == sorted(
        ticket_of(sample.seed, str(person.id)) for person in council.managers
    )
    assert {(row[1], row[2]) for row in turns[1:]} == {(row[3], row[1]) for row in drawn[1:]}
    assert [row[0] for row in turns[1:]] == ["1", "1", "1", "2", "2", "2"]
    assert "The draw was made again for this page" in page

    (frame,) = tables(lead.get(f"/cycles/{council.cycle.key}/frame").text)
    lines = sorted(f"{row[1]}\t{row[2]}\n" for row in frame[1:])
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == sample.frame_hash
    assert len(frame) - 1 == sample.frame_size
    assert [row[4] for row in frame[1:]] == sorted(row[4] for row in frame[1:])
    assert {row[1] for row in frame[1:] if row[3] == "drawn"} == {row[1] for row in drawn[1:]}


def test_own_teams_are_named_as_the_rule_that_decided(session, signed_in):
    council = make_council(session, managers=4, per_auditor=4)
    session.commit()
    page = signed_in(council.lead).get(f"/cycles/{council.cycle.key}/method").text
    turns = tables(page)[-1]
    own = [row for row in turns[1:] if "in the auditor’s own team" in row[4]]
    assert own
    assert all(row[4].startswith(("place", "first free")) for row in turns[1:])


def test_the_account_stands_though_auditors_moved_since(lead, council, session):
    before = tables(lead.get(f"/cycles/{council.cycle.key}/method").text)
    drawn = {audit.team.name for audit in session.scalars(select(Audit))}
    for person in council.managers:
        move_to_team(session, person, sorted(drawn)[0], at=AT)
    session.commit()
    page = lead.get(f"/cycles/{council.cycle.key}/method").text
    assert "gave the same case files to the same people" in page
    assert tables(page) == before


def test_a_cycle_is_closed_once(lead, council, session):
    key = council.cycle.key
    assert lead.send(f"/cycles/{key}/close").location == f"/cycles/{key}"
    assert "is closed" in lead.get(f"/cycles/{key}").text
    lead.send(f"/cycles/{key}/close")
    assert "Nothing was changed" in lead.get(f"/cycles/{key}").text
    assert actions(session) == [("closed", "cycle")]
    never = open_another(session, council)
    lead.send(f"/cycles/{never.key}/close")
    assert "cannot become closed" in lead.get(f"/cycles/{never.key}").text


@pytest.mark.parametrize("page", ["", "/draw", "/method", "/frame"])
def test_a_cycle_that_is_not_there_is_not_found(lead, page):
    assert lead.get(f"/cycles/nothing{page}").status_code == 404


def test_before_the_draw_there_is_no_method(lead, council, session):
    cycle = open_another(session, council)
    assert lead.get(f"/cycles/{cycle.key}/method").status_code == 404
    assert lead.get(f"/cycles/{cycle.key}/frame").status_code == 404
