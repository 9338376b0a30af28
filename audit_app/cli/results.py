"""`audit-app findings` and `audit-app rescore`."""

from __future__ import annotations

import sys
from typing import Any

import click

from audit_app.cli.context import as_json, cycle_named, open_session, say
from audit_app.core.intervals import CHANGE_WORDS
from audit_app.core.theme_results import Count
from audit_app.store.findings import findings_of
from audit_app.store.results import CycleResults, cycle_results
from audit_app.store.scores import find_drift


@click.command()
@click.argument("cycle")
@as_json
def findings(cycle: str, as_json: bool) -> None:
    """Show CYCLE's theme results: k of n case files with 95% intervals, and its findings."""
    with open_session(writes=False) as (session, _settings):
        found = cycle_named(session, cycle)
        results = cycle_results(session, found)
        themes = [_theme_data(results, place) for place in range(len(results.themes))]
        data = {
            "cycle": found.key,
            "form": f"{results.form.key} {results.form.version}",
            "submitted": len(results.files),
            "themes": themes,
            "findings": [
                {
                    "theme": one.theme,
                    "question": one.question_id,
                    "kind": one.kind.value,
                    "state": one.state.value,
                    "statement": one.statement,
                    "k": one.k,
                    "n": one.n,
                }
                for one in findings_of(session, found)
            ],
        }
    lines = [f"{len(results.files)} submitted audits."] + [
        f"{row['title']}: {row['k']} of {row['n']} case files; {row['change_in_words']}"
        for row in themes
    ]
    say(data, lines, as_json=as_json)


@click.command()
@click.option("--check", is_flag=True, required=True, help="Only compare; change nothing.")
@as_json
def rescore(check: bool, as_json: bool) -> None:
    """Reckon every stored score anew and say where one differs (exit 1)."""
    with open_session(writes=False) as (session, _settings):
        drifts = list(find_drift(session))
    rows = [
        {"audit": d.audit_id, "what": d.what, "stored": d.stored, "reckoned": d.reckoned}
        for d in drifts
    ]
    lines = [
        f"audit {d.audit_id}: {d.what}: {d.stored} stored, {d.reckoned} reckoned" for d in drifts
    ]
    say({"checked": check, "drift": rows}, lines or ["0 drift."], as_json=as_json)
    sys.exit(1 if drifts else 0)


def _count_data(count: Count) -> dict[str, Any]:
    interval = count.interval
    return {
        "k": count.k,
        "n": count.n,
        "low": interval.low if interval is not None else None,
        "high": interval.high if interval is not None else None,
        "partly_met": count.partly_met,
        "not_met": count.not_met,
        "not_recorded": count.not_recorded,
        "not_applicable": count.not_applicable,
    }


def _theme_data(results: CycleResults, place: int) -> dict[str, Any]:
    result = results.themes[place]
    before = results.before(result.theme)
    earlier = before.themes[result.theme] if before is not None else None
    change = result.count.change_from(earlier)
    return {
        "theme": result.theme,
        "title": results.form.bank(result.theme).title,
        **_count_data(result.count),
        "before": {"month": before.month, "k": earlier.k, "n": earlier.n}
        if before is not None and earlier is not None
        else None,
        "change": change.value,
        "change_in_words": CHANGE_WORDS[change],
        "questions": [
            {"question": key, **_count_data(count)} for key, count in result.questions.items()
        ],
        "teams": [{"team": name, **_count_data(count)} for name, count in result.teams.items()],
        "months": [
            {
                "month": point.month,
                "comparable": result.theme in point.comparable,
                **_count_data(point.themes[result.theme]),
            }
            for point in results.run
        ],
        "common_questions": _common_data(results, result.theme),
    }


def _common_data(results: CycleResults, theme: str) -> dict[str, Any] | None:
    """What can be read across the last break of a theme, in answers; None where it has none."""
    common = results.common.get(theme)
    if common is None:
        return None
    return {
        "questions": list(common.questions),
        "months": [
            {"month": point.month, "k": count.k, "n": count.n}
            for point, count in zip(results.run, common.counts, strict=True)
            if count is not None
        ],
    }
