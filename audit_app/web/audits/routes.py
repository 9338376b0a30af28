"""An auditor's own audits: task list, sections, judgement, check answers, submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from wtforms import Form

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.completeness import JUDGEMENT
from audit_app.core.completion import WITHDRAWAL_WORDS
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.core.moderation import Purpose
from audit_app.core.question_bank import Question
from audit_app.core.replies import VOICE_WORDS
from audit_app.core.subjects import capital
from audit_app.store.actions import proposed_in, tell_owners
from audit_app.store.agreeing import versions_of
from audit_app.store.audits import (
    IncompleteAudit,
    find_audit,
    find_submitted_audit,
    form_of,
    submit_audit,
    suggestions_for,
    what_is_missing,
)
from audit_app.store.calibrations import tell_readers
from audit_app.store.collating import find_collated_of, waited_for_beside
from audit_app.store.earlier_audits import EarlierAudit, earlier_audits, earlier_outcomes
from audit_app.store.history import record_history, timeline_of
from audit_app.store.moderation import moderation_of
from audit_app.store.recorded import answers_of
from audit_app.store.replies import ask_for_reply, feedback_on, parts_of, replies_to
from audit_app.store.tables import AgencyPart, Audit, CalibrationReading, Reading
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.attachments.lists import attach_links, attached_to
from audit_app.web.audits.answer_rows import (
    answer_sections,
    grade_rows,
    stored_grade_rows,
    strengths_in,
)
from audit_app.web.audits.conflicts import (
    answers_in_conflict,
    conflict_page,
    grades_in_conflict,
)
from audit_app.web.audits.earlier import open_actions, say_earlier
from audit_app.web.audits.facts import about_case, beside
from audit_app.web.audits.forms import graded, judgement_form, section_form
from audit_app.web.audits.places import (
    SectionPlace,
    ask_section,
    audit_title,
    find_unreadable,
    links_to_comments,
    links_to_missing,
    next_place,
    next_unanswered,
    say_progress,
    section_place,
    task_list,
)
from audit_app.web.audits.question_rows import question_rows
from audit_app.web.audits.saving import (
    TEXTS,
    save_sent_judgement,
    save_sent_section,
    sent_section,
)
from audit_app.web.audits.sent import new_window, stamps_for
from audit_app.web.audits.word_check import (
    NO_WARNINGS,
    WordWarning,
    is_new,
    warning_for,
    warnings_in,
    word_guard,
)
from audit_app.web.database import db
from audit_app.web.keeping_words import keeps_words
from audit_app.web.moderation.settled import aftermath_of, comments_for
from audit_app.web.replies.referrals import referrals_of
from audit_app.web.typed import clean_text

pages = Blueprint("audits", __name__, template_folder="templates", url_prefix="/audits")


@pages.get("/<int:audit_id>")
@requires(Permission.FILL_IN)
def show_audit(audit_id: int) -> str:
    """The task list; once submitted or withdrawn, the audit to be read."""
    audit = _own_audit(audit_id)
    if audit.is_settled:
        return _read_view(audit)
    earlier, comments = _earlier(audit), comments_for(audit)
    return render_template(
        "audits/task_list.html",
        title=audit_title(audit),
        audit=audit,
        case=about_case(db(), audit),
        earlier=[say_earlier(one) for one in earlier],
        open_actions=open_actions(earlier),
        tasks=task_list(audit, proposed=len(proposed_in(db(), audit))),
        files=attached_to(audit),
        comments=links_to_comments(audit, comments),
        # Nothing is returned without a comment.
        versions=versions_of(db(), audit.id) if comments else [],
        saved_at=_saved_at(audit),
        happened_to=timeline_of(db(), "audit", audit.id),
    )


@pages.get("/<int:audit_id>/answers")
@requires(Permission.SEE_RESULTS)
def read_audit(audit_id: int) -> str:
    """Any submitted audit, for those who may see results."""
    audit = find_submitted_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)
    return _read_view(audit)


@pages.post("/<int:audit_id>/case-number")
@requires(Permission.SEE_IDENTIFIER)
def show_case_number(audit_id: int) -> str:
    """The council's number of the case file: shown once, and noted in the history."""
    audit = _own_audit(audit_id)
    number = audit.case_file.words.number or hidden("audit", audit_id)
    record_history(db(), current_person(), "case number shown", "audit", audit.id, at=clock.now())
    return render_template("audits/case_number.html", title=capital(number), audit=audit)


@pages.get("/<int:audit_id>/sections/<section_key>")
@requires(Permission.FILL_IN)
def show_section(audit_id: int, section_key: str) -> ResponseReturnValue:
    """The questions of one section."""
    audit = _own_audit(audit_id)
    place = section_place(audit, section_key) or hidden("audit", audit_id)
    if audit.is_settled:
        return _back_to(audit)
    questions = ask_section(audit, place.section)
    rows = {row.question_id: row for row in audit.answers}
    form = section_form(questions, rows)
    if any(rows[question.id].typed for question in questions if question.id in rows):
        find_unreadable(audit, form)  # what could not be read when it was saved is said again
    return _section_page(audit, place, questions, form)


