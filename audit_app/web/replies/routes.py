"""Replying to an audit, answering disputes, writing down what a family said."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import DisputeAnswer, ReplyState
from audit_app.core.replies import SEES_WORDS, PracticeSees, Voice
from audit_app.store.audits import find_audit_of_own_case, form_of
from audit_app.store.cycles import find_cycle
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.moderation import moderation_of
from audit_app.store.referring import refer, why_not_referred
from audit_app.store.replies import (
    answer_dispute,
    find_audit_of_family,
    find_dispute,
    last_day_for,
    own_reply,
    parts_of,
    record_feedback,
    replies_unseen,
    replies_within,
    save_reply,
    send_reply,
)
from audit_app.store.scopes import may_within
from audit_app.store.tables import Audit, Cycle, Reply, ReplyPart
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.audits.answer_rows import stored_grade_rows
from audit_app.web.database import db
from audit_app.web.replies.forms import AnswerForm, FamilyForm, ReplyForm, RightsForm
from audit_app.web.replies.referrals import referrals_of

pages = Blueprint("replies", __name__, template_folder="templates", url_prefix="/replies")

MOST = 200
_SAVED = "Your reply is saved and not sent yet. Only you can see it."


@pages.get("")
@requires(Permission.ANSWER_REPLIES)
def show_replies() -> str:
    """What the practice replied, the grades that it disputes first."""
    replies = replies_within(db(), current_person(), most=MOST)
    titles = {reply.id: dict(parts_of(reply.audit)) for reply in replies}
    return render_template(
        "replies/replies.html",
        title="Replies of the practice",
        replies=replies,
        titles=titles,
        referrals=referrals_of(replies),
        unseen=replies_unseen(db(), current_person()),
    )


@pages.route("/<int:audit_id>", methods=["GET", "POST"])
@requires(Permission.REPLY_TO_AUDITS)
def reply(audit_id: int) -> ResponseReturnValue:
    """Write a reply, keep it as a draft, send it; once sent it is only read."""
    person = current_person()
    audit = find_audit_of_own_case(db(), person, audit_id) or hidden("audit", audit_id)
    before = own_reply(db(), person, audit)
    if before is not None and before.state is ReplyState.SENT:
        return render_template(
            "replies/sent.html",
            title="Your reply",
            audit=audit,
            reply=before,
            titles=dict(parts_of(audit)),
            referrals=referrals_of([before], audit.cycle.shown_to_practice),
        )
    form = ReplyForm.of(parts_of(audit))(data=_typed_before(before))
    if request.method == "POST":
        return _keep(audit, form)
    return _reply_page(audit, form)


@pages.route("/disputes/<int:part_id>", methods=["GET", "POST"])
@requires(Permission.ANSWER_REPLIES)
def answer(part_id: int) -> ResponseReturnValue:
    """Say what becomes of a disputed grade."""
    person = current_person()
    dispute = find_dispute(db(), person, part_id) or hidden("dispute", part_id)
    form, audit = AnswerForm(), dispute.reply.audit
    stuck = why_not_referred(db(), audit, person)
    form.offer(referring=stuck is None)
    if dispute.answer is None and form.validate_on_submit():
        _answer(dispute, DisputeAnswer(form.answer.data), form.reason.data)
        return redirect(url_for("replies.show_replies"))
    moderation = moderation_of(db(), audit.id)
    return render_template(
        "replies/dispute.html",
        title=f"A disputed grade: {dict(parts_of(audit))[dispute.part]}",
        audit=audit,
        dispute=dispute,
        grade=next(
            row for row in stored_grade_rows(form_of(audit), audit) if row.name == dispute.part
        ),
        form=form,
        stuck=stuck,
        referred=referrals_of([dispute.reply]).get(dispute.id, ""),
        moderation=moderation if dispute.answer is DisputeAnswer.REFERRED else None,
    )


@pages.route("/family/<int:audit_id>", methods=["GET", "POST"])
@requires(Permission.RECORD_FAMILY_FEEDBACK)
def record_family(audit_id: int) -> ResponseReturnValue:
    """Write down what somebody of the family said, by their role."""
    person, form = current_person(), FamilyForm()
    audit = find_audit_of_family(db(), person, audit_id) or hidden("audit", audit_id)
    if form.validate_on_submit():
        voice, at = Voice(form.voice.data), clock.now()
        said = record_feedback(db(), audit, voice, form.words.data, by=person, at=at)
        detail = {"voice": [None, voice.value]}
        record_history(db(), person, "recorded", "family feedback", said.id, at=at, detail=detail)
        flash("What the family said is kept with the audit.")
        return redirect(_page_of(audit))
    return render_template(
        "replies/family.html",
        title="What the family said",
        audit=audit,
        form=form,
        back=_page_of(audit),
    )


@pages.route("/cycles/<key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CYCLES)
def set_rights(key: str) -> ResponseReturnValue:
    """How much of a cycle's audits the practice sees, and how long it has to reply."""
    person, cycle = current_person(), _cycle(key)
    usual = load_form(cycle.form_version).practice_sees
    form = RightsForm(data={"shown": cycle.shown_to_practice.value, "days": cycle.reply_days})
    form.without_reason = frozenset({usual, cycle.shown_to_practice})
    if form.validate_on_submit():
        before = (cycle.shown_to_practice.value, cycle.reply_days)
        cycle.shown_to_practice, cycle.reply_days = PracticeSees(form.shown.data), form.days.data
        after = (form.shown.data, form.days.data)
        detail = {
            name: [old, new]
            for name, old, new in zip(("shown", "days"), before, after, strict=True)
            if old != new
        }
        if "shown" in detail and form.because.data and form.shown.data != usual:
            detail["because"] = [None, form.because.data]
        record_history(
            db(), person, "set right of reply of", "cycle", cycle.id, at=clock.now(), detail=detail
        )
        flash("The right of reply of this cycle is set.")
        return redirect(url_for("cycles.show_cycle", key=cycle.key))
    return render_template(
        "replies/rights.html",
        title="Right of reply",
        cycle=cycle,
        form=form,
        usual=SEES_WORDS[usual],
    )


