"""Agencies and how their answers stand to each other, in words."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.core.completion import WITHDRAWAL_WORDS
from audit_app.core.parts import Verdict, agency_of
from audit_app.store.collating import Collated
from audit_app.store.instruments import load_form
from audit_app.store.tables import AgencyPart, Reading

VERDICT_TAGS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.DIFFER: ("They differ", "orange"),
    Verdict.AGREE: ("They agree", "green"),
    Verdict.ONE_ANSWER: ("Fewer than two answered", "grey"),
    Verdict.NOT_COMPARED: ("Not compared", "grey"),
}


def say_agency(part: Reading) -> str:
    """The name of the agency whose part it is; empty for what is answered whole."""
    if not part.agency:
        return ""
    return agency_of(load_form(part.form_version), part.agency).label


def say_lack(subject: Collated, part: AgencyPart) -> str:
    """Why an agency's answers are not there; empty where they are."""
    if part in subject.submitted:
        return ""
    if part.withdrawn_because is not None:
        return f"No answer: {WITHDRAWAL_WORDS[part.withdrawn_because]}"
    if part.auditor_id in subject.exempt:
        return "No answer: the person who answers for it is exempt"
    return "Did not answer before the cycle was closed" if subject.is_in else "Not in yet"
