"""Banks and forms written as YAML: pleasant to read, and read back to the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from question_banks.valid_banks import banks

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.faults import Report
from audit_app.question_banks.nodes import parse_nodes
from audit_app.question_banks.read import read_folder
from audit_app.question_banks.to_yaml import write_form_yaml, write_yaml

SHIPPED = read_folder()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bank=banks())
def test_any_bank_comes_back_exactly(bank: QuestionBank) -> None:
    report = Report("drawn.yml")
    read = read_bank(parse_nodes(write_yaml(bank)), report, "drawn")
    assert not report.faults
    assert read.bank == bank


def test_every_shipped_bank_and_form_comes_back_exactly(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    for key, bank in SHIPPED.banks.items():
        (tmp_path / f"{key}.yml").write_text(write_yaml(bank), encoding="utf-8")
    for key, form in SHIPPED.forms.items():
        (tmp_path / "forms" / f"{key}.yml").write_text(write_form_yaml(form), encoding="utf-8")
    again = read_folder([tmp_path])
    assert again.banks == SHIPPED.banks
    assert again.forms == SHIPPED.forms


@pytest.mark.parametrize("key", sorted(SHIPPED.banks))
def test_a_bank_is_written_as_a_person_would(key: str) -> None:
    text = write_yaml(SHIPPED.banks[key])
    lines = text.splitlines()
    assert lines[0] == f"key: {key}"
    assert f'version: "{SHIPPED.banks[key].version}"' in lines
    assert max(map(len, lines)) < 135
    assert "\\" not in text
    assert not any("null" in line or line.strip() in ("{}", "[]") for line in lines)
