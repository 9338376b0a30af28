"""The options that say a role, and what it is narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from audit_app.core.access import Role, ScopeKind
from audit_app.store.accounts import Grant
from audit_app.store.database import Session
from audit_app.store.people import EVERYTHING
from audit_app.store.people_lists import find_scope

Command = Callable[..., Any]
_ROLES = click.Choice([role.value for role in Role])


@dataclass(frozen=True, slots=True)
class RoleWanted:
    """The roles that were named, and what they are narrowed to."""

    roles: tuple[str, ...]
    theme: str | None
    cycle: str | None
    of_team: str | None

    def grants(self, session: Session) -> list[Grant]:
        """The roles with their scope; PeopleFault when it names what is not there."""
        kinds = {
            ScopeKind.THEME: self.theme,
            ScopeKind.CYCLE: self.cycle,
            ScopeKind.TEAM: self.of_team,
        }
        named = [(kind, name) for kind, name in kinds.items() if name is not None]
        if len(named) > 1:
            raise click.UsageError("A role is narrowed to one thing at most")
        scope = find_scope(session, *named[0]) if named else EVERYTHING
        return [Grant(Role(role), scope) for role in self.roles]


def role_options(*, several: bool = False, required: bool = True) -> Callable[[Command], Command]:
    """Add --role, and what it is narrowed to; the command gets them as `wanted`."""
    options = [
        click.option("--role", multiple=several, required=required, type=_ROLES),
        click.option("--theme", help="The role is for this audit form only: its key."),
        click.option("--cycle", help="The role is for this cycle only: its key or name."),
        click.option("--of-team", help="The role is for this team only."),
    ]

    def add(command: Command) -> Command:
        @wraps(command)
        def collect(
            role: str | tuple[str, ...],
            theme: str | None,
            cycle: str | None,
            of_team: str | None,
            **more: object,
        ) -> None:
            roles = (role,) if isinstance(role, str) else role
            command(wanted=RoleWanted(roles, theme, cycle, of_team), **more)

        for option in reversed(options):
            option(collect)
        return collect

    return add
