"""`audit-app reports`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from audit_app.cli.context import NotFound, as_json, cycle_named, say
from audit_app.config import settings_from_environment
from audit_app.jobs import compile_edition
from audit_app.reports.designs import list_designs, load_design
from audit_app.store.cycles import latest_closed_cycle
from audit_app.store.database import Database
from audit_app.store.schema import check_schema


@click.group()
def reports() -> None:
    """Reports: compiling a cycle's PDF."""


@reports.command()
@as_json
def designs(as_json: bool) -> None:
    """List the report designs."""
    rows = [{"design": key, "title": load_design(key).title} for key in list_designs()]
    say({"designs": rows}, [f"{row['design']}  {row['title']}" for row in rows], as_json=as_json)


@reports.command(name="compile")
@click.argument("design")
@click.argument("cycle", required=False)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--exempt", is_flag=True, help="Mark every page as exempt under Schedule 12A.")
@as_json
def compile_(design: str, cycle: str | None, output: Path, exempt: bool, as_json: bool) -> None:
    """Compile CYCLE's report in DESIGN, keep it as an edition and write it to a file.

    Without CYCLE it is the newest regular cycle that is closed.
    """
    if not output.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {output.absolute().parent}. Nothing was compiled.")
    settings = settings_from_environment(needs_secret=False)
    database = Database(settings.database_url)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=as_json,
        transient=True,
    )
    try:
        check_schema(database)
        load_design(design)
        key = _find_key(database, cycle)
        with bar:
            task = bar.add_task("Reading the cycle", total=1)
            compiled = compile_edition(
                database,
                settings,
                key,
                design,
                exempt=exempt,
                by_id=None,
                progress=lambda done, of, note: bar.update(
                    task, completed=done, total=of, description=note
                ),
            )
    finally:
        database.close()
    _write(output, compiled.content)
    said = "Compiled" if compiled.new else "Nothing has changed since"
    say(
        {
            "file": str(output),
            "edition": compiled.number,
            "pages": compiled.pages,
            "new": compiled.new,
        },
        [f"{said} edition {compiled.number}, {compiled.pages} pages: {output}"],
        as_json=as_json,
    )


def _find_key(database: Database, named: str | None) -> str:
    with database.session(writes=False) as session:
        found = cycle_named(session, named) if named else latest_closed_cycle(session)
        if found is None:
            raise NotFound("No cycle is closed yet: name the cycle. Nothing was compiled.")
        return found.key


def _write(path: Path, content: bytes) -> None:
    """A reader never sees half a file."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
