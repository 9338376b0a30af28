"""`audit-app banks`."""

from __future__ import annotations

from pathlib import Path

import click

from audit_app.cli.bank_versions import (
    compare,
    diff_data,
    diff_lines,
    read_both,
    reason_data,
    reason_lines,
)
from audit_app.cli.context import as_json, open_session, say
from audit_app.clock import now
from audit_app.question_banks.read import read_folder
from audit_app.store.history import record_history
from audit_app.store.instruments import (
    Published,
    latest_banks,
    publish_library,
    published_banks,
)

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))


@click.command()
@_paths
@as_json
def publish(paths: tuple[Path, ...], as_json: bool) -> None:
    """Publish bank and form files; what is published never changes."""
    with open_session() as (session, _settings):
        library = read_folder(paths, published=latest_banks(session))
        said = publish_library(session, library, at=now())
        new = {one.key: one.version for one in said if one.new}
        if new:
            record_history(session, None, "published", "question banks", None, at=now(), detail=new)
        rows = [
            {
                "kind": one.kind,
                "key": one.key,
                "version": one.version,
                "hash": one.content_hash,
                "new": one.new,
                "bump": one.bump.word,
                "reasons": [reason_data(reason) for reason in one.reasons],
            }
            for one in said
        ]
    lines = [line for one in said for line in _published_lines(one)]
    say({"published": rows}, lines, as_json=as_json)


@click.command()
@click.argument("old")
@click.argument("new")
@as_json
def diff(old: str, new: str, as_json: bool) -> None:
    """Compare two versions of a bank or form, and say how far the version must be raised.

    OLD and NEW are files, or KEY@VERSION of what is published; KEY alone is its latest version.
    """
    before, after = read_both(old, new)
    found = compare(before, after)
    say(diff_data(before, after, found), diff_lines(before, after, found), as_json=as_json)


def _published_lines(one: Published) -> list[str]:
    done = "published" if one.new else "already published"
    bump = f" ({one.bump.word})" if one.bump else ""
    return [f"{one.kind} {one.key} {one.version}: {done}{bump}", *reason_lines(one.reasons)]


@click.command(name="list")
@as_json
def list_banks(as_json: bool) -> None:
    """List what is published: key, version, hash, number of questions."""
    with open_session() as (session, _settings):
        rows = [
            {
                "key": bank.key,
                "title": bank.title,
                "version": bank.version,
                "hash": bank.content_hash,
                "scoring_hash": bank.scoring_hash,
                "questions": bank.question_count,
                "published_at": bank.published_at.isoformat(),
            }
            for bank in published_banks(session)
        ]
    lines = [
        f"{row['key']} {row['version']}  {row['questions']} questions  {str(row['hash'])[:12]}"
        for row in rows
    ]
    say({"banks": rows}, lines or ["No question bank is published yet."], as_json=as_json)