def _answer(dispute: ReplyPart, said: DisputeAnswer, reason: str) -> None:
    """Keep the answer; what is referred is read a second time."""
    person, audit, at = current_person(), dispute.reply.audit, clock.now()
    answer_dispute(dispute, said, reason, by=person, at=at)
    detail = {"dispute": [None, said.value]}
    record_history(db(), person, "answered a dispute of", "audit", audit.id, at=at, detail=detail)
    if said is not DisputeAnswer.REFERRED:
        flash("The dispute is answered. Who replied can read it.")
    elif refer(db(), audit, by=person, at=at).reader_id is None:
        flash("The audit waits for a second reader: name one. Who replied can read your answer.")
    else:
        flash("The audit is being read a second time already. Who replied can read your answer.")


def _keep(audit: Audit, form: ReplyForm) -> ResponseReturnValue:
    """Save whatever was typed; send it where that was asked for and nothing is missing."""
    person, at = current_person(), clock.now()
    sends = request.form.get("step") == "send"
    try:
        kept = save_reply(db(), person, audit, form.drafts(), at=at)
    except Refusal as fault:
        flash(str(fault), "error")
        return redirect(url_for("replies.reply", audit_id=audit.id))
    if sends and form.may_be_sent():
        send_reply(db(), kept, at=at)
        detail = {
            "disputed": [0, sum(part.disputed for part in kept.parts)],
            "late": [None, kept.late],
        }
        record_history(db(), person, "sent", "reply", kept.id, at=at, detail=detail)
        flash("Your reply is sent. The auditor and the QA lead can read it, without your name.")
        return redirect(url_for("replies.reply", audit_id=audit.id))
    record_history(db(), person, "saved", "reply", kept.id, at=at)
    if sends:
        return _reply_page(audit, form)
    flash(_SAVED)
    return redirect(url_for("replies.reply", audit_id=audit.id))


def _reply_page(audit: Audit, form: ReplyForm) -> str:
    day = last_day_for(audit)
    return render_template(
        "replies/reply.html",
        title=f"Reply to the audit of {audit.case_file.reference}",
        audit=audit,
        form=form,
        day=day,
        late=clock.today() > day,
    )


def _typed_before(reply: Reply | None) -> dict[str, object]:
    return {
        f"{part.part}_{name}": getattr(part, name)
        for part in (reply.parts if reply is not None else ())
        for name in ("words", "disputed", "why")
    }


def _page_of(audit: Audit) -> str:
    """Where this person reads the audit."""
    own = audit.auditor_id == current_person().id
    endpoint = "audits.show_audit" if own else "audits.read_audit"
    return url_for(endpoint, audit_id=audit.id)


def _cycle(key: str) -> Cycle:
    cycle = find_cycle(db(), key)
    if cycle is None or not may_within(current_person(), Permission.MANAGE_CYCLES, cycle):
        hidden("cycle", cycle.id if cycle is not None else None)
    return cycle
