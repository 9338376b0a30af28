"""A census read beside the caseload on the site: what is shown, and what never is."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select
from web.page_checks import errors_of
from web.test_caseload_pages import csv_file, left_behind, upload

from audit_app.core.access import Role
from audit_app.store.tables import EntryFactor, Extract, HistoryEntry


@pytest.fixture
def lead(as_role):
    return as_role(Role.QA_LEAD)


def census_file(*ids, head=""):
    children = "".join(
        f"<Child><ChildIdentifiers><LAchildID>{one}</LAchildID></ChildIdentifiers><CINdetails>"
        "<Assessments><AssessmentAuthorisationDate>2026-09-01</AssessmentAuthorisationDate>"
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>3A</AssessmentFactors>"
        "</FactorsIdentifiedAtAssessment></Assessments></CINdetails></Child>"
        for one in ids
    )
    text = f"<?xml version='1.0'?>{head}<Message><Children>{children}</Children></Message>"
    return BytesIO(text.encode()), "cin.xml"


def test_a_census_is_joined_and_who_did_not_match_can_be_downloaded(lead, session):
    read = upload(lead, census=census_file("canary000", "CANARY001 ", "CANARY999"))
    page = lead.get(read.location)
    assert "Children of the census who are not in the extract" in page.text
    assert session.scalar(select(func.count()).select_from(EntryFactor)) == 2
    assert left_behind() == []

    session.rollback()
    table = lead.send(f"{read.location}/unmatched")
    assert table.mimetype == "text/csv"
    lines = table.get_data(as_text=True).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith('"In the extract, not in the census"')
    assert lines[2].endswith('"In the census, not in the extract"')
    for text in (page.text, table.text):
        assert "canary" not in text.casefold()
    noted = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "exported csv")).one()
    assert noted.detail == '{"unmatched":[null,2]}'


def test_a_refused_census_is_said_at_its_field_and_nothing_is_kept(lead, session):
    head = '<!DOCTYPE m SYSTEM "http://127.0.0.1:9/x.dtd">'
    page = upload(lead, census=census_file("CANARY000", head=head))
    assert page.status_code == 200
    assert any("document type" in error for error in errors_of(page.text).values())
    assert session.scalar(select(func.count()).select_from(Extract)) == 0
    assert left_behind() == []


def test_a_census_beside_what_is_no_child_is_refused(lead, session):
    page = upload(
        lead, csv_file(headings="Agency,a,b,c,d"), census=census_file("1"), subject="agency"
    )
    assert any("case files only" in error for error in errors_of(page.text).values())
    assert session.scalar(select(func.count()).select_from(Extract)) == 0


def test_an_extract_without_a_census_does_not_speak_of_one(lead):
    page = lead.get(upload(lead).location)
    assert "census" not in page.text
