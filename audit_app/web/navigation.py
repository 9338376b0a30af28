"""What stands in the service navigation, by what a person may do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.core.concerns import read_clock, say_minutes
from audit_app.store.concerns import open_concerns
from audit_app.store.tables import Person
from audit_app.web.access import signed_in_person
from audit_app.web.database import db
from audit_app.web.words import say_count


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: its words, its endpoint, and who sees it."""

    text: str
    endpoint: str
    permission: Permission


ENTRIES = (
    Entry("Home", "home.show_home", Permission.SEE_HOME),
    Entry("Cycles", "cycles.show_cycles", Permission.MANAGE_CYCLES),
    Entry("Caseload", "caseload.show_extracts", Permission.IMPORT_CASELOAD),
    Entry("Case files", "case_files.find", Permission.SEE_WHO_MAY_SEE),
    Entry("Reports", "editions.show_editions", Permission.READ_REPORTS),
    Entry("People", "people.show_people", Permission.MANAGE_PEOPLE),
    Entry("History", "history.show_history", Permission.READ_HISTORY),
    Entry("Exports", "exports.show_exports", Permission.EXPORT),
    Entry("Keeping and deleting", "retention.show_due", Permission.ASK_FOR_PURGE),
    Entry("Deletions to approve", "retention.show_asked", Permission.APPROVE_PURGE),
    Entry("Deletions to run", "retention.show_approved", Permission.RUN_PURGE),
    Entry("Question banks", "banks.show_library", Permission.READ_BANKS),
)


def page_frame() -> dict[str, object]:
    """Template values of every page: the person and the links that the person may follow."""
    person = signed_in_person()
    return {
        "person": person,
        "navigation": _links(person),
        "waiting_concerns": _waiting_concerns(person),
        "concern_about": _audit_on_page(),
    }


def _waiting_concerns(person: Person | None) -> str:
    """What the banner says to whoever is to answer a concern; empty where none waits."""
    if person is None or not person.may(Permission.ANSWER_CONCERNS):
        return ""
    count, oldest = open_concerns(db(), person)
    if not count or oldest is None:
        return ""
    since = say_minutes(read_clock(oldest, oldest, None, clock.now()).minutes)
    waits = "waits" if count == 1 else "wait"
    return f"{say_count(count, 'concern')} for a child’s safety {waits} for an answer: {since}"


def _audit_on_page() -> object:
    """The audit that the open page is about, for the button that raises a concern."""
    return (request.view_args or {}).get("audit_id")


def _links(person: Person | None) -> list[dict[str, object]]:
    if person is None:
        return []
    return [
        {"text": entry.text, "href": address, "active": _is_within(address)}
        for entry in ENTRIES
        if person.may(entry.permission)
        for address in (url_for(entry.endpoint),)
    ]


def _is_within(address: str) -> bool:
    """Whether the open page is this one, or one below it; everything is below the home page."""
    return request.path == address or (address != "/" and request.path.startswith(f"{address}/"))
