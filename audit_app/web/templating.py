"""Jinja for the pages: strict about names, lenient only about the GOV.UK macros' dictionaries."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

from flask import Flask, request
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined

from audit_app.web import macro_params, words


class MissingKey(ChainableUndefined):
    """A key that a dictionary does not have: empty, as the GOV.UK macros' parameters are."""


class Undefined(StrictUndefined):
    """A name or an attribute that does not exist is a fault of the page, and says so."""

    def __new__(
        cls,
        hint: str | None = None,
        obj: object = None,
        name: str | None = None,
        *_more: object,
        **_named: object,
    ) -> Any:  # noqa: ANN401 # one of two classes
        """Make a MissingKey for a dictionary or a macro without a call block, else this."""
        if isinstance(obj, dict | MissingKey) or name == "caller":
            return MissingKey(hint, obj, name)
        return super().__new__(cls)


class App(Flask):
    """Flask, with templates in which a missing name is a fault, and a log without content."""

    jinja_options = {  # noqa: RUF012 # Flask's own form
        "undefined": Undefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log what kind of fault it was and where: its words may hold what a person typed."""
        kind, _, trace = exc_info
        self.logger.error(
            "%s at %s %s\n%s",
            kind.__name__ if kind is not None else "Fault",
            request.method,
            request.endpoint,
            "".join(traceback.format_tb(trace)),
        )


def set_up_templates(app: Flask) -> None:
    """Add the GOV.UK templates, and this program's filters and macro parameters."""
    own = app.jinja_env.loader
    assert own is not None
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_env.loader = ChoiceLoader([own, govuk])
    # The GOV.UK macros compare with these two names of another template language.
    app.jinja_env.globals.update(undefined=MissingKey(), null=MissingKey())
    app.jinja_env.globals.update(macro_params.GLOBALS)
    app.jinja_env.filters.update(words.FILTERS)
