"""Who may do what, as data: roles and the permissions that each of them gives."""

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


ROLE_WORDS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.QA_LEAD: "QA lead",
    Role.SENIOR_MANAGER: "Senior manager",
    Role.INDEPENDENT_MEMBER: "Independent member",
    Role.SUB_GROUP: "QA sub-group member",
}


class Permission(StrEnum):
    """One thing that a page or a command lets a person do."""

    SEE_HOME = "see_home"
    READ_BANKS = "read_banks"
    PUBLISH_BANKS = "publish_banks"
    IMPORT_CASELOAD = "import_caseload"
    MANAGE_CYCLES = "manage_cycles"
    DO_AUDITS = "do_audits"
    SEE_IDENTIFIER = "see_identifier"
    SEE_RESULTS = "see_results"
    MANAGE_FINDINGS = "manage_findings"
    COMPILE_REPORTS = "compile_reports"
    APPROVE_REPORTS = "approve_reports"
    READ_REPORTS = "read_reports"


_EVERYBODY = frozenset({Permission.SEE_HOME})

MATRIX: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _EVERYBODY,
    Role.QA_LEAD: _EVERYBODY
    | {
        Permission.READ_BANKS,
        Permission.PUBLISH_BANKS,
        Permission.IMPORT_CASELOAD,
        Permission.MANAGE_CYCLES,
        Permission.SEE_IDENTIFIER,
        Permission.SEE_RESULTS,
        Permission.MANAGE_FINDINGS,
        Permission.COMPILE_REPORTS,
        Permission.READ_REPORTS,
    },
    Role.SENIOR_MANAGER: _EVERYBODY
    | {
        Permission.READ_BANKS,
        Permission.DO_AUDITS,
        Permission.SEE_IDENTIFIER,
        Permission.APPROVE_REPORTS,
        Permission.READ_REPORTS,
    },
    Role.INDEPENDENT_MEMBER: _EVERYBODY
    | {
        Permission.READ_BANKS,
        Permission.DO_AUDITS,
        Permission.SEE_IDENTIFIER,
        Permission.READ_REPORTS,
    },
    Role.SUB_GROUP: _EVERYBODY | {Permission.READ_REPORTS},
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that any of these roles gives."""
    return frozenset().union(*(MATRIX[role] for role in roles))
