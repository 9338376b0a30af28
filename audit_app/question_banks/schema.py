"""The shape of bank and form files as JSON Schema, so that an editor completes and marks faults.

Published as `question_banks/schema/bank.schema.json` and `form.schema.json`. A schema knows shape
only: what one place of a file says of another (ids that stand twice, conditions that look back,
bands in order) is left to `audit-app banks check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from audit_app.core.question_bank import (
    OPTION_OUTCOMES,
    AnswerType,
    Evidence,
    LimitUnit,
    Subject,
)
from audit_app.question_banks.caps import CAP_OUTCOMES, MOST_COUNTED
from audit_app.question_banks.fields import LONGEST_LINE, LONGEST_TEXT
from audit_app.question_banks.forms import HIGHEST_PERCENT_FROM, Auditors
from audit_app.question_banks.ladders import MOST
from audit_app.question_banks.measures import BOUNDS, LARGEST
from audit_app.question_banks.options import MOST_POINTS
from audit_app.question_banks.questions import HEAVIEST, OWNERS
from audit_app.question_banks.repeats import LONGEST_EACH, MOST_ENTRIES
from audit_app.question_banks.words import LONGEST_ID, RESERVED

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
KINDS = ("bank", "form")
#: States that every question may have beside its options, so that none can be called so.
STATES = ("not_applicable", "not_recorded", "unanswered")


def schema_of(kind: str) -> Schema:
    """The schema of a `bank` or of a `form`."""
    return {"$schema": DIALECT} | {"bank": _bank, "form": _form}[kind]()


def write_schema(kind: str) -> str:
    """The schema as the text of its published file."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


def _text(title: str, description: str, longest: int = LONGEST_TEXT) -> Schema:
    # A plain `Yes` or `2009` is a word to the reader, though not to every editor.
    return {
        "title": title,
        "description": description,
        "type": ["string", "number", "boolean"],
        "minLength": 1,
        "maxLength": longest * 2,  # white space is made single before it is counted
        "pattern": r"\S",
    }


def _id(title: str, description: str, *, reserved: bool = True) -> Schema:
    schema: Schema = {
        "title": title,
        "description": f"{description} Small letters, digits and _, a letter first; for ever.",
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": LONGEST_ID,
    }
    return schema | ({"not": {"enum": sorted(RESERVED)}} if reserved else {})


def _answer_key(title: str, description: str) -> Schema:
    """A key that may be written as a plain yes or no, which YAML reads as true or false."""
    return {
        "title": title,
        "description": description,
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([a-z][a-z0-9_]*|Yes|No|YES|NO)$", "maxLength": 60},
        ],
    }


def _words(title: str, description: str, words: Iterable[str]) -> Schema:
    return {"title": title, "description": description, "enum": [str(word) for word in words]}


def _whole(title: str, description: str, low: int, high: int) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "integer",
        "minimum": low,
        "maximum": high,
    }


def _flag(title: str, description: str, default: bool) -> Schema:
    return {"title": title, "description": description, "type": "boolean", "default": default}


def _list(title: str, description: str, items: Schema, least: int = 1) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "array",
        "minItems": least,
        "items": items,
    }


def _mapping(
    title: str, description: str, keys: Mapping[str, Schema], required: Iterable[str] = ()
) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": dict(keys),
        "required": list(required),
    }


_VERSION: Schema = {
    "title": "Version",
    "description": 'Two or three whole numbers, in quotes, such as "1.2". Raised with each change.',
    "type": "string",
    "pattern": r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3}))?$",
}
_HEAD: Mapping[str, Schema] = {
    "key": _id("Key", "The name of the file without its ending."),
    "title": _text("Title", "As it stands on the page.", LONGEST_LINE),
    "version": _VERSION,
    "summary": _text("Summary", "What is asked here, and why, in a sentence or two."),
}


