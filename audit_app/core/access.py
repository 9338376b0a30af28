"""Who may do what, as data: each role's permissions, and how far each of them reaches.

Source: the permission matrix in docs/security.md. Denials (own team, own case, own audit,
own report) beat every role; they stand in `core.independence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the audit."""

    ADMINISTRATOR = "administrator"
    QA_LEAD = "qa_lead"
    SENIOR_MANAGER = "senior_manager"
    INDEPENDENT_MEMBER = "independent_member"
    SUB_GROUP = "sub_group"
    ACTION_OWNER = "action_owner"
    PRACTITIONER = "practitioner"


ROLE_WORDS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.QA_LEAD: "QA lead",
    Role.SENIOR_MANAGER: "Senior manager",
    Role.INDEPENDENT_MEMBER: "Independent member",
    Role.SUB_GROUP: "QA sub-group member",
    Role.ACTION_OWNER: "Action owner",
    Role.PRACTITIONER: "Practitioner or team manager",
}


class Permission(StrEnum):
    """One thing that a page or a command lets a person do."""

    SEE_HOME = "see_home"
    MANAGE_OWN_ACCOUNT = "manage_own_account"
    MANAGE_PEOPLE = "manage_people"
    READ_HISTORY = "read_history"
    READ_BANKS = "read_banks"
    PUBLISH_BANKS = "publish_banks"
    IMPORT_CASELOAD = "import_caseload"
    READ_PLAN = "read_plan"
    MANAGE_PLAN = "manage_plan"
    MANAGE_CYCLES = "manage_cycles"
    DECIDE_EXEMPTIONS = "decide_exemptions"
    FILL_IN = "fill_in"
    DO_AUDITS = "do_audits"
    SEE_EARLIER_FINDINGS = "see_earlier_findings"
    MODERATE = "moderate"
    SEE_IDENTIFIER = "see_identifier"
    SEE_WHO_MAY_SEE = "see_who_may_see"
    READ_OWN_CASES = "read_own_cases"
    RAISE_CONCERN = "raise_concern"
    ANSWER_CONCERNS = "answer_concerns"
    NAME_CONTACTS = "name_contacts"
    REPLY_TO_AUDITS = "reply_to_audits"
    ANSWER_REPLIES = "answer_replies"
    RECORD_FAMILY_FEEDBACK = "record_family_feedback"
    SEE_RESULTS = "see_results"
    SEE_SERVICE_FINDINGS = "see_service_findings"
    MANAGE_FINDINGS = "manage_findings"
    READ_ACTIONS = "read_actions"
    MANAGE_ACTIONS = "manage_actions"
    UPDATE_ACTIONS = "update_actions"
    COMPILE_REPORTS = "compile_reports"
    APPROVE_REPORTS = "approve_reports"
    READ_REPORTS = "read_reports"
    EXPORT = "export"
    HOLD_RECORDS = "hold_records"
    ASK_FOR_PURGE = "ask_for_purge"
    APPROVE_PURGE = "approve_purge"
    RUN_PURGE = "run_purge"


class Reach(StrEnum):
    """How far a permission goes. A scope on the appointment narrows each of them further."""

    ALL = "all"
    SCOPE = "within the theme or cycle of the appointment"
    ALLOCATED = "allocated to the person"
    OWN = "own"
    OWN_CASES = "own case files"
    NAMED = "where named for it"
    SUPPRESSED = "closed cycles, small counts left out"
    METADATA = "who, when and what kind, without what was changed"
    PUBLISHED = "published"
    PUBLISHED_IN_SCOPE = "published, within the theme or cycle of the appointment"
    PUBLISHED_OR_AWAITING = "published, or awaiting approval"


_EVERYBODY: Mapping[Permission, Reach] = {
    Permission.SEE_HOME: Reach.OWN,
    Permission.MANAGE_OWN_ACCOUNT: Reach.OWN,
}

