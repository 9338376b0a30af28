"""`audit-app demo`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import Progress

from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.clock import today
from audit_app.store.people import find_person, has_people


@click.command()
@click.option("--case-files", default=400, show_default=True, help="Open case files.")
@click.option(
    "--months", default=12, show_default=True, help="Months of completed audits, 1 to 24."
)
@click.option(
    "--seed", default=2026, show_default=True, help="The same seed and key, the same council."
)
@click.option("--until", help="YYYY-MM, the month under way; this month, from its 9th day on.")
@click.option("--if-empty", is_flag=True, help="Where somebody has an account, leave all as it is.")
@as_json
def demo(
    case_files: int, months: int, seed: int, until: str | None, if_empty: bool, as_json: bool
) -> None:
    """Load an invented council into an empty database: people, case files, a year of audits."""
    # Faker is heavy and only the demo needs it, so neither --help nor other commands load it.
    try:
        from audit_app.demo.load import load_demo  # noqa: PLC0415
        from audit_app.demo.people import PASSWORD, sign_ins  # noqa: PLC0415
        from audit_app.demo.plan import DemoRequest, default_month  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise NotFound(
            f"The demo council needs the package {missing.name}: install case-file-audit[demo]. "
            "Nothing was changed."
        ) from None
    signs = [f"  {one['email']:<32}{one['role']}" for one in sign_ins()]
    how = [f"Sign in with the password “{PASSWORD}” as", *signs]
    if if_empty:
        with open_session() as (session, _settings):
            somebody = has_people(session)
            invented = find_person(session, sign_ins()[0]["email"]) is not None
        if somebody:
            kept = "The database holds data already; it is kept."
            say({"loaded": False}, [kept, *(how if invented else [])], as_json=as_json)
            return
    request = DemoRequest(
        until=until or default_month(today()), case_files=case_files, months=months, seed=seed
    )
    with (
        open_session(needs_secret=True) as (session, settings),
        _progress(months + 1, as_json) as (tell),
    ):
        made = load_demo(session, request, key=settings.pseudonym_key, tell=tell)
    data = {
        **asdict(made),
        "until": request.until,
        "seed": seed,
        "sign_ins": sign_ins(),
        "password": PASSWORD,
    }
    lines = [
        f"The demo council is loaded: {made.people} people in {made.teams} teams, "
        f"{made.case_files} case files, {made.cycles} cycles, {made.submitted} of {made.drawn} "
        f"audits submitted, {made.findings} findings.",
        *how,
    ]
    say(data, lines, as_json=as_json)


@contextmanager
def _progress(steps: int, silent: bool) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if silent or not console.is_terminal:
        yield lambda _month: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Demo council", total=steps)

        def tell(month: str) -> None:
            bar.update(task, advance=1, description=f"Demo council, {month}")

        yield tell
