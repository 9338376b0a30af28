"""How many case files are enough, on the site: from the draw, typed, and what is no number."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from factories import AT, make_council
from web.page_checks import errors_of, parse, text_of

from audit_app.core.access import Role
from audit_app.core.sample_size_words import CANNOT_TELL
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form

PATH = "/cycles/how-many"
WISH = {
    "frame": 120,
    "within": 10,
    "missing_in": 20,
    "seen_with": 90,
    "auditors": 12,
    "each": 2,
}


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def main_of(answer) -> str:
    return text_of(next(parse(answer.text).iter("main")))


def rows_of(answer) -> list[list[list[str]]]:
    return [
        [[text_of(cell) for cell in row] for row in table.iter("tr")]
        for table in parse(answer.text).iter("table")
    ]


def asked(lead, **changes):
    return lead.get(f"{PATH}?{urlencode(WISH | changes)}")


def test_cycles_lead_to_the_empty_form(lead):
    assert f'href="{PATH}"' in lead.get("/cycles").text
    page = lead.get(PATH)
    assert errors_of(page.text) == {}
    assert rows_of(page) == []
    assert all(sentence in main_of(page) for sentence in CANNOT_TELL)


def test_the_answer_stands_there_in_sentences(lead):
    page = main_of(asked(lead))
    assert "54 of 120 case files: then each share is known to within ±10 points" in page
    assert "10 of 120 case files: then a practice that is missing in 20% (24 of 120)" in page
    assert "2 a month for each of 12 auditors: 24 a month" in page
    assert "After 1 month, with 24 case files: enough to see what is missing in 20%." in page
    assert "After 3 months, with 72 case files: enough for ±10 points." in page


def test_the_tables_go_to_the_end_of_the_frame(lead):
    months, sizes = rows_of(asked(lead))
    assert months[1] == ["1", "24", "±18 points", "10 of 120 (8%)"]
    assert months[-1] == ["6", "120", "exactly", "1 of 120 (under 1%)"]
    assert sizes[1] == ["10", "±30 points", "24 of 120 (20%)"]
    assert [row[0] for row in sizes[1:]] == ["10", "20", "30", "40", "50", "75", "100", "120"]


def test_the_page_that_draws_hands_its_frame_on(lead, session, council):
    version = latest_form(session, "monthly_sample")
    cycle = create_cycle(
        session, version, name="Next", month="2026-12", auditors=council.managers, at=AT
    )
    session.commit()
    draw = parse(lead.get(f"/cycles/{cycle.key}/draw?per_auditor=2").text)
    link = next(one for one in draw.iter("a") if PATH in one.get("href", ""))
    frame = text_of(link).removeprefix("How many of ").removesuffix(" are enough?")
    page = lead.get(link.get("href"))
    assert f"of {frame} case files: " in main_of(page) or f"All {frame} case files" in main_of(page)
    assert "2 a month for each of 3 auditors: 6 a month" in main_of(page)
    assert f'href="/cycles/{cycle.key}/draw"' in page.text
    assert f'name="cycle" value="{cycle.key}"' in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"frame": ""},
            {"#frame": "Case files that can be drawn must be a whole number, such as 2"},
        ),
        (
            {"frame": 50_001},
            {"#frame": "Case files that can be drawn must be a whole number from 1 to 50,000"},
        ),
        ({"within": 0}, {"#within": "Points either way must be a whole number from 1 to 50"}),
        (
            {"missing_in": "few"},
            {"#missing_in": "Share in which it is missing must be a whole number, such as 2"},
        ),
        (
            {"seen_with": 100, "each": 21},
            {
                "#seen_with": "How surely that is to be seen must be a whole number from 50 to 99",
                "#each": "Case files a month for each auditor must be a whole number from 1 to 20",
            },
        ),
    ],
)
def test_what_is_no_such_number_is_said_and_nothing_is_reckoned(lead, typed, said):
    page = asked(lead, **typed)
    assert page.status_code == 200
    assert errors_of(page.text) == said
    assert rows_of(page) == []


def test_the_largest_that_can_be_asked_is_answered(lead):
    page = asked(lead, frame=50_000, within=1, missing_in=1, seen_with=99, auditors=500, each=20)
    assert "8,057 of 50,000 case files" in main_of(page)


def test_only_those_who_manage_cycles_reckon(person, signed_in, lead):
    assert signed_in(person(Role.SENIOR_MANAGER)).get(PATH).status_code == 403
    assert lead.get(f"{PATH}?cycle=nowhere").status_code == 404
