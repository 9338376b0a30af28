"""The published schemas: what the code says, good for every shipped file, and sharp on shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from question_banks.test_faulty_files import read_cases, spoil

from audit_app.question_banks import banks, forms, questions
from audit_app.question_banks.schema import KINDS, schema_of, write_schema
from audit_app.resources import data_folder

SHIPPED = data_folder("question_banks")
FILES = [(path, "bank") for path in sorted(SHIPPED.glob("*.yml"))]
FILES += [(path, "form") for path in sorted((SHIPPED / "forms").glob("*.yml"))]

KIND_OF = {
    "faulty_banks.txt": "bank",
    "faulty_rules.txt": "bank",
    "faulty_forms.txt": "form",
    "faulty_gradings.txt": "form",
}
FILE_OF = {
    "faulty_banks.txt": "visits.yml",
    "faulty_rules.txt": "males.yml",
    "faulty_forms.txt": "forms/sample.yml",
    "faulty_gradings.txt": "forms/ruled.yml",
}
#: Faults that lie in what one place of a file says of another, or in how it is written.
BEYOND = {
    "repeated key",
    "repeated id",
    "option twice",
    "label twice",
    "points out of order",
    "nothing met",
    "points for information",
    "yes_no with other options",
    "met with other options",
    "condition on nothing",
    "condition on a later question",
    "condition on itself",
    "condition without options",
    "condition on an unknown answer",
    "condition on a state not offered",
    "partly within the limit",
    "bounds out of order",
    "bound without its pair",
    "only partly",
    "critical and not scored",
    "id that is a method of the page",
    "key differs from the file",
    "section key twice",
    "control character",
    "unknown bank",
    "bank twice",
    "grade of a cap",
    "cap at the best grade",
    "bands rise",
    "bands in the wrong order",
    "a grade without a band",
    "grade of a band",
    "met_from off the scale",
    "grade twice",
    "file name",
    "a level that is none",
    "no levels",
    "no bottom rung",
    "a rung that hides those below",
    "a better level below",
    "bounds that cross",
    "more than are named",
    "a value that does not count",
    "a question of another section",
    "a section that is not rated",
    "rating of what is not scored",
    "a critical section",
    "a cap on a question that is not scored",
    "a cap on more than are named",
    "continues what is asked",
    "continues what is not kept",
    "a condition on a retired question",
    "a condition out of a section that is asked several times",
    "an id used again",
    "all options retired but one",
    "grades of the bank that the scale has not",
    "a scale the other way round",
    "a bank without a grading needs a theme's",
    "a ladder of the form over rated sections is the bank's own matter",
    "a ladder over themes",
    "a question that no bank has",
    "an agency twice",
    "an agency answers what the form has not",
    "an agency that is asked nothing",
}


def faults_in(path: Path, kind: str) -> list[str]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return []
    return [fault.message for fault in Draft7Validator(schema_of(kind)).iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_file_is_what_the_code_says(kind: str) -> None:
    published = SHIPPED / "schema" / f"{kind}.schema.json"
    assert published.read_text(encoding="utf-8") == write_schema(kind)
    Draft7Validator.check_schema(json.loads(write_schema(kind)))


@pytest.mark.parametrize(("path", "kind"), FILES, ids=lambda one: getattr(one, "stem", ""))
def test_every_shipped_file_has_the_shape(path: Path, kind: str) -> None:
    assert faults_in(path, kind) == []


def test_the_schema_knows_the_keys_that_the_reader_knows() -> None:
    bank, form = (schema_of(kind) for kind in KINDS)
    section = bank["properties"]["sections"]["items"]
    question = section["properties"]["questions"]["items"]
    for schema, keys in (
        (bank, banks.BANK_KEYS),
        (section, banks.SECTION_KEYS),
        (question, questions.QUESTION_KEYS),
        (form, forms.FORM_KEYS),
    ):
        assert set(schema["properties"]) == set(keys)


@pytest.mark.parametrize(
    ("file", "kind", "name", "old", "new"),
    [
        pytest.param(file, kind, case.id, *case.values[:2], id=f"{kind}: {case.id}")
        for file, kind in KIND_OF.items()
        for case in read_cases(file)
    ],
)
def test_a_fault_of_shape_is_seen_in_the_editor(
    ruled_folder: Path, file: str, kind: str, name: str, old: str, new: str
) -> None:
    path = ruled_folder / FILE_OF[file]
    assert faults_in(path, kind) == []
    spoil(path, old, new)
    assert bool(faults_in(path, kind)) is (name not in BEYOND)
