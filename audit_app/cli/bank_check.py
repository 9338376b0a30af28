"""`audit-app banks check` and `schema`: what a save hook and an editor ask, without a database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit_app.cli.output import as_json, say
from audit_app.question_banks.read import check_paths
from audit_app.question_banks.schema import KINDS, write_schema


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@as_json
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check bank and form files; without PATHS those that are shipped."""
    faults = check_paths(paths)
    rows = [{"file": f.file, "line": f.line, "id": f.id, "what": f.what} for f in faults]
    if as_json:
        say({"faults": rows}, [], as_json=True)
    elif faults:
        click.echo("\n".join(map(str, faults)), err=True)
    else:
        click.echo("No fault found.")
    sys.exit(1 if faults else 0)


@click.command()
@click.argument("kind", type=click.Choice(KINDS), default="bank")
def schema(kind: str) -> None:
    """Print the JSON Schema of bank or form files, for an editor that completes and checks."""
    click.echo(write_schema(kind), nl=False)
