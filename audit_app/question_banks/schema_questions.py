"""The shape of one question, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import OPTION_OUTCOMES, AnswerType, Evidence, LimitUnit
from audit_app.question_banks.fields import LONGEST_LINE
from audit_app.question_banks.measures import BOUNDS, LARGEST
from audit_app.question_banks.options import MOST_POINTS
from audit_app.question_banks.questions import HEAVIEST, OWNERS
from audit_app.question_banks.schema_parts import (
    Schema,
    answer_key_schema,
    flag_schema,
    id_schema,
    list_schema,
    mapping_schema,
    text_schema,
    whole_schema,
    word_schema,
)

#: States that every question may have beside its options, so that none can be called so.
STATES = ("not_applicable", "not_recorded", "unanswered")


def question_schema() -> Schema:
    """A question; keys that only some types have are refused for the others."""
    keys = {
        "id": id_schema(
            "Id", "The name of the question, once over all banks; begin it with the bank's."
        ),
        "text": text_schema("Text", "A statement or a short question that the file answers.", 500),
        "type": word_schema("Type", "How it is answered.", AnswerType),
        "guidance": _guidance(),
        "source": _sources(),
        "weight": whole_schema("Weight", "How often its points count.", 1, HEAVIEST)
        | {"default": 1},
        "critical": flag_schema("Critical", "Whether the caps of the form look at it.", False),
        "required": flag_schema("Required", "Whether it must be answered; false for text.", True),
        "evidence": word_schema(
            "Evidence", "When the answer must say what was seen and where.", Evidence
        ),
        "not_applicable": _not_applicable(),
        "not_recorded": flag_schema("Not recorded", "Whether “not recorded” is offered.", True),
        "shown_when": _condition(),
        "continues": id_schema(
            "Continues", "The id of the earlier question that it reads on from."
        ),
        "facts": list_schema(
            "Facts",
            "What the extract says of the case file that is shown beside the question.",
            word_schema("A fact", "As in the council's list.", CaseFact),
        )
        | {"uniqueItems": True},
        "options": list_schema("Options", "What can be chosen.", _option(), 2),
        "limit": _limit(),
        "from": text_schema("From", "The label of the first date.", LONGEST_LINE),
        "to": text_schema("To", "The label of the second date.", LONGEST_LINE),
        **{
            bound: whole_schema(bound.replace("_", " ").capitalize(), text, -LARGEST, LARGEST)
            for bound, text in zip(BOUNDS, _BOUND_WORDS, strict=True)
        },
        "unit": text_schema("Unit", "What is counted, such as visits.", LONGEST_LINE),
    }
    question = mapping_schema(
        "A question", "One thing that is asked.", keys, ("id", "text", "type", "guidance", "source")
    )
    return question | {"allOf": [*_keys_of_types(keys), *_NEEDED_BY_TYPES]}


def _not_applicable() -> Schema:
    return {
        "title": "Not applicable",
        "description": "Whether it is offered; or when, and whether a reason must be written.",
        "anyOf": [
            {"type": "boolean"},
            mapping_schema(
                "Not applicable",
                "When it may be chosen.",
                {
                    "when": text_schema("When", "As the page says it.", 300),
                    "reason": flag_schema("Reason", "Whether a reason must be written.", False),
                },
            ),
        ],
    }


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
    return mapping_schema(
        "Guidance",
        "What helps an auditor to answer.",
        {
            "where": text_schema("Where", "Where on the file to look."),
            "good": text_schema("Good", "What good looks like."),
        },
        ("where", "good"),
    )


def _sources() -> Schema:
    source = mapping_schema(
        "A source",
        "The standard or recommendation that the question comes from.",
        {
            "document": text_schema("Document", "Its title and year.", LONGEST_LINE),
            "place": text_schema("Place", "Where in it, such as recommendation 34.", LONGEST_LINE),
        },
        ("document", "place"),
    )
    return {
        "title": "Source",
        "description": "One, or a list of them.",
        "anyOf": [source, list_schema("Sources", "Several sources.", source)],
    }


def _condition() -> Schema:
    answers = list_schema(
        "Is", "Which of its answers.", answer_key_schema("An answer", "The key of an option.")
    )
    return mapping_schema(
        "Shown when",
        "An earlier question of this bank has one of these answers.",
        {"question": id_schema("Question", "The id of the earlier question."), "is": answers},
        ("question", "is"),
    )


def _option() -> Schema:
    return mapping_schema(
        "An option",
        "One thing that can be chosen.",
        {
            "key": answer_key_schema("Key", "As it is stored; it stays for ever.")
            | {"not": {"enum": list(STATES)}},
            "label": text_schema("Label", "As on the page.", LONGEST_LINE),
            "outcome": word_schema("Outcome", "What it says of the file.", OPTION_OUTCOMES),
            "points": whole_schema("Points", "Others than 2, 1 and 0.", 0, MOST_POINTS),
            "retired": flag_schema("Retired", "Kept for old answers, offered no more.", False),
        },
        ("key", "label", "outcome"),
    )


def _limit() -> Schema:
    units = {
        unit.value: whole_schema(
            unit.value.replace("_", " ").capitalize(), "The longest that is met.", 0, LARGEST
        )
        for unit in LimitUnit
    }
    partly = whole_schema("Partly", "The longest that is partly met; greater.", 0, LARGEST)
    limit = mapping_schema("Limit", "Exactly one of hours, days, working days.", units)
    limit["properties"]["partly"] = partly
    return limit | {"oneOf": [{"required": [unit]} for unit in units]}
