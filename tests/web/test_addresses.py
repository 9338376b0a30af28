"""Addresses that no row can have are pages that do not exist, on both databases."""

from __future__ import annotations

import pytest

from audit_app.core.access import Role


@pytest.mark.parametrize(
    "path",
    [
        "/cycles/a%00b",
        "/cycles/a%0Ab/results",
        "/banks/a%00/1.0",
        "/editions/99999999999999999999",
        "/caseload/2147483648",
        "/audits/99999999999999999999",
        "/caseload/2147483647",
    ],
)
def test_an_address_that_no_row_can_have_is_not_found(as_role, path):
    answer = as_role(Role.QA_LEAD, Role.SENIOR_MANAGER).get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
