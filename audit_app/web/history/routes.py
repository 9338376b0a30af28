"""Pages of the history: filtered, one entry, checking the chain, giving it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission, Reach
from audit_app.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from audit_app.store.collating import parts_blind_to
from audit_app.store.history import record_history
from audit_app.store.history_lists import Listed, entries_listed, find_entry
from audit_app.store.moderation import blind_ids
from audit_app.store.scopes import blind_calibrations, grants_of
from audit_app.store.tables import Person
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.confirming import confirm_first
from audit_app.web.database import db
from audit_app.web.history.chain_state import ChainState, check_whole, state_at_once
from audit_app.web.history.forms import FilterForm
from audit_app.web.history.words import say_changes, say_deed, say_happened, say_who

pages = Blueprint("history", __name__, template_folder="templates", url_prefix="/history")
pages.add_app_template_filter(say_happened, "happened")
pages.add_app_template_filter(say_who, "who")

ROWS_A_PAGE = 50
MOST_EXPORTED = 20_000
#: Whose numbers somebody may see who sees who and when, but not what was changed.
PLAIN_SUBJECTS = frozenset({"cycle", "edition", "extract", "person", "sample"})
HEADINGS = (
    *("Entry", "Moment (UTC)", "Person number", "Name", "Email address", "Action", "Subject"),
    *("Subject number", "Detail", "Hash before", "Hash"),
)


@pages.get("")
@requires(Permission.READ_HISTORY)
def show_history() -> str:
    """The entries that the filter leaves, newest first."""
    return _list_page(state_at_once(db()), checked=False)


@pages.post("/check")
@requires(Permission.READ_HISTORY)
def check() -> str:
    """Reckon the whole chain anew, where it is short enough for a page."""
    state = check_whole(db())
    detail = {"whole": state.good}
    record_history(
        db(), current_person(), "checked", "history", None, at=clock.now(), detail=detail
    )
    return _list_page(state, checked=True)


@pages.get("/<int:number>")
@requires(Permission.READ_HISTORY)
def show_entry(number: int) -> str:
    """One entry, with what binds it to the one before."""
    entry = find_entry(db(), number) or hidden("entry", number)
    (entry,) = _less_what_is_blind([entry])
    full = _reads_in_full(current_person())
    return render_template(
        "history/entry.html",
        title=f"Entry {number:,}",
        entry=entry,
        full=full,
        deed=_deed(entry, full=full),
        say_changes=say_changes,
    )


@pages.post("/export/<any(csv, xlsx):kind>")
@requires(Permission.READ_HISTORY)
@confirm_first
def export(kind: str) -> ResponseReturnValue:
    """What the filter leaves, as a table; only for those who read the history in full."""
    person, at = current_person(), clock.now()
    if not _reads_in_full(person):
        hidden("history")
    form = _filter()
    if not form.validate():
        return _list_page(state_at_once(db()), checked=False)
    entries = _less_what_is_blind(entries_listed(db(), form.sought, limit=MOST_EXPORTED))
    detail = {"entries": len(entries)}
    record_history(db(), person, f"exported {kind}", "history", None, at=at, detail=detail)
    rows = [_row(entry) for entry in entries]
    if kind == "csv":
        content, mimetype = write_csv(HEADINGS, rows), CSV_TYPE
    else:
        content, mimetype = write_xlsx("History", HEADINGS, rows), XLSX_TYPE
    name = f"history-{clock.today().isoformat()}.{kind}"
    disposition = f'attachment; filename="{name}"'
    return Response(content, content_type=mimetype, headers={"Content-Disposition": disposition})


def _list_page(state: ChainState, *, checked: bool) -> str:
    form = _filter()
    valid = form.validate()
    full = _reads_in_full(current_person())
    before, after = _number("before"), _number("after")
    found: list[Listed] = []
    if valid:
        found = entries_listed(db(), form.sought, limit=ROWS_A_PAGE + 1, before=before, after=after)
    found = _less_what_is_blind(found)
    more = len(found) > ROWS_A_PAGE
    if more:
        found = found[1:] if after is not None else found[:ROWS_A_PAGE]
    kept = _kept(form)
    return render_template(
        "history/history.html",
        title="History",
        form=form,
        narrowed=bool(kept),
        kept=kept,
        rows=[(one, _deed(one, full=full), say_changes(one.detail)) for one in found],
        full=full,
        state=state,
        checked=checked,
        links=_links(found, kept, more=more, before=before, after=after),
        most=MOST_EXPORTED,
    )


def _links(
    found: list[Listed],
    kept: dict[str, Any],
    *,
    more: bool,
    before: int | None,
    after: int | None,
) -> dict[str, object] | None:
    """The parameters of govukPagination: to newer and to older entries, where there are any."""
    links: dict[str, object] = {"landmarkLabel": "Pages of the history"}
    if not found:
        return None
    if more if after is not None else before is not None:
        href = url_for("history.show_history", after=found[0].number, **kept)
        links["previous"] = {"text": "Newer entries", "href": href}
    if after is not None or more:
        href = url_for("history.show_history", before=found[-1].number, **kept)
        links["next"] = {"text": "Older entries", "href": href}
    return links if len(links) > 1 else None


def _number(name: str) -> int | None:
    """The number of an entry in the address; what cannot be one is left out."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < 2**31 else None


def _filter() -> FilterForm:
    return FilterForm(request.args, meta={"csrf": False})


def _kept(form: FilterForm) -> dict[str, Any]:
    """What stands in the address of the other pages, and of an export."""
    given = {field.name: request.args.getlist(field.name) for field in form}
    return {name: values for name, values in given.items() if any(values)}


def _reads_in_full(person: Person) -> bool:
    """Whether the person sees what was changed; who is limited to a theme or cycle does not."""
    grants = grants_of(person, Permission.READ_HISTORY)
    return any(one.reach is Reach.ALL and one.scope.kind is None for one in grants)


def _less_what_is_blind(entries: list[Listed]) -> list[Listed]:
    """Without what was answered in audits whose case files this person reads again, in readings
    of others in a calibration that goes on, or in parts of agencies that are not to be read yet."""
    person = current_person()
    blind = blind_ids(db(), person).union(
        db().scalars(blind_calibrations(person)),
        (part.id for part in parts_blind_to(db(), person)),
    )
    return [
        replace(one, detail="") if one.subject == "audit" and one.subject_id in blind else one
        for one in entries
    ]


def _deed(entry: Listed, *, full: bool) -> str:
    shown = full or entry.subject in PLAIN_SUBJECTS
    return say_deed(entry.action, entry.subject, entry.subject_id if shown else None)


def _row(entry: Listed) -> tuple[str | int | None, ...]:
    return (
        entry.number,
        entry.at.isoformat(timespec="microseconds"),
        entry.person_id,
        entry.name,
        entry.email,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.detail,
        entry.previous_hash,
        entry.hash,
    )
