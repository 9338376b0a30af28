"""Results of a cycle on the site: every figure is the count of its answers, and leads to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from factories import AT, complete_audit, make_council, shipped_library
from sqlalchemy import select
from web.page_checks import parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.question_bank import Outcome
from audit_app.core.sampling import Filters
from audit_app.question_banks.read import Library
from audit_app.store.audits import Draft
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form, load_form, publish_library
from audit_app.store.results import cycle_results
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Audit, RecordedAnswer, RecordedState
from audit_app.web.results.figures import TEAM_FROM

SVG = "{http://www.w3.org/2000/svg}"
MISSING = {
    "chron_place": Draft(
        "chron_place",
        RecordedState.ANSWERED,
        value="missing",
        evidence="There is no chronology; {{7*7}} <script>alert(1)</script>",
        quotable=True,
    )
}
UNRECORDED = {
    "sup_file_signed": Draft(
        "sup_file_signed", RecordedState.NOT_RECORDED, evidence="No signature is to be found."
    )
}


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    """Six audits: two without a chronology, one where a signature is not recorded."""
    made = make_council(session)
    for number, audit in enumerate(session.scalars(select(Audit).order_by(Audit.id))):
        complete_audit(session, audit, MISSING if number < 2 else UNRECORDED if number < 3 else {})
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def results_of(client, council, rest=""):
    answer = client.get(f"/cycles/{council.cycle.key}/results{rest}")
    assert answer.status_code == 200
    return answer.text


def rows_of(page, place=0):
    table = list(parse(page).iter("table"))[place]
    return [[text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]


def words_of(page):
    return text_of(next(e for e in parse(page).iter("main")))


def test_an_empty_cycle_says_what_the_first_figure_needs(session, signed_in):
    council = make_council(session)
    version = latest_form(session, "monthly_sample")
    undrawn = create_cycle(
        session, version, name="Next", month="2026-12", auditors=council.managers, at=AT
    )
    session.commit()
    lead = signed_in(council.lead)
    drawn = words_of(results_of(lead, council))
    assert "no audit of this cycle has been submitted" in drawn
    assert "6 audits are with the auditors" in drawn
    page = words_of(lead.get(f"/cycles/{undrawn.key}/results").text)
    assert "First the sample is drawn" in page


def test_a_headline_comes_first_and_each_theme_has_its_count(lead, council):
    page = results_of(lead, council)
    said = words_of(page)
    assert said.index("Chronology is met least often: 4 of 6.") < said.index("Theme by theme")
    assert "6 of 6 audits are submitted." in said
    themes = {row[0]: row[1:] for row in rows_of(page)[1:]}
    assert themes["Chronology"][0] == "4 of 6 for Chronology: see the answers"
    assert themes["Supervision recorded"][0].startswith("5 of 6")
    assert themes["Voice of the child"][0].startswith("6 of 6")
    assert {row[-1] for row in themes.values()} == {"nothing to compare with"}


def test_no_percentage_is_shown_for_few_case_files(lead, council):
    for rest in ("", "/chronology"):
        page = words_of(results_of(lead, council, rest))
        assert "under 20 files" in page
        assert "%" not in page.replace("95% Wilson", "")


def test_teams_with_few_case_files_are_too_few(lead, council, session):
    page = results_of(lead, council)
    by_team = rows_of(page, 1)
    teams = {}
    for audit in session.scalars(select(Audit)):
        teams.setdefault(audit.team.name, []).append(audit)
    assert {row[0] for row in by_team[1:]} == set(teams)
    for row in by_team[1:]:
        few = len(teams[row[0]]) < TEAM_FROM
        assert all((cell == "too few") == few for cell in row[1:])
    assert "too few" in words_of(page)


def test_a_team_with_enough_case_files_shows_its_count(session, signed_in):
    council = make_council(session, managers=1, per_auditor=24)
    audits = session.scalars(select(Audit).order_by(Audit.id)).all()
    for number, audit in enumerate(audits):
        complete_audit(session, audit, MISSING if number % 2 else {})
    session.commit()
    page = results_of(signed_in(council.lead), council)
    place = [row[0] for row in rows_of(page)][0:].index("Chronology")
    assert rows_of(page)[place][1].startswith("12 of 24")
    assert "%" in rows_of(page)[place][3]
    column = rows_of(page, 1)[0].index("Chronology")
    for row in rows_of(page, 1)[1:]:
        own = [n for n, audit in enumerate(audits) if audit.team.name == row[0]]
        met = sum(1 for n in own if n % 2 == 0)
        assert row[column] == ("too few" if len(own) < TEAM_FROM else f"{met} of {len(own)}")


def test_charts_have_words_and_no_inline_style(lead, council):
    for rest in ("", "/chronology"):
        charts = [e for e in parse(results_of(lead, council, rest)).iter() if e.tag == f"{SVG}svg"]
        charts = [e for e in charts if e.get("role") == "img"]
        assert charts
        for chart in charts:
            title = next(e for e in chart.iter() if e.tag == f"{SVG}title")
            assert text_of(title)
            assert not [e for e in chart.iter() if e.get("style")]


def test_a_theme_shows_its_questions_weakest_first(lead, council):
    page = results_of(lead, council, "/chronology")
    assert text_of(next(parse(page).iter("h1"))) == (
        "The standard for chronology is met in 4 of 6 case files"
    )
    rows = rows_of(page)[1:]
    assert rows[0][1].startswith("Where is the child's chronology?Critical.")
    assert rows[0][2] == "4 of 6 for question 9: see the answers"
    assert rows[0][4:] == ["0", "2", "0", "0"]
    shares = [int(row[2].split()[0]) / int(row[2].split()[2]) for row in rows if "of" in row[2]]
    assert shares == sorted(shares)
    signed = rows_of(results_of(lead, council, "/supervision"))[1]
    assert signed[4:] == ["0", "0", "1", "0"]


def test_each_figure_leads_to_the_answers_behind_it(lead, council, session):
    page = results_of(lead, council, "/chronology")
    links = [e.get("href") for e in parse(page).iter("a") if "/answers/" in (e.get("href") or "")]
    question = next(link for link in links if link.endswith("/chron_place"))
    rows = rows_of(lead.get(question).text)[1:]
    assert [row[2] for row in rows] == ["Not met"] * 2 + ["Met"] * 4
    stored = session.execute(
        select(Audit, RecordedAnswer)
        .join(RecordedAnswer)
        .where(RecordedAnswer.question_id == "chron_place")
    ).all()
    assert {row[0] for row in rows} == {audit.case_file.reference for audit, _ in stored}
    assert sum(1 for _, answer in stored if answer.outcome is Outcome.MET) == 4
    assert rows[0][4] == "yes"


def test_what_an_auditor_typed_is_shown_as_typed(lead, council):
    page = results_of(lead, council, "/chronology/answers/chron_place")
    assert "{{7*7}} &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_answers_of_a_theme_stand_fifty_to_a_page(session, signed_in):
    council = make_council(session, managers=2, per_auditor=5)
    for audit in session.scalars(select(Audit).order_by(Audit.id)):
        complete_audit(session, audit)
    session.commit()
    lead = signed_in(council.lead)
    total = len(
        session.scalars(
            select(RecordedAnswer).where(
                RecordedAnswer.question_id.startswith("voice_"), RecordedAnswer.outcome.is_not(None)
            )
        ).all()
    )
    assert total > 50
    first = results_of(lead, council, "/voice_of_the_child/answers")
    second = results_of(lead, council, "/voice_of_the_child/answers?page=2")
    counts = [sum(1 for row in rows_of(page)[1:] if len(row) == 5) for page in (first, second)]
    assert counts == [50, total - 50]


def test_an_audit_behind_a_figure_can_be_read(lead, council):
    page = parse(results_of(lead, council, "/chronology/answers"))
    link = next(e.get("href") for e in page.iter("a") if "/audits/" in (e.get("href") or ""))
    assert lead.get(link).status_code == 200


@pytest.mark.parametrize(
    "rest", ["/nothing", "/nothing/answers", "/chronology/answers/voice_seen_24h"]
)
def test_what_the_form_does_not_have_is_not_found(lead, council, rest):
    assert lead.get(f"/cycles/{council.cycle.key}/results{rest}").status_code == 404


def next_cycle(session, council, month, *, version=None, changes=None, seed="next"):
    at = datetime(int(month[:4]), int(month[5:]), 2, 9, tzinfo=UTC)
    version = version or latest_form(session, "monthly_sample")
    cycle = create_cycle(
        session, version, name=f"Sample {month}", month=month, auditors=council.managers, at=at
    )
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed=seed, by=council.lead, at=at)
    for audit in session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)):
        complete_audit(session, audit, changes, at=at + timedelta(days=3))
    session.commit()
    return cycle


def test_a_change_is_said_in_words_that_respect_chance(lead, council, session):
    cycle = next_cycle(session, council, "2026-12", changes=MISSING)
    rows = {row[0]: row[1:] for row in rows_of(lead.get(f"/cycles/{cycle.key}/results").text)[1:]}
    assert rows["Chronology"][3:] == ["4 of 6 in November", "within what chance would give"]
    assert rows["Chronology"][0].startswith("0 of 6")


def heavier(library, version):
    """The library with a chronology whose first question weighs 9."""
    bank = library.banks["chronology"]
    section = bank.sections[0]
    questions = (replace(section.questions[0], weight=9), *section.questions[1:])
    bank = replace(bank, version=version, sections=(replace(section, questions=questions),))
    form = library.forms["monthly_sample"]
    banks = tuple(bank if one.key == bank.key else one for one in form.banks)
    form = replace(form, version=version, banks=banks)
    return Library(library.banks | {bank.key: bank}, {form.key: form})


def test_months_stand_in_a_table_and_a_break_is_marked(lead, council, session):
    publish_library(session, heavier(shipped_library(), "2.0"), at=AT)
    version = latest_form(session, "monthly_sample")
    assert version.version == "2.0"
    cycle = next_cycle(session, council, "2026-12", version=version)
    page = lead.get(f"/cycles/{cycle.key}/results/chronology").text
    told = "Version 2.0 scores differently: figures before are not comparable"
    assert rows_of(page, 1)[1:] == [
        ["November 2026", "4 of 6", "–"],
        ["December 2026", "6 of 6", told],
    ]
    assert "scored differently" in page
    assert f"December 2026: {told}." in text_of(parse(page))
    common = cycle_results(session, cycle).common["chronology"]
    assert rows_of(page, 2)[1:] == [
        [month, f"{count.k} of {count.n}"]
        for month, count in zip(("November 2026", "December 2026"), common.counts, strict=True)
    ]
    assert "are asked and scored alike before and after" in text_of(parse(page))
    other = lead.get(f"/cycles/{cycle.key}/results/supervision").text
    assert "scored differently" not in other
    assert "Across the break" not in other
    before = {row[0]: row[-2] for row in rows_of(lead.get(f"/cycles/{cycle.key}/results").text)[1:]}
    assert before["Chronology"] == "–"
    title = shipped_library().banks["supervision"].title
    assert before[title].endswith("in November")


def test_other_words_break_nothing(lead, council, session):
    library = shipped_library()
    changed = replace(library.forms["monthly_sample"], version="1.1", percent_from=21)
    publish_library(session, Library(library.banks, {"monthly_sample": changed}), at=AT)
    version = latest_form(session, "monthly_sample")
    assert load_form(version).percent_from == 21
    cycle = next_cycle(session, council, "2026-12", version=version)
    page = lead.get(f"/cycles/{cycle.key}/results/chronology").text
    assert [row[-1] for row in rows_of(page, 1)[1:]] == ["–", "–"]


def test_more_audits_do_not_mean_more_queries(lead, council, session, database):
    def queries(key):
        with counted_queries(database) as sent:
            for rest in ("", "/chronology", "/chronology/answers"):
                assert lead.get(f"/cycles/{key}/results{rest}").status_code == 200
        return len(sent)

    few = queries(council.cycle.key)
    cycle = next_cycle(session, council, "2026-12", seed="another")
    assert queries(cycle.key) == few
