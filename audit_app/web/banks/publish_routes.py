"""Publishing a draft: what will happen, said first; then all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.store.bank_drafts import DraftConflict
from audit_app.store.bank_publishing import FormPlan, plan_forms, publish_draft
from audit_app.store.bank_usage import cycles_asking
from audit_app.store.instruments import PublishFault
from audit_app.web.access import current_person, requires
from audit_app.web.banks.bank_forms import SentForm
from audit_app.web.banks.drafts import OpenDraft, in_the_way, open_draft, seen_changes
from audit_app.web.banks.words import BUMP_WORDS
from audit_app.web.database import db

pages = Blueprint(
    "bank_publishing",
    __name__,
    template_folder="templates",
    url_prefix="/banks/drafts/<int:draft_id>",
)


@pages.get("/publish")
@requires(Permission.PUBLISH_BANKS)
def ask(draft_id: int) -> str:
    """What publishing will do, to whom."""
    opened = open_draft(draft_id)
    plans = _plans(opened)
    ticked = {plan.now.key for plan in plans if plan.asks and not plan.faults}
    return _page(opened, plans, ticked, SentForm())


@pages.post("/publish")
@requires(Permission.PUBLISH_BANKS)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish the bank and the forms that are ticked."""
    opened, form = open_draft(draft_id), SentForm()
    plans, ticked = _plans(opened), set(request.form.getlist("forms"))
    chosen = [plan for plan in plans if plan.now.key in ticked]
    bank = replace(opened.bank, version=opened.version)
    if opened.is_unchanged or in_the_way(opened) or any(plan.faults for plan in chosen):
        form.form_errors.append("Nothing was published: put right what is listed below first.")
        return _page(opened, plans, ticked, form)
    try:
        said = publish_draft(
            db(),
            opened.draft,
            bank,
            chosen,
            seen=seen_changes(),
            by=current_person(),
            at=clock.now(),
        )
    except (DraftConflict, PublishFault) as fault:
        form.form_errors += str(fault).splitlines()
        # An answer that is an error: what was begun is rolled back.
        return _page(opened, plans, ticked, form), 409
    new = ", ".join(f"{one.key} {one.version}" for one in said if one.new)
    flash(f"Published: {new}. New cycles ask these versions; those that run keep theirs.")
    return redirect(url_for("banks.show_bank", key=bank.key, version=bank.version))


def _plans(opened: OpenDraft) -> list[FormPlan]:
    bank = replace(opened.bank, version=opened.version)
    return plan_forms(db(), current_person(), bank)


def _page(opened: OpenDraft, plans: list[FormPlan], ticked: set[str], form: SentForm) -> str:
    return render_template(
        "banks/publish.html",
        title=f"Publish {opened.bank.title} {opened.version}",
        opened=opened,
        draft=opened.draft,
        bank=opened.bank,
        form=form,
        plans=plans,
        ticked=ticked,
        faults=in_the_way(opened),
        diff=opened.diff,
        bumps=BUMP_WORDS,
        running=[
            (cycle, version)
            for cycle, version in cycles_asking(db(), current_person(), opened.bank.key)
            if cycle.closed_at is None
        ],
    )
