"""Results of a cycle against counts made here anew from its export, and against earlier cycles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import (
    AT,
    Council,
    complete_audit,
    make_council,
    make_entry,
    make_extract,
    make_person,
    publish_shipped,
    shipped_library,
)
from sqlalchemy.orm import Session
from store.store_answers import audits_in, day_in_summer, statements, submit_at_random
from store.test_publishing import changed, rescored, reworded

from audit_app.core.access import Role
from audit_app.core.sampling import Filters
from audit_app.core.theme_results import NO_TEAM, Count
from audit_app.core.trends import AnswerCount
from audit_app.question_banks.read import Library
from audit_app.store.cycles import (
    completion_of,
    create_cycle,
    cycle_summaries,
    latest_closed_cycle,
)
from audit_app.store.database import Database
from audit_app.store.evidence import evidence_of
from audit_app.store.exports import export_audits
from audit_app.store.instruments import latest_form, publish_library
from audit_app.store.results import cycle_results, submitted_audits
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Cycle

SCORED = ("met", "partly_met", "not_met", "not_recorded")


@pytest.fixture
def varied(session: Session) -> Council:
    """Four managers with four case files each, answered at random; two are not submitted."""
    entries = [
        make_entry(n, team=None if n % 11 == 0 else ("A", "B", "C")[n % 3]) for n in range(60)
    ]
    make_extract(session, entries)
    publish_shipped(session)
    council = council_over(session)
    submit_at_random(session, council.cycle, "varied council", leave=2)
    session.flush()
    session.expire_all()
    return council


def council_over(session: Session) -> Council:
    """A lead and four managers, over the extract that is there."""
    lead = make_person(session, Role.QA_LEAD)
    people = tuple(
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", "ABC"[n % 3]) for n in range(4)
    )
    return Council(lead, people, next_cycle(session, people, "2026-11", per_auditor=4))


def next_cycle(
    session: Session, people: tuple, month: str, *, per_auditor: int = 2, seed: str = "seed"
) -> Cycle:
    version = latest_form(session, "monthly_sample")
    assert version is not None
    cycle = create_cycle(
        session, version, name=f"Sample {month}", month=month, auditors=people, at=AT
    )
    at = AT + timedelta(days=400 * (int(month[:4]) - 2026))
    draw_cycle_sample(session, cycle, Filters(), per_auditor=per_auditor, seed=seed, by=None, at=at)
    return cycle


def question_count(audits: list[dict[str, Any]], question: str) -> dict[str, int]:
    """By docs/exchange.md, from the export alone."""
    tally = Counter(
        answer["outcome"]
        for audit in audits
        for answer in audit["answers"]
        if answer["question"] == question
    )
    return {
        "k": tally["met"],
        "n": sum(tally[outcome] for outcome in SCORED),
        "partly_met": tally["partly_met"],
        "not_met": tally["not_met"],
        "not_recorded": tally["not_recorded"],
        "not_applicable": tally["not_applicable"],
    }


def theme_count(audits: list[dict[str, Any]], theme: str) -> dict[str, int]:
    met = [row["theme_met"] for audit in audits for row in audit["themes"] if row["theme"] == theme]
    rows = [row for audit in audits for row in audit["themes"] if row["theme"] == theme]
    bare = sum(row["theme_met"] is not None and row["not_recorded"] > 0 for row in rows)
    return {
        "k": met.count(True),
        "n": met.count(True) + met.count(False),
        "partly_met": 0,
        "not_met": met.count(False),
        "not_recorded": bare,
        "not_applicable": met.count(None),
    }


def as_data(count: Count) -> dict[str, int]:
    return {name: getattr(count, name) for name in Count.__dataclass_fields__}


def submitted_in(session: Session, cycle: Cycle) -> list[dict[str, Any]]:
    data = export_audits(session, cycle)
    return [audit for audit in data["audits"] if audit["state"] == "submitted"]


def test_every_count_is_that_of_the_export(session: Session, varied: Council) -> None:
    results = cycle_results(session, varied.cycle)
    audits = submitted_in(session, varied.cycle)
    assert len(audits) == len(results.files) == 14
    assert [result.theme for result in results.themes] == [b.key for b in results.form.banks]
    teams = sorted({audit["team"] or NO_TEAM for audit in audits})
    assert len(teams) == 4
    for result in results.themes:
        assert as_data(result.count) == theme_count(audits, result.theme)
        scored = [q.id for q in results.form.bank(result.theme).questions if q.is_scored]
        assert list(result.questions) == scored
        for question, count in result.questions.items():
            assert as_data(count) == question_count(audits, question)
        assert sorted(result.teams) == teams
        for team, count in result.teams.items():
            own = [audit for audit in audits if (audit["team"] or NO_TEAM) == team]
            assert as_data(count) == theme_count(own, result.theme)
        assert {m: as_data(c) for m, c in result.months.items()} == {
            "2026-11": theme_count(audits, result.theme)
        }
        assert {t: as_data(c) for t, c in results.teams[result.theme].items()} == {
            t: as_data(c) for t, c in result.teams.items()
        }
    assert {t: len(files) for t, files in results.files_by_team.items()} == Counter(
        audit["team"] or NO_TEAM for audit in audits
    )


def test_every_outcome_is_among_what_was_counted(session: Session, varied: Council) -> None:
    """The counts above would say little if nothing varied."""
    total = Counter(
        answer["outcome"]
        for audit in submitted_in(session, varied.cycle)
        for answer in audit["answers"]
    )
    assert min(total[outcome] for outcome in (*SCORED, "not_applicable", "information")) >= 5


def test_stored_points_are_the_sums_of_the_exports(session: Session, varied: Council) -> None:
    for audit in submitted_in(session, varied.cycle):
        for theme in audit["themes"]:
            own = [a for a in audit["answers"] if a["theme"] == theme["theme"] and a["outcome"]]
            for name in ("points", "possible"):
                assert theme[name] == sum(answer[name] or 0 for answer in own)
            scored = [
                a for a in own if a["possible"] is not None or a["outcome"] == "not_applicable"
            ]
            tally = Counter(answer["outcome"] for answer in scored)
            assert {o: theme[o] for o in SCORED} == {o: tally[o] for o in SCORED}
        for name in ("points", "possible"):
            assert audit["overall"][name] == sum(theme[name] for theme in audit["themes"])


def test_evidence_is_adverse_first_and_complete(session: Session, varied: Council) -> None:
    order = ["not_met", "not_recorded", "partly_met", "met", "not_applicable", "information"]
    audits = submitted_in(session, varied.cycle)
    for bank in cycle_results(session, varied.cycle).form.banks:
        for question in bank.questions:
            found = evidence_of(session, varied.cycle, bank.key, question.id)
            places = [(order.index(str(one.outcome)), one.reference) for one in found]
            assert places == sorted(places)
            assert Counter(str(one.outcome) for one in found) == Counter(
                answer["outcome"]
                for audit in audits
                for answer in audit["answers"]
                if answer["question"] == question.id and answer["outcome"]
            )


def test_the_number_of_questions_to_the_database_does_not_grow_with_audits(
    database: Database,
) -> None:
    counts = []
    for per_auditor, month in ((1, "2026-11"), (8, "2027-11")):
        with database.session() as session:
            if per_auditor == 1:
                people = make_council(session, per_auditor=1).managers
                cycle = session.get_one(Cycle, 1)
            else:
                cycle = next_cycle(session, people, month, per_auditor=per_auditor)
            submit_at_random(session, cycle, "counts")
            cycle_id = cycle.id
        with database.session() as session, statements(database) as sent:
            cycle = session.get_one(Cycle, cycle_id)
            cycle_results(session, cycle)
            submitted_audits(session, cycle)
            cycle_summaries(session)
            completion_of(session, cycle)
            export_audits(session, cycle)
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 2


def run_of_cycles(session: Session) -> tuple[Council, list[Cycle]]:
    council = make_council(session)
    cycles = [council.cycle]
    cycles += [next_cycle(session, council.managers, f"{year}-01") for year in range(2027, 2030)]
    return council, cycles


def test_the_cycle_before_is_the_last_one_with_a_submitted_audit(session: Session) -> None:
    _council, cycles = run_of_cycles(session)
    for cycle in (cycles[0], cycles[1], cycles[3]):
        submit_at_random(session, cycle, cycle.key)
    results = cycle_results(session, cycles[3])
    assert [point.month for point in results.run] == [cycle.month for cycle in cycles]
    audits = submitted_in(session, cycles[1])
    for bank in results.form.banks:
        before = results.before(bank.key)
        assert before is not None
        assert before.month == "2027-01"
        assert as_data(before.themes[bank.key]) == theme_count(audits, bank.key)
    assert cycle_results(session, cycles[0]).before("chronology") is None
    assert results.common == {}


def test_a_version_that_scores_differently_breaks_its_own_theme_only(session: Session) -> None:
    council, cycles = run_of_cycles(session)
    publish_library(session, rescored(shipped_library(), "9.0"), at=AT)
    newer = [next_cycle(session, council.managers, f"{year}-02") for year in (2030, 2031)]
    for cycle in (*cycles, *newer):
        submit_at_random(session, cycle, cycle.key)
    first, second = (cycle_results(session, cycle) for cycle in newer)
    alike = [("chronology" in p.comparable, "supervision" in p.comparable) for p in first.run]
    assert alike == [(False, True)] * 4 + [(True, True)]
    assert first.before("chronology") is None
    assert (before := first.before("supervision")) is not None
    assert before.cycle_key == cycles[-1].key
    assert (before := second.before("chronology")) is not None
    assert before.cycle_key == newer[0].key
    assert len(second.run) == 6
    (theme,) = second.common
    assert theme == "chronology"
    asked = [q.id for q in second.form.bank(theme).questions if q.is_scored]
    assert second.common[theme].questions == tuple(asked[1:])
    for cycle, count in zip((*cycles, *newer), second.common[theme].counts, strict=True):
        counts = [question_count(submitted_in(session, cycle), id_) for id_ in asked[1:]]
        assert count == AnswerCount(sum(c["k"] for c in counts), sum(c["n"] for c in counts))


def test_other_words_or_another_overall_rule_break_no_theme(session: Session) -> None:
    council, cycles = run_of_cycles(session)
    publish_library(session, reworded(shipped_library(), "chronology", "1.0.1"), at=AT)
    library = reworded(shipped_library(), "chronology", "1.0.1")
    form = library.forms["monthly_sample"]
    milder = replace(form, version="1.1", rules=replace(form.rules, overall_caps=()))
    newer = [next_cycle(session, council.managers, "2030-02")]
    publish_library(session, Library({}, {"monthly_sample": milder}), at=AT)
    newer.append(next_cycle(session, council.managers, "2031-02"))
    for cycle in (*cycles, *newer):
        submit_at_random(session, cycle, cycle.key)
    results = cycle_results(session, newer[-1])
    every = {bank.key for bank in form.banks}
    assert all(point.comparable == every for point in results.run)
    assert results.common == {}
    assert len({point.versions["chronology"].form_version for point in results.run}) == 3


def test_a_question_under_another_id_is_counted_across_the_break(session: Session) -> None:
    council, cycles = run_of_cycles(session)
    renamed = {"id": "chron_where", "continues": "chron_place"}
    bank = shipped_library().banks["chronology"]
    follow_ups = tuple(
        replace(q, shown_when=replace(q.shown_when, question="chron_where"))
        if q.shown_when is not None and q.shown_when.question == "chron_place"
        else q
        for q in bank.sections[0].questions
    )
    sections = (replace(bank.sections[0], questions=follow_ups), *bank.sections[1:])
    library = shipped_library()
    library = replace(
        library, banks={**library.banks, "chronology": replace(bank, sections=sections)}
    )
    newer = changed(library, "chronology", "2.0", first=renamed)
    publish_library(session, newer, at=AT)
    cycle = next_cycle(session, council.managers, "2030-02")
    for one in (*cycles, cycle):
        submit_at_random(session, one, one.key)
    common = cycle_results(session, cycle).common["chronology"]
    assert common.questions[0] == "chron_where"
    before = question_count(submitted_in(session, cycles[0]), "chron_place")
    assert before["n"]
    assert common.counts[0] is not None
    assert common.counts[0].n >= before["n"]
    assert None not in common.counts


def test_at_most_twelve_cycles_are_shown_and_none_that_is_later(session: Session) -> None:
    council = make_council(session)
    version = council.cycle.form_version
    made = [
        create_cycle(session, version, name=month, month=month, auditors=council.managers, at=AT)
        for month in (f"{year}-{number:02}" for year in (2024, 2025) for number in range(1, 13))
    ]
    results = cycle_results(session, made[-3])
    assert [point.month for point in results.run] == [cycle.month for cycle in made[-14:-2]]
    assert results.team_months == tuple(cycle.month for cycle in made[-8:-2])


def test_teams_are_counted_over_comparable_cycles_only(session: Session) -> None:
    council = make_council(session, month="2026-09")
    publish_library(session, rescored(shipped_library(), "9.0"), at=AT)
    version = latest_form(session, "monthly_sample")
    assert version is not None
    newer = [
        create_cycle(session, version, name=month, month=month, auditors=council.managers, at=AT)
        for month in ("2026-10", "2026-11")
    ]
    assert cycle_results(session, newer[1]).team_months == ("2026-10", "2026-11")
    assert cycle_results(session, newer[1]).run[0].month == "2026-09"
    assert cycle_results(session, council.cycle).team_months == ("2026-09",)


def test_late_is_by_the_english_day(session: Session) -> None:
    """23:30 UTC on 31 July is half past midnight on 1 August in England."""
    council = make_council(session, month="2026-07")
    first, second, *_ = audits_in(session, council.cycle)
    complete_audit(session, first, at=day_in_summer(22, 59))
    complete_audit(session, second, at=day_in_summer(23, 30))
    session.flush()
    completion = cycle_results(session, council.cycle).completion
    assert (completion.drawn, completion.submitted, completion.late) == (6, 2, 1)
    (summary,) = cycle_summaries(session)
    assert (summary.drawn, summary.submitted, summary.late) == (6, 2, 1)


def test_completion_names_everybody_who_was_to_audit(session: Session) -> None:
    council = make_council(session)
    submit_at_random(session, council.cycle, "completion", leave=1)
    said = completion_of(session, council.cycle)
    assert [one.person.name for one in said] == sorted(p.name for p in council.managers)
    assert sum(one.submitted for one in said) == 5
    assert all(len(one.audits) == 2 for one in said)


def test_a_cycle_without_audits_has_counts_of_nought(session: Session) -> None:
    council = make_council(session)
    results = cycle_results(session, council.cycle)
    assert results.files == ()
    assert all(result.count == Count() for result in results.themes)
    assert (results.before("chronology"), results.last_submitted_at) == (None, None)
    assert latest_closed_cycle(session) is None
