"""`audit-app cohorts`."""

from __future__ import annotations

from pathlib import Path

import click

from audit_app.caseload.cohort_file import read_cohort_file
from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.core.sampling import Filters
from audit_app.store.caseload import current_extract
from audit_app.store.cohorts import count_open, count_steps

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def cohorts() -> None:
    """Cohorts: which case files are meant, saved as lines in a file."""


@cohorts.command()
@click.argument("file", type=FILE)
@as_json
def check(file: Path, as_json: bool) -> None:
    """Read FILE and say its lines as they are understood; a fault names its line."""
    cohort = read_cohort_file(file)
    lines = [line.words for line in cohort.lines]
    say({"cohort": cohort.title, "lines": lines}, [f"{cohort.title}:", *lines], as_json=as_json)


@cohorts.command()
@click.argument("file", type=FILE)
@as_json
def count(file: Path, as_json: bool) -> None:
    """How many case files of the extract in use each line of FILE leaves."""
    cohort = read_cohort_file(file)
    filters = Filters(lines=cohort.lines)
    with open_session(writes=False) as (session, _settings):
        extract = current_extract(session)
        if extract is None:
            raise NotFound("There is no caseload yet: import one first.")
        open_now = count_open(session, extract, filters)
        steps = count_steps(session, extract, filters)
        data = {
            "cohort": cohort.title,
            "as_at": extract.as_at.isoformat(),
            "case_files": open_now,
            "left": [{"line": step.words, "left": step.left} for step in steps],
        }
    kept = "" if filters.keeps_closed else " that are not closed"
    lines = [f"{open_now:>9,}  case files{kept}"]
    lines += [f"{step.left:>9,}  {step.words}" for step in steps]
    say(data, lines, as_json=as_json)