def _bank() -> Schema:
    keys = {
        **_HEAD,
        "levels": _list(
            "Levels",
            "On which sections are rated, best first; only where sections have a `rating`.",
            _grade("A level"),
            2,
        ),
        "grading": _ladder("Grading", "How this theme's grade is suggested, best first.", "grade"),
        "caps": _list(
            "Caps",
            "From how many answers of a kind the theme's grade is not better than another.",
            _theme_cap(),
        ),
        "sections": _list("Sections", "Each is one page of the form.", _section()),
        "retired": _list("Retired questions", "Asked no more; their ids are kept.", _question()),
    }
    return _mapping("Question bank", "One theme's questions.", keys, (*_HEAD, "sections"))


def _section() -> Schema:
    entry = _mapping(
        "An entry",
        "One that is always asked for.",
        {
            "key": _id("Key", "The name of the entry.", reserved=False),
            "label": _text("Label", "As on the page.", LONGEST_LINE),
        },
        ("key", "label"),
    )
    repeat = _mapping(
        "Repeat",
        "The section is asked once for each of something.",
        {
            "each": _text(
                "Each", "What it is, in the singular: `male in the household`.", LONGEST_EACH
            ),
            "entries": _list("Entries", "Those that are always asked for.", entry)
            | {"maxItems": MOST_ENTRIES},
            "at_most": _whole("At most", "How many the auditor may name.", 2, MOST_ENTRIES),
        },
        ("each",),
    )
    repeat["not"] = {"required": ["entries", "at_most"]}
    return _mapping(
        "A section",
        "One page of the form.",
        {
            "key": _id("Key", "The name of the section, once in a form."),
            "title": _text("Title", "The heading of the page.", LONGEST_LINE),
            "intro": _text("Introduction", "A sentence above the questions.", 500),
            "repeat": repeat,
            "rating": _ladder("Rating", "How the section's level is reckoned.", "level"),
            "questions": _list("Questions", "In the order of the page.", _question()),
        },
        ("key", "title", "questions"),
    )


def _question() -> Schema:
    keys = {
        "id": _id("Id", "The name of the question, once over all banks; begin it with the bank's."),
        "text": _text("Text", "A statement or a short question that the file answers.", 500),
        "type": _words("Type", "How it is answered.", AnswerType),
        "guidance": _guidance(),
        "source": _sources(),
        "weight": _whole("Weight", "How often its points count.", 1, HEAVIEST) | {"default": 1},
        "critical": _flag("Critical", "Whether the caps of the form look at it.", False),
        "required": _flag("Required", "Whether it must be answered; false for text.", True),
        "evidence": _words(
            "Evidence", "When the answer must say what was seen and where.", Evidence
        ),
        "not_applicable": {
            "title": "Not applicable",
            "description": "Whether it is offered; or when, and whether a reason must be written.",
            "anyOf": [
                {"type": "boolean"},
                _mapping(
                    "Not applicable",
                    "When it may be chosen.",
                    {
                        "when": _text("When", "As the page says it.", 300),
                        "reason": _flag("Reason", "Whether a reason must be written.", False),
                    },
                ),
            ],
        },
        "not_recorded": _flag("Not recorded", "Whether “not recorded” is offered.", True),
        "shown_when": _condition(),
        "continues": _id("Continues", "The id of the earlier question that it reads on from."),
        "options": _list("Options", "What can be chosen.", _option(), 2),
        "limit": _limit(),
        "from": _text("From", "The label of the first date.", LONGEST_LINE),
        "to": _text("To", "The label of the second date.", LONGEST_LINE),
        **{
            bound: _whole(bound.replace("_", " ").capitalize(), text, -LARGEST, LARGEST)
            for bound, text in zip(BOUNDS, _BOUND_WORDS, strict=True)
        },
        "unit": _text("Unit", "What is counted, such as visits.", LONGEST_LINE),
    }
    question = _mapping(
        "A question", "One thing that is asked.", keys, ("id", "text", "type", "guidance", "source")
    )
    return question | {"allOf": [*_keys_of_types(keys), *_NEEDED_BY_TYPES]}


