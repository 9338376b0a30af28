"""Each fault in a file is told with its place, the id, and how to mend it; nothing half-loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_app.question_banks.faults import FaultyFiles
from audit_app.question_banks.read import check_paths, read_folder, read_form

HERE = Path(__file__).parent


def read_cases(file: str) -> list[object]:
    """The cases of a text file: what is replaced, by what, and the faults that follow."""
    cases: list[object] = []
    for block in (HERE / file).read_text(encoding="utf-8").split("\n# ")[1:]:
        name, *lines = block.splitlines()
        old, new, faults = (
            [f"{line[1:]}\n" for line in lines if line.startswith(mark)] for mark in ("-", "+", "=")
        )
        cases.append(pytest.param("".join(old), "".join(new), faults, id=name))
    return cases


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "faults"), read_cases("faulty_banks.txt"))
def test_a_faulty_bank_is_refused(folder: Path, old: str, new: str, faults: list[str]) -> None:
    path = Path("visits.yml")
    spoil(path, old, new)
    found = check_paths([path])
    assert [str(fault) for fault in found] == [f"visits.yml:{fault}".strip() for fault in faults]
    with pytest.raises(FaultyFiles) as refused:
        read_folder([Path(".")])
    assert set(found) <= set(refused.value.faults)


@pytest.mark.parametrize(("old", "new", "faults"), read_cases("faulty_forms.txt"))
def test_a_faulty_form_is_refused(folder: Path, old: str, new: str, faults: list[str]) -> None:
    path = Path("forms/sample.yml")
    spoil(path, old, new)
    assert [str(fault) for fault in check_paths([path])] == [
        f"{path}:{fault}".strip() for fault in faults
    ]
    with pytest.raises(FaultyFiles):
        read_folder([path])


@pytest.mark.parametrize(("old", "new", "faults"), read_cases("faulty_rules.txt"))
def test_a_faulty_rule_is_refused(
    ruled_folder: Path, old: str, new: str, faults: list[str]
) -> None:
    path = Path("males.yml")
    spoil(path, old, new)
    assert [str(fault) for fault in check_paths([path])] == [
        f"males.yml:{fault}".strip() for fault in faults
    ]


@pytest.mark.parametrize(("old", "new", "faults"), read_cases("faulty_gradings.txt"))
def test_a_faulty_grading_is_refused(
    ruled_folder: Path, old: str, new: str, faults: list[str]
) -> None:
    path = Path("forms/ruled.yml")
    spoil(path, old, new)
    assert [str(fault) for fault in check_paths([path])] == [
        f"{path}:{fault}".strip() for fault in faults
    ]


def test_one_fault_keeps_every_file_out_and_all_faults_are_told(
    folder: Path, bank_text: str
) -> None:
    Path("other.yml").write_text(
        bank_text.replace("visits", "other").replace("weight: 2", "weight: 20"), encoding="utf-8"
    )
    spoil(Path("forms/sample.yml"), "met_from: good", "met_from: best")
    with pytest.raises(FaultyFiles) as refused:
        read_folder([folder])
    assert [(Path(f.file).name, f.line) for f in refused.value.faults] == [
        ("sample.yml", 11),
        ("other.yml", 23),
    ]
    assert str(refused.value).count("\n") == 1


def test_a_faulty_bank_is_not_also_an_unknown_one(folder: Path) -> None:
    spoil(Path("visits.yml"), "weight: 2", "weight: 20")
    assert [fault.line for fault in check_paths([folder])] == [23]


def test_an_id_stands_once_over_all_banks(folder: Path, bank_text: str) -> None:
    other = bank_text.replace("key: visits", "key: other").replace("id: visits_", "id: other_")
    other = other.replace("question: visits_any", "question: other_any")
    Path("other.yml").write_text(other.replace("id: other_who", "id: visits_who"), encoding="utf-8")
    assert [str(fault) for fault in check_paths([Path("other.yml"), Path("visits.yml")])] == [
        "visits.yml:25: visits_who: the question id `visits_who` stands already at other.yml:25: "
        "give one of them another name"
    ]


def test_two_banks_of_a_form_with_one_section_key(folder: Path, bank_text: str) -> None:
    other = bank_text.replace("visits_", "other_").replace("key: visits\n", "key: other\n")
    Path("other.yml").write_text(other.replace("key: other_main", "key: visits_main"))
    spoil(Path("forms/sample.yml"), "[visits]", "[visits, other]")
    assert [str(fault) for fault in check_paths([Path("forms/sample.yml")])] == [
        "forms/sample.yml:6: sample: the banks `visits` and `other` both have the section key "
        "`visits_main`: change it in one of them"
    ]


def test_the_same_bank_in_two_folders(folder: Path, bank_text: str) -> None:
    Path("more").mkdir()
    Path("more/visits.yml").write_text(bank_text, encoding="utf-8")
    faults = check_paths([Path("visits.yml"), Path("more/visits.yml")])
    assert str(faults[0]) == (
        "more/visits.yml:1: visits: the question bank `visits` stands already at visits.yml:1: "
        "give one of them another name"
    )


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("nowhere", "there is no such file or folder: check the path"),
        ("empty", "no .yml file is in this folder: check the path"),
        ("notes.txt", "this is not a YAML file: give it the ending .yml"),
    ],
)
def test_paths_that_hold_nothing(folder: Path, path: str, what: str) -> None:
    Path("empty").mkdir()
    Path("notes.txt").write_text("key: notes", encoding="utf-8")
    assert [str(fault) for fault in check_paths([Path(path)])] == [f"{path}:1: -: {what}"]


def test_a_form_over_banks_that_are_there_already(folder: Path, form_text: str) -> None:
    banks = read_folder([Path("visits.yml")]).banks
    assert read_form(form_text, banks) == read_folder([folder]).forms["sample"]
    with pytest.raises(FaultyFiles, match="sample: there is no question bank `visits`"):
        read_form(form_text, {})
