"""What every command prints: lines, or one JSON object on standard output."""

from __future__ import annotations

import json
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def say(data: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print the JSON object or the lines."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines))