_BOUND_WORDS = (
    "Met from this number.",
    "Met up to this number.",
    "Partly met from this number.",
    "Partly met up to this number.",
)


def _keys_of_types(keys: Mapping[str, Schema]) -> list[Schema]:
    """Keys that only some types have are refused for the others."""
    return [
        {
            "if": {"properties": {"type": {"enum": [str(owner) for owner in owners]}}},
            "else": {"properties": {key: False}},
        }
        for key, owners in OWNERS.items()
        if key in keys
    ]


_NEEDED_BY_TYPES: list[Schema] = [
    {
        "if": {
            "properties": {"type": {"enum": [str(one) for one in types]}},
            "required": ["type"],
        },
        "then": {"required": list(needed)},
    }
    for types, needed in (
        ((AnswerType.CHOICE, AnswerType.CHOICES), ("options",)),
        ((AnswerType.INTERVAL,), ("from", "to")),
    )
]


def _guidance() -> Schema:
    return _mapping(
        "Guidance",
        "What helps an auditor to answer.",
        {
            "where": _text("Where", "Where on the file to look."),
            "good": _text("Good", "What good looks like."),
        },
        ("where", "good"),
    )


def _sources() -> Schema:
    source = _mapping(
        "A source",
        "The standard or recommendation that the question comes from.",
        {
            "document": _text("Document", "Its title and year.", LONGEST_LINE),
            "place": _text("Place", "Where in it, such as recommendation 34.", LONGEST_LINE),
        },
        ("document", "place"),
    )
    return {
        "title": "Source",
        "description": "One, or a list of them.",
        "anyOf": [source, _list("Sources", "Several sources.", source)],
    }


def _condition() -> Schema:
    answers = _list(
        "Is", "Which of its answers.", _answer_key("An answer", "The key of an option.")
    )
    return _mapping(
        "Shown when",
        "An earlier question of this bank has one of these answers.",
        {"question": _id("Question", "The id of the earlier question."), "is": answers},
        ("question", "is"),
    )


def _option() -> Schema:
    return _mapping(
        "An option",
        "One thing that can be chosen.",
        {
            "key": _answer_key("Key", "As it is stored; it stays for ever.")
            | {"not": {"enum": list(STATES)}},
            "label": _text("Label", "As on the page.", LONGEST_LINE),
            "outcome": _words("Outcome", "What it says of the file.", OPTION_OUTCOMES),
            "points": _whole("Points", "Others than 2, 1 and 0.", 0, MOST_POINTS),
            "retired": _flag("Retired", "Kept for old answers, offered no more.", False),
        },
        ("key", "label", "outcome"),
    )


def _limit() -> Schema:
    units = {
        unit.value: _whole(
            unit.value.replace("_", " ").capitalize(), "The longest that is met.", 0, LARGEST
        )
        for unit in LimitUnit
    }
    partly = _whole("Partly", "The longest that is partly met; greater.", 0, LARGEST)
    limit = _mapping("Limit", "Exactly one of hours, days, working days.", units)
    limit["properties"]["partly"] = partly
    return limit | {"oneOf": [{"required": [unit]} for unit in units]}


def _grade(title: str) -> Schema:
    return _mapping(
        title,
        "Best first.",
        {
            "key": _id("Key", "As it is stored."),
            "label": _text("Label", "As on the page.", LONGEST_LINE),
        },
        ("key", "label"),
    )


def _ladder(title: str, description: str, rung: str) -> Schema:
    """Grades or levels with what they require; the first that holds is suggested."""
    names = {"type": "string"}
    count = {
        "count": _list("Count", "The values that are counted.", names),
        "all": _list("All", "Everything that is scored has one of these values.", names),
        "at_least": _whole("At least", "How many there must be.", 1, MOST),
        "at_most": _whole("At most", "How many there may be.", 0, MOST),
        "of": _list("Of", "Only these questions, sections or themes.", names),
        "critical": _flag("Critical", "Only critical questions.", False),
    }
    requirement = _mapping("A requirement", "Either `count` with bounds, or `all`.", count)
    requirement["oneOf"] = [{"required": ["count"]}, {"required": ["all"]}]
    requirement["if"] = {"required": ["count"]}
    requirement["then"] = {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}
    requirement["else"] = {"properties": {"at_least": False, "at_most": False}}
    step = _mapping(
        f"A {rung}",
        "With what it requires; the last requires nothing.",
        {
            rung: {"type": "string", "title": rung.capitalize(), "description": "Its key."},
            "when": _list("When", "All of these must hold.", requirement),
        },
        (rung,),
    )
    return _list(title, f"{description} The first that holds is suggested.", step)