@pages.post("/<int:audit_id>/sections/<section_key>")
@requires(Permission.FILL_IN)
@keeps_words
def save_section(audit_id: int, section_key: str) -> ResponseReturnValue:
    """Keep what was typed, whatever it is; then go on, unless something cannot be read."""
    audit = _own_audit(audit_id)
    place = section_place(audit, section_key) or hidden("audit", audit_id)
    if audit.is_settled:
        return _back_to(audit)
    section = sent_section(place.section, request.form)
    saved = save_sent_section(audit, section, request.form)
    if saved.conflicts:
        return conflict_page(audit, answers_in_conflict(audit, section, saved, request.form))
    if "later" in request.form:
        return _back_to(audit)
    warnings = warnings_in(section.form, word_guard(audit))
    if find_unreadable(audit, section.form) or is_new(warnings, request.form.getlist("told")):
        return _section_page(audit, place, section.questions, section.form, warnings)
    if "unanswered" in request.form:
        return redirect(next_unanswered(audit, section_key))
    if request.args.get("then") == "check":  # where a “Change” link led here
        return redirect(url_for("audits.check_audit", audit_id=audit.id))
    return redirect(next_place(audit, section_key))


@pages.post("/<int:audit_id>/check-words")
@requires(Permission.FILL_IN)
def check_words(audit_id: int) -> ResponseReturnValue:
    """What in one box seems to name somebody, before it is saved; nothing is kept or noted."""
    guard = word_guard(_own_audit(audit_id))
    words = clean_text(request.form.get("words", "")) or ""
    marks, warning = guard.marks(words), warning_for(guard, words)
    return jsonify(
        said=warning.said if warning else "",
        told=warning.told if warning else "",
        marks=[{"kind": mark.kind, "start": mark.start, "end": mark.end} for mark in marks],
    )


@pages.get("/<int:audit_id>/judgement")
@requires(Permission.FILL_IN)
def show_judgement(audit_id: int) -> ResponseReturnValue:
    """Suggested grades with their sentences, and the auditor's own."""
    audit = _own_audit(audit_id)
    if audit.is_settled:
        return _back_to(audit)
    return _judgement_page(audit, judgement_form(form_of(audit), suggestions_for(audit), audit))


@pages.post("/<int:audit_id>/judgement")
@requires(Permission.FILL_IN)
@keeps_words
def save_judgement(audit_id: int) -> ResponseReturnValue:
    """Keep the grades and texts, complete or not."""
    audit = _own_audit(audit_id)
    if audit.is_settled:
        return _back_to(audit)
    form = judgement_form(form_of(audit), suggestions_for(audit), audit, request.form)
    saved = save_sent_judgement(audit, form, request.form)
    if saved.conflicts:
        return conflict_page(audit, grades_in_conflict(audit, form, saved))
    if "later" in request.form:
        flash("Your judgement is saved.")
        return _back_to(audit)
    warnings = warnings_in(form, word_guard(audit))
    if is_new(warnings, request.form.getlist("told")):
        return _judgement_page(audit, form, warnings)
    return redirect(url_for("audits.check_audit", audit_id=audit.id))


@pages.get("/<int:audit_id>/check")
@requires(Permission.FILL_IN)
def check_audit(audit_id: int) -> ResponseReturnValue:
    """Everything by section, what is missing first."""
    audit = _own_audit(audit_id)
    if audit.is_settled:
        return _back_to(audit)
    return _check_page(audit, links_to_missing(audit, what_is_missing(audit)), refused=False)


@pages.post("/<int:audit_id>/check")
@requires(Permission.FILL_IN)
def submit(audit_id: int) -> ResponseReturnValue:
    """Submit the audit, or say what is still to be done."""
    audit = _own_audit(audit_id)
    if audit.is_settled:
        return _back_to(audit)
    given = proposed_in(db(), audit)
    try:
        submit_audit(db(), audit, at=clock.now())
    except IncompleteAudit as incomplete:
        return _check_page(audit, links_to_missing(audit, incomplete.missing), refused=True)
    at = clock.now()
    record_history(db(), current_person(), "submitted", "audit", audit.id, at=at)
    site, council = current_app.config["SITE_URL"], current_app.config["COUNCIL"]
    if isinstance(audit, Audit):
        tell_owners(db(), given, site_url=site, council=council, at=at)
        ask_for_reply(db(), audit, site_url=site, council=council, at=at)
    if isinstance(audit, CalibrationReading) and audit.cycle.state is CycleState.CLOSED:
        tell_readers(db(), audit.cycle, site_url=site, council=council, at=at)
    return redirect(url_for("audits.show_submitted", audit_id=audit.id))


