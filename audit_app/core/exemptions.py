"""Who does not audit in a cycle, and who may say so: reasons by kind, and the rule of two people.

Reasons are kinds and no words: of somebody who is unwell nothing more is kept than that they are
away.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ExemptionReason(StrEnum):
    """Why somebody does not audit in a cycle."""

    AWAY = "away"
    OTHER_DUTIES = "other_duties"
    NOT_INDEPENDENT = "not_independent"
    LEFT = "left"


EXEMPTION_WORDS: Mapping[ExemptionReason, str] = {
    ExemptionReason.AWAY: "on leave or away",
    ExemptionReason.OTHER_DUTIES: "other duties",
    ExemptionReason.NOT_INDEPENDENT: "not independent of what is audited",
    ExemptionReason.LEFT: "audits no longer",
}


def may_decide(person: int, *, manages: bool, asked_by: int, exempted: int) -> bool:
    """Whether this person may approve, refuse or end an exemption.

    Never their own, nor one that they asked for. `manages`: they manage the cycle, as QA lead;
    another, as senior manager, decides only what was asked for somebody by a QA lead.
    """
    if person in (asked_by, exempted):
        return False
    return manages or asked_by != exempted
