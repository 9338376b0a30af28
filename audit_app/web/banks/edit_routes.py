"""Editing a draft in the browser: its questions one by one, its sections, its title."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from audit_app.core.access import Permission
from audit_app.core.bank_edits import (
    around,
    brought_back,
    find_question,
    find_section,
    moved,
    retired,
    section_of,
    with_question,
    with_section,
    without_question,
    without_section,
)
from audit_app.core.question_bank import AnswerType, Question, QuestionBank, Section
from audit_app.question_banks.entered import read_entered
from audit_app.store.bank_drafts import DraftConflict
from audit_app.web.access import hidden, requires
from audit_app.web.banks.bank_forms import DetailsForm, SectionForm, TypeForm
from audit_app.web.banks.drafts import SUBJECT, OpenDraft, keep, open_draft
from audit_app.web.banks.question_entry import entry_of, id_from, show_misfits
from audit_app.web.banks.question_form import QuestionForm, question_form
from audit_app.web.banks.words import TYPE_WORDS

pages = Blueprint(
    "bank_edits", __name__, template_folder="templates", url_prefix="/banks/drafts/<int:draft_id>"
)


@pages.route("/details", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def edit_details(draft_id: int) -> ResponseReturnValue:
    """Title, summary, and a version that is raised by hand."""
    opened = open_draft(draft_id)
    form = DetailsForm(opened.bank, opened.published)
    if form.validate_on_submit() and _kept(opened, form.entered, "title or summary", form):
        return _back(opened)
    return _form_page("edit_details", "Title and summary", opened, form)


@pages.route("/sections/new", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def add_section(draft_id: int) -> ResponseReturnValue:
    """A section at the end, without questions yet."""
    opened = open_draft(draft_id)
    form = SectionForm(opened.bank, None)
    if form.validate_on_submit():
        bank = with_section(opened.bank, form.entered)
        if _kept(opened, bank, "section added", form, form.entered.key):
            return _back(opened)
    return _form_page("edit_section", "Add a section", opened, form, section=None)


@pages.route("/sections/<section_key>", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def edit_section(draft_id: int, section_key: str) -> ResponseReturnValue:
    """A section's title and introduction."""
    opened = open_draft(draft_id)
    section = find_section(opened.bank, section_key) or hidden(SUBJECT, draft_id)
    form = SectionForm(opened.bank, section)
    if form.validate_on_submit():
        bank = with_section(opened.bank, form.entered)
        if _kept(opened, bank, "section", form, section_key):
            return _back(opened)
    return _form_page("edit_section", "Change a section", opened, form, section=section)


@pages.post("/sections/<section_key>/remove")
@requires(Permission.PUBLISH_BANKS)
def remove_section(draft_id: int, section_key: str) -> ResponseReturnValue:
    """Take away a section that asks nothing."""
    opened = open_draft(draft_id)
    section = find_section(opened.bank, section_key) or hidden(SUBJECT, draft_id)
    if section.questions:
        flash("A section with questions stays: move or retire its questions first.", "error")
        return _back(opened)
    return _change(
        opened, without_section(opened.bank, section_key), "section removed", section_key
    )


