"""`audit-app caseload`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from audit_app.caseload.census import join_census, read_census
from audit_app.caseload.read import read_caseload, read_mapping
from audit_app.caseload.values import Caseload
from audit_app.cli.context import Day, NotFound, as_json, open_session, say
from audit_app.clock import now, today
from audit_app.core.front_door import Figure
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.store.caseload import current_extract, in_use_of, store_extract, use_extract
from audit_app.store.front_door import FrontDoorPage, front_door_of_extract
from audit_app.store.history import record_history

MOST_LINES = 25


@click.group()
def caseload() -> None:
    """The council's caseload: the frame that samples are drawn from."""


@caseload.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as-at", type=Day(), help="The extract's day; today.")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True), help="CSV columns.")
@click.option(
    "--subject",
    type=click.Choice([one.value for one in Subject]),
    default=Subject.CASE_FILE.value,
    show_default=True,
    help="What FILE lists.",
)
@click.option(
    "--cin",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Children in need census (.xml) whose assessment factors are joined.",
)
@click.option("--replace", is_flag=True, help="Replace the extract of the same day.")
@as_json
def import_(
    file: Path,
    as_at: date | None,
    mapping: Path | None,
    subject: str,
    cin: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Import FILE: an Annex A workbook (.xlsx), or a .csv. No copy of it is kept."""
    day, kind = as_at or today(), Subject(subject)
    read = read_caseload(
        file, as_at=day, mapping=read_mapping(mapping) if mapping else None, subject=kind
    )
    if cin is not None:
        read = join_census(read, read_census(cin, as_at=day))
    with open_session(needs_secret=True) as (session, settings):
        same_day = in_use_of(session, day, kind)
        if same_day is not None and not replace and sys.stdin.isatty():
            question = f"Replace the extract as at {day:%d/%m/%Y}?"
            replace = click.confirm(question, abort=True, err=True)
        at = now()
        extract = store_extract(
            session, read, as_at=day, by=None, key=settings.pseudonym_key, at=at
        )
        use_extract(session, extract, replace=replace, at=at)
        detail: dict[str, object] = {
            "subject": subject,
            "case_files": len(read.entries),
            "rows_read": read.rows_read,
        }
        if same_day is not None:
            detail["replaced_extract"] = same_day.id
        record_history(session, None, "imported", "extract", extract.id, at=at, detail=detail)
    data = {"as_at": day.isoformat(), "subject": subject, **_what_was_read(read)}
    say(data, _in_lines(read), as_json=as_json)


def _what_was_read(read: Caseload) -> dict[str, object]:
    return {
        "rows_read": read.rows_read,
        "case_files": len(read.entries),
        "sheets": [{"sheet": s.name, "list": s.list_number, "rows": s.rows} for s in read.sheets],
        "doubtful": [
            {"sheet": d.sheet, "row": d.row, "column": d.column, "what": d.what}
            for d in read.doubtful
        ],
        "unmatched": [{"sheet": u.sheet, "row": u.row, "rows": u.rows} for u in read.unmatched],
        "census": _what_was_joined(read),
    }


def _what_was_joined(read: Caseload) -> dict[str, int] | None:
    if read.census is None:
        return None
    return {
        "children": read.census.children,
        "matched": sum(entry.in_census is True for entry in read.entries),
        "with_an_assessment": sum(entry.assessed_on is not None for entry in read.entries),
        "not_in_census": sum(entry.in_census is False for entry in read.entries),
        "not_in_extract": len(read.census.strangers),
    }


def _in_lines(read: Caseload) -> list[str]:
    lines = [
        f"{d.sheet}, row {d.row}, {d.column or 'whole row'}: {d.what}"
        for d in read.doubtful[:MOST_LINES]
    ]
    if len(read.doubtful) > MOST_LINES:
        lines.append(f"… and {len(read.doubtful) - MOST_LINES} more; --json lists them all.")
    said = (
        f"{SUBJECT_WORDS[read.subject].count(len(read.entries))} from {read.rows_read} rows; "
        f"{len(read.doubtful)} places were doubtful"
    )
    if read.subject is Subject.CASE_FILE:
        said += f", {len(read.unmatched)} children stand in other lists but not in list 6"
    lines.append(f"{said}.")
    if joined := _what_was_joined(read):
        lines.append(
            f"Census: {joined['children']} children, {joined['matched']} of them in the extract "
            f"({joined['with_an_assessment']} with an assessment that counts), "
            f"{joined['not_in_extract']} not; {joined['not_in_census']} case files are not in it."
        )
    return lines


@caseload.command(name="front-door")
@click.option("--as-at", type=Day(), help="The day of the extract; the latest in use.")
@click.option("--from", "first", type=Day(), help="Only referrals from this day on.")
@click.option("--to", "last", type=Day(), help="Only referrals up to this day.")
@as_json
def front_door(as_at: date | None, first: date | None, last: date | None, as_json: bool) -> None:
    """Referrals, decisions, assessments and services, as lists 3, 4 and 6 tell them."""
    with open_session() as (session, _settings):
        extract = in_use_of(session, as_at) if as_at else current_extract(session)
        if extract is None:
            day = f" as at {as_at:%d/%m/%Y}" if as_at else ""
            raise NotFound(f"There is no extract{day} of case files in use.")
        page = front_door_of_extract(session, extract, first, last)
    data = {
        "as_at": page.as_at.isoformat(),
        "from": page.first.isoformat() if page.first else None,
        "to": page.last.isoformat() if page.last else None,
        "kept": page.kept,
        "figures": [_figure_data(figure) for figure in page.figures],
    }
    say(data, _front_door_lines(page), as_json=as_json)


def _figure_data(figure: Figure) -> dict[str, object]:
    return {
        "key": figure.key,
        "title": figure.title,
        "k": figure.k,
        "n": figure.n,
        "of": figure.of,
        "lists": figure.source,
        "beside": list(figure.beside),
    }


def _front_door_lines(page: FrontDoorPage) -> list[str]:
    lines = [f"Extract as at {page.as_at:%d/%m/%Y}"]
    if page.first and page.last:
        lines[0] += f", referrals from {page.first:%d/%m/%Y} to {page.last:%d/%m/%Y}"
    if not page.kept:
        said = "Its referrals are not kept: it was read before they were counted, or was purged."
        return [*lines, said]
    for figure in page.figures:
        count = "not in the lists" if figure.k is None else str(figure.k)
        if figure.n is not None:
            count += f" of {figure.n} {figure.of}"
        beside = f" ({'; '.join(figure.beside)})" if figure.beside else ""
        lines.append(f"{figure.title}: {count}{beside} [list {figure.source}]")
    return lines
