"""The shape of the rules by which grades are suggested, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.question_banks.caps import CAP_OUTCOMES, MOST_COUNTED
from audit_app.question_banks.ladders import MOST
from audit_app.question_banks.schema_parts import (
    Schema,
    flag_schema,
    list_schema,
    mapping_schema,
    text_schema,
    whole_schema,
    word_schema,
)


def ladder_schema(title: str, description: str, rung: str) -> Schema:
    """Grades or levels with what they require; the first that holds is suggested."""
    names = {"type": "string"}
    count = {
        "count": list_schema("Count", "The values that are counted.", names),
        "all": list_schema("All", "Everything that is scored has one of these values.", names),
        "at_least": whole_schema("At least", "How many there must be.", 1, MOST),
        "at_most": whole_schema("At most", "How many there may be.", 0, MOST),
        "of": list_schema("Of", "Only these questions, sections or themes.", names),
        "critical": flag_schema("Critical", "Only critical questions.", False),
    }
    requirement = mapping_schema("A requirement", "Either `count` with bounds, or `all`.", count)
    requirement["oneOf"] = [{"required": ["count"]}, {"required": ["all"]}]
    requirement["if"] = {"required": ["count"]}
    requirement["then"] = {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}
    requirement["else"] = {"properties": {"at_least": False, "at_most": False}}
    step = mapping_schema(
        f"A {rung}",
        "With what it requires; the last requires nothing.",
        {
            rung: {"type": "string", "title": rung.capitalize(), "description": "Its key."},
            "when": list_schema("When", "All of these must hold.", requirement),
        },
        (rung,),
    )
    return list_schema(title, f"{description} The first that holds is suggested.", step)


_CAP_END: Mapping[str, Schema] = {
    "at_least": whole_schema("At least", "From how many of them; default 1.", 1, MOST_COUNTED),
    "not_better_than": {
        "title": "Not better than",
        "description": "The best grade that is suggested then.",
        "type": "string",
    },
    "because": text_schema("Because", "Why, as the page says it.", 300),
}
_CAP_OUTCOMES = list_schema(
    "Outcomes", "Which outcomes count.", word_schema("An outcome", "What was found.", CAP_OUTCOMES)
)


def theme_cap_schema() -> Schema:
    """What keeps a theme's grade from being better than another."""
    ids = list_schema("Questions", "These questions are looked at.", {"type": "string"})
    cap = mapping_schema(
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


def judgement_schema() -> Schema:
    """How a form suggests grades."""
    met_from = {
        "title": "Met from",
        "description": "A theme counts as met in a file from this suggested grade.",
        "type": "string",
    }
    return mapping_schema(
        "Judgement",
        "How grades are suggested.",
        {
            "met_from": met_from,
            "theme": _level("theme", theme_cap_schema()),
            "overall": _level("overall", _overall_cap()),
        },
        ("met_from",),
    )


def _level(of: str, cap: Schema) -> Schema:
    band = mapping_schema(
        "A band",
        "From this share of the points.",
        {
            "grade": {"type": "string", "title": "Grade", "description": "Its key."},
            "at_least": whole_schema("At least", "Per cent of the points.", 0, 100),
        },
        ("grade", "at_least"),
    )
    level = mapping_schema(
        f"The {of} grade",
        "Either `bands`, or `grading`.",
        {
            "bands": list_schema("Bands", "Every grade once, best first.", band),
            "grading": ladder_schema("Grading", "In place of bands.", "grade"),
            "caps": list_schema("Caps", "What limits the grade.", cap),
        },
    )
    return level | {"oneOf": [{"required": ["bands"]}, {"required": ["grading"]}]}


def _overall_cap() -> Schema:
    themes = {
        "title": "Themes",
        "description": "The suggested grade at which themes are counted.",
        "type": "string",
    }
    return mapping_schema(
        "A cap",
        "What limits the overall grade.",
        {"themes": themes, **_CAP_END},
        ("themes", "not_better_than"),
    )
