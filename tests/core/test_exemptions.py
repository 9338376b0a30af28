"""Who decides that somebody need not audit, and how much is done of what is to be done."""

from __future__ import annotations

import pytest

from audit_app.core.completion import LeftOut, WithdrawalReason, say_done
from audit_app.core.exemptions import ExemptionReason, may_decide

AUDITOR, LEAD, OTHER_LEAD, MANAGER = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("person", "manages", "asked_by", "allowed"),
    [
        (AUDITOR, True, AUDITOR, False),  # their own
        (AUDITOR, True, LEAD, False),  # their own, though somebody else asked
        (LEAD, True, AUDITOR, True),
        (LEAD, True, LEAD, False),  # what they asked for themself
        (OTHER_LEAD, True, LEAD, True),
        (MANAGER, False, LEAD, True),
        (MANAGER, False, AUDITOR, False),  # a QA lead answers what an auditor asks
    ],
)
def test_another_person_decides(person: int, manages: bool, asked_by: int, allowed: bool) -> None:
    assert may_decide(person, manages=manages, asked_by=asked_by, exempted=AUDITOR) is allowed


def test_what_is_left_out_is_said() -> None:
    nothing, one = LeftOut(), LeftOut({WithdrawalReason.SEALED: 1}, {ExemptionReason.AWAY: 1}, 2)
    assert (nothing.count, say_done(21, 24, nothing)) == (0, "21 of 24 done")
    assert one.count == 3
    assert say_done(21, 24, one) == (
        "21 of 24 done, 1 auditor exempt, 1 withdrawn: the record is sealed"
    )
    several = LeftOut({WithdrawalReason.MOVED: 1, WithdrawalReason.SEALED: 2})
    assert str(several) == (
        "3 withdrawn: 2 as the record is sealed, 1 as the record was sent to another council"
    )
