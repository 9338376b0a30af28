"""The audit plan: the calendar of a year, one entry, planning, changing and removing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import ROLE_WORDS, Permission
from audit_app.core.plan import AUDITORS, KIND_WORDS, PlanFault, months_of, year_of
from audit_app.store.instruments import latest_forms
from audit_app.store.people import people_with_role
from audit_app.store.plan import (
    add_entry,
    change_entry,
    find_entry,
    line_of,
    plan_of_year,
    remove_entry,
    repeatable,
    repeated_words,
    what_it_lacks,
)
from audit_app.store.tables import Person, PlanEntry
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.plan.forms import ChangeForm, EntryForm, filled_with
from audit_app.web.plan.words import LATE_WORDS, STATE_TAGS, say_lack, say_next, say_year

pages = Blueprint("plan", __name__, template_folder="templates", url_prefix="/plan")
YEARS = range(2000, 2199)


@pages.get("")
@requires(Permission.READ_PLAN)
def show_year() -> str:
    """A year by month, with what is late, what it lacks, and what comes next."""
    year = _asked_year()
    lines = plan_of_year(db(), year, today=clock.today(), person=current_person())
    ahead = [one for one in lines if one.next_day and not one.late]
    ahead.sort(key=lambda one: (one.next_day or clock.today(), one.entry.id))
    manages = current_person().may(Permission.MANAGE_PLAN)
    return render_template(
        "plan/year.html",
        title="Audit plan",
        year=year,
        said=say_year(year),
        months=[(month, [x for x in lines if x.entry.month == month]) for month in months_of(year)],
        this_month=f"{clock.today():%Y-%m}",
        late=[one for one in lines if one.late],
        ahead=ahead[:3],
        lacks=[say_lack(one) for one in what_it_lacks(db(), year)] if manages else [],
        empty=not lines,
        **_WORDS,
    )


@pages.get("/<int:entry_id>")
@requires(Permission.READ_PLAN)
def show_entry(entry_id: int) -> str:
    """One entry, its cycle, and what can be done with it."""
    entry = _entry(entry_id)
    return render_template(
        "plan/entry.html",
        title=entry.title,
        line=line_of(db(), entry, today=clock.today()),
        repeats=repeated_words(db(), entry),
        roles=ROLE_WORDS,
        year=year_of(entry.month),
        **_WORDS,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLAN)
def plan_one() -> ResponseReturnValue:
    """Plan one more audit."""
    form = EntryForm(month=request.args.get("month") or f"{clock.today():%Y-%m}")
    _offer(form, None)
    if form.validate_on_submit():
        try:
            entry = add_entry(db(), form.draft, by=current_person(), at=clock.now())
        except PlanFault as fault:
            form.title.errors = [str(fault)]
        else:
            flash("It is planned.")
            return redirect(url_for("plan.show_entry", entry_id=entry.id))
    return render_template("plan/change.html", title="Plan an audit", form=form, entry=None)


@pages.route("/<int:entry_id>/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLAN)
def change(entry_id: int) -> ResponseReturnValue:
    """Change an entry; a date moves only with a reason."""
    entry = _entry(entry_id)
    form = ChangeForm(**filled_with(entry.draft))
    _offer(form, entry)
    if form.validate_on_submit():
        reason = form.moved_because
        try:
            draft = form.draft
            moves = draft.dates != entry.draft.dates and reason is None
            if not moves:
                change_entry(db(), entry, draft, reason=reason, by=current_person(), at=clock.now())
        except PlanFault as fault:
            form.title.errors = [str(fault)]
        else:
            if not moves:
                flash("The plan is changed.")
                return redirect(url_for("plan.show_entry", entry_id=entry.id))
            form.reason.errors = ["Say why the date moves"]
    return render_template("plan/change.html", title="Change the plan", form=form, entry=entry)


@pages.post("/<int:entry_id>/remove")
@requires(Permission.MANAGE_PLAN)
def remove(entry_id: int) -> ResponseReturnValue:
    """Take an entry out of the plan."""
    entry = _entry(entry_id)
    year = year_of(entry.month)
    try:
        remove_entry(db(), entry, by=current_person(), at=clock.now())
    except PlanFault as fault:
        flash(str(fault), "error")
        return redirect(url_for("plan.show_entry", entry_id=entry_id))
    flash("It is no longer planned.")
    return redirect(url_for("plan.show_year", year=year))


_WORDS = {
    "kinds": KIND_WORDS,
    "tags": STATE_TAGS,
    "late_words": LATE_WORDS,
    "say_next": say_next,
}


def _asked_year() -> int:
    """The year that is asked for; this one where none is, or one that is none."""
    year = request.args.get("year", type=int)
    return year if year is not None and year in YEARS else year_of(f"{clock.today():%Y-%m}")


def _entry(entry_id: int) -> PlanEntry:
    return find_entry(db(), current_person(), entry_id) or hidden("plan entry", entry_id)


def _offer(form: EntryForm, entry: PlanEntry | None) -> None:
    people: dict[int, Person] = {
        one.id: one for role in AUDITORS for one in people_with_role(db(), role)
    }
    if entry is not None and entry.auditor is not None:
        people.setdefault(entry.auditor.id, entry.auditor)
    form.offer(
        latest_forms(db()),
        sorted(people.values(), key=lambda one: (one.name, one.id)),
        repeatable(db(), entry),
    )
