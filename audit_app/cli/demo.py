"""`audit-app demo`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import Progress

from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.clock import now, today
from audit_app.second_factor import code_at, make_totp_secret
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
@click.option("--code", "tell_code", is_flag=True, help="Print the code to sign in with now.")
@click.option("--if-empty", is_flag=True, help="Where somebody has an account, leave all as it is.")
@as_json
def demo(
    case_files: int,
    months: int,
    seed: int,
    until: str | None,
    tell_code: bool,
    if_empty: bool,
    as_json: bool,
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
    if tell_code:
        _tell_code(sign_ins()[0]["email"], as_json)
        return
    signs = [f"  {one['email']:<32}{one['role']}" for one in sign_ins()]
    how = [_HOW.format(PASSWORD), *signs]
    if if_empty and _is_kept(sign_ins()[0]["email"], how, as_json):
        return
    month = until or default_month(today())
    request = DemoRequest(until=month, case_files=case_files, months=months, seed=seed)
    with (
        open_session(needs_secret=True) as (session, settings),
        _progress(months + 1, as_json) as (tell),
    ):
        made = load_demo(
            session,
            request,
            key=settings.pseudonym_key,
            codes=make_totp_secret(settings.secret_key, _demo_key(seed)),
            tell=tell,
        )
    data = asdict(made) | {"until": request.until, "seed": seed}
    data |= {"sign_ins": sign_ins(), "password": PASSWORD}
    loaded = (
        f"The demo council is loaded: {made.people} people in {made.teams} teams, "
        f"{made.case_files} case files, {made.cycles} cycles, {made.submitted} of {made.drawn} "
        f"audits submitted, {made.findings} findings."
    )
    say(data, [loaded, *how], as_json=as_json)


def _is_kept(email: str, how: list[str], as_json: bool) -> bool:
    """Whether somebody has an account already; then it says so, and how to get in."""
    with open_session() as (session, _settings):
        if not has_people(session):
            return False
        invented = find_person(session, email) is not None
    kept = "The database holds data already; it is kept."
    say({"loaded": False}, [kept, *(how if invented else [])], as_json=as_json)
    return True


def _tell_code(email: str, as_json: bool) -> None:
    """The code that every invented person's authenticator app would show now."""
    with open_session(needs_secret=True, writes=False) as (session, settings):
        lead = find_person(session, email)
        if lead is None or lead.tf_totp_secret is None:
            raise NotFound("The demo council is not loaded here. Run 'audit-app demo' first.")
        code = code_at(settings.secret_key, lead.tf_totp_secret, int(now().timestamp()))
    say({"code": code}, [f"{code}  (for half a minute, once for each person)"], as_json=as_json)


def _demo_key(seed: int) -> bytes:
    """The same key for the same seed, so that an app set up once goes on showing codes."""
    return hashlib.sha256(f"demo council {seed}".encode()).digest()[:20]


_HOW = (
    "Sign in with the password “{}”, then the code that 'make code' or 'audit-app demo --code' "
    "prints, as"
)


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
