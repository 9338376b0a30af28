"""Why somebody sees an audit of a case file, in words."""

from __future__ import annotations

from audit_app.core.independence import BAR_WORDS
from audit_app.store.case_files import Seer, Sight


def say_sight(seer: Seer) -> str:
    """The rule by which the person sees the audit, or why they do not although it is theirs."""
    sample = seer.audit.cycle.name
    if seer.bars:
        why = " and ".join(BAR_WORDS[bar] for bar in sorted(seer.bars))
        return f"Audit of {sample} is with this person, who {why}"
    match seer.sight:
        case Sight.ALLOCATED if seer.audit.is_second:
            return f"Second reader: reads the case file for {sample} once more"
        case Sight.ALLOCATED:
            return f"Auditor: audit of {sample} is theirs"
        case Sight.READS_SUBMITTED:
            return f"QA lead: reads submitted audits, here that of {sample}"
        case Sight.READS_QUOTES:
            return (
                f"Reads results of {sample}: this file’s answers, and evidence marked as quotable"
            )
        case Sight.OWN_CASE:
            return f"Practitioner: is the worker of this case file, and reads the audit of {sample}"
        case Sight.OWN_TEAM:
            return f"Team manager: it is their team’s, and they read the audit of {sample}"
