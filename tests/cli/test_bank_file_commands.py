"""Banks go out as files and come in from them, and nothing is published on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import Run
from factories import shipped_library
from question_banks.workbooks import change_cells

from audit_app.question_banks.read import read_folder
from audit_app.resources import data_folder

BANK = shipped_library().banks["chronology"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_what_is_published_goes_out_and_comes_back_the_same(run: Run, here: Path) -> None:
    assert run("migrate").code == 0
    assert run("banks", "publish").code == 0
    said = run("banks", "export", f"chronology@{BANK.version}", "--format", "xlsx", "--json")
    assert said.data == {"bank": "chronology", "version": BANK.version, "file": "chronology.xlsx"}
    again = run("banks", "import", "chronology.xlsx")
    assert again.code == 0
    assert "Next: audit-app banks check chronology.yml" in again.out
    assert read_folder([here / "chronology.yml"]).banks["chronology"] == BANK
    assert run("banks", "check", "chronology.yml").code == 0
    misnamed = run("banks", "import", "chronology.xlsx", "-o", "other.yml")
    assert "has the name of its key: write -o chronology.yml" in misnamed.err
    refused = run("banks", "export", "chronology", "--format", "yaml")
    assert "There is a file chronology.yml already" in refused.err
    assert run("banks", "export", "chronology", "--format", "yaml", "--replace").code == 0
    for wrong in ("nothing", "chronology@9.9"):
        refused = run("banks", "export", wrong, "--format", "xlsx")
        assert refused.code != 0
        assert "There is no published question bank" in refused.err


def test_a_bank_goes_out_of_files_without_a_database(run: Run) -> None:
    shipped = data_folder("question_banks")
    out = run("banks", "export", "chronology", "--format", "yaml", "--from", shipped, "-o", "x.yml")
    assert out.out == f"chronology {BANK.version} written to x.yml.\n"


def test_faults_and_notes_are_told_row_by_row_and_nothing_is_written(run: Run, here: Path) -> None:
    changes = {"survey_I4": 11, "survey_AE1": "comment", "survey_AE5": "Ask Sam"}
    Path("changed.xlsx").write_bytes(change_cells(BANK, **changes))
    said = run("banks", "import", "changed.xlsx")
    assert said.code == 1
    assert "changed.xlsx: survey, row 4, audit_weight: " in said.err
    assert "Nothing was written" in said.err
    assert "changed.xlsx: survey, row 5, comment: left out" in said.out
    (fault,) = run("banks", "import", "changed.xlsx", "--json").data["faults"]
    assert (fault["sheet"], fault["row"], fault["column"]) == ("survey", 4, "audit_weight")
    assert [path.name for path in here.iterdir()] == ["changed.xlsx"]


def test_other_files_are_refused(run: Run) -> None:
    Path("bank.docx").write_bytes(b"PK")
    Path("old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    Path("faulty.yml").write_text("key: faulty\n", encoding="utf-8")
    assert "neither an Excel workbook" in run("banks", "import", "bank.docx").err
    assert "an old Excel workbook" in run("banks", "import", "old.xls").err
    assert "faulty.yml:1: faulty: `title` is missing" in run("banks", "import", "faulty.yml").err