MATRIX: Mapping[Role, Mapping[Permission, Reach]] = {
    Role.ADMINISTRATOR: {
        **_EVERYBODY,
        Permission.MANAGE_PEOPLE: Reach.ALL,
        Permission.READ_HISTORY: Reach.METADATA,
        Permission.RUN_PURGE: Reach.ALL,
    },
    Role.QA_LEAD: {
        **_EVERYBODY,
        Permission.READ_HISTORY: Reach.ALL,
        Permission.READ_BANKS: Reach.ALL,
        Permission.PUBLISH_BANKS: Reach.ALL,
        Permission.IMPORT_CASELOAD: Reach.ALL,
        Permission.READ_PLAN: Reach.ALL,
        Permission.MANAGE_PLAN: Reach.ALL,
        Permission.MANAGE_CYCLES: Reach.ALL,
        Permission.DECIDE_EXEMPTIONS: Reach.ALL,
        Permission.FILL_IN: Reach.ALLOCATED,
        Permission.SEE_EARLIER_FINDINGS: Reach.ALL,
        Permission.MODERATE: Reach.ALL,
        Permission.SEE_IDENTIFIER: Reach.ALL,
        Permission.SEE_WHO_MAY_SEE: Reach.ALL,
        Permission.ANSWER_CONCERNS: Reach.ALL,
        Permission.NAME_CONTACTS: Reach.ALL,
        Permission.ANSWER_REPLIES: Reach.ALL,
        Permission.RECORD_FAMILY_FEEDBACK: Reach.ALL,
        Permission.SEE_RESULTS: Reach.ALL,
        Permission.MANAGE_FINDINGS: Reach.ALL,
        Permission.READ_ACTIONS: Reach.ALL,
        Permission.MANAGE_ACTIONS: Reach.ALL,
        Permission.COMPILE_REPORTS: Reach.ALL,
        Permission.READ_REPORTS: Reach.ALL,
        Permission.EXPORT: Reach.ALL,
        Permission.HOLD_RECORDS: Reach.ALL,
        Permission.ASK_FOR_PURGE: Reach.ALL,
    },
    Role.SENIOR_MANAGER: {
        **_EVERYBODY,
        Permission.READ_BANKS: Reach.ALL,
        Permission.READ_PLAN: Reach.OWN,
        Permission.DECIDE_EXEMPTIONS: Reach.ALL,
        Permission.FILL_IN: Reach.ALLOCATED,
        Permission.DO_AUDITS: Reach.ALLOCATED,
        Permission.SEE_EARLIER_FINDINGS: Reach.ALLOCATED,
        Permission.MODERATE: Reach.ALLOCATED,
        Permission.RAISE_CONCERN: Reach.ALLOCATED,
        Permission.ANSWER_CONCERNS: Reach.NAMED,
        Permission.RECORD_FAMILY_FEEDBACK: Reach.ALLOCATED,
        Permission.SEE_IDENTIFIER: Reach.ALLOCATED,
        Permission.SEE_SERVICE_FINDINGS: Reach.SUPPRESSED,
        Permission.READ_ACTIONS: Reach.ALL,
        Permission.UPDATE_ACTIONS: Reach.OWN,
        Permission.APPROVE_REPORTS: Reach.PUBLISHED_OR_AWAITING,
        Permission.READ_REPORTS: Reach.PUBLISHED_OR_AWAITING,
        Permission.EXPORT: Reach.OWN,
        Permission.APPROVE_PURGE: Reach.ALL,
    },
    Role.INDEPENDENT_MEMBER: {
        **_EVERYBODY,
        Permission.READ_BANKS: Reach.SCOPE,
        Permission.READ_PLAN: Reach.OWN,
        Permission.FILL_IN: Reach.ALLOCATED,
        Permission.DO_AUDITS: Reach.ALLOCATED,
        Permission.SEE_EARLIER_FINDINGS: Reach.SCOPE,
        Permission.RAISE_CONCERN: Reach.ALLOCATED,
        Permission.RECORD_FAMILY_FEEDBACK: Reach.ALLOCATED,
        Permission.SEE_IDENTIFIER: Reach.ALLOCATED,
        Permission.SEE_RESULTS: Reach.SCOPE,
        Permission.READ_ACTIONS: Reach.SCOPE,
        Permission.READ_REPORTS: Reach.PUBLISHED_IN_SCOPE,
        Permission.EXPORT: Reach.SCOPE,
    },
    Role.SUB_GROUP: {
        **_EVERYBODY,
        Permission.READ_PLAN: Reach.ALL,
        Permission.READ_ACTIONS: Reach.PUBLISHED,
        Permission.READ_REPORTS: Reach.PUBLISHED,
    },
    Role.ACTION_OWNER: {
        **_EVERYBODY,
        Permission.READ_ACTIONS: Reach.OWN,
        Permission.UPDATE_ACTIONS: Reach.OWN,
        Permission.READ_REPORTS: Reach.PUBLISHED,
    },
    Role.PRACTITIONER: {
        **_EVERYBODY,
        Permission.READ_OWN_CASES: Reach.OWN_CASES,
        Permission.REPLY_TO_AUDITS: Reach.OWN_CASES,
        Permission.READ_ACTIONS: Reach.OWN,
        Permission.UPDATE_ACTIONS: Reach.OWN,
        Permission.SEE_IDENTIFIER: Reach.OWN_CASES,
    },
}


#: What is for the whole council; an appointment that is narrowed to a part does not give it.
WHOLE_COUNCIL = frozenset({Permission.IMPORT_CASELOAD, Permission.MANAGE_PLAN})

#: Without a scope on the appointment these reach only the cycles in which the person audits.
NEEDS_SCOPE = frozenset({Reach.SCOPE, Reach.PUBLISHED_IN_SCOPE})


class ScopeKind(StrEnum):
    """What an appointment can be narrowed to."""

    TEAM = "team"
    THEME = "theme"
    CYCLE = "cycle"


#: A theme is one audit form: the cycles of that form, and the banks that it asks.
SCOPES_OF: Mapping[Role, frozenset[ScopeKind]] = {
    Role.ADMINISTRATOR: frozenset(),
    Role.QA_LEAD: frozenset({ScopeKind.THEME, ScopeKind.CYCLE}),
    Role.SENIOR_MANAGER: frozenset({ScopeKind.THEME, ScopeKind.CYCLE}),
    Role.INDEPENDENT_MEMBER: frozenset({ScopeKind.THEME, ScopeKind.CYCLE}),
    Role.SUB_GROUP: frozenset({ScopeKind.THEME, ScopeKind.CYCLE}),
    Role.ACTION_OWNER: frozenset({ScopeKind.THEME, ScopeKind.CYCLE}),
    Role.PRACTITIONER: frozenset({ScopeKind.TEAM}),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that any of these roles gives."""
    return frozenset().union(*(MATRIX[role] for role in roles))


def reach_of(role: Role, permission: Permission, *, narrowed: bool = False) -> Reach | None:
    """How far a role's permission goes; None where the role does not give it.

    `narrowed`: the appointment has a scope, so that it gives nothing for the whole council.
    """
    if narrowed and permission in WHOLE_COUNCIL:
        return None
    return MATRIX[role].get(permission)
