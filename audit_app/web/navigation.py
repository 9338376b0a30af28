"""What stands in the service navigation, by what a person may do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for

from audit_app.core.access import Permission
from audit_app.store.tables import Person
from audit_app.web.access import signed_in_person


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: its words, its endpoint, and who sees it."""

    text: str
    endpoint: str
    permission: Permission


ENTRIES = (
    Entry("Home", "home.show_home", Permission.SEE_HOME),
    Entry("Caseload", "caseload.show_extracts", Permission.IMPORT_CASELOAD),
)


def page_frame() -> dict[str, object]:
    """Template values of every page: the person and the links that the person may follow."""
    person = None if g.get("without_person") else signed_in_person()
    return {"person": person, "navigation": _links(person)}


def _links(person: Person | None) -> list[dict[str, object]]:
    if person is None:
        return []
    here = (request.endpoint or "").partition(".")[0]
    return [
        {
            "text": entry.text,
            "href": url_for(entry.endpoint),
            "active": entry.endpoint.partition(".")[0] == here,
        }
        for entry in ENTRIES
        if person.may(entry.permission)
    ]
