"""How much of a cycle is done: what of its sample is to be audited, and what was left out since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from audit_app.core.exemptions import ExemptionReason


class WithdrawalReason(StrEnum):
    """Why an audit that was drawn is not done."""

    SEALED = "sealed"
    MOVED = "moved"
    WRONGLY_DRAWN = "wrongly_drawn"
    NOT_THERE = "not_there"
    NO_AUDITOR = "no_auditor"
    NO_AGENCY = "no_agency"


WITHDRAWAL_WORDS: Mapping[WithdrawalReason, str] = {
    WithdrawalReason.SEALED: "the record is sealed",
    WithdrawalReason.MOVED: "the record was sent to another council",
    WithdrawalReason.WRONGLY_DRAWN: "it should not have been drawn",
    WithdrawalReason.NOT_THERE: "the record cannot be found or opened",
    WithdrawalReason.NO_AUDITOR: "its auditor is exempt, and nobody else can audit it",
    WithdrawalReason.NO_AGENCY: "the agency could not answer",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What leaves the target of a cycle: withdrawn audits by reason, exempt auditors by reason.

    `audits`: how many audits of exempt auditors are neither submitted nor withdrawn.
    """

    withdrawn: Mapping[WithdrawalReason, int] = field(default_factory=dict)
    exempt: Mapping[ExemptionReason, int] = field(default_factory=dict)
    audits: int = 0

    @property
    def count(self) -> int:
        """How many audits that were drawn are not to be done."""
        return sum(self.withdrawn.values()) + self.audits

    def __str__(self) -> str:
        """As “1 auditor exempt, 2 withdrawn: the record is sealed”; empty where nothing is."""
        said = []
        if exempt := sum(self.exempt.values()):
            said.append(f"{exempt} auditor{'' if exempt == 1 else 's'} exempt")
        if self.withdrawn:
            why = [
                WITHDRAWAL_WORDS[reason]
                if len(self.withdrawn) == 1
                else f"{self.withdrawn[reason]} as {WITHDRAWAL_WORDS[reason]}"
                for reason in WithdrawalReason
                if reason in self.withdrawn
            ]
            said.append(f"{sum(self.withdrawn.values())} withdrawn: {', '.join(why)}")
        return ", ".join(said)


def say_done(submitted: int, due: int, left_out: LeftOut) -> str:
    """As “21 of 24 done, 1 auditor exempt”; `due` is without what was left out."""
    return ", ".join(filter(None, [f"{submitted} of {due} done", str(left_out)]))
