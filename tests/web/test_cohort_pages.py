"""Cohorts on the draw page: lines, their counts, and cohorts saved as files."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from factories import make_council
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.test_cycles_pages import open_another, tables

from audit_app import clock
from audit_app.store.tables import Sample

LINES = "on a plan\r\nteam is North or South"


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


def test_each_line_is_counted_and_drawn_by(lead, council, session):
    cycle = open_another(session, council)
    query = {"lines": LINES, "per_auditor": "1"}
    page = lead.get(f"/cycles/{cycle.key}/draw", query_string=query)
    rows = tables(page.text)[0]
    assert [row[0] for row in rows[2:5]] == [
        "Not closed on the day of the extract",
        "On a plan",
        "Team is North or South",
    ]
    assert rows[4][2] == "20"
    hidden = [e for e in parse(page.text).iter("input") if e.get("name") == "lines"]
    assert hidden[0].get("value").split() == LINES.split()

    assert lead.send(f"/cycles/{cycle.key}/draw", query).status_code == 302
    sample = session.scalars(select(Sample).where(Sample.cycle_id == cycle.id)).one()
    assert sample.filters == {"lines": ["on a plan", "team is North or South"]}
    method = lead.get(f"/cycles/{cycle.key}/method").text
    assert "of which all of this was true" in method
    assert "team is North or South" in method
    assert sample.frame_hash in method
    assert "gave the same case files to the same people" in method


def test_the_cohort_of_a_cycle_again_is_offered_and_said(lead, council, session):
    cycle = open_another(session, council)
    first = council.cycle.key
    query = {"lines": f"in the cohort of {first} again", "per_auditor": "1"}
    page = lead.get(f"/cycles/{cycle.key}/draw", query_string=query).text
    assert f"{first} (" in text_of(parse(page))
    assert "Not audited in the last 12 months" not in page
    assert lead.send(f"/cycles/{cycle.key}/draw", query).status_code == 302
    method = lead.get(f"/cycles/{cycle.key}/method").text
    assert "the cohort was asked for again" in method


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("under 2\nshoe size is 4", "Line 2: “shoe size is 4” cannot be read"),
        ("team is Nowhere", "There is no team called “Nowhere”"),
        ("drawn in never", "There is no cycle “never”"),
        ("x" * 4_001, "must be 4000 characters or fewer"),
    ],
)
def test_a_line_that_cannot_be_read_is_said_and_nothing_is_counted(
    lead, council, session, lines, said
):
    cycle = open_another(session, council)
    query = {"lines": lines, "per_auditor": "1"}
    page = lead.get(f"/cycles/{cycle.key}/draw", query_string=query).text
    assert said in errors_of(page)["#lines"]
    assert "Nothing is counted yet" in page
    answer = lead.send(f"/cycles/{cycle.key}/draw", query)
    assert said in errors_of(answer.text)["#lines"]
    assert session.scalars(select(Sample).where(Sample.cycle_id == cycle.id)).all() == []


def test_a_cohort_is_saved_as_a_file_and_put_back(lead, council, session):
    cycle = open_another(session, council)
    saved = lead.get(f"/cycles/{cycle.key}/cohort.yml", query_string={"lines": LINES})
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=cohort-")
    assert saved.get_data(as_text=True) == (
        f"cohort: {cycle.name}\nlines:\n- on a plan\n- team is North or South\n"
    )
    put = lead.send(f"/cycles/{cycle.key}/cohort", {"file": (BytesIO(saved.data), "cohort.yml")})
    asked = parse_qs(urlsplit(put.location).query)
    assert asked["lines"] == ["on a plan\nteam is North or South"]
    assert lead.get(put.location).status_code == 200


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"cohort: x\nlines:\n- what\n", "c.yml, line 3: “what” cannot"),
        (None, "Choose the file of a saved cohort"),
    ],
)
def test_a_file_that_is_no_cohort_is_said_at_its_field(lead, council, session, file, said):
    cycle = open_another(session, council)
    page = lead.send(
        f"/cycles/{cycle.key}/cohort", {"file": (BytesIO(file), "c.yml")} if file else {}
    )
    assert said in errors_of(page.text)["#file"]


def test_lines_that_cannot_be_read_are_not_saved(lead, council, session):
    cycle = open_another(session, council)
    answer = lead.get(f"/cycles/{cycle.key}/cohort.yml", query_string={"lines": "what"})
    assert answer.location == f"/cycles/{cycle.key}/draw"
