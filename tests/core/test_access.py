"""The matrix of roles: who must never be able to do what, and that nothing is given by accident."""

from __future__ import annotations

from itertools import combinations

import pytest

from audit_app.core.access import (
    MATRIX,
    NEEDS_SCOPE,
    ROLE_WORDS,
    SCOPES_OF,
    Permission,
    Reach,
    Role,
    ScopeKind,
    permissions_of,
    reach_of,
)

CASE_CONTENT = {
    Permission.FILL_IN,
    Permission.MODERATE,
    Permission.DO_AUDITS,
    Permission.SEE_EARLIER_FINDINGS,
    Permission.SEE_IDENTIFIER,
    Permission.SEE_WHO_MAY_SEE,
    Permission.READ_OWN_CASES,
    Permission.REPLY_TO_AUDITS,
    Permission.ANSWER_REPLIES,
    Permission.RECORD_FAMILY_FEEDBACK,
    Permission.SEE_RESULTS,
    Permission.MANAGE_FINDINGS,
    Permission.SEE_SERVICE_FINDINGS,
    Permission.READ_REPORTS,
    Permission.READ_ACTIONS,
    Permission.MANAGE_ACTIONS,
    Permission.UPDATE_ACTIONS,
    Permission.COMPILE_REPORTS,
    Permission.APPROVE_REPORTS,
    Permission.IMPORT_CASELOAD,
    Permission.EXPORT,
}
OF_EVERYBODY = {Permission.SEE_HOME, Permission.MANAGE_OWN_ACCOUNT}
LEAD, MANAGER, MEMBER = Role.QA_LEAD, Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER


def who_may(permission: Permission) -> set[Role]:
    return {role for role in Role if permission in MATRIX[role]}


def test_every_role_stands_in_the_matrix_and_has_a_name() -> None:
    assert set(MATRIX) == set(Role) == set(ROLE_WORDS) == set(SCOPES_OF)
    assert len(set(ROLE_WORDS.values())) == len(Role)


def test_the_administrator_reads_no_case_content() -> None:
    assert not set(MATRIX[Role.ADMINISTRATOR]) & CASE_CONTENT
    assert reach_of(Role.ADMINISTRATOR, Permission.READ_HISTORY) is Reach.METADATA


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (
            Role.SUB_GROUP,
            {Permission.READ_ACTIONS: Reach.PUBLISHED, Permission.READ_PLAN: Reach.ALL},
        ),
        (
            Role.ACTION_OWNER,
            {Permission.READ_ACTIONS: Reach.OWN, Permission.UPDATE_ACTIONS: Reach.OWN},
        ),
    ],
)
def test_readers_read_what_is_published_and_their_actions_and_nothing_else(
    role: Role, actions: dict[Permission, Reach]
) -> None:
    assert set(MATRIX[role]) == OF_EVERYBODY | {Permission.READ_REPORTS, *actions}
    assert reach_of(role, Permission.READ_REPORTS) is Reach.PUBLISHED
    assert {one: reach_of(role, one) for one in actions} == actions


