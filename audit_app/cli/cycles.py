"""`audit-app cycles` and `audit-app sample`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from audit_app.caseload.cohort_file import read_cohort_file
from audit_app.cli.context import Day, NotFound, as_json, cycle_named, open_session, say
from audit_app.cli.sample_size import size
from audit_app.clock import now
from audit_app.core.completion import say_done
from audit_app.core.sampling import EXCLUSION_WORDS, Filters
from audit_app.core.sampling_methods import Method
from audit_app.store.cycles import close_cycle, create_cycle, cycle_summaries
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_form
from audit_app.store.people import find_person
from audit_app.store.redrawing import draw_again
from audit_app.store.samples import draw_cycle_sample, drawn_cases
from audit_app.store.tables import Person, Sample, SampleCase

PER_AUDITOR = 2


@click.group()
def cycles() -> None:
    """Cycles: rounds of audits."""


@cycles.command()
@click.argument("form")
@click.option("--name", required=True, help="How people call it: “November 2026 sample”.")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--due", type=Day(), help="Due day; the month's last.")
@click.option("--auditor", "emails", multiple=True, help="Who audits; everybody with the role.")
@click.option(
    "--agency",
    "answering",
    type=(str, str),
    multiple=True,
    metavar="AGENCY EMAIL",
    help="Who answers for an agency of the form; once for each that takes part.",
)
@as_json
def create(
    form: str,
    name: str,
    month: str,
    due: date | None,
    emails: tuple[str, ...],
    answering: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """Open a cycle with the newest version of FORM."""
    with open_session() as (session, _settings):
        version = latest_form(session, form)
        if version is None:
            raise NotFound(f"No form “{form}” is published. No cycle was opened.")
        auditors = [_person(session, email) for email in emails]
        at = now()
        cycle = create_cycle(
            session,
            version,
            name=name,
            month=month,
            due_on=due,
            auditors=auditors or None,
            agencies={agency: _person(session, email) for agency, email in answering},
            at=at,
        )
        detail = {"state": [None, cycle.state], "auditors": len(cycle.auditors)}
        record_history(session, None, "opened", "cycle", cycle.id, at=at, detail=detail)
        data = {
            "cycle": cycle.key,
            "name": cycle.name,
            "month": cycle.month,
            "due_on": cycle.due_on.isoformat(),
            "form": f"{version.key} {version.version}",
            "auditors": len(cycle.auditors),
        }
    say(data, [f"{data['cycle']} is open, with {data['auditors']} auditors."], as_json=as_json)


def _person(session: Session, email: str) -> Person:
    person = find_person(session, email)
    if person is None:
        raise NotFound(f"Nobody has the address {email}. No cycle was opened.")
    return person


@cycles.command(name="list")
@as_json
def list_cycles(as_json: bool) -> None:
    """List the cycles, newest month first."""
    with open_session() as (session, _settings):
        summaries = cycle_summaries(session)
        rows = [
            {
                "cycle": one.cycle.key,
                "name": one.cycle.name,
                "month": one.cycle.month,
                "state": one.cycle.state.value,
                "drawn": one.drawn,
                "due": one.due,
                "left_out": str(one.left_out),
                "submitted": one.submitted,
                "late": one.late,
            }
            for one in summaries
        ]
        lines = [
            f"{one.cycle.key}  {one.cycle.name}  {one.cycle.state}  "
            f"{say_done(one.submitted, one.due, one.left_out)}"
            for one in summaries
        ]
    say({"cycles": rows}, lines or ["There is no cycle yet."], as_json=as_json)


@cycles.command()
@click.argument("cycle")
@as_json
def close(cycle: str, as_json: bool) -> None:
    """Close CYCLE: the round is over."""
    with open_session() as (session, _settings):
        found = cycle_named(session, cycle)
        at, before = now(), found.state
        close_cycle(found, at=at)
        detail = {"state": [before, found.state]}
        record_history(session, None, "closed", "cycle", found.id, at=at, detail=detail)
        key = found.key
    say({"cycle": key, "state": "closed"}, [f"{key} is closed."], as_json=as_json)


@click.group()
def sample() -> None:
    """Samples: how many case files are enough, and drawing them at random."""


sample.add_command(size)


@sample.command()
@click.argument("cycle")
@click.option(
    "--method",
    type=click.Choice([one.value for one in Method if one is not Method.FOR_AGENCIES]),
    default=Method.PER_AUDITOR.value,
    show_default=True,
    help="So many for each auditor, or a number drawn first and then shared out.",
)
@click.option(
    "--number",
    type=click.IntRange(min=1),
    help="How many the method draws, or how many from each team.",
)
@click.option(
    "--per-auditor",
    type=click.IntRange(min=1),
    help="So many for each auditor (2); the most for each where a number is drawn first.",
)
@click.option("--seed", help="Draw with this seed again; otherwise a random one.")
@click.option("--status", "statuses", multiple=True, help="Only case files of this status.")
@click.option("--team", "teams", multiple=True, help="Only case files of this team.")
@click.option("--age-from", type=click.IntRange(0, 25), help="Youngest age, in years.")
@click.option("--age-to", type=click.IntRange(0, 25), help="Oldest age, in years.")
@click.option(
    "--cohort",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Only case files that meet every line of this saved cohort.",
)
@as_json
def draw(
    cycle: str,
    method: str,
    number: int | None,
    per_auditor: int | None,
    seed: str | None,
    statuses: tuple[str, ...],
    teams: tuple[str, ...],
    age_from: int | None,
    age_to: int | None,
    cohort: Path | None,
    as_json: bool,
) -> None:
    """Draw CYCLE's sample from the extract in use, and allocate its audits."""
    lines = read_cohort_file(cohort).lines if cohort else ()
    filters = Filters(frozenset(statuses), frozenset(teams), age_from, age_to, lines)
    with open_session() as (session, _settings):
        found = cycle_named(session, cycle)
        by_method = Method(method)
        if not by_method.is_shared_out:
            per_auditor = per_auditor or PER_AUDITOR
        drawn = draw_cycle_sample(
            session,
            found,
            filters,
            per_auditor=per_auditor,
            seed=seed,
            by=None,
            at=now(),
            method=by_method,
            number=number,
        )
        history = {"frame_size", "per_auditor", "method", "number"}
        data = {"cycle": found.key, **_facts(drawn)}
        detail = {name: data[name] for name in sorted(history)}
        record_history(session, None, "drew", "sample", drawn.id, at=now(), detail=detail)
        rows = _rows(drawn_cases(session, drawn))
        excluded = {row.reason: row.count for row in drawn.exclusions}
        data |= {
            "excluded": {reason.value: count for reason, count in excluded.items()},
            "drawn": rows,
        }
    said = [f"{row['case_reference']}  {row['auditor']}" for row in rows]
    said += [f"{count} {EXCLUSION_WORDS[reason]}" for reason, count in excluded.items()]
    said.append(
        f"{len(rows)} drawn from a frame of {data['frame_size']} with the seed {data['seed']}."
    )
    say(data, said, as_json=as_json)


