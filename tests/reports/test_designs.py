"""Designs are found, loaded, and refused with one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_app.reports.designs import DesignFault, designs_folder, list_designs, load_design

GOOD = """\
title: A pack
audience: Somebody
sections: [cover]
settings: {percent_from: 20, team_from: 8}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "sections").mkdir(parents=True)
    for name in ("report.html", "print.css", "sections/cover.html"):
        (tmp_path / "mine" / name).write_text("", encoding="utf-8")
    (tmp_path / "mine" / "report.yml").write_text(GOOD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("key", list_designs())
def test_every_design_of_the_house_loads(key: str) -> None:
    design = load_design(key)
    assert design.key == key
    written = {path.stem for path in (design.folder / "sections").glob("*.html")} - {"parts"}
    assert set(design.sections) == written


def test_the_sub_group_pack_is_among_them() -> None:
    assert "qa_sub_group" in list_designs()
    assert load_design("qa_sub_group").percent_from == 20
    assert designs_folder().is_dir()


def test_a_design_of_another_folder_loads(folder: Path) -> None:
    design = load_design("mine", folder)
    assert (design.title, design.sections, design.team_from) == ("A pack", ("cover",), 8)


@pytest.mark.parametrize("key", ["other", "../mine", "mine/../mine", "", "Mine"])
def test_an_unknown_key_names_those_that_exist(folder: Path, key: str) -> None:
    with pytest.raises(DesignFault, match="the designs are: mine"):
        load_design(key, folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title: A pack", "titel: A pack"), "does not say “title”"),
        (("[cover]", "[cover, ending]"), "has no file sections/ending.html"),
        (("[cover]", "[../cover]"), "not a name of small letters"),
        (("percent_from: 20", "percent_from: many"), "“percent_from” as a whole number"),
        (("team_from: 8", "team_from: 0"), "“team_from” as a whole number"),
        (("settings: {", "settings: {{"), "not readable as YAML"),
        (("[cover]", "!!python/object/apply:os.getcwd []"), "not readable as YAML"),
        ((GOOD, "- a\n- b\n"), "must hold names and values"),
    ],
)
def test_a_wrong_report_yml_is_refused_in_one_line(
    folder: Path, change: tuple[str, str], said: str
) -> None:
    (folder / "mine" / "report.yml").write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(DesignFault) as fault:
        load_design("mine", folder)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("name", ["report.html", "print.css"])
def test_a_missing_part_is_named(folder: Path, name: str) -> None:
    (folder / "mine" / name).unlink()
    with pytest.raises(DesignFault, match=name):
        load_design("mine", folder)