ONLY = {
    Permission.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
    Permission.RUN_PURGE: {Role.ADMINISTRATOR},
    Permission.READ_HISTORY: {Role.ADMINISTRATOR, LEAD},
    Permission.PUBLISH_BANKS: {LEAD},
    Permission.IMPORT_CASELOAD: {LEAD},
    Permission.READ_PLAN: {LEAD, MANAGER, MEMBER, Role.SUB_GROUP},
    Permission.MANAGE_PLAN: {LEAD},
    Permission.MANAGE_CYCLES: {LEAD},
    Permission.DECIDE_EXEMPTIONS: {LEAD, MANAGER},
    Permission.MANAGE_FINDINGS: {LEAD},
    Permission.SEE_SERVICE_FINDINGS: {MANAGER},
    Permission.READ_ACTIONS: set(Role) - {Role.ADMINISTRATOR},
    Permission.MANAGE_ACTIONS: {LEAD},
    Permission.UPDATE_ACTIONS: {MANAGER, Role.ACTION_OWNER, Role.PRACTITIONER},
    Permission.COMPILE_REPORTS: {LEAD},
    Permission.SEE_WHO_MAY_SEE: {LEAD},
    Permission.HOLD_RECORDS: {LEAD},
    Permission.ASK_FOR_PURGE: {LEAD},
    Permission.SEE_RESULTS: {LEAD, MEMBER},
    Permission.APPROVE_REPORTS: {MANAGER},
    Permission.APPROVE_PURGE: {MANAGER},
    Permission.DO_AUDITS: {MANAGER, MEMBER},
    Permission.SEE_EARLIER_FINDINGS: {LEAD, MANAGER, MEMBER},
    Permission.RAISE_CONCERN: {MANAGER, MEMBER},
    Permission.ANSWER_CONCERNS: {LEAD, MANAGER},
    Permission.NAME_CONTACTS: {LEAD},
    Permission.FILL_IN: {LEAD, MANAGER, MEMBER},
    Permission.MODERATE: {LEAD, MANAGER},
    Permission.READ_BANKS: {LEAD, MANAGER, MEMBER},
    Permission.EXPORT: {LEAD, MANAGER, MEMBER},
    Permission.READ_OWN_CASES: {Role.PRACTITIONER},
    Permission.REPLY_TO_AUDITS: {Role.PRACTITIONER},
    Permission.ANSWER_REPLIES: {LEAD},
    Permission.RECORD_FAMILY_FEEDBACK: {LEAD, MANAGER, MEMBER},
    Permission.SEE_IDENTIFIER: {LEAD, MANAGER, MEMBER, Role.PRACTITIONER},
    Permission.READ_REPORTS: set(Role) - {Role.ADMINISTRATOR, Role.PRACTITIONER},
    Permission.SEE_HOME: set(Role),
    Permission.MANAGE_OWN_ACCOUNT: set(Role),
}


def test_no_permission_is_left_out() -> None:
    assert set(ONLY) == set(Permission)


@pytest.mark.parametrize(("permission", "roles"), ONLY.items())
def test_only_these_roles_may(permission: Permission, roles: set[Role]) -> None:
    assert who_may(permission) == roles


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Permission.COMPILE_REPORTS, Permission.APPROVE_REPORTS),
        (Permission.DO_AUDITS, Permission.MANAGE_CYCLES),
        (Permission.ASK_FOR_PURGE, Permission.APPROVE_PURGE),
        (Permission.APPROVE_PURGE, Permission.RUN_PURGE),
        (Permission.MANAGE_PEOPLE, Permission.SEE_IDENTIFIER),
        (Permission.MANAGE_ACTIONS, Permission.UPDATE_ACTIONS),
    ],
)
def test_nobody_in_one_role_does_both(first: Permission, second: Permission) -> None:
    assert not who_may(first) & who_may(second)


def test_only_the_qa_lead_reaches_every_identifier() -> None:
    reaches = {role: reach_of(role, Permission.SEE_IDENTIFIER) for role in Role}
    assert [role for role, reach in reaches.items() if reach is Reach.ALL] == [LEAD]
    assert {MANAGER, MEMBER} == {r for r, reach in reaches.items() if reach is Reach.ALLOCATED}


def test_an_independent_member_keeps_to_their_theme() -> None:
    for permission in (
        Permission.READ_BANKS,
        Permission.SEE_EARLIER_FINDINGS,
        Permission.SEE_RESULTS,
        Permission.READ_REPORTS,
    ):
        assert reach_of(MEMBER, permission) in NEEDS_SCOPE


def test_only_practitioners_are_given_a_team() -> None:
    assert [role for role in Role if ScopeKind.TEAM in SCOPES_OF[role]] == [Role.PRACTITIONER]
    assert not SCOPES_OF[Role.ADMINISTRATOR]


def test_several_roles_give_what_each_gives() -> None:
    for one, other in combinations(Role, 2):
        assert permissions_of([one, other]) == set(MATRIX[one]) | set(MATRIX[other])
    assert permissions_of([]) == frozenset()
