"""Findings of the service: theme results over the teams with small counts left out.

Only cycles that are closed: while audits still come in, a count of today less that of yesterday
would tell of one case file.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from audit_app.core.access import Permission
from audit_app.core.lifecycle import CycleState, FindingKind
from audit_app.core.suppression import LARGEST, SMALLEST, suppress
from audit_app.core.theme_results import ThemeResult
from audit_app.store.cycles import cycle_summaries, visible_cycle
from audit_app.store.findings import findings_of
from audit_app.store.instruments import load_form
from audit_app.store.results import cycle_results
from audit_app.store.tables import Cycle, Finding
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db

pages = Blueprint("service", __name__, template_folder="templates", url_prefix="/service")

SHOWN = 24


@dataclass(frozen=True, slots=True)
class ThemeTable:
    """One theme by team: names, each with met, not met and both together; None is left out."""

    title: str
    rows: list[tuple[str, list[int | None]]]
    total: list[int | None]


@dataclass(frozen=True, slots=True)
class SaidFinding:
    """A confirmed finding; `statement` None where its own count is too small to be said."""

    kind: FindingKind
    theme: str
    statement: str | None


@pages.get("")
@requires(Permission.SEE_SERVICE_FINDINGS)
def show_cycles() -> str:
    """The closed cycles, newest first."""
    within = cycle_summaries(db(), current_person(), Permission.SEE_SERVICE_FINDINGS)
    closed = [one for one in within if one.cycle.state is CycleState.CLOSED and one.submitted]
    return render_template(
        "service/cycles.html", title="Findings of our service", summaries=closed[:SHOWN]
    )


@pages.get("/<key>")
@requires(Permission.SEE_SERVICE_FINDINGS)
def show_cycle(key: str) -> str:
    """One cycle: what was found, and every theme over the teams."""
    cycle = _cycle(key)
    results, form = cycle_results(db(), cycle), load_form(cycle.form_version)
    tables = {one.theme: _table(form.bank(one.theme).title, one) for one in results.themes}
    findings = [
        SaidFinding(
            one.kind,
            form.bank(one.theme).title,
            one.statement if _may_be_said(one, tables[one.theme]) else None,
        )
        for one in findings_of(db(), cycle, confirmed_only=True)
    ]
    return render_template(
        "service/cycle.html",
        title=f"Findings of our service: {cycle.name}",
        cycle=cycle,
        findings=findings,
        tables=list(tables.values()),
    )


def _cycle(key: str) -> Cycle:
    cycle = visible_cycle(db(), current_person(), key, Permission.SEE_SERVICE_FINDINGS)
    if cycle is None or cycle.state is not CycleState.CLOSED:
        hidden("cycle", cycle.id if cycle is not None else None)
    return cycle


def _table(title: str, result: ThemeResult) -> ThemeTable:
    teams = [(name, count) for name, count in result.teams.items() if count.n]
    published = suppress([(count.k, count.n - count.k) for _name, count in teams] or [(0, 0)])
    names = [name for name, _count in teams]
    return ThemeTable(title, list(zip(names, published, strict=False)), published[-1])


def _may_be_said(finding: Finding, table: ThemeTable) -> bool:
    """Whether the sentence, which says its count, gives away no count that is left out."""
    small = range(SMALLEST, LARGEST + 1)
    if any(count in small for count in (finding.k, finding.n - finding.k, finding.n)):
        return False
    return finding.question_id is not None or None not in table.total
