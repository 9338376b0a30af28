"""When the reminders of a cycle go out, and who is told in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.reminders import MOST_DAYS, ReminderDays, ReminderKind
from audit_app.store.concerns import people_to_name
from audit_app.store.cycles import visible_cycle
from audit_app.store.reminders import reminded, rule_of, set_reminders
from audit_app.store.tables import Person
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.cycles.forms import WholeNumberField
from audit_app.web.database import db

pages = Blueprint("reminders", __name__, template_folder="templates", url_prefix="/cycles/<key>")

REMINDED: Mapping[ReminderKind, str] = {
    ReminderKind.BEFORE: "before the due day",
    ReminderKind.ON_THE_DAY: "on the due day",
    ReminderKind.AFTER: "after the due day",
    ReminderKind.ESCALATION: "told that audits are late",
}


def _days(least: int) -> list[object]:
    said = f"Enter a number of working days from {least} to {MOST_DAYS}"
    return [InputRequired(said), NumberRange(least, MOST_DAYS, said)]


class ReminderForm(FlaskForm):  # type: ignore[misc]
    """Working days before and after the due day, and a name."""

    before = WholeNumberField("Working days before the due day", validators=_days(0))
    after = WholeNumberField("Working days after the due day", validators=_days(1))
    escalate = WholeNumberField("Working days until somebody else is told", validators=_days(1))
    escalate_to = SelectField("Who is told then")

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people, or nobody in particular."""
        self.escalate_to.choices = [
            SelectChoice(value="", label="Every QA lead"),
            *(SelectChoice(value=str(one.id), label=one.name) for one in people),
        ]


@pages.route("/reminders", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def show(key: str) -> ResponseReturnValue:
    """The days of a cycle, and who was reminded so far."""
    cycle = visible_cycle(db(), current_person(), key) or hidden("cycle")
    days, named = rule_of(db(), cycle)
    people = people_to_name(db())
    form = ReminderForm(
        before=days.before,
        after=days.after,
        escalate=days.escalate,
        escalate_to=str(named.id) if named else "",
    )
    form.offer(people)
    if form.validate_on_submit():
        chosen = ReminderDays(form.before.data, form.after.data, form.escalate.data)
        name = next((one for one in people if str(one.id) == form.escalate_to.data), None)
        set_reminders(db(), cycle, chosen, name, by=current_person(), at=clock.now())
        flash("Saved. What went out already does not go out again.")
        return redirect(url_for("reminders.show", key=key))
    return render_template(
        "cycles/reminders.html",
        title="Reminders",
        cycle=cycle,
        form=form,
        reminded=[(REMINDED[kind], number) for kind, number in reminded(db(), cycle).items()],
    )
