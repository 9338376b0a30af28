"""What lists 3, 4 and 6 say of the front door, children who are not in list 6 among them."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.caseload.table import Table
from audit_app.caseload.values import CaseStatus, FrontDoor
from audit_app.core.front_door import Row3, Row4, Service, Told, join_lists

DECIDED = "referral_decided"
_SERVICES = {
    None: Service.NOT_TOLD,
    CaseStatus.LOOKED_AFTER: Service.PROVIDED,
    CaseStatus.CHILD_PROTECTION_PLAN: Service.PROVIDED,
    CaseStatus.CHILD_IN_NEED_PLAN: Service.PROVIDED,
    CaseStatus.OPEN_ASSESSMENT: Service.NONE_SHOWN,
    CaseStatus.CLOSED: Service.NOT_TOLD,
}
_COLUMNS = {
    3: {"last_referral": Told.REFERRALS, "referral_nfa": Told.NFA, DECIDED: Told.DECIDED},
    4: {"last_assessment_start": Told.ASSESSMENTS, "needs_service": Told.NEEDS_SERVICE},
}
_YES_NO = {"Yes": True, "No": False}


def read_front_door(
    tables: Mapping[int, Table], frame: Table, chosen: Mapping[str, int]
) -> FrontDoor:
    """Referrals with what followed; rows without a day are reported and in no figure."""
    told = [
        what
        for number, columns in _COLUMNS.items()
        for field, what in columns.items()
        if number in tables and field in tables[number].headings
    ]
    if 3 not in tables:
        return FrontDoor((), ())
    listed = tables[3]
    days = listed.column("last_referral")
    blank = [place for place, day in enumerate(days) if day is None]
    what = "There is no day of referral; the row is in no figure of the front door."
    listed.doubt_blanks("last_referral", blank, what)
    codes, decided = listed.column("referral_nfa"), listed.column(DECIDED)
    referrals = [
        Row3(key, day, _YES_NO.get(code), settled)
        for key, day, code, settled in zip(listed.keys, days, codes, decided, strict=True)
        if day is not None
    ]
    assessments = []
    if 4 in tables:
        begun, needs = (tables[4].column(f) for f in ("last_assessment_start", "needs_service"))
        assessments = [
            Row4(key, day, _YES_NO.get(code))
            for key, day, code in zip(tables[4].keys, begun, needs, strict=True)
            if day is not None
        ]
    statuses: list[CaseStatus | None] = frame.column("status")
    service = {key: service_of(statuses[place]) for key, place in chosen.items()}
    return FrontDoor(tuple(told), join_lists(referrals, assessments, service))


def service_of(status: CaseStatus | None) -> Service:
    """What a status of list 6 says; of a closed case file it does not say what the child had."""
    return _SERVICES[status]
