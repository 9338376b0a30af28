"""How far the agencies of a cycle are, and one subject as all of them answered it."""

from __future__ import annotations

from flask import Blueprint, render_template

from audit_app.core.access import Permission
from audit_app.core.parts import Verdict
from audit_app.store.audits import find_audit
from audit_app.store.collating import (
    Collated,
    collated_subjects,
    find_collated,
    find_collated_of,
    subjects_of,
)
from audit_app.store.cycles import visible_cycle
from audit_app.store.instruments import load_form
from audit_app.store.moderation import blind_ids
from audit_app.store.results import reads_whole_audits
from audit_app.store.samples import is_for_agencies
from audit_app.store.tables import AgencyPart, Cycle
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.agencies.collated_rows import agreement_lines, collate
from audit_app.web.agencies.words import VERDICT_TAGS, say_agency, say_lack
from audit_app.web.cycles.words import AUDIT_TAGS
from audit_app.web.database import db

pages = Blueprint("agencies", __name__, template_folder="templates")
pages.add_app_template_filter(is_for_agencies, "for_agencies")
pages.add_app_template_filter(say_agency, "agency")


@pages.get("/cycles/<key>/agencies")
@requires(Permission.SEE_RESULTS)
def show_cycle(key: str) -> str:
    """Every subject with how far each agency is, and on what they agreed so far."""
    cycle = _cycle(key)
    form = load_form(cycle.form_version)
    return render_template(
        "agencies/cycle.html",
        title=f"Agencies in {cycle.name}",
        cycle=cycle,
        subjects=subjects_of(db(), cycle),
        agreement=agreement_lines(form, collated_subjects(db(), [cycle.id]).get(cycle.id, [])),
        tags=AUDIT_TAGS,
        say_lack=say_lack,
        blind=blind_ids(db(), current_person()),
    )


@pages.get("/cycles/<key>/agencies/<int:case_file_id>")
@requires(Permission.SEE_RESULTS)
def show_subject(key: str, case_file_id: int) -> str:
    """One subject as all agencies answered it, for whoever reads the results of the cycle."""
    cycle = _cycle(key)
    found = find_collated(db(), current_person(), cycle, case_file_id)
    return _page(found or hidden("case file", case_file_id), own=None)


@pages.get("/audits/<int:audit_id>/agencies")
@requires(Permission.FILL_IN)
def show_beside_own(audit_id: int) -> str:
    """The same for those who answered a part of it."""
    part = find_audit(db(), current_person(), audit_id)
    if not isinstance(part, AgencyPart):
        hidden("audit", audit_id)
    found = find_collated_of(db(), current_person(), part)
    return _page(found or hidden("audit", audit_id), own=part)


def _cycle(key: str) -> Cycle:
    person = current_person()
    cycle = visible_cycle(db(), person, key, Permission.SEE_RESULTS)
    if cycle is None or not is_for_agencies(cycle) or not reads_whole_audits(person, cycle):
        hidden("cycle")
    return cycle


def _page(subject: Collated, *, own: AgencyPart | None) -> str:
    return render_template(
        "agencies/subject.html",
        title=f"{subject.case_file.title}: all agencies",
        subject=subject,
        cycle=subject.cycle,
        own=own,
        page=collate(subject),
        tags=VERDICT_TAGS,
        differ=Verdict.DIFFER,
        agree=Verdict.AGREE,
    )