@pages.get("/<int:audit_id>/submitted")
@requires(Permission.FILL_IN)
def show_submitted(audit_id: int) -> ResponseReturnValue:
    """What happens next."""
    audit = _own_audit(audit_id)
    if audit.state is not AuditState.SUBMITTED:
        return _back_to(audit)
    return render_template(
        "audits/submitted.html",
        title=_SUBMITTED[audit.purpose],
        audit=audit,
        **_beside(audit),
        moderation=moderation_of(db(), audit.id) if audit.is_second else None,
    )


def _beside(audit: Reading) -> dict[str, object]:
    """Of an agency's part: how many others are still to come, and whether all can be read."""
    if not isinstance(audit, AgencyPart):
        return {}
    found = find_collated_of(db(), current_person(), audit)
    return {"collated": found is not None, "waited_for": waited_for_beside(db(), audit)}


_SUBMITTED = {
    Purpose.FIRST: "Audit submitted",
    Purpose.SECOND_READING: "Second reading submitted",
    Purpose.AGENCY_PART: "Your agency’s part is submitted",
    Purpose.CALIBRATION: "Your reading is submitted",
}


def _own_audit(audit_id: int) -> Reading:
    return find_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)


def _earlier(audit: Reading) -> list[EarlierAudit]:
    return earlier_audits(db(), current_person(), audit)


def _back_to(audit: Reading) -> ResponseReturnValue:
    return redirect(url_for("audits.show_audit", audit_id=audit.id))


def _section_page(
    audit: Reading,
    place: SectionPlace,
    questions: list[Question],
    form: Form,
    warnings: Mapping[str, WordWarning] = NO_WARNINGS,
) -> str:
    answers, case, earlier = answers_of(audit), about_case(db(), audit), _earlier(audit)
    return render_template(
        "audits/section.html",
        title=place.section.title,
        audit=audit,
        place=place,
        case=case,
        earlier=[say_earlier(one) for one in earlier],
        beside=beside(case, questions, earlier_outcomes(db(), earlier, place.section)),
        rows=question_rows(form_of(audit), questions, form, answers),
        attach=attach_links(audit, [question.id for question in questions]),
        comments=comments_for(audit),
        unanswered=[q.id for q in questions if q.required and q.id not in answers],
        progress=say_progress(place.progress),
        stamps=stamps_for(audit, [question.id for question in questions]),
        window=new_window(),
        form=form,
        warnings=warnings,
        saved_at=_saved_at(audit),
    )


def _judgement_page(
    audit: Reading, form: Form, warnings: Mapping[str, WordWarning] = NO_WARNINGS
) -> str:
    suggestions = suggestions_for(audit)
    grades = [f"/grade_{name}" for name in graded(form_of(audit), suggestions)]
    return render_template(
        "audits/judgement.html",
        title="Judgement",
        audit=audit,
        rows=grade_rows(form_of(audit), audit, suggestions),
        suggested={theme.theme: theme.suggestion.grade for theme in suggestions.themes}
        | {"overall": suggestions.overall.grade},
        form=form,
        comment=comments_for(audit).get(JUDGEMENT, ""),
        strengths=strengths_in(form_of(audit), audit),
        warnings=warnings,
        saved_at=_saved_at(audit),
        stamps=stamps_for(audit, [*grades, *(f"/{name}" for name in TEXTS)]),
        window=new_window(),
    )


def _check_page(audit: Reading, missing: list[dict[str, str]], *, refused: bool) -> str:
    form = form_of(audit)
    return render_template(
        "audits/check.html",
        title="Check your answers",
        audit=audit,
        sections=answer_sections(form, audit),
        files=attached_to(audit),
        grades=grade_rows(form, audit, suggestions_for(audit)),
        missing=missing,
        page_errors=missing if refused else [],
    )


def _read_view(audit: Reading) -> str:
    form, replies = form_of(audit), replies_to(db(), [audit])[audit.id]
    return render_template(
        "audits/read.html",
        title=audit_title(audit),
        audit=audit,
        own=audit.auditor_id == current_person().id,
        case=about_case(db(), audit),
        earlier=[say_earlier(one) for one in _earlier(audit)],
        sections=answer_sections(form, audit),
        files=attached_to(audit),
        grades=stored_grade_rows(form, audit),
        replies=replies,
        referrals=referrals_of(replies),
        feedback=feedback_on(db(), [audit])[audit.id],
        part_titles=dict(parts_of(audit)),
        voice_words=VOICE_WORDS,
        withdrawal_words=WITHDRAWAL_WORDS,
        aftermath=aftermath_of(audit),
        **_beside(audit),
        moderation=moderation_of(db(), audit.id) if audit.is_second else None,
        happened_to=timeline_of(db(), "audit", audit.id),
    )


def _saved_at(audit: Reading) -> datetime | None:
    return max((row.recorded_at for row in audit.answers), default=None)
