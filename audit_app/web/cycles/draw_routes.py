"""Drawing a cycle's sample: the filters with their counts, the draw, and how it was made."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.caseload.cohort_file import MAX_SIZE, Cohort, read_cohort, write_cohort
from audit_app.core.access import Permission
from audit_app.core.cohorts import CohortFault, read_lines
from audit_app.core.lifecycle import CycleState, IllegalMove
from audit_app.core.sampling import EXCLUSION_WORDS, Exclusion, SamplingFault, ticket_of
from audit_app.core.sampling_methods import METHOD_WORDS, Method, list_by_team
from audit_app.core.subjects import capital
from audit_app.store.caseload import current_extract, status_counts
from audit_app.store.cohorts import (
    column_names,
    describe_filters,
    drawn_cycle_keys,
    kept_by,
)
from audit_app.store.completion import left_out_of
from audit_app.store.cycles import visible_cycle
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.people import teams
from audit_app.store.redrawing import draw_again
from audit_app.store.references import references_at
from audit_app.store.samples import (
    draw_cycle_sample,
    drawn_cases,
    is_for_agencies,
    sample_frame,
)
from audit_app.store.tables import Cycle, Extract, Sample, SampleCase
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.cycles.cohort_field import LONGEST
from audit_app.web.cycles.draw_account import account_for_draw
from audit_app.web.cycles.draw_preview import DrawPreview, preview_draw
from audit_app.web.cycles.forms import DrawForm, FilterForm, SavedForm
from audit_app.web.cycles.share_account import account_for_shares
from audit_app.web.database import db
from audit_app.web.exports.files import as_file, file_name
from audit_app.web.macro_params import error_list
from audit_app.web.words import subject_words

SHOWN = 12

pages = Blueprint("draw", __name__, template_folder="templates", url_prefix="/cycles/<key>")


@pages.get("/draw")
@requires(Permission.MANAGE_CYCLES)
def show_draw(key: str) -> ResponseReturnValue:
    """The filters, and how many case files each of them leaves."""
    cycle = _cycle(key)
    if cycle.state is not CycleState.OPEN:
        return redirect(url_for("draw.show_method", key=key))
    subject = load_form(cycle.form_version).subject
    extract = current_extract(db(), subject)
    if extract is None:
        return render_template(
            "cycles/no_caseload.html", title="Draw the sample", cycle=cycle, subject=subject
        )
    form = _offer(FilterForm(request.args or None, meta={"csrf": False}), cycle, extract)
    counted = form.validate() if request.args else True
    return _draw_page(cycle, extract, form, counted=counted)


@pages.post("/draw")
@requires(Permission.MANAGE_CYCLES)
def draw(key: str) -> ResponseReturnValue:
    """Draw the sample and give each auditor their case files."""
    cycle, at = _cycle(key), clock.now()
    extract = current_extract(db(), load_form(cycle.form_version).subject)
    if extract is None or cycle.state is not CycleState.OPEN:
        return redirect(url_for("draw.show_draw", key=key))
    form = _offer(DrawForm(), cycle, extract)
    if not form.validate():  # a seed is asked for on the page that counts
        return _draw_page(cycle, extract, form, counted=set(form.errors) == {"seed"})
    try:
        sample = draw_cycle_sample(
            db(),
            cycle,
            form.filters,
            per_auditor=form.each,
            seed=form.seed.data or None,
            by=current_person(),
            at=at,
            method=form.asked_method,
            number=form.asked_number,
        )
    except CohortFault as fault:
        form.lines.errors = [str(fault)]
        return _draw_page(cycle, extract, form, counted=False)
    except (SamplingFault, IllegalMove) as fault:
        form.fault_field.errors = [str(fault)]
        return _draw_page(cycle, extract, form, counted=True)
    detail = {
        "state": [CycleState.OPEN, cycle.state],
        "frame_size": [None, sample.frame_size],
        "per_auditor": [None, sample.per_auditor],
        "method": [None, sample.method],
        "number": [None, sample.number],
    }
    record_history(db(), current_person(), "drew", "sample", sample.id, at=at, detail=detail)
    flash(f"The sample is drawn, and each auditor sees their {subject_words(cycle).many}.")
    return redirect(url_for("cycles.show_cycle", key=key))


@pages.get("/cohort.yml")
@requires(Permission.MANAGE_CYCLES)
def save_cohort(key: str) -> ResponseReturnValue:
    """The lines that were typed, as a file for another time; it names no child."""
    cycle = _cycle(key)
    try:
        lines = read_lines(request.args.get("lines", "")[:LONGEST])
    except CohortFault as fault:
        flash(str(fault), "error")
        return redirect(url_for("draw.show_draw", key=key))
    content = write_cohort(Cohort(cycle.name, lines))
    return as_file(content, file_name(f"cohort {cycle.name}", "yml"), "application/yaml")


@pages.post("/cohort")
@requires(Permission.MANAGE_CYCLES)
def load_cohort(key: str) -> ResponseReturnValue:
    """Read the lines of a saved cohort, and go on with them."""
    cycle, saved = _cycle(key), SavedForm()
    extract = current_extract(db(), load_form(cycle.form_version).subject)
    if extract is None or cycle.state is not CycleState.OPEN:
        return redirect(url_for("draw.show_draw", key=key))
    if saved.validate():
        try:
            upload = saved.file.data
            cohort = read_cohort(upload.read(MAX_SIZE + 1)[:MAX_SIZE], upload.filename or "file")
            return redirect(url_for("draw.show_draw", key=key, lines=cohort.text, per_auditor=2))
        except CohortFault as fault:
            saved.file.errors = [str(fault)]
    form = _offer(FilterForm(formdata=None, meta={"csrf": False}), cycle, extract)
    return _draw_page(cycle, extract, form, counted=True, saved=saved)


@pages.get("/method")
@requires(Permission.MANAGE_CYCLES)
def show_method(key: str) -> str:
    """How the sample was drawn, so that anybody can draw it again."""
    cycle = _cycle(key)
    sample = cycle.sample or hidden("sample")
    redrawn, cases = draw_again(db(), cycle, sample), drawn_cases(db(), sample)
    references = _references(sample, cases)
    return render_template(
        "cycles/method.html",
        title="How the sample was drawn",
        cycle=cycle,
        sample=sample,
        excluded=_in_words(sample),
        barred=redrawn.frame.excluded.get(Exclusion.OWN_TEAM, 0),
        filters=describe_filters(sample.filters),
        for_agencies=is_for_agencies(cycle),
        kept=kept_by(sample.filters),
        account=account_for_draw(redrawn, cycle.auditors, sample, cases, references),
        shares=account_for_shares(
            redrawn,
            sample,
            {str(member.person_id): member.person.name for member in cycle.auditors},
            subject_words(cycle),
        ),
        cases=cases,
        left_out=left_out_of(db(), [cycle.id])[cycle.id],
        references=references,
        renamed=_is_renamed(cases, references),
    )


@pages.get("/frame")
@requires(Permission.MANAGE_CYCLES)
def show_frame(key: str) -> str:
    """Every case file that could be drawn, with its ticket, in the order of the tickets."""
    cycle = _cycle(key)
    sample = cycle.sample or hidden("sample")
    cases = drawn_cases(db(), sample)
    references = _references(sample, cases)
    frame = sample_frame(db(), sample)
    tickets = [(ticket_of(sample.seed, case.reference), case) for case in frame.cases]
    by_team = sample.method == Method.SYSTEMATIC
    if by_team:
        tickets = [(ticket_of(sample.seed, one.reference), one) for one in list_by_team(frame)]
    else:
        tickets.sort(key=lambda one: one[0])
    return render_template(
        "cycles/frame.html",
        title=f"{capital(subject_words(cycle).many)} that could be drawn",
        cycle=cycle,
        sample=sample,
        tickets=tickets,
        by_team=by_team,
        drawn=set(references.values()),
        renamed=_is_renamed(cases, references),
    )


def _cycle(key: str) -> Cycle:
    return visible_cycle(db(), current_person(), key) or hidden("cycle")


def _references(sample: Sample, cases: list[SampleCase]) -> dict[int, str]:
    """What the case files were called on the day of the draw: the tickets were made from that."""
    return references_at(db(), [one.case_file_id for one in cases], sample.drawn_at)


def _is_renamed(cases: list[SampleCase], references: dict[int, str]) -> bool:
    return any(one.case_file.reference != references[one.case_file_id] for one in cases)


def _offer(form: FilterForm, cycle: Cycle, extract: Extract) -> FilterForm:
    counts = status_counts(db(), extract)
    form.offer(counts, teams(db()), extract.subject, for_all=is_for_agencies(cycle))
    return form


def _draw_page(
    cycle: Cycle,
    extract: Extract,
    form: FilterForm,
    *,
    counted: bool,
    saved: SavedForm | None = None,
) -> str:
    """The page with the counts of the filters, or without while these are at fault."""
    preview: DrawPreview | None = None
    if counted:
        try:
            preview = preview_draw(cycle, form.filters, form.asked, at=clock.now())
        except CohortFault as fault:
            form.lines.errors = [str(fault)]
    return render_template(
        "cycles/draw.html",
        title="Draw the sample",
        cycle=cycle,
        extract=extract,
        form=form,
        preview=preview,
        for_agencies=is_for_agencies(cycle),
        shared_out=form.asked_method.is_shared_out,
        method_words=METHOD_WORDS[form.asked_method],
        confirm=form if isinstance(form, DrawForm) else DrawForm(formdata=None),
        saved=saved or SavedForm(formdata=None),
        page_errors=error_list(form) + error_list(saved),
        can_be_said=_can_be_said(extract) if "lines" in form else None,
    )


def _can_be_said(extract: Extract) -> dict[str, list[str]]:
    """What a line may name that is this council's own."""
    return {
        "columns": column_names(db(), extract),
        "cycles": [f"{key} ({name})" for key, name in drawn_cycle_keys(db())[:SHOWN]],
    }


def _in_words(sample: Sample) -> list[tuple[str, int]]:
    return [
        (EXCLUSION_WORDS[row.reason], row.count)
        for row in sample.exclusions
        if row.reason is not Exclusion.OWN_TEAM
    ]
