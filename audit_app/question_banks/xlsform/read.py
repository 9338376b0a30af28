"""A question bank from an XLSForm workbook: all of it, or every fault by sheet and row."""

from __future__ import annotations

from dataclasses import dataclass

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.faults import Fault, Note, Report
from audit_app.question_banks.xlsform.adopt import adopt
from audit_app.question_banks.xlsform.build import bank_node
from audit_app.question_banks.xlsform.draft import draft_from
from audit_app.question_banks.xlsform.open import open_sheets
from audit_app.question_banks.xlsform.questions import refuse_option_flood
from audit_app.question_banks.xlsform.sheets import to_places
from audit_app.workbook_archive import WorkbookFault


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """What came of a workbook: its bank (None when there is any fault), by sheet and row."""

    bank: QuestionBank | None
    faults: list[Fault]
    notes: list[Note]


def read_workbook(data: bytes, file: str) -> WorkbookRead:
    """Read a workbook; `file` is its name, which every fault and note begins with.

    The rules are those of the bank reader: the rows become the same nodes that YAML becomes.
    """
    report = Report(file)
    try:
        sheets = open_sheets(data, report)
    except WorkbookFault as fault:
        return WorkbookRead(None, [Fault(file, 1, "-", str(fault))], [])
    draft = draft_from(sheets, report)
    numbered = {sheet.number: sheet for sheet in sheets.values()}
    refuse_option_flood(draft)
    if report.faults:
        return WorkbookRead(None, to_places(report.faults, numbered), draft.notes)
    if not draft.is_own:
        draft = adopt(draft)
    node = bank_node(draft)
    read = read_bank(node, report, draft.settings.text("form_id"))
    faults = to_places(report.faults, numbered)
    return WorkbookRead(None if faults else read.bank, faults, sorted(draft.notes))
