"""A question bank that somebody uploads: a workbook or a YAML file, read from memory only."""

from __future__ import annotations

from dataclasses import dataclass

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.faults import Fault, Note, Report
from audit_app.question_banks.forms import is_form
from audit_app.question_banks.nodes import Node, Unreadable, parse_nodes, peek
from audit_app.question_banks.read import LARGEST_FILE
from audit_app.question_banks.xlsform.open import LARGEST_FILE as LARGEST_WORKBOOK
from audit_app.question_banks.xlsform.read import read_workbook

LARGEST = max(LARGEST_FILE, LARGEST_WORKBOOK)
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The bank (None when there is any fault), every fault by its place, and what was left out."""

    bank: QuestionBank | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


def read_uploaded(data: bytes, name: str) -> Uploaded:
    """Read the bytes of a file; `name` is what it is called, which faults begin with.

    Give at most `LARGEST` + 1 bytes: what is longer than its kind may be is refused unread.
    """
    if data.startswith(_ZIP):
        read = read_workbook(data, name)
        return Uploaded(read.bank, tuple(read.faults), tuple(read.notes))
    if len(data) > LARGEST_FILE:
        return _refused(name, "the file is larger than 1 MB: a question bank is far smaller")
    report = Report(name)
    node = _parse(data, report)
    if node is None:
        return Uploaded(None, tuple(report.faults))
    if is_form(node):
        return _refused(name, "this is an audit form: upload one of its question banks")
    key = peek(node, "key")
    bank = read_bank(node, report, key.text if key else "").bank
    return Uploaded(bank, tuple(sorted(report.faults)))


def _parse(data: bytes, report: Report) -> Node | None:
    try:
        return parse_nodes(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(line, "this is neither a workbook (.xlsx) nor text in UTF-8: save it as one")
    except Unreadable as fault:
        report.add(fault.line, fault.what)
    return None


def _refused(name: str, what: str) -> Uploaded:
    return Uploaded(None, (Fault(name, 1, "-", what),))
