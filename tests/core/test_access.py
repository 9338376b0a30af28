"""The matrix of roles: who must never be able to do what, and that nothing is given by accident."""

from __future__ import annotations

from itertools import combinations

import pytest

from audit_app.core.access import MATRIX, ROLE_WORDS, Permission, Role, permissions_of

CASE_CONTENT = {
    Permission.DO_AUDITS,
    Permission.SEE_IDENTIFIER,
    Permission.SEE_RESULTS,
    Permission.MANAGE_FINDINGS,
    Permission.READ_REPORTS,
    Permission.COMPILE_REPORTS,
    Permission.APPROVE_REPORTS,
    Permission.IMPORT_CASELOAD,
}


def who_may(permission: Permission) -> set[Role]:
    return {role for role in Role if permission in MATRIX[role]}


def test_every_role_stands_in_the_matrix_and_has_a_name() -> None:
    assert set(MATRIX) == set(Role) == set(ROLE_WORDS)
    assert len(set(ROLE_WORDS.values())) == len(Role)


def test_the_administrator_reads_no_case_content() -> None:
    assert not MATRIX[Role.ADMINISTRATOR] & CASE_CONTENT


def test_the_sub_group_reads_reports_and_nothing_else() -> None:
    assert MATRIX[Role.SUB_GROUP] == {Permission.SEE_HOME, Permission.READ_REPORTS}


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.PUBLISH_BANKS, {Role.QA_LEAD}),
        (Permission.IMPORT_CASELOAD, {Role.QA_LEAD}),
        (Permission.MANAGE_CYCLES, {Role.QA_LEAD}),
        (Permission.MANAGE_FINDINGS, {Role.QA_LEAD}),
        (Permission.SEE_RESULTS, {Role.QA_LEAD}),
        (Permission.COMPILE_REPORTS, {Role.QA_LEAD}),
        (Permission.APPROVE_REPORTS, {Role.SENIOR_MANAGER}),
        (Permission.DO_AUDITS, {Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER}),
        (
            Permission.SEE_IDENTIFIER,
            {Role.QA_LEAD, Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER},
        ),
        (Permission.READ_REPORTS, set(Role) - {Role.ADMINISTRATOR}),
        (Permission.SEE_HOME, set(Role)),
    ],
)
def test_only_these_roles_may(permission: Permission, roles: set[Role]) -> None:
    assert who_may(permission) == roles


@pytest.mark.parametrize("role", Role)
def test_nobody_in_one_role_both_compiles_and_approves(role: Role) -> None:
    assert not {Permission.COMPILE_REPORTS, Permission.APPROVE_REPORTS} <= permissions_of([role])


@pytest.mark.parametrize("role", Role)
def test_nobody_in_one_role_both_audits_and_draws(role: Role) -> None:
    assert not {Permission.DO_AUDITS, Permission.MANAGE_CYCLES} <= permissions_of([role])


def test_several_roles_give_what_each_gives() -> None:
    for one, other in combinations(Role, 2):
        assert permissions_of([one, other]) == MATRIX[one] | MATRIX[other]
    assert permissions_of([]) == frozenset()
