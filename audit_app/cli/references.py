"""`audit-app references`."""

from __future__ import annotations

import click

from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.clock import now
from audit_app.store.references import find_case_file, former_references, rotate_references


@click.group()
def references() -> None:
    """The references of case files, and the key that they are made with."""


@references.command()
@as_json
def rotate(as_json: bool) -> None:
    """Make every reference anew with the key that is now in AUDIT_APP_PSEUDONYM_KEY.

    The references until now are kept, so that what was printed with them can still be found.
    """
    with open_session(needs_secret=True) as (session, settings):
        done = rotate_references(session, settings.pseudonym_key, at=now())
    line = (
        f"{done.case_files:,} case files and other records have a new reference; the old ones "
        "still find them."
    )
    say({"case_files": done.case_files}, [line], as_json=as_json)


@references.command()
@click.argument("reference")
@as_json
def find(reference: str, as_json: bool) -> None:
    """Find the case file that has REFERENCE, or had it before the key was changed."""
    with open_session(writes=False) as (session, _settings):
        found = find_case_file(session, reference)
        if found is None:
            raise NotFound(f"No case file has or had the reference “{reference}”.")
        former = [
            {"reference": one.reference, "until": one.until.isoformat()}
            for one in former_references(session, found)
        ]
        data = {
            "id": found.id,
            "subject": found.subject.value,
            "reference": found.reference,
            "former": former,
        }
        title = found.title
    lines = [f"{title} (number {data['id']})."]
    lines += [f"Until {one['until'][:10]} it was {one['reference']}." for one in former]
    say(data, lines, as_json=as_json)
