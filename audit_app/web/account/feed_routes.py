"""The calendar feed: making and ending one's own, and the feed itself for a calendar programme.

A calendar programme cannot sign in, so whoever has the address reads the feed: it is a token of
256 bits, shown once, and says nothing of a child. Wrong ones are counted by network address.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.store.feeds import FeedDay, end_feed, feed_days, make_feed, person_of_feed
from audit_app.web.access import current_person, requires
from audit_app.web.database import db
from audit_app.web.guessing import guesses

pages = Blueprint("feed", __name__, template_folder="templates")


@pages.post("/account/calendar")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def make() -> ResponseReturnValue:
    """Make a feed, and show its address this once; an older address stops working."""
    token = make_feed(db(), current_person(), at=clock.now())
    return render_template(
        "account/calendar.html",
        title="Your calendar feed",
        address=f"{current_app.config['SITE_URL']}{url_for('feed.read', token=token)}",
    )


@pages.post("/account/calendar/end")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def end() -> ResponseReturnValue:
    """The address stops working."""
    end_feed(db(), current_person(), at=clock.now())
    flash("The address of your calendar feed no longer works.")
    return redirect(url_for("account.show_account"))


@pages.get("/calendar/<token>.ics")
def read(token: str) -> ResponseReturnValue:
    """The feed: 404 where it was ended or never was."""
    if not guesses().may_try_feed():
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    person = person_of_feed(db(), token)
    if person is None:
        guesses().was_no_feed()
        abort(HTTPStatus.NOT_FOUND)
    days = feed_days(db(), person, today=clock.today())
    return Response(_calendar_of(days), mimetype="text/calendar")


def _calendar_of(days: list[FeedDay]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Case file audit//Audit plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Case file audit")
    for one in days:
        event = Event()
        event.add("uid", f"{one.key}@case-file-audit")
        event.add("dtstamp", clock.now())
        event.add("dtstart", one.day)
        event.add("summary", one.words)
        event.add("url", f"{current_app.config['SITE_URL']}{one.path}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
