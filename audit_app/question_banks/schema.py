"""The shape of bank and form files as JSON Schema, so that an editor completes and marks faults.

Published as `question_banks/schema/bank.schema.json` and `form.schema.json`. A schema knows shape
only: what one place of a file says of another (ids that stand twice, conditions that look back,
bands in order) is left to `audit-app banks check`.
"""

from __future__ import annotations

import json

from audit_app.core.question_bank import Subject
from audit_app.core.replies import PracticeSees
from audit_app.question_banks.agencies import MOST_AGENCIES
from audit_app.question_banks.fields import LONGEST_LINE
from audit_app.question_banks.forms import HIGHEST_PERCENT_FROM, Auditors
from audit_app.question_banks.repeats import LONGEST_EACH, MOST_ENTRIES
from audit_app.question_banks.schema_parts import (
    Schema,
    flag_schema,
    grade_schema,
    id_schema,
    list_schema,
    mapping_schema,
    text_schema,
    whole_schema,
    word_schema,
)
from audit_app.question_banks.schema_questions import question_schema
from audit_app.question_banks.schema_rules import (
    judgement_schema,
    ladder_schema,
    theme_cap_schema,
)

DIALECT = "http://json-schema.org/draft-07/schema#"
KINDS = ("bank", "form")


def schema_of(kind: str) -> Schema:
    """The schema of a `bank` or of a `form`."""
    return {"$schema": DIALECT} | {"bank": _bank, "form": _form}[kind]()


def write_schema(kind: str) -> str:
    """The schema as the text of its published file."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


_VERSION: Schema = {
    "title": "Version",
    "description": 'Two or three whole numbers, in quotes, such as "1.2". Raised with each change.',
    "type": "string",
    "pattern": r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3}))?$",
}
_HEAD: dict[str, Schema] = {
    "key": id_schema("Key", "The name of the file without its ending."),
    "title": text_schema("Title", "As it stands on the page.", LONGEST_LINE),
    "version": _VERSION,
    "summary": text_schema("Summary", "What is asked here, and why, in a sentence or two."),
}


def _bank() -> Schema:
    keys = {
        **_HEAD,
        "levels": list_schema(
            "Levels",
            "On which sections are rated, best first; only where sections have a `rating`.",
            grade_schema("A level"),
            2,
        ),
        "grading": ladder_schema(
            "Grading", "How this theme's grade is suggested, best first.", "grade"
        ),
        "caps": list_schema(
            "Caps",
            "From how many answers of a kind the theme's grade is not better than another.",
            theme_cap_schema(),
        ),
        "sections": list_schema("Sections", "Each is one page of the form.", _section()),
        "retired": list_schema(
            "Retired questions", "Asked no more; their ids are kept.", question_schema()
        ),
    }
    return mapping_schema("Question bank", "One theme's questions.", keys, (*_HEAD, "sections"))


def _section() -> Schema:
    entry = mapping_schema(
        "An entry",
        "One that is always asked for.",
        {
            "key": id_schema("Key", "The name of the entry.", reserved=False),
            "label": text_schema("Label", "As on the page.", LONGEST_LINE),
        },
        ("key", "label"),
    )
    repeat = mapping_schema(
        "Repeat",
        "The section is asked once for each of something.",
        {
            "each": text_schema(
                "Each", "What it is, in the singular: `male in the household`.", LONGEST_EACH
            ),
            "entries": list_schema("Entries", "Those that are always asked for.", entry)
            | {"maxItems": MOST_ENTRIES},
            "at_most": whole_schema("At most", "How many the auditor may name.", 2, MOST_ENTRIES),
        },
        ("each",),
    )
    repeat["not"] = {"required": ["entries", "at_most"]}
    return mapping_schema(
        "A section",
        "One page of the form.",
        {
            "key": id_schema("Key", "The name of the section, once in a form."),
            "title": text_schema("Title", "The heading of the page.", LONGEST_LINE),
            "intro": text_schema("Introduction", "A sentence above the questions.", 500),
            "repeat": repeat,
            "rating": ladder_schema("Rating", "How the section's level is reckoned.", "level"),
            "questions": list_schema("Questions", "In the order of the page.", question_schema()),
        },
        ("key", "title", "questions"),
    )


def _agencies() -> Schema:
    agency = mapping_schema(
        "An agency",
        "It answers its own part of the form.",
        {
            "key": id_schema("Key", "The name of the agency.", reserved=False),
            "label": text_schema("Label", "As on the page.", LONGEST_LINE),
            "also_answers": list_schema(
                "Also answers",
                "Banks and sections that only the agencies which name them are asked.",
                id_schema("Bank or section", "Its key."),
            ),
        },
        ("key", "label"),
    )
    listed = list_schema("Agencies", "Who each answer a part of the form.", agency, 2)
    return listed | {"maxItems": MOST_AGENCIES}


def _form() -> Schema:
    keys = {
        **_HEAD,
        "subject": word_schema("Subject", "What is examined, one at a time.", Subject),
        "auditors": word_schema("Auditors", "The role whose people audit with it.", Auditors),
        "themed": flag_schema("Themed", "A themed audit of a cohort.", False),
        "percent_from": whole_schema(
            "Per cent from", "Below it only “k of n” is shown.", 1, HIGHEST_PERCENT_FROM
        ),
        "agencies": _agencies(),
        "practice_sees": word_schema(
            "Practice sees", "How much of its audits the practice is shown.", PracticeSees
        )
        | {"default": PracticeSees.EVERYTHING.value},
        "earlier_findings": flag_schema(
            "Earlier findings",
            "Whether auditors are told what earlier audits of the same record found.",
            True,
        ),
        "banks": list_schema(
            "Banks", "Keys of banks, in the order of the form.", id_schema("Bank", "Its key.")
        ),
        "scale": list_schema("Scale", "The grades, best first.", grade_schema("A grade"), 2),
        "judgement": judgement_schema(),
    }
    needed = (*_HEAD, "auditors", "banks", "scale", "judgement")
    return mapping_schema("Audit form", "What an auditor fills in.", keys, needed)