@pages.route("/sections/<section_key>/questions/new", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def add_question(draft_id: int, section_key: str) -> ResponseReturnValue:
    """A new question at the end of a section: first its type, then what is asked."""
    opened = open_draft(draft_id)
    section = find_section(opened.bank, section_key) or hidden(SUBJECT, draft_id)
    chosen = request.form.get("type") or request.args.get("type")
    if chosen not in list(AnswerType):
        form = TypeForm(request.args)
        if "type" in request.args:
            form.validate()
        return _form_page("choose_type", "Add a question", opened, form, section=section)
    return _question_page(opened, section, None, AnswerType(chosen))


@pages.route("/questions/<question_id>", methods=["GET", "POST"])
@requires(Permission.PUBLISH_BANKS)
def edit_question(draft_id: int, question_id: str) -> ResponseReturnValue:
    """One question; its id and its type stay."""
    opened = open_draft(draft_id)
    question = find_question(opened.bank, question_id) or hidden(SUBJECT, draft_id)
    section = section_of(opened.bank, question_id)
    assert section is not None
    return _question_page(opened, section, question, question.type)


@pages.post("/questions/<question_id>/move")
@requires(Permission.PUBLISH_BANKS)
def move_question(draft_id: int, question_id: str) -> ResponseReturnValue:
    """One place up or down."""
    opened = open_draft(draft_id)
    if find_question(opened.bank, question_id) is None:
        hidden(SUBJECT, draft_id)
    bank = moved(opened.bank, question_id, -1 if request.form.get("to") == "up" else 1)
    return _change(opened, bank, "order", question_id)


@pages.post("/questions/<question_id>/retire")
@requires(Permission.PUBLISH_BANKS)
def retire_question(draft_id: int, question_id: str) -> ResponseReturnValue:
    """Ask a question no more; one that was never published is simply gone."""
    opened = open_draft(draft_id)
    if find_question(opened.bank, question_id) is None:
        hidden(SUBJECT, draft_id)
    if question_id in opened.published_ids:
        return _change(opened, retired(opened.bank, question_id), "retired", question_id)
    return _change(opened, without_question(opened.bank, question_id), "taken away", question_id)


@pages.post("/questions/<question_id>/bring-back")
@requires(Permission.PUBLISH_BANKS)
def bring_back_question(draft_id: int, question_id: str) -> ResponseReturnValue:
    """Ask a retired question again, at the end of the last section."""
    opened = open_draft(draft_id)
    if find_question(opened.bank, question_id) is not None:
        flash("This question is asked already. Nothing was changed.", "error")
        return _back(opened)
    if not any(one.id == question_id for one in opened.bank.retired) or not opened.bank.sections:
        hidden(SUBJECT, draft_id)
    bank = brought_back(opened.bank, question_id, opened.bank.sections[-1].key)
    return _change(opened, bank, "asked again", question_id)


def _question_page(
    opened: OpenDraft, section: Section, question: Question | None, type_: AnswerType
) -> ResponseReturnValue:
    bank = opened.bank
    earlier, _later = around(bank, section.key, question.id if question else "")
    sent = request.form if request.method == "POST" else None
    form = question_form(bank, type_, question, earlier, sent)
    if sent is not None:
        entered = _entered(opened, section, question, type_, form)
        if entered is not None:
            what = "question" if question else "question added"
            changed = with_question(bank, section.key, entered)
            if _kept(opened, changed, what, form, entered.id):
                return redirect(f"{_address(opened)}#{entered.id}")
    title = "Change a question" if question else "Add a question"
    return _form_page(
        "edit_question",
        title,
        opened,
        form,
        section=section,
        question=question,
        type=type_,
        type_words=TYPE_WORDS[type_],
        published_options=_published_options(opened, question),
    )


def _entered(
    opened: OpenDraft,
    section: Section,
    question: Question | None,
    type_: AnswerType,
    form: QuestionForm,
) -> Question | None:
    """The question as it was typed; None when something is amiss, which the form then says."""
    bank = opened.bank
    taken = {one.id for one in (*bank.questions, *bank.retired)}
    if question is None:
        typed = form["id"].data
        if typed in taken:
            form["id"].errors = [f"Another question is called {typed}: choose another short name"]
            return None
        id_ = typed or id_from(form["text"].data, bank.key, taken)
    else:
        id_ = question.id
    entry = entry_of(form, type_, id_, _published_options(opened, question))
    read, misfits = read_entered(entry.written, bank, section.key)
    show_misfits(form, misfits, entry)
    return read


def _published_options(opened: OpenDraft, question: Question | None) -> frozenset[str]:
    """The keys of options that stand in old answers."""
    published = opened.published
    if question is None or published is None:
        return frozenset()
    before = find_question(published, question.id)
    return frozenset(option.key for option in before.options) if before else frozenset()


def _kept(opened: OpenDraft, bank: QuestionBank, what: str, form: Form, id_: str = "") -> bool:
    """Keep a change; False where somebody was quicker, and then the page says so."""
    try:
        keep(opened, bank, what, id_)
    except DraftConflict as conflict:
        form.form_errors.append(
            f"{conflict} Look at the draft as it is now before you save again: what you then save "
            "here takes the place of what stands there."
        )
        return False
    return True


def _change(opened: OpenDraft, bank: QuestionBank, what: str, id_: str) -> ResponseReturnValue:
    """Keep a change that a button asked for; who was too late sees the draft as it is now."""
    try:
        keep(opened, bank, what, id_)
    except DraftConflict as conflict:
        flash(f"{conflict} This is the draft as it is now.", "error")
    return redirect(f"{_address(opened)}#{id_}")


def _address(opened: OpenDraft) -> str:
    return url_for("bank_drafts.show_draft", draft_id=opened.draft.id)


def _back(opened: OpenDraft) -> ResponseReturnValue:
    return redirect(_address(opened))


def _form_page(
    template: str, title: str, opened: OpenDraft, form: Form, **more: object
) -> ResponseReturnValue:
    return render_template(
        f"banks/{template}.html",
        title=title,
        opened=opened,
        draft=opened.draft,
        bank=opened.bank,
        form=form,
        **more,
    )
