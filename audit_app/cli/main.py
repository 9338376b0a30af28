"""The console script: finds the command, and says every fault in one sentence."""

from __future__ import annotations

import sys

import click

from audit_app.cli.lazy import LazyCommands
from audit_app.core.faults import Refusal
from audit_app.version import VERSION

#: Each command with the module and object that carry it.
COMMANDS = {
    "access": "audit_app.cli.access:access",
    "audits": "audit_app.cli.audits:audits",
    "banks": "audit_app.cli.bank_commands:banks",
    "caseload": "audit_app.cli.caseload:caseload",
    "cohorts": "audit_app.cli.cohorts:cohorts",
    "cycles": "audit_app.cli.cycles:cycles",
    "demo": "audit_app.cli.demo:demo",
    "findings": "audit_app.cli.results:findings",
    "history": "audit_app.cli.history:history",
    "migrate": "audit_app.cli.setup:migrate",
    "people": "audit_app.cli.people:people",
    "plan": "audit_app.cli.plan:plan",
    "references": "audit_app.cli.references:references",
    "reports": "audit_app.cli.reports:reports",
    "rescore": "audit_app.cli.results:rescore",
    "retention": "audit_app.cli.retention:retention",
    "sample": "audit_app.cli.cycles:sample",
    "serve": "audit_app.cli.serve:serve",
    "subject-access": "audit_app.cli.subject_access:subject_access",
    "work": "audit_app.cli.serve:work",
}


@click.group(cls=LazyCommands, places=COMMANDS)
@click.version_option(VERSION, prog_name="audit-app")
def cli() -> None:
    """Case file audit: question bank → audit → findings → PDF.

    Settings come from the environment: AUDIT_APP_DATABASE_URL, AUDIT_APP_INSTANCE (a folder) and
    AUDIT_APP_SECRET_KEY.
    """


def main() -> None:
    """Run the command; a fault is one sentence on standard error and a non-zero exit."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("Stopped. Nothing more was changed.", err=True)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except click.UsageError as fault:
        command = fault.ctx.command_path if fault.ctx is not None else "audit-app"
        said = fault.format_message().rstrip(".")
        _say(f"{said}. Nothing was changed: see '{command} --help'.", fault.exit_code)
    except click.ClickException as fault:
        _say(fault.format_message())
    except (Refusal, OSError) as fault:
        _say(str(fault))


def _say(sentence: str, code: int = 1) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
