"""`audit-app sample size`: how many case files are enough."""

from __future__ import annotations

from dataclasses import asdict

import click

from audit_app.cli.output import as_json, say
from audit_app.core.sample_size import (
    MOST_FRAME,
    by_month,
    enough_to_see,
    enough_within,
    lacking,
)
from audit_app.core.sample_size_words import say_reach, say_seen, say_within


@click.command()
@click.option(
    "--frame",
    required=True,
    type=click.IntRange(1, MOST_FRAME),
    help="How many case files can be drawn.",
)
@click.option(
    "--within", type=click.IntRange(1, 50), help="Each share is known to so many points either way."
)
@click.option(
    "--missing-in",
    type=click.IntRange(1, 100),
    help="What is missing in so many percent is seen at least once.",
)
@click.option(
    "--seen-with",
    default=90,
    show_default=True,
    type=click.IntRange(50, 99),
    help="In so many of 100 samples.",
)
@click.option(
    "--per-month", type=click.IntRange(1, MOST_FRAME), help="What so many case files a month tell."
)
@as_json
def size(
    frame: int,
    within: int | None,
    missing_in: int | None,
    seen_with: int,
    per_month: int | None,
    as_json: bool,
) -> None:
    """Say how many case files are enough, or what so many a month can tell."""
    if within is None and missing_in is None and per_month is None:
        raise click.UsageError("Give --within, --missing-in or --per-month")
    data: dict[str, object] = {"frame": frame, "seen_with": seen_with}
    said: list[str] = []
    if within is not None:
        data["within"] = {"points": within, "case_files": enough_within(frame, within)}
        said.append(say_within(frame, within))
    if missing_in is not None:
        missing = lacking(frame, missing_in)
        data["missing_in"] = {
            "percent": missing_in,
            "missing": missing,
            "case_files": enough_to_see(frame, missing, seen_with),
        }
        said.append(say_seen(frame, missing_in, seen_with))
    if per_month is not None:
        reached = by_month(frame, per_month, seen_with)
        data["per_month"] = [{"month": month, **asdict(reach)} for month, reach in reached]
        said += [
            f"After {month} month{'' if month == 1 else 's'}, {say_reach(reach, frame, seen_with)}"
            for month, reach in reached
        ]
    say(data, said, as_json=as_json)
