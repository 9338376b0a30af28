"""Pages of editions: compiling one, its progress, reading it, and publishing by another person."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.lifecycle import CycleState, EditionState, IllegalMove
from audit_app.store.cycles import visible_cycle
from audit_app.store.editions import editions_for, find_edition, publish_edition
from audit_app.store.history import record_history
from audit_app.store.jobs import enqueue_job, find_job
from audit_app.store.moderation import blind_audits
from audit_app.store.routes import reports_of
from audit_app.store.scopes import may_within
from audit_app.store.tables import Cycle, Edition, JobState
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.history.noting import note_reading

pages = Blueprint("editions", __name__, template_folder="templates")
DESIGN = "qa_sub_group"
STATE_TAGS = {
    EditionState.COMPILED: ("Waiting for approval", "yellow"),
    EditionState.PUBLISHED: ("Published", "green"),
}


@pages.get("/editions")
@requires(Permission.READ_REPORTS)
def show_editions() -> str:
    """The editions that this person may read, by cycle."""
    found = editions_for(db(), current_person())
    found.sort(key=lambda one: (one.cycle.month, one.cycle_id, one.number), reverse=True)
    by_cycle = [
        (editions[0].cycle, editions)
        for editions in (list(group) for _, group in groupby(found, key=lambda one: one.cycle_id))
    ]
    return render_template(
        "editions/editions.html", title="Reports", by_cycle=by_cycle, tags=STATE_TAGS
    )


@pages.get("/cycles/<key>/editions")
@requires(Permission.COMPILE_REPORTS)
def show_cycle_editions(key: str) -> str:
    """The cycle's editions, and compiling another one."""
    cycle = _cycle(key)
    return render_template(
        "editions/cycle.html",
        title=f"Reports of {cycle.name}",
        cycle=cycle,
        editions=editions_for(db(), current_person(), cycle),
        can_compile=cycle.state is not CycleState.OPEN,
        tags=STATE_TAGS,
    )


@pages.post("/cycles/<key>/editions/compile")
@requires(Permission.COMPILE_REPORTS)
def compile_edition(key: str) -> ResponseReturnValue:
    """Ask for an edition; it is compiled outside this request."""
    cycle, at = _cycle(key), clock.now()
    if cycle.state is CycleState.OPEN:
        flash(
            "There is nothing to report on before the sample is drawn. Nothing was compiled.",
            "error",
        )
        return redirect(url_for("editions.show_cycle_editions", key=key))
    arguments: dict[str, object] = {"cycle": cycle.key, "design": DESIGN}
    if "exempt" in request.form:
        arguments["exempt"] = True
    job = enqueue_job(db(), "compile", arguments, by=current_person(), at=at)
    record_history(db(), current_person(), "asked to compile", "cycle", cycle.id, at=at)
    return redirect(url_for("editions.show_job", job_id=job.id))


@pages.get("/editions/jobs/<int:job_id>")
@requires(Permission.COMPILE_REPORTS)
def show_job(job_id: int) -> str:
    """How far the compiling is; the page asks again by itself while it is under way."""
    job = find_job(db(), current_person(), job_id) or hidden("job", job_id)
    result = job.result or {}
    edition_id = result.get("edition")
    edition = (
        find_edition(db(), current_person(), edition_id) if isinstance(edition_id, int) else None
    )
    titles = {
        JobState.DONE: "The report is compiled",
        JobState.FAULTY: "The report could not be compiled",
    }
    return render_template(
        "editions/job.html",
        title=titles.get(job.state, "The report is being compiled"),
        job=job,
        key=str(job.arguments.get("cycle")),
        exempt=job.arguments.get("exempt") is True,
        edition=edition,
        unchanged=result.get("new") is False,
        under_way=job.state in (JobState.WAITING, JobState.RUNNING),
    )


@pages.get("/editions/<int:edition_id>")
@requires(Permission.READ_REPORTS)
def show_edition(edition_id: int) -> str:
    """One edition: what it is, its PDF, and publishing it."""
    edition, person = _edition(edition_id), current_person()
    waits = edition.state is EditionState.COMPILED
    approver = may_within(person, Permission.APPROVE_REPORTS, edition.cycle)
    return render_template(
        "editions/edition.html",
        title=edition.title,
        edition=edition,
        tag=STATE_TAGS[edition.state],
        may_publish=waits and approver and edition.compiled_by_id != person.id,
        needs_another=waits and approver and edition.compiled_by_id == person.id,
        waits=waits,
        reports=reports_of(db(), edition) if person.may(Permission.MANAGE_PLAN) else [],
    )


@pages.get("/editions/<int:edition_id>.pdf")
@requires(Permission.READ_REPORTS)
def open_pdf(edition_id: int) -> ResponseReturnValue:
    """The edition's PDF, to be read in the browser; who opened it is noted."""
    edition = _edition(edition_id)
    if any(one.cycle_id == edition.cycle_id for one in blind_audits(db(), current_person())):
        flash(
            "You are reading a case file of this cycle again. Its reports open for you once your "
            "reading is submitted, since they say what the first auditor found.",
            "error",
        )
        return redirect(url_for("editions.show_edition", edition_id=edition_id))
    note_reading("opened", "edition", edition.id)
    return send_file(
        BytesIO(edition.content),
        mimetype="application/pdf",
        as_attachment=False,
        download_name=_file_name(edition),
        etag=False,
        max_age=0,
    )


@pages.post("/editions/<int:edition_id>/publish")
@requires(Permission.APPROVE_REPORTS)
def publish(edition_id: int) -> ResponseReturnValue:
    """Approve and publish what another person compiled."""
    edition, at = _edition(edition_id), clock.now()
    before = edition.state
    try:
        publish_edition(edition, by=current_person(), at=at)
    except IllegalMove as fault:
        flash(f"{fault} Nothing was changed.", "error")
    else:
        detail = {"state": [before, edition.state]}
        record_history(
            db(), current_person(), "published", "edition", edition.id, at=at, detail=detail
        )
        flash("The edition is published. The sub-group can read it now.")
    return redirect(url_for("editions.show_edition", edition_id=edition_id))


def _cycle(key: str) -> Cycle:
    person = current_person()
    return visible_cycle(db(), person, key, Permission.COMPILE_REPORTS) or hidden("cycle")


def _edition(edition_id: int) -> Edition:
    return find_edition(db(), current_person(), edition_id) or hidden("edition", edition_id)


def _file_name(edition: Edition) -> str:
    """Small letters, figures and dashes only, whatever the cycle is called."""
    words = f"{edition.design}-{edition.cycle.key}-edition-{edition.number}".lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-") + ".pdf"
