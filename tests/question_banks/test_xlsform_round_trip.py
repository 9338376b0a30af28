"""A bank as a workbook: nothing is lost either way, and other programs can read it."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from pyxform.xls2xform import convert
from question_banks.valid_banks import banks

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.read import read_folder
from audit_app.question_banks.xlsform.columns import READ_ME, SHEETS
from audit_app.question_banks.xlsform.read import read_workbook
from audit_app.question_banks.xlsform.write import write_workbook

SHIPPED = read_folder()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bank=banks())
def test_any_bank_comes_back_exactly(bank: QuestionBank) -> None:
    read = read_workbook(write_workbook(bank), "drawn.xlsx")
    assert not read.faults
    assert not read.notes
    assert read.bank == bank


@pytest.mark.parametrize("key", sorted(SHIPPED.banks))
def test_every_shipped_bank_comes_back_exactly_and_is_an_xlsform(key: str) -> None:
    data = write_workbook(SHIPPED.banks[key])
    read = read_workbook(data, f"{key}.xlsx")
    assert (read.faults, read.notes) == ([], [])
    assert read.bank == SHIPPED.banks[key]
    warnings: list[str] = []
    form = convert(io.BytesIO(data), validate=False, file_type=".xlsx", warnings=warnings)
    assert all(question.id in form.xform for question in SHIPPED.banks[key].questions)
    # A retired question is a disabled row, a word that XLSForm no longer tells of.
    assert not [warning for warning in warnings if "disabled" not in warning]


def test_the_workbook_says_what_each_column_means_and_offers_its_words() -> None:
    data = write_workbook(SHIPPED.banks["chronology"])
    book = load_workbook(io.BytesIO(data))
    said = {row[1] for row in book[READ_ME].iter_rows(values_only=True)}
    for name, columns in SHEETS.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == [column.heading for column in columns]
        assert {column.heading for column in columns} <= said
        offered = sum(1 for column in columns if column.words)
        assert len(sheet.data_validations.dataValidation) == offered
        assert sheet.freeze_panes is not None


def test_no_cell_is_a_formula() -> None:
    bank = SHIPPED.banks["chronology"]
    risky = "=HYPERLINK(1)"
    data = write_workbook(QuestionBank("x", risky, "1.0", "@sum", bank.sections))
    settings_sheet = load_workbook(io.BytesIO(data))["settings"]
    cells = [cell for row in settings_sheet for cell in row]
    assert risky in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}
