"""Entries of the history in plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from audit_app.store.history import TimelineEntry
from audit_app.web.words import say_count

#: The kinds of things that the history can be narrowed to.
KINDS: Final[Mapping[str, str]] = {
    "action": "An action",
    "audit": "An audit",
    "attachment": "A file attached to an audit",
    "case file": "A case file",
    "cycle": "A cycle",
    "calibration": "A calibration",
    "reporting route": "A reporting route",
    "plan entry": "An entry of the audit plan",
    "sample": "A sample",
    "finding": "A finding",
    "edition": "An edition of a report",
    "exemption": "An exemption from auditing",
    "extract": "An extract of the caseload",
    "concern": "A concern for a child’s safety",
    "reply": "A reply to an audit",
    "family feedback": "Feedback of a family",
    "person": "A person",
    "question banks": "Question banks",
    "unpublished bank": "An unpublished question bank",
    "purge": "A purge",
    "legal hold": "A legal hold",
    "history": "The history",
}
#: What was done, with `{it}` for what it was done to; what is not listed says itself.
_DEEDS: Final[Mapping[str, str]] = {
    "added to": "said how far {it} is",
    "called off": "called off {it}",
    "asked to compile": "asked for a report of {it}",
    "added": "added {it}",
    "attached a file": "attached a file to {it}",
    "removed a file": "removed a file from {it}",
    "opened attachment": "opened {it}",
    "acknowledged a concern": "acknowledged a concern about {it}",
    "escalated a concern": "told more people of a concern about {it}",
    "named for concerns": "set who is told of concerns",
    "made a calendar feed": "made a calendar feed of {it}",
    "ended a calendar feed": "ended the calendar feed of {it}",
    "reminded": "reminded people of audits of {it}",
    "set reminders": "set the reminders of {it}",
    "reported to": "said that a report went out by {it}",
    "chose routes of": "chose which bodies get {it}",
    "raised a concern": "raised a concern for a child’s safety in {it}",
    "case number shown": "was shown the council’s case number of {it}",
    "checked": "checked {it}",
    "chose password": "chose a password for {it}",
    "agreed on grades": "agreed on the grades of {it}",
    "changed rules": "changed the rules for second readings of {it}",
    "drew": "drew {it}",
    "drew for a second reading": "drew {it} for a second reading",
    "ended role": "ended a role of {it}",
    "ended sign-ins": "ended the sign-ins of {it}",
    "exported": "exported {it}",
    "exported csv": "exported {it} as CSV",
    "exported json": "exported {it} as JSON",
    "exported xlsx": "exported {it} as a spreadsheet",
    "gave role": "gave a role to {it}",
    "imported": "took {it} into use",
    "invited again": "invited {it} again",
    "named entries": "said whom a section is asked for in {it}",
    "made from finding": "made {it} of a finding",
    "did not accept": "did not accept {it} as done",
    "said done": "said that {it} is done",
    "loaded audits": "loaded audits of {it} from a file",
    "named second reader": "named the second reader of {it}",
    "read": "read {it}",
    "returned": "returned {it} to its auditor",
    "refused": "was refused {it}",
    "saved": "saved {it}",
    "signed in": "signed in",
    "signed out": "signed out",
}
#: In a timeline it is clear what the thing is.
_IN_TIMELINE: Final[Mapping[tuple[str, str], str]] = {
    ("drew", "sample"): "Drawn and allocated",
    ("case number shown", "audit"): "Council’s case number shown",
    ("case number shown", "case file"): "Council’s case number shown",
    ("closed", "cycle"): "Cycle closed",
    ("reopened", "cycle"): "Cycle reopened",
    ("reassigned", "audit"): "Given to another auditor",
    ("withdrew", "audit"): "Withdrawn",
    ("named entries", "audit"): "Said whom a section is asked for",
    ("saved", "audit"): "Answers saved",
    ("attached a file", "audit"): "File attached",
    ("removed a file", "audit"): "Attached file removed",
    ("raised a concern", "audit"): "Immediate concern raised",
    ("acknowledged a concern", "audit"): "Immediate concern acknowledged",
    ("escalated a concern", "audit"): "Immediate concern: more people told",
    ("drew for a second reading", "audit"): "Drawn to be read a second time",
    ("named second reader", "audit"): "Second reader named",
    ("agreed on grades", "audit"): "Readers agreed on the grades",
    ("returned", "audit"): "Returned to its auditor with comments",
}
_PLURALS: Final = frozenset({"family feedback", "question banks", "references", "sign-ins"})
_NO_ARTICLE: Final = frozenset({"history"})


def say_who(name: str | None) -> str:
    """Who did it: a name, or the command line, or somebody who was not signed in."""
    return name or "Command line, or not signed in"


def say_deed(action: str, subject: str, subject_id: int | None) -> str:
    """What was done to what: “confirmed finding 7”; without its number “confirmed a finding”."""
    return _DEEDS.get(action, f"{action} {{it}}").format(it=_say_it(subject, subject_id))


def say_changes(detail: str) -> str:
    """What was changed from what to what: “state: draft → confirmed”."""
    changes = json.loads(detail) if detail else {}
    return "; ".join(f"{name}: {_say_change(change)}" for name, change in changes.items())


def say_happened(entry: TimelineEntry) -> str:
    """The first words of a line of a timeline."""
    known = _IN_TIMELINE.get((entry.action, entry.subject))
    if known is None and entry.action.startswith("exported"):
        known = "Exported with its cycle" if entry.subject == "cycle" else "Exported"
    words = known or entry.action.capitalize()
    if entry.moved:
        words += f", from {entry.moved[0]} to {entry.moved[1]}"
    if entry.answers:
        words += f": {say_count(entry.answers, 'answer')}"
    return words


def _say_it(subject: str, subject_id: int | None) -> str:
    if "." in subject:
        return f"the page “{subject}”"
    if subject_id is not None:
        return f"{subject} {subject_id}"
    if subject in _NO_ARTICLE:
        return f"the {subject}"
    if subject in _PLURALS:
        return subject
    return f"{'an' if subject[:1] in 'aeiou' else 'a'} {subject}"


def _say_change(change: object) -> str:
    if isinstance(change, list) and len(change) == 2:
        return f"{_say_value(change[0])} → {_say_value(change[1])}"
    return _say_value(change)


def _say_value(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return value.replace("_", " ")
    return json.dumps(value, ensure_ascii=False)