_CAP_END: Mapping[str, Schema] = {
    "at_least": _whole("At least", "From how many of them; default 1.", 1, MOST_COUNTED),
    "not_better_than": {
        "title": "Not better than",
        "description": "The best grade that is suggested then.",
        "type": "string",
    },
    "because": _text("Because", "Why, as the page says it.", 300),
}
_CAP_OUTCOMES = _list(
    "Outcomes", "Which outcomes count.", _words("An outcome", "What was found.", CAP_OUTCOMES)
)


def _theme_cap() -> Schema:
    ids = _list("Questions", "These questions are looked at.", {"type": "string"})
    cap = _mapping(
        "A cap",
        "`critical`, or `questions` with `outcomes`.",
        {
            "critical": _CAP_OUTCOMES,
            "questions": ids,
            "outcomes": _CAP_OUTCOMES,
            **_CAP_END,
        },
        ("not_better_than",),
    )
    return cap | {
        "oneOf": [{"required": ["critical"]}, {"required": ["questions"]}],
        "dependencies": {"outcomes": ["questions"], "questions": ["outcomes"]},
    }


def _form() -> Schema:
    keys = {
        **_HEAD,
        "subject": _words("Subject", "What is examined, one at a time.", Subject),
        "auditors": _words("Auditors", "The role whose people audit with it.", Auditors),
        "themed": _flag("Themed", "A themed audit of a cohort.", False),
        "percent_from": _whole(
            "Per cent from", "Below it only “k of n” is shown.", 1, HIGHEST_PERCENT_FROM
        ),
        "banks": _list(
            "Banks", "Keys of banks, in the order of the form.", _id("Bank", "Its key.")
        ),
        "scale": _list("Scale", "The grades, best first.", _grade("A grade"), 2),
        "judgement": _judgement(),
    }
    needed = (*_HEAD, "auditors", "banks", "scale", "judgement")
    return _mapping("Audit form", "What an auditor fills in.", keys, needed)


def _judgement() -> Schema:
    met_from = {
        "title": "Met from",
        "description": "A theme counts as met in a file from this suggested grade.",
        "type": "string",
    }
    return _mapping(
        "Judgement",
        "How grades are suggested.",
        {
            "met_from": met_from,
            "theme": _level("theme", _theme_cap()),
            "overall": _level("overall", _overall_cap()),
        },
        ("met_from",),
    )


def _level(of: str, cap: Schema) -> Schema:
    band = _mapping(
        "A band",
        "From this share of the points.",
        {
            "grade": {"type": "string", "title": "Grade", "description": "Its key."},
            "at_least": _whole("At least", "Per cent of the points.", 0, 100),
        },
        ("grade", "at_least"),
    )
    level = _mapping(
        f"The {of} grade",
        "Either `bands`, or `grading`.",
        {
            "bands": _list("Bands", "Every grade once, best first.", band),
            "grading": _ladder("Grading", "In place of bands.", "grade"),
            "caps": _list("Caps", "What limits the grade.", cap),
        },
    )
    return level | {"oneOf": [{"required": ["bands"]}, {"required": ["grading"]}]}


def _overall_cap() -> Schema:
    themes = {
        "title": "Themes",
        "description": "The suggested grade at which themes are counted.",
        "type": "string",
    }
    return _mapping(
        "A cap",
        "What limits the overall grade.",
        {"themes": themes, **_CAP_END},
        ("themes", "not_better_than"),
    )
