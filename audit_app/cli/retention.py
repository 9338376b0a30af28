"""`audit-app retention`: what has passed its time, and running what two people agreed on."""

from __future__ import annotations

import click

from audit_app.attachments.folder import AttachmentFolder
from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.clock import now, today
from audit_app.store.purging import run_purge
from audit_app.store.retention import find_purge, purges, what_is_due


@click.group()
def retention() -> None:
    """What is kept no longer. Asking and approving is done on the site, by two people."""


@retention.command()
@as_json
def due(as_json: bool) -> None:
    """Count what has passed its time, by kind, and list what was asked for."""
    with open_session(writes=False) as (session, settings):
        kinds = [
            {
                "kind": one.kind.value,
                "months": one.months,
                "before": one.before.isoformat(),
                "counts": dict(one.counts),
                "held": one.held,
            }
            for one in what_is_due(session, settings.keep_months, today())
        ]
        asked = [
            {
                "purge": one.id,
                "kind": one.kind.value,
                "before": one.before.isoformat(),
                "state": one.state.value,
                "counts": one.counts,
            }
            for one in purges(session)
        ]
    lines = [
        f"{one['kind']} before {one['before']}: {_counted(one['counts'])}, {one['held']} held"
        for one in kinds
    ]
    lines += [f"purge {one['purge']} of {one['kind']}: {one['state']}" for one in asked]
    say({"due": kinds, "purges": asked}, lines, as_json=as_json)


@retention.command()
@click.argument("purge", type=int)
@as_json
def run(purge: int, as_json: bool) -> None:
    """Delete what PURGE names, once it is approved. This cannot be undone."""
    with open_session() as (session, settings):
        found = find_purge(session, purge)
        if found is None:
            raise NotFound(f"Nobody has asked for purge {purge}. Nothing was deleted.")
        folder = AttachmentFolder.of(settings.instance)
        counts = run_purge(session, found, by=None, at=now(), folder=folder)
    say({"purge": purge, "counts": counts}, [f"Deleted: {_counted(counts)}."], as_json=as_json)


def _counted(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{number:,} {noun.replace('_', ' ')}" for noun, number in counts.items())
