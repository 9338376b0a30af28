"""`audit-app subject-access`: everything held about one case file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from audit_app.cli.context import NotFound, open_session
from audit_app.clock import now
from audit_app.readable import readable_page
from audit_app.store.history import record_history
from audit_app.store.subject_access import case_files_asked_for, everything_about


@click.command()
@click.argument("case_file")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The JSON file to write; the same as a page is written beside it.",
)
def subject_access(case_file: str, out: Path) -> None:
    """Write everything held about CASE_FILE, named by its reference or the council's number.

    With a child's number the strategy discussions about the child are written too.

    Two files, for their owner alone: FILE as JSON, and the same to be read, ending in .html.
    """
    page = out.with_suffix(".html")
    if page == out:
        raise NotFound("The file must not end in .html. Nothing was written.")
    with open_session() as (session, _settings):
        found = case_files_asked_for(session, case_file)
        if not found:
            raise NotFound("There is no case file with this reference or number.")
        at = now()
        for one in found:
            record_history(session, None, "exported everything", "case file", one.id, at=at)
        first, *others = found
        data = everything_about(session, first, at=at, others=others)
        title = f"Everything held about {first.words.call_inside(first.reference)}"
        _write(out, json.dumps(data, ensure_ascii=False, indent=2))
        _write(page, readable_page(title, data))
    click.echo(f"Wrote {out} and {page}. They name a child: keep them as such.")


def _write(path: Path, text: str) -> None:
    """For the owner alone, since it names a child."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
