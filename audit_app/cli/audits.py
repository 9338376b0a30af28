"""`audit-app audits`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from audit_app.attachments.folder import AttachmentFolder
from audit_app.cli.context import NotFound, as_json, cycle_named, open_session, say
from audit_app.clock import now
from audit_app.store.attachments import check_folder
from audit_app.store.exchange import load_audits
from audit_app.store.exports import export_audits
from audit_app.store.history import record_history


@click.group()
def audits() -> None:
    """Audits as data: out for an outsider to reckon with, in from people who work away."""


@audits.command()
@click.argument("cycle")
@click.option("--format", "format_", type=click.Choice(["json"]), default="json")
@click.option("--json", is_flag=True, expose_value=False, help="As --format json.")
def export(cycle: str, format_: str) -> None:
    """Print every answer, score and grade of CYCLE with its versions, by pseudonym."""
    with open_session() as (session, _settings):
        found = cycle_named(session, cycle)
        data = export_audits(session, found)
        detail = {"audits": len(data["audits"])}
        action = f"exported {format_}"
        record_history(session, None, action, "cycle", found.id, at=now(), detail=detail)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@audits.command()
@click.argument("cycle")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
def load(cycle: str, file: Path, as_json: bool) -> None:
    """Record and submit the answers in FILE (the shape that export prints); all or nothing."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        raise NotFound(f"{file} is not JSON ({fault}). Nothing was loaded.") from None
    with open_session() as (session, _settings):
        found = cycle_named(session, cycle)
        at = now()
        recorded, submitted = load_audits(session, found, data, at=at)
        detail = {"recorded": recorded, "submitted": submitted}
        record_history(session, None, "loaded audits", "cycle", found.id, at=at, detail=detail)
    say(
        {"recorded": recorded, "submitted": submitted},
        [f"{recorded} audits recorded, {submitted} of them submitted."],
        as_json=as_json,
    )


@audits.command()
@click.option("--check", is_flag=True, required=True, help="Compare the table with the folder.")
@as_json
def attachments(check: bool, as_json: bool) -> None:
    """Say which attached files are missing or changed, and which lie there without being known.

    Exit 1 where table and folder do not agree. Nothing is changed.
    """
    assert check
    with open_session(writes=False) as (session, settings):
        found = check_folder(session, AttachmentFolder.of(settings.instance))
    lines = [f"{found.sound} attached files are as they were."]
    lines += [f"attachment {id_}: its file is missing" for id_ in found.missing]
    lines += [f"attachment {id_}: its file was changed" for id_ in found.changed]
    lines += [f"{name}: belongs to no attachment" for name in found.stray]
    say({"agrees": found.agrees, **asdict(found)}, lines, as_json=as_json)
    if not found.agrees:
        raise SystemExit(1)
