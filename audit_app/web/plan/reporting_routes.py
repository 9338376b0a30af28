"""Reporting routes: which body is told how often, what is due next, and who gets an edition."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.routes import RHYTHM_WORDS, Rhythm, RouteFault
from audit_app.store.editions import find_edition
from audit_app.store.routes import (
    end_route,
    find_route,
    keep_route,
    report_by_hand,
    reports_of,
    routes_due,
    send_edition_to,
)
from audit_app.store.tables import ReportingRoute
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.plan.route_forms import RecipientsForm, RouteForm

pages = Blueprint("routes", __name__, template_folder="templates", url_prefix="/plan/routes")


@pages.get("")
@requires(Permission.READ_PLAN)
def show_all() -> str:
    """Who gets what how often, the earliest due day first."""
    return render_template(
        "plan/routes.html",
        title="Who is told of audits",
        lines=routes_due(db(), today=clock.today()),
        rhythms=RHYTHM_WORDS,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLAN)
def add() -> ResponseReturnValue:
    """Name one more body."""
    return _form_page(RouteForm(), None)


@pages.route("/<int:route_id>/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLAN)
def change(route_id: int) -> ResponseReturnValue:
    """Change what a body gets, or how often."""
    route = _route(route_id)
    form = RouteForm(
        body=route.body, what=route.what, rhythm=route.rhythm.value, first_on=route.first_on
    )
    return _form_page(form, route)


@pages.post("/<int:route_id>/told")
@requires(Permission.MANAGE_PLAN)
def told(route_id: int) -> ResponseReturnValue:
    """The body was told in another way than by an edition."""
    route = _route(route_id)
    settles = request.form.get("settles", "")
    try:
        report_by_hand(db(), route, settles, by=current_person(), at=clock.now())
    except RouteFault as fault:
        flash(str(fault), "error")
    else:
        flash(f"{route.body} is told. The next day follows from there.")
    return redirect(url_for("routes.show_all"))


@pages.post("/<int:route_id>/end")
@requires(Permission.MANAGE_PLAN)
def end(route_id: int) -> ResponseReturnValue:
    """The body is told no more."""
    route = _route(route_id)
    end_route(db(), route, by=current_person(), at=clock.now())
    flash(f"{route.body} is told no more.")
    return redirect(url_for("routes.show_all"))


@pages.route("/editions/<int:edition_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLAN)
def choose(edition_id: int) -> ResponseReturnValue:
    """Which bodies get an edition; they are told once it is published."""
    edition = find_edition(db(), current_person(), edition_id) or hidden("edition", edition_id)
    reports = reports_of(db(), edition)
    gone = {one.route_id for one in reports if one.reported_at is not None}
    lines = [x for x in routes_due(db(), today=clock.today()) if x.route.id not in gone]
    form = RecipientsForm(routes=[one.route_id for one in reports if one.reported_at is None])
    form.offer(lines)
    if form.validate_on_submit():
        try:
            chosen = gone | set(form.routes.data)
            send_edition_to(db(), edition, chosen, by=current_person(), at=clock.now())
        except RouteFault as fault:
            form.routes.errors = [str(fault)]
        else:
            flash("Kept. Bodies are told when the edition is published.")
            return redirect(url_for("editions.show_edition", edition_id=edition_id))
    return render_template(
        "plan/recipients.html",
        title="Who gets this edition",
        edition=edition,
        reports=[one for one in reports if one.reported_at is not None],
        form=form,
        offers=bool(lines),
    )


def _form_page(form: RouteForm, route: ReportingRoute | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            keep_route(
                db(),
                route,
                body=form.body.data,
                what=form.what.data,
                rhythm=Rhythm(form.rhythm.data),
                first_on=form.first_on.data,
                by=current_person(),
                at=clock.now(),
            )
        except RouteFault as fault:
            form.body.errors = [str(fault)]
        else:
            flash("Saved.")
            return redirect(url_for("routes.show_all"))
    title = "Change who is told" if route else "Name a body that is told"
    return render_template("plan/route.html", title=title, form=form, route=route)


def _route(route_id: int) -> ReportingRoute:
    return find_route(db(), route_id) or hidden("reporting route", route_id)
