"""Views that give data away: opened only by somebody who has lately proved who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit_app.web.signed_in import was_confirmed_lately

Arguments = ParamSpec("Arguments")


def confirm_first(
    view: Callable[Arguments, ResponseReturnValue],
) -> Callable[Arguments, ResponseReturnValue]:
    """Ask who it is, unless the person proved it within the last quarter of an hour.

    Put it below `requires`. What was sent is not kept: afterwards the page before is shown again.
    """

    @wraps(view)
    def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if was_confirmed_lately():
            return view(*args, **kwargs)
        return redirect(url_for("account.confirm", next=_page_before()))

    return ask


def _page_before() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else "/"
