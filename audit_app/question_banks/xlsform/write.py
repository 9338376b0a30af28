"""A question bank as an XLSForm workbook."""

from __future__ import annotations

from audit_app.core.question_bank import QuestionBank


def write_workbook(bank: QuestionBank) -> bytes:
    """The bank as a workbook that `read_workbook` reads back to the same."""
    raise NotImplementedError
