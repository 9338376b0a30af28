"""For whom a repeated section of an audit is asked: named, renamed, removed, or nobody at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.question_bank import Section
from audit_app.store.audits import find_audit
from audit_app.store.entries import (
    EntryFault,
    add_entry,
    answered_for,
    entries_in,
    remove_entry,
    rename_entry,
    repeated_sections,
    say_none,
)
from audit_app.store.tables import AuditEntry, Reading
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.audits.places import next_place
from audit_app.web.audits.word_check import WordWarning, warning_for, word_guard
from audit_app.web.database import db
from audit_app.web.typed import clean_text

pages = Blueprint(
    "entries",
    __name__,
    template_folder="templates",
    url_prefix="/audits/<int:audit_id>/asked-for/<section_key>",
)


class EntryForm(Form):  # type: ignore[misc] # wtforms has no types
    """Who one of them is to the child."""

    label = StringField(
        "Who is it to the child?",
        filters=(clean_text,),
        description="A role and not a name, such as “father” or “mother’s partner”.",
    )


def _while_open(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Give a view the person's own audit, its section, and the one of the entries that is meant.

    An audit that is settled is only read.
    """

    @wraps(view)
    def found(audit_id: int, section_key: str, number: int | None = None) -> ResponseReturnValue:
        audit = find_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)
        section = repeated_sections(audit).get(section_key) or hidden("audit", audit_id)
        meant = () if number is None else (_entry(audit, section, number),)
        if audit.is_settled:
            return redirect(url_for("audits.show_audit", audit_id=audit.id))
        return view(audit, section, *meant)

    return found


@pages.get("")
@requires(Permission.FILL_IN)
@_while_open
def show_entries(audit: Reading, section: Section) -> ResponseReturnValue:
    """Those who are named so far, and a box for one more."""
    return _list_page(audit, section, EntryForm())


@pages.post("")
@requires(Permission.FILL_IN)
@_while_open
def add(audit: Reading, section: Section) -> ResponseReturnValue:
    """Ask the section for one more."""
    keep = partial(add_entry, db(), current_person(), audit, section, at=clock.now())
    return _keep(audit, section, keep, partial(_list_page, audit, section))


@pages.post("/none")
@requires(Permission.FILL_IN)
@_while_open
def none_at_all(audit: Reading, section: Section) -> ResponseReturnValue:
    """Note that there is none, and go on."""
    try:
        say_none(db(), current_person(), audit, section, at=clock.now())
    except EntryFault as fault:
        flash(str(fault), "error")
        return _to_list(audit, section)
    return redirect(next_place(audit, section.key))


@pages.get("/<int:number>")
@requires(Permission.FILL_IN)
@_while_open
def show_entry(audit: Reading, section: Section, row: AuditEntry) -> ResponseReturnValue:
    """What one of them is called."""
    return _entry_page(audit, section, row, EntryForm(data={"label": row.label}))


@pages.post("/<int:number>")
@requires(Permission.FILL_IN)
@_while_open
def rename(audit: Reading, section: Section, row: AuditEntry) -> ResponseReturnValue:
    """Call one of them something else; the answers stay."""
    keep = partial(rename_entry, db(), current_person(), audit, row, at=clock.now())
    return _keep(audit, section, keep, partial(_entry_page, audit, section, row))


@pages.get("/<int:number>/remove")
@requires(Permission.FILL_IN)
@_while_open
def ask_to_remove(audit: Reading, section: Section, row: AuditEntry) -> ResponseReturnValue:
    """Say what would go with it, before anything does."""
    return render_template(
        "entries/remove.html",
        title=f"Remove “{row.label}”?",
        audit=audit,
        section=section,
        row=row,
        answered=answered_for(audit, section, row.number),
    )


@pages.post("/<int:number>/remove")
@requires(Permission.FILL_IN)
@_while_open
def remove(audit: Reading, section: Section, row: AuditEntry) -> ResponseReturnValue:
    """Take one of them away with what was answered for it."""
    remove_entry(db(), current_person(), audit, section, row.number, at=clock.now())
    flash("Removed, with what was answered for it.")
    return _to_list(audit, section)


def _entry(audit: Reading, section: Section, number: int) -> AuditEntry:
    named = entries_in(audit, section.key) or []
    return next((row for row in named if row.number == number), None) or hidden("audit", audit.id)


def _keep(
    audit: Reading, section: Section, keep: Callable[[str], object], page: Callable[..., str]
) -> ResponseReturnValue:
    """Keep what one of them is called; the page again where it cannot be, or seems to be a name."""
    form = EntryForm(request.form)
    warning = _new_warning(audit, form)
    if warning is not None:
        return page(form, warning)
    try:
        keep(form.label.data or "")
    except EntryFault as fault:
        form.label.errors = [str(fault)]
        return page(form)
    return _to_list(audit, section)


def _new_warning(audit: Reading, form: EntryForm) -> WordWarning | None:
    """A warning for words that seem to name somebody, of which the person was not told yet."""
    warning = warning_for(word_guard(audit), form.label.data or "")
    told = request.form.getlist("told")
    return warning if warning is not None and warning.told not in told else None


def _list_page(
    audit: Reading, section: Section, form: EntryForm, warning: WordWarning | None = None
) -> str:
    return render_template(
        "entries/entries.html",
        title=f"{section.title}: who is there?",
        audit=audit,
        section=section,
        repeat=section.repeat,
        entries=entries_in(audit, section.key),
        onward=next_place(audit, section.key),
        form=form,
        warning=warning,
    )


def _entry_page(
    audit: Reading,
    section: Section,
    row: AuditEntry,
    form: EntryForm,
    warning: WordWarning | None = None,
) -> str:
    return render_template(
        "entries/entry.html",
        title=f"Change “{row.label}”",
        audit=audit,
        section=section,
        form=form,
        warning=warning,
    )


def _to_list(audit: Reading, section: Section) -> ResponseReturnValue:
    return redirect(url_for("entries.show_entries", audit_id=audit.id, section_key=section.key))
