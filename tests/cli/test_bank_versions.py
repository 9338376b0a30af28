"""`banks diff` and what `banks publish` says of versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import Run

from audit_app.resources import data_folder
from audit_app.store.database import Database


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The shipped chronology in version 2.0, its first question weighing more."""
    text = (data_folder("question_banks") / "chronology.yml").read_text("utf-8")
    text = text.replace('version: "1.0"', 'version: "2.0"', 1).replace("weight: 3", "weight: 4", 1)
    path = tmp_path / "chronology.yml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_compared_with_what_is_published(
    run: Run, edited: Path, database: Database
) -> None:
    assert run("banks", "publish").code == 0
    for old in ("chronology", "chronology@1.0", "chronology@1.0.0"):
        data = run("banks", "diff", old, str(edited), "--json").data
        assert (data["kind"], data["bump"], data["lowest_version"]) == ("bank", "major", "2.0")
        assert [(r["id"], r["kind"], r["bump"]) for r in data["reasons"]] == [
            ("chron_place", "weight", "major")
        ]
        pairs = data["comparable_questions"]
        assert ["chron_place", "chron_place"] not in pairs
        assert ["chron_last_entry", "chron_last_entry"] in pairs
    told = run("banks", "diff", "chronology", str(edited))
    assert "major, so the version must be 2.0 or higher" in told.out
    assert "major: chron_place: the weight is 4, was 3." in told.out
    assert "do not differ" in run("banks", "diff", "monthly_sample", "monthly_sample@1.0").out


def test_two_files_need_no_database(run: Run, edited: Path) -> None:
    shipped = str(data_folder("question_banks") / "chronology.yml")
    assert run("banks", "diff", shipped, str(edited), "--json").data["bump"] == "major"


def test_publishing_too_low_a_version_is_refused_with_the_reasons(
    run: Run, edited: Path, database: Database
) -> None:
    assert run("banks", "publish").code == 0
    good = edited.read_text("utf-8")
    edited.write_text(good.replace('version: "2.0"', 'version: "1.1"'), "utf-8")
    refused = run("banks", "publish", str(edited))
    assert refused.code == 1
    assert "must be 2.0 or higher" in refused.err
    assert "chron_place: the weight is 4, was 3" in refused.err
    assert "Nothing was published." in refused.err
    edited.write_text(good, "utf-8")
    said = run("banks", "publish", str(edited))
    assert "bank chronology 2.0: published (major)" in said.out
    assert "chron_place: the weight is 4, was 3." in said.out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("chronology@9.9", "chronology", "“chronology@9.9” is neither a file nor published"),
        ("chronology@", "chronology", "is neither a file nor published"),
        ("none.yml", "chronology", "none.yml:1: -: there is no such file"),
        ("chronology", "monthly_sample", "are a question bank and a form"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    run: Run, database: Database, old: str, new: str, told: str
) -> None:
    assert run("banks", "publish").code == 0
    ended = run("banks", "diff", old, new)
    assert ended.code == 1
    assert told in ended.err
    assert not ended.out
