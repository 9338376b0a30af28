"""`audit-app banks`: checking, which needs no database, does not wait for one to be imported."""

from __future__ import annotations

import click

from audit_app.cli.lazy import LazyCommands

COMMANDS = {
    "check": "audit_app.cli.bank_check:check",
    "diff": "audit_app.cli.banks:diff",
    "export": "audit_app.cli.bank_files:export",
    "import": "audit_app.cli.bank_files:import_",
    "list": "audit_app.cli.banks:list_banks",
    "publish": "audit_app.cli.banks:publish",
    "schema": "audit_app.cli.bank_check:schema",
}


@click.group(cls=LazyCommands, places=COMMANDS)
def banks() -> None:
    """Question banks and audit forms: check, compare, publish, list, export, import."""
