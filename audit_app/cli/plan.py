"""`audit-app plan`: the audit plan at the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from audit_app.audit_plan.read import read_plan
from audit_app.audit_plan.read_routes import read_routes
from audit_app.cli.context import Day, NotFound, as_json, open_session, say
from audit_app.clock import now, today
from audit_app.core.access import Role
from audit_app.core.plan import (
    AUDITORS,
    KIND_WORDS,
    MoveReason,
    PlanDraft,
    PlanKind,
    year_of,
)
from audit_app.store.people import find_person
from audit_app.store.plan import add_entry, plan_of_year, what_it_lacks
from audit_app.store.plan_files import load_plan, load_routes, plan_data
from audit_app.store.routes import routes_due

of_year = click.option(
    "--year", type=click.IntRange(2000, 2198), help="The year that begins in this April; this one."
)


@click.group()
def plan() -> None:
    """The audit plan: what is audited in which month, and reported to whom."""


@plan.command(name="list")
@of_year
@as_json
def list_entries(year: int | None, as_json: bool) -> None:
    """List the entries of a year, with their state and what is late."""
    with open_session(writes=False) as (session, _settings):
        lines = plan_of_year(session, _year(year), today=today())
        rows = [
            {
                "key": one.entry.key,
                "kind": one.entry.kind.value,
                "title": one.entry.title,
                "month": one.entry.month,
                "state": one.state.value,
                "late": one.late.value if one.late else None,
                "report_to": one.entry.body,
                "report_on": one.entry.report_on.isoformat() if one.entry.report_on else None,
                "cycle": one.entry.cycle.key if one.entry.cycle else None,
            }
            for one in lines
        ]
    said = [
        f"{row['month']}  {row['key']}  {row['title']}  {row['state']}"
        + (f"  late: {row['late']}" if row["late"] else "")
        for row in rows
    ]
    say({"entries": rows}, said or ["Nothing is planned for this year."], as_json=as_json)


@plan.command()
@click.argument("kind", type=click.Choice([kind.value for kind in PlanKind]))
@click.option("--title", required=True)
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--auditors", required=True, type=click.Choice([role.value for role in AUDITORS]))
@click.option("--form", default="", help="The audit form; a themed audit may leave it open.")
@click.option("--cohort", default="", help="What is audited, in words; never names or numbers.")
@click.option("--due", "due_on", type=Day(), help="Until when the audits are done.")
@click.option("--auditor", default="", help="The address of the one who audits.")
@click.option("--report-to", "body", default="", help="The committee or body.")
@click.option("--report-on", type=Day(), help="The day on which it is reported.")
@click.option("--exempt-item", "exempt", is_flag=True, help="Not in the public part.")
@as_json
def add(kind: str, auditors: str, auditor: str, as_json: bool, **said: Any) -> None:  # noqa: ANN401
    """Plan one audit. A re-audit is planned on its page or by a file."""
    with open_session() as (session, _settings):
        person = find_person(session, auditor) if auditor else None
        if auditor and person is None:
            raise NotFound(f"Nobody has the address {auditor}. Nothing was changed.")
        draft = PlanDraft(
            kind=PlanKind(kind),
            role=Role(auditors),
            auditor_id=person.id if person is not None else None,
            **said,
        )
        entry = add_entry(session, draft, by=None, at=now())
        key, month = entry.key, entry.month
    say({"key": key, "month": month}, [f"{key} is planned for {month}."], as_json=as_json)


@plan.command()
@of_year
@as_json
def check(year: int | None, as_json: bool) -> None:
    """Say what the plan of a year lacks and what is late; ends with 1 where there is any."""
    chosen = _year(year)
    with open_session(writes=False) as (session, _settings):
        lacks = what_it_lacks(session, chosen)
        late = [
            {"key": one.entry.key, "late": one.late.value}
            for one in plan_of_year(session, chosen, today=today())
            if one.late
        ]
    lacking = [{"kind": one.kind.value, "months": list(one.months)} for one in lacks]
    lines = [f"No {KIND_WORDS[one.kind].lower()} in {', '.join(one.months)}." for one in lacks]
    lines += [f"{one['key']} is late: {one['late']}." for one in late]
    say({"lacks": lacking, "late": late}, lines or ["Nothing is lacking or late."], as_json=as_json)
    sys.exit(1 if lacking or late else 0)


@plan.command()
@as_json
def export(as_json: bool) -> None:
    """Print the whole plan; what --json prints can be loaded again."""
    with open_session(writes=False) as (session, _settings):
        entries = plan_data(session)
    lines = [f"{one['month']}  {one['key']}  {one['title']}" for one in entries]
    say({"entries": entries}, lines or ["Nothing is planned yet."], as_json=as_json)


@plan.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--because",
    type=click.Choice([reason.value for reason in MoveReason]),
    help="Why dates move, where the file moves any.",
)
@as_json
def load(file: Path, because: str | None, as_json: bool) -> None:
    """Plan what FILE (YAML, or JSON as exported) names; what it does not name stays."""
    rows = read_plan(file)
    reason = MoveReason(because) if because else None
    with open_session() as (session, _settings):
        added, changed = load_plan(session, rows, reason=reason, by=None, at=now())
    line = f"{added} planned anew, {changed} changed, of {len(rows)} entries."
    say({"added": added, "changed": changed, "entries": len(rows)}, [line], as_json=as_json)


@plan.command()
@as_json
def routes(as_json: bool) -> None:
    """List the bodies that are told of audits, the earliest due day first."""
    with open_session(writes=False) as (session, _settings):
        rows = [
            {
                "body": one.route.body,
                "what": one.route.what,
                "rhythm": one.route.rhythm.value,
                "due_on": one.due_on.isoformat(),
                "late": one.late,
            }
            for one in routes_due(session, today=today())
        ]
    lines = [
        f"{row['due_on']}{'  late' if row['late'] else ''}  {row['body']}  {row['what']}"
        for row in rows
    ]
    say({"routes": rows}, lines or ["No body is named yet."], as_json=as_json)


@plan.command(name="load-routes")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@as_json
def take_routes(file: Path | None, as_json: bool) -> None:
    """Add the routes of FILE, or those that are shipped; the first day of each is from today on."""
    rows = read_routes(file)
    with open_session() as (session, _settings):
        added = load_routes(session, rows, begins=today(), by=None, at=now())
    say({"added": added}, [f"{added} of {len(rows)} routes were added."], as_json=as_json)


def _year(year: int | None) -> int:
    return year if year is not None else year_of(f"{today():%Y-%m}")
