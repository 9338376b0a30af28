"""The page to which reminders lead: what is mine to audit now, and my own record of the year."""

from __future__ import annotations

from flask import Blueprint, render_template

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.lifecycle import AuditState
from audit_app.core.plan import months_of, year_of
from audit_app.store.audits import audits_of
from audit_app.store.exemptions import own_cycles
from audit_app.store.tables import Allocation
from audit_app.web.access import current_person, requires
from audit_app.web.database import db
from audit_app.web.home.cards import cards_of

pages = Blueprint("my_audits", __name__, template_folder="templates")


@pages.get("/my-audits")
@requires(Permission.DO_AUDITS)
def show() -> str:
    """Unfinished audits as cards, then what was submitted this month and this year."""
    mine = [one for one in audits_of(db(), current_person()) if isinstance(one, Allocation)]
    today = clock.today()
    months = months_of(year_of(f"{today:%Y-%m}"))
    counted = [
        one for one in mine if one.state is not AuditState.WITHDRAWN and one.cycle.month in months
    ]
    done = [one for one in mine if one.state is AuditState.SUBMITTED]
    return render_template(
        "home/my_audits.html",
        title="My audits",
        cards=cards_of(db(), [one for one in mine if not one.is_settled]),
        done=[
            one
            for one in done
            if one.submitted_at and clock.day_of(one.submitted_at) >= today.replace(day=1)
        ],
        submitted=sum(one.state is AuditState.SUBMITTED for one in counted),
        allocated=len(counted),
        since=months[0],
        rounds=own_cycles(db(), current_person()),
    )
