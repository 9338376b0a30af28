"""Lists 3 and 4 of the invented council: its case files, and referrals that led to none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from audit_app.caseload.front_door import service_of
from audit_app.caseload.values import CaseEntry, FrontDoor
from audit_app.core.front_door import Row3, Row4, Told, join_lists

_SIX_MONTHS = 183
_WITHOUT_ACTION = 0.45
"""Referrals without further action for each that led to an assessment."""


def invent_front_door(dice: Random, entries: Sequence[CaseEntry], day: date) -> FrontDoor:
    """Referrals of the last six months; here and there a code was left out."""
    since = day - timedelta(days=_SIX_MONTHS)
    listed = [
        Row3(entry.council_id, entry.last_referral, False if dice.random() < 0.97 else None)
        for entry in entries
        if entry.last_referral is not None and entry.last_referral >= since
    ]
    ended = [
        Row3(f"ended {number}", day - timedelta(days=dice.randint(1, _SIX_MONTHS)), True)
        for number in range(round(len(listed) * _WITHOUT_ACTION))
    ]
    assessments = [
        Row4(
            entry.council_id,
            entry.last_assessment_start,
            None if entry.last_assessment_authorised is None else entry.closure_reason != "RC8",
        )
        for entry in entries
        if entry.last_assessment_start is not None
    ]
    told = tuple(what for what in Told if what is not Told.DECIDED)
    services = {entry.council_id: service_of(entry.status) for entry in entries}
    return FrontDoor(told, join_lists([*listed, *ended], assessments, services))
