"""Groups whose commands are imported when they are asked for: a command pays only for its own."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyCommands(click.Group):
    """A group that knows of each command only the module and object that carry it."""

    def __init__(self, *args: Any, places: Mapping[str, str], **named: Any) -> None:  # noqa: ANN401
        """`places`: the name of a command to `module:object`."""
        super().__init__(*args, **named)
        self.places = places

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted(self.places)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None where there is none of this name."""
        if cmd_name not in self.places:
            return None
        module, _, name = self.places[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command
