"""What a caseload extract may hold of a case file that helps to answer a question."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CaseFact(StrEnum):
    """One thing that the extract says, called as in the council's list; none tells who it is."""

    AGE = "age"
    STATUS = "status"
    CIN_START = "cin_start"
    PLAN_START = "plan_start"
    PLAN_CATEGORY = "plan_category"
    LAST_STATUTORY_VISIT = "last_statutory_visit"
    LAST_SEEN = "last_seen"
    LAST_REVIEW_CONFERENCE = "last_review_conference"
    LAST_REFERRAL = "last_referral"
    LAST_ASSESSMENT_START = "last_assessment_start"
    LAST_ASSESSMENT_AUTHORISED = "last_assessment_authorised"
    LAST_STRATEGY_DISCUSSION = "last_strategy_discussion"


CASE_FACT_WORDS: Mapping[CaseFact, str] = MappingProxyType(
    {
        CaseFact.AGE: "Age",
        CaseFact.STATUS: "Status",
        CaseFact.CIN_START: "Child in need since",
        CaseFact.PLAN_START: "Protection plan",
        CaseFact.PLAN_CATEGORY: "Category of the plan",
        CaseFact.LAST_STATUTORY_VISIT: "Last statutory visit",
        CaseFact.LAST_SEEN: "Last seen",
        CaseFact.LAST_REVIEW_CONFERENCE: "Last review conference",
        CaseFact.LAST_REFERRAL: "Last referral",
        CaseFact.LAST_ASSESSMENT_START: "Last assessment started",
        CaseFact.LAST_ASSESSMENT_AUTHORISED: "Last assessment authorised",
        CaseFact.LAST_STRATEGY_DISCUSSION: "Last strategy discussion",
    }
)
