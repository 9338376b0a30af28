"""`audit-app history`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from audit_app.anchors import anchor_history, hashes_by_number, read_anchors
from audit_app.cli.context import Day, NotFound, as_json, open_session, say
from audit_app.clock import now
from audit_app.store.history import history_head, verify_history
from audit_app.store.history_lists import HistoryFilter, Listed, entries_listed

MOST_LINES = 50


@click.group()
def history() -> None:
    """The history: who did what, and whether it is as it was written."""


@history.command()
@click.option(
    "--anchors",
    "places",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A file or folder of anchors, beside those of the instance folder.",
)
@as_json
def verify(places: tuple[Path, ...], as_json: bool) -> None:
    """Reckon the chain anew and compare it with every anchor (exit 0: whole, 1: not)."""
    with open_session(writes=False) as (session, settings):
        anchors = read_anchors(settings.anchor_folder, *places)
        number, head = history_head(session)
        broken = verify_history(session, hashes_by_number(anchors))
    data = {
        "whole": broken is None,
        "entries": number,
        "head": head,
        "anchors": len(anchors),
        "first_bad": broken.number if broken else None,
        "why": broken.why if broken else None,
    }
    if broken is not None:
        lines = [f"The history does not hold. {broken.why}"]
    elif not anchors:
        lines = [
            f"The history is whole: {number:,} entries.",
            "It was compared with no anchor, so nobody can tell whether all of it was written "
            "anew: see 'audit-app history anchor'.",
        ]
    else:
        lines = [f"The history is whole: {number:,} entries, compared with {len(anchors)} anchors."]
    say(data, lines, as_json=as_json)
    sys.exit(1 if broken else 0)


@history.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
@click.option("--mail", is_flag=True, help="Also mail it to AUDIT_APP_ANCHOR_TO.")
@as_json
def anchor(out: Path | None, mail: bool, as_json: bool) -> None:
    """Print the head of the history and keep it outside the database.

    Without --out it is added to the anchors of the instance folder.
    """
    with open_session() as (session, settings):
        if mail and not settings.anchor_address:
            raise NotFound("AUDIT_APP_ANCHOR_TO is not set, so there is nobody to mail it to.")
        kept = anchor_history(session, settings, at=now(), file=out, mail=mail)
    if kept is None:
        raise NotFound("The history has no entry yet, so there is nothing to anchor.")
    data = {"at": kept.at.isoformat(), "number": kept.number, "hash": kept.hash}
    say(data, [str(kept)], as_json=as_json)


@history.command(name="list")
@click.option("--from", "from_day", type=Day(), help="From this day on.")
@click.option("--to", "to_day", type=Day(), help="Up to the end of this day.")
@click.option("--person", default="", help="Part of the name or address of who did it.")
@click.option("--action", default="", help="Part of what was done, such as “confirmed”.")
@click.option("--subject", default="", help="What it was done to, such as “finding”.")
@click.option("--limit", default=MOST_LINES, show_default=True, type=click.IntRange(1, 100_000))
@as_json
def list_(
    from_day: date | None,
    to_day: date | None,
    person: str,
    action: str,
    subject: str,
    limit: int,
    as_json: bool,
) -> None:
    """List entries, newest first."""
    sought = HistoryFilter(from_day, to_day, person, action, subject)
    with open_session(writes=False) as (session, _settings):
        entries = entries_listed(session, sought, limit=limit)
    rows = [
        {
            "number": one.number,
            "at": one.at.isoformat(),
            "person_id": one.person_id,
            "person": one.email,
            "action": one.action,
            "subject": one.subject,
            "subject_id": one.subject_id,
            "detail": one.detail,
            "previous_hash": one.previous_hash,
            "hash": one.hash,
        }
        for one in entries
    ]
    lines = [_line(one) for one in entries]
    say({"entries": rows}, lines or ["No entry is like that."], as_json=as_json)


def _line(one: Listed) -> str:
    thing = f"{one.subject} {one.subject_id}" if one.subject_id is not None else one.subject
    parts = (str(one.number), f"{one.at:%Y-%m-%d %H:%M}", one.email or "–", one.action, thing)
    return "  ".join((*parts, one.detail)).rstrip()
