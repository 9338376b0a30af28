"""Pages that say what went wrong, that nothing was lost, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from audit_app.web.access import signed_in_person
from audit_app.web.keeping_words import (
    NOT_SAVED,
    SIGNED_OUT,
    TOO_OLD,
    sent_again_page,
    sent_again_without_database,
)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What one kind of error says."""

    title: str
    sentences: tuple[str, ...]


FORM_TOO_OLD = ErrorPage(
    "This form could not be sent",
    (
        "The page was open for too long, or you signed in again in another window.",
        "Nothing was changed. Go back in your browser: what you typed is still on the page. "
        "Copy it if it is long, load the page again, and send it once more.",
    ),
)
PAGES = {
    400: ErrorPage(
        "This request could not be understood",
        ("Nothing was changed.", "Go back in your browser, load the page again, and try again."),
    ),
    403: ErrorPage(
        "You do not have access to this page",
        (
            "Your role does not include it. Nothing was changed.",
            "If you need it for your work, ask the QA lead or an administrator.",
        ),
    ),
    404: ErrorPage(
        "Page not found",
        (
            "The page does not exist, or it is not one of yours.",
            "Check the address, or start again from the home page.",
        ),
    ),
    405: ErrorPage(
        "This page cannot be opened like that",
        ("Nothing was changed.", "Start again from the home page."),
    ),
    410: ErrorPage(
        "This file cannot be opened",
        (
            "It is not where it was put, or it is not what it was when it was attached. Nothing "
            "else was changed.",
            "Tell an administrator: a backup may still have it.",
        ),
    ),
    413: ErrorPage(
        "What you sent is too large",
        (
            "Nothing was changed, and nothing was kept.",
            "A file can be up to 50 MB. Leave out sheets that are not needed, and try again.",
        ),
    ),
    500: ErrorPage(
        "Sorry, something went wrong",
        (
            "The last step was not saved. What you saved before it is kept.",
            "Go back in your browser and try again. If it happens again, tell an administrator.",
        ),
    ),
}


def set_up_errors(app: Flask) -> None:
    """Answer every error with a plain page, without a trace."""

    @app.errorhandler(CSRFError)
    def form_too_old(_error: CSRFError) -> tuple[str, int]:
        page = TOO_OLD if signed_in_person() is not None else SIGNED_OUT
        return sent_again_page(page) or _render(FORM_TOO_OLD), 400

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> tuple[str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        return _render(PAGES.get(status, PAGES[500 if status >= 500 else 400])), status

    @app.errorhandler(500)
    def unexpected(_error: Exception) -> tuple[str, int]:
        # The database may be what failed, so nothing here may ask who the person is.
        kept = sent_again_without_database(NOT_SAVED)
        if kept is not None:
            return kept, 500
        page = app.jinja_env.get_template("error.html").render(
            asdict(PAGES[500]), person=None, navigation=[], second_navigation=[]
        )
        return page, 500


def _render(page: ErrorPage) -> str:
    return render_template("error.html", **asdict(page))
