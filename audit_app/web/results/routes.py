"""Pages of a cycle's results. Every figure leads to the answers behind it."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template

from audit_app.core.access import Permission
from audit_app.core.question_bank import OUTCOME_WORDS, Outcome, QuestionBank
from audit_app.core.sampling_methods import Method, say_caution
from audit_app.core.theme_results import weakest_first
from audit_app.reports.charts import draw_share
from audit_app.reports.gather_themes import (
    question_numbers,
    question_row,
    run_chart,
    team_cells,
    theme_row,
)
from audit_app.reports.heat_map import draw_heat_key, draw_heat_map, draw_team_tiles
from audit_app.reports.run_chart import draw_run_chart
from audit_app.reports.wording import headline, say_count, say_range, theme_statement
from audit_app.store.cycles import visible_cycle
from audit_app.store.evidence import Evidence, evidence_of
from audit_app.store.front_door import front_door_of_cycle
from audit_app.store.instruments import load_form, words_of
from audit_app.store.results import cycle_results, reads_whole_audits
from audit_app.store.tables import Cycle
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.paging import page_of
from audit_app.web.results.figures import TEAM_FROM, run_of, say_team_months, team_grids

MOST_STRENGTHS = 6
pages = Blueprint(
    "results", __name__, template_folder="templates", url_prefix="/cycles/<key>/results"
)
pages.add_app_template_filter(lambda share: say_count(share.k, share.n), "k_of_n")


@pages.get("")
@requires(Permission.SEE_RESULTS)
def show_results(key: str) -> str:
    """The headline, completion, every theme, and themes by team."""
    cycle = _cycle(key)
    results = cycle_results(db(), cycle)
    rows = [theme_row(results, result) for result in results.themes]
    return render_template(
        "results/results.html" if results.files else "results/empty.html",
        title=f"Results of {cycle.name}",
        cycle=cycle,
        results=results,
        headline=headline(rows, words_of(cycle.form_version)),
        rows=rows,
        runs={row.key: run_chart(results, row.key) for row in rows},
        grids=list(team_grids(results)),
        team_months=say_team_months(results),
        team_from=TEAM_FROM,
        caution=_caution(cycle),
        front_door=front_door_of_cycle(db(), cycle),
        draw_share=draw_share,
        draw_heat_map=draw_heat_map,
        draw_heat_key=draw_heat_key,
        say_range=partial(say_range, what=words_of(cycle.form_version)),
    )


@pages.get("/<theme>")
@requires(Permission.SEE_RESULTS)
def show_theme(key: str, theme: str) -> str:
    """One theme: its questions weakest first, its months, its teams."""
    cycle = _cycle(key)
    bank = _bank(cycle, theme)
    results = cycle_results(db(), cycle)
    result = next(one for one in results.themes if one.theme == theme)
    row = theme_row(results, result)
    numbers = question_numbers(results.form)
    chart, months = run_of(results, theme)
    return render_template(
        "results/theme.html",
        title=theme_statement(row, words_of(cycle.form_version)),
        cycle=cycle,
        bank=bank,
        row=row,
        percent_from=results.form.percent_from,
        questions=[
            (
                question_id,
                question_row(numbers[question_id], results.form.questions[question_id], count),
            )
            for question_id, count in weakest_first(result.questions)
        ],
        strengths=_strengths(cycle, theme),
        most_strengths=MOST_STRENGTHS,
        numbers=numbers,
        chart=chart,
        months=months,
        teams=team_cells(results, theme, TEAM_FROM),
        team_months=say_team_months(results),
        team_from=TEAM_FROM,
        draw_share=draw_share,
        draw_run_chart=draw_run_chart,
        draw_team_tiles=draw_team_tiles,
        draw_heat_key=draw_heat_key,
        say_range=partial(say_range, what=words_of(cycle.form_version)),
    )


@pages.get("/<theme>/answers")
@pages.get("/<theme>/answers/<question_id>")
@requires(Permission.SEE_RESULTS)
def show_answers(key: str, theme: str, question_id: str | None = None) -> str:
    """The answers behind a theme's or a question's figure, those that fall short first."""
    cycle = _cycle(key)
    bank = _bank(cycle, theme)
    questions = {question.id: question for question in bank.questions}
    if question_id is not None and question_id not in questions:
        hidden("question")
    reader = current_person()
    whole = reads_whole_audits(reader, cycle)
    found = evidence_of(db(), cycle, theme, question_id, quotes_only=not whole, reader=reader)
    return render_template(
        "results/answers.html",
        title=questions[question_id].text if question_id else f"Answers on {bank.title.lower()}",
        cycle=cycle,
        bank=bank,
        question=questions[question_id] if question_id else None,
        questions=questions,
        answers=page_of(found),
        outcome_words=OUTCOME_WORDS,
        whole=whole,
    )


def _strengths(cycle: Cycle, theme: str) -> list[Evidence]:
    """What auditors wrote beside met answers, as far as the reader may read it: quotes first."""
    reader = current_person()
    quotes_only = not reads_whole_audits(reader, cycle)
    found = evidence_of(db(), cycle, theme, quotes_only=quotes_only, reader=reader)
    praised = (one for one in found if one.outcome is Outcome.MET and one.evidence)
    return sorted(praised, key=lambda one: not one.quotable)


def _cycle(key: str) -> Cycle:
    return visible_cycle(db(), current_person(), key, Permission.SEE_RESULTS) or hidden("cycle")


def _caution(cycle: Cycle) -> str:
    """What the ranges do not say of how this cycle's sample was drawn."""
    if cycle.sample is None:
        return ""
    return say_caution(Method(cycle.sample.method), words_of(cycle.form_version))


def _bank(cycle: Cycle, theme: str) -> QuestionBank:
    banks = load_form(cycle.form_version).banks
    return next((bank for bank in banks if bank.key == theme), None) or hidden("theme")
