"""A question bank from an XLSForm workbook."""

from __future__ import annotations

from dataclasses import dataclass

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.faults import Fault, Note


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """What came of a workbook: its bank (None when there is any fault), by sheet and row."""

    bank: QuestionBank | None
    faults: list[Fault]
    notes: list[Note]


def read_workbook(data: bytes, file: str) -> WorkbookRead:
    """Read a workbook; `file` is its name, which every fault and note begins with."""
    raise NotImplementedError
