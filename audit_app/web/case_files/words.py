"""Why somebody sees an audit of a case file, in words."""

from __future__ import annotations

from audit_app.core.independence import say_bars
from audit_app.core.moderation import Purpose
from audit_app.store.case_files import Seer, Sight


def say_sight(seer: Seer) -> str:
    """The rule by which the person sees the audit, or why they do not although it is theirs."""
    sample, what = seer.audit.cycle.name, seer.audit.case_file.words
    if seer.bars:
        why = say_bars(seer.bars, what)
        return f"Audit of {sample} is with this person, who {why}"
    match seer.sight:
        case Sight.ALLOCATED if seer.audit.is_second:
            return f"Second reader: reads the case file for {sample} once more"
        case Sight.ALLOCATED if seer.audit.is_part:
            return f"Answers for an agency: its part in {sample} is theirs"
        case Sight.ALLOCATED if seer.audit.purpose is Purpose.CALIBRATION:
            return f"Takes part in {sample[:1].lower()}{sample[1:]}"
        case Sight.ALLOCATED:
            return f"Auditor: audit of {sample} is theirs"
        case Sight.READS_SUBMITTED:
            return f"QA lead: reads submitted audits, here that of {sample}"
        case Sight.READS_QUOTES:
            return (
                f"Reads results of {sample}: this {what.short}’s answers, and evidence marked as "
                "quotable"
            )
        case Sight.OWN_CASE:
            return (
                f"Practitioner: is the {what.worked_by} of this {what.one}, and reads the audit of "
                f"{sample}"
            )
        case Sight.OWN_TEAM:
            return f"Team manager: it is their team’s, and they read the audit of {sample}"
