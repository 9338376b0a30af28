"""Saving while one types: what changed is sent as it stands, and the answer says what became of it.

Only what is committed is acknowledged: the answer leaves after the transaction has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.answers import Interval
from audit_app.core.lifecycle import AuditState, IllegalMove
from audit_app.store.audits import find_audit, form_of, suggestions_for
from audit_app.store.recorded import answers_of
from audit_app.store.save_stamps import SavedInOrder
from audit_app.store.tables import Reading
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.audits.forms import judgement_form
from audit_app.web.audits.places import say_progress, section_place
from audit_app.web.audits.question_rows import say_interval, typed_outcome
from audit_app.web.audits.saving import (
    SentSection,
    save_sent_judgement,
    save_sent_section,
    sent_section,
)
from audit_app.web.audits.sent import stamps_for
from audit_app.web.database import db
from audit_app.web.words import say_saved

pages = Blueprint("autosave", __name__, url_prefix="/audits")


@pages.post("/<int:audit_id>/sections/<section_key>/autosave")
@requires(Permission.FILL_IN)
def save_section(audit_id: int, section_key: str) -> ResponseReturnValue:
    """Keep the questions that were changed."""
    audit = _own_audit(audit_id)
    place = section_place(audit, section_key) or hidden("audit", audit_id)
    if (settled := _settled(audit)) is not None:
        return settled
    section = sent_section(place.section, request.form)
    try:
        saved = save_sent_section(audit, section, request.form)
    except IllegalMove as refusal:
        return _refused(str(refusal))
    now = section_place(audit, section_key)
    assert now is not None
    return _acknowledge(
        audit,
        saved,
        progress=say_progress(now.progress),
        results=_intervals(audit, section),
        outcomes=_outcomes(audit, section),
        unread=_unread(section),
    )


@pages.post("/<int:audit_id>/judgement/autosave")
@requires(Permission.FILL_IN)
def save_judgement(audit_id: int) -> ResponseReturnValue:
    """Keep the grades and texts that were changed."""
    audit = _own_audit(audit_id)
    if (settled := _settled(audit)) is not None:
        return settled
    form = judgement_form(form_of(audit), suggestions_for(audit), audit, request.form)
    try:
        saved = save_sent_judgement(audit, form, request.form)
    except IllegalMove as refusal:
        return _refused(str(refusal))
    return _acknowledge(audit, saved)


@pages.get("/<int:audit_id>/form-token")
@requires(Permission.FILL_IN)
def form_token(audit_id: int) -> ResponseReturnValue:
    """The token of this session, for a page that was opened before its person signed in again."""
    _own_audit(audit_id)
    return jsonify(token=generate_csrf())


def _own_audit(audit_id: int) -> Reading:
    return find_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)


def _settled(audit: Reading) -> ResponseReturnValue | None:
    if audit.state is AuditState.SUBMITTED:
        return _refused("This audit has been submitted, so its answers can no longer change.")
    if audit.is_settled:
        return _refused("This audit has been withdrawn, so its answers can no longer change.")
    return None


def _refused(sentence: str) -> ResponseReturnValue:
    return jsonify(said=sentence), HTTPStatus.CONFLICT


def _acknowledge(audit: Reading, saved: SavedInOrder, **more: object) -> ResponseReturnValue:
    kept = [place for place in saved.verdicts if place not in saved.conflicts]
    return jsonify(
        saved=stamps_for(audit, kept),
        conflicts=list(saved.conflicts),
        saved_at=say_saved(clock.now()),
        **more,
    )


def _intervals(audit: Reading, section: SentSection) -> dict[str, str]:
    """How long each interval is that could be read; empty where it could not."""
    answers = answers_of(audit)
    found = ((question, answers.get(question.id)) for question in section.questions)
    return {
        question.id: say_interval(question, answer.value)
        if answer is not None and isinstance(answer.value, Interval)
        else ""
        for question, answer in found
        if question.limit is not None
    }


def _outcomes(audit: Reading, section: SentSection) -> dict[str, str]:
    """What each answer comes to that is typed and not chosen, so that its box opens for it."""
    answers = answers_of(audit)
    return {
        question.id: typed_outcome(question, answers.get(question.id))
        for question in section.questions
    }


def _unread(section: SentSection) -> Iterable[str]:
    """The questions whose answer cannot be read yet; it is kept as it was typed."""
    return [draft.question_id for draft in section.drafts if draft.typed is not None]
