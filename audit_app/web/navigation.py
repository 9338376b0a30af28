"""What stands in the service navigation, by what a person may do: one row, and one below it.

Entries of one group share a place in the first row; the second row shows them while one of their
pages is open. A group of which a person may open only one page stands in the first row as that.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    """One link: its words, its endpoint, and who sees it.

    `also`: where further pages of it lie, whose addresses do not begin with its own.
    """

    text: str
    endpoint: str
    permission: Permission
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Links that belong together; its own words are shown where a person may follow several."""

    text: str
    entries: tuple[Entry, ...]


def _alone(entry: Entry) -> Group:
    return Group(entry.text, (entry,))


GROUPS = (
    _alone(Entry("Home", "home.show_home", Permission.SEE_HOME)),
    Group(
        "Audits",
        (
            Entry(
                "Cycles", "cycles.show_cycles", Permission.MANAGE_CYCLES, ("/audits", "/exemptions")
            ),
            Entry("Audit plan", "plan.show_year", Permission.READ_PLAN),
            Entry("Calibrations", "calibrations.show_all", Permission.FILL_IN),
            Entry("Case files", "case_files.find", Permission.SEE_WHO_MAY_SEE),
            Entry("Replies", "replies.show_replies", Permission.ANSWER_REPLIES),
            Entry("Concerns", "concerns.show_all", Permission.ANSWER_CONCERNS),
            Entry("Actions", "actions.show_all", Permission.READ_ACTIONS),
        ),
    ),
    _alone(Entry("Our service", "service.show_cycles", Permission.SEE_SERVICE_FINDINGS)),
    Group(
        "Reports and exports",
        (
            Entry("Reports", "editions.show_editions", Permission.READ_REPORTS),
            Entry("Exports", "exports.show_exports", Permission.EXPORT),
        ),
    ),
    Group(
        "Set up",
        (
            Entry("Question banks", "banks.show_library", Permission.READ_BANKS),
            Entry("Caseload", "caseload.show_extracts", Permission.IMPORT_CASELOAD),
            Entry("Keeping and deleting", "retention.show_due", Permission.ASK_FOR_PURGE),
        ),
    ),
    _alone(Entry("People", "people.show_people", Permission.MANAGE_PEOPLE)),
    Group(
        "Deletions",
        (
            Entry("Deletions to approve", "retention.show_asked", Permission.APPROVE_PURGE),
            Entry("Deletions to run", "retention.show_approved", Permission.RUN_PURGE),
        ),
    ),
    _alone(Entry("History", "history.show_history", Permission.READ_HISTORY)),
)

Link = dict[str, object]


def page_frame() -> dict[str, object]:
    """Template values of every page: the person and the links that the person may follow."""
    person = signed_in_person()
    first, title, second = _rows(person) if person is not None else ([], "", [])
    return {
        "person": person,
        "navigation": first,
        "second_navigation": second,
        "second_navigation_title": title,
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


def _rows(person: Person) -> tuple[list[Link], str, list[Link]]:
    """The first row, and the name and the links of the second where the open page has one."""
    groups = [
        (group, seen)
        for group in GROUPS
        if (seen := [entry for entry in group.entries if person.may(entry.permission)])
    ]
    opened = _opened([entry for _group, seen in groups for entry in seen])
    first, title, second = [], "", []
    for group, seen in groups:
        several = len(seen) > 1
        link = _link(seen[0], opened)
        if several:
            is_open = opened in seen
            link = {**link, "text": group.text, "current": False, "active": is_open}
            if is_open:
                title, second = group.text, [_link(entry, opened) for entry in seen]
        first.append(link)
    return first, title, second


def _link(entry: Entry, opened: Entry | None) -> Link:
    """`current`: it is the open page; `active`: the open page lies within it."""
    address = url_for(entry.endpoint)
    current = entry is opened and request.path == address
    within = entry is opened and not current
    return {"text": entry.text, "href": address, "current": current, "active": within}


def _opened(entries: Sequence[Entry]) -> Entry | None:
    """To which entry the open page belongs: to that with the longest address that it is within."""
    within = [
        (len(address), place, entry)
        for place, entry in enumerate(entries)
        for address in (url_for(entry.endpoint), *entry.also)
        if _is_within(address)
    ]
    return max(within)[2] if within else None


def _is_within(address: str) -> bool:
    """Whether the open page is this one, or one below it; everything is below the home page."""
    return request.path == address or (address != "/" and request.path.startswith(f"{address}/"))
