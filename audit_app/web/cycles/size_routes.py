"""How many case files are enough, reckoned before a sample is drawn."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from audit_app.core.access import Permission
from audit_app.core.sample_size import by_month, by_size
from audit_app.core.sample_size_words import (
    CANNOT_TELL,
    say_month_of_seeing,
    say_month_within,
    say_points,
    say_rarest,
    say_seen,
    say_within,
)
from audit_app.store.cycles import visible_cycle
from audit_app.store.tables import Cycle
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.cycles.size_form import SizeForm
from audit_app.web.database import db

pages = Blueprint("sizes", __name__, template_folder="templates", url_prefix="/cycles")


@pages.get("/how-many")
@requires(Permission.MANAGE_CYCLES)
def show_sizes() -> str:
    """What is wished, and how many case files that takes."""
    form = SizeForm(request.args if "frame" in request.args else None, meta={"csrf": False})
    answered = "frame" in request.args and form.validate()
    return render_template(
        "cycles/size.html",
        title="How many case files?",
        form=form,
        cycle=_cycle(),
        answer=_answer(form) if answered else None,
        cannot_tell=CANNOT_TELL,
        say_points=say_points,
        say_rarest=say_rarest,
    )


def _cycle() -> Cycle | None:
    """The cycle from whose draw somebody came."""
    key = request.args.get("cycle")
    return (visible_cycle(db(), current_person(), key) or hidden("cycle")) if key else None


def _answer(form: SizeForm) -> dict[str, object]:
    frame, a_month, sure = form.frame.data, form.a_month, form.seen_with.data
    return {
        "enough": [
            say_within(frame, form.within.data),
            say_seen(frame, form.missing_in.data, sure),
        ],
        "months": [
            say_month_of_seeing(frame, a_month, form.missing_in.data, sure),
            say_month_within(frame, a_month, form.within.data),
        ],
        "by_size": by_size(frame, sure),
        "by_month": by_month(frame, a_month, sure),
    }