def _rows(cases: Iterable[SampleCase]) -> list[dict[str, str]]:
    return [
        {
            "auditor": one.auditor.email if one.auditor else "each agency",
            "case_reference": one.case_file.reference,
        }
        for one in cases
    ]


def _facts(drawn: Sample) -> dict[str, object]:
    """How a sample was drawn."""
    return {
        "method": drawn.method,
        "number": drawn.number,
        "per_auditor": drawn.per_auditor,
        "seed": drawn.seed,
        "frame_size": drawn.frame_size,
        "frame_hash": drawn.frame_hash,
        "filters": drawn.filters,
    }


@sample.command()
@click.argument("cycle")
@as_json
def verify(cycle: str, as_json: bool) -> None:
    """Draw CYCLE's sample again from its stored frame (exit 0: the same, 1: another)."""
    with open_session(writes=False) as (session, _settings):
        found = cycle_named(session, cycle)
        kept = found.sample
        if kept is None:
            raise NotFound(f"No sample of {found.key} is drawn yet, so there is none to verify.")
        again = draw_again(session, found, kept)
        data = {
            "cycle": found.key,
            "same": again.difference is None,
            **_facts(kept),
            "drawn": len(again.drawn),
            "difference": again.difference,
        }
    said = again.difference or (
        f"The sample of {data['cycle']} is the one that its frame of {data['frame_size']} and the "
        f"seed {data['seed']} give: {data['drawn']} drawn, each for the same auditor."
    )
    say(data, [said], as_json=as_json)
    sys.exit(1 if again.difference else 0)
