"""No word is lost where a form cannot be taken: it comes back on a page that sends it once more.

A view marked with `keeps_words` has its form echoed when the sender has been signed out, when the
form's token is too old, or when the server fails. Only to a page of this site: another site's form
is never shown as what somebody typed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import ParamSpec, TypeVar

from flask import current_app, render_template, request

_NOT_WRITTEN = frozenset({"question", "stamp", "window", "number", "told"})
LONGEST_CODE = 40
"""A longer value without a space is no option's key."""

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SentAgain:
    """What the page says, and whether signing in comes first."""

    title: str
    sentences: tuple[str, ...]
    sign_in_first: bool = False


SIGNED_OUT = SentAgain(
    "You have been signed out",
    (
        "What you typed is kept on this page. It is not saved yet.",
        "Sign in in another window, then come back to this page and save it.",
    ),
    sign_in_first=True,
)
TOO_OLD = SentAgain(
    "Save once more",
    (
        "You signed in again after this page was opened, so it has to be sent once more.",
        "What you typed is kept on this page. It is not saved yet.",
    ),
)
NOT_SAVED = SentAgain(
    "Sorry, this could not be saved",
    (
        "What you typed is kept on this page, and what you saved before it is kept too.",
        "Try again in a minute. If it happens again, leave this page open, and tell an "
        "administrator.",
    ),
)


def keeps_words(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Mark a view that takes words which must not be lost."""
    view.keeps_words = True  # type: ignore[attr-defined]
    return view


def sent_again_page(page: SentAgain) -> str | None:
    """The page that sends the request's form once more; None where no words are to be kept."""
    fields = _fields_to_keep()
    if fields is None:
        return None
    return render_template("sent_again.html", **sent_again_values(page, fields))


def sent_again_without_database(page: SentAgain) -> str | None:
    """The same where the database may be what failed: nothing asks who the person is."""
    fields = _fields_to_keep()
    if fields is None:
        return None
    template = current_app.jinja_env.get_template("sent_again.html")
    nobody: dict[str, object] = {"person": None, "navigation": [], "second_navigation": []}
    return template.render(**sent_again_values(page, fields), **nobody)


def sent_again_values(page: SentAgain, fields: list[tuple[str, str]]) -> dict[str, object]:
    """What the template shows: the fields to send, and those of them that a person wrote."""
    written = [
        value
        for name, value in fields
        if name not in _NOT_WRITTEN and (" " in value.strip() or len(value) > LONGEST_CODE)
    ]
    return asdict(page) | {"fields": fields, "words": written, "sent_to": request.path}


def _fields_to_keep() -> list[tuple[str, str]] | None:
    """The fields of the request, to be sent once more; None where it is not such a form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "keeps_words", False) or not _from_here():
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return f"{origin}/".startswith(request.host_url)
