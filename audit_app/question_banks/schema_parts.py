"""The parts that JSON Schemas of bank and form files are made of, each with its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from audit_app.question_banks.fields import LONGEST_LINE, LONGEST_TEXT
from audit_app.question_banks.words import LONGEST_ID, RESERVED

Schema = dict[str, Any]


def text_schema(title: str, description: str, longest: int = LONGEST_TEXT) -> Schema:
    """One paragraph of text; white space is made single before it is counted."""
    # A plain `Yes` or `2009` is a word to the reader, though not to every editor.
    return {
        "title": title,
        "description": description,
        "type": ["string", "number", "boolean"],
        "minLength": 1,
        "maxLength": longest * 2,  # white space is made single before it is counted
        "pattern": r"\S",
    }


def id_schema(title: str, description: str, *, reserved: bool = True) -> Schema:
    """A name that stays for ever."""
    schema: Schema = {
        "title": title,
        "description": f"{description} Small letters, digits and _, a letter first; for ever.",
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": LONGEST_ID,
    }
    return schema | ({"not": {"enum": sorted(RESERVED)}} if reserved else {})


def answer_key_schema(title: str, description: str) -> Schema:
    """A key that may be written as a plain yes or no, which YAML reads as true or false."""
    return {
        "title": title,
        "description": description,
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([a-z][a-z0-9_]*|Yes|No|YES|NO)$", "maxLength": 60},
        ],
    }


def word_schema(title: str, description: str, words: Iterable[str]) -> Schema:
    """One of some words."""
    return {"title": title, "description": description, "enum": [str(word) for word in words]}


def whole_schema(title: str, description: str, low: int, high: int) -> Schema:
    """A whole number within bounds, inclusive."""
    return {
        "title": title,
        "description": description,
        "type": "integer",
        "minimum": low,
        "maximum": high,
    }


def flag_schema(title: str, description: str, default: bool) -> Schema:
    """True or false, and what it is where the key is left out."""
    return {"title": title, "description": description, "type": "boolean", "default": default}


def list_schema(title: str, description: str, items: Schema, least: int = 1) -> Schema:
    """A list of at least so many items."""
    return {
        "title": title,
        "description": description,
        "type": "array",
        "minItems": least,
        "items": items,
    }


def mapping_schema(
    title: str, description: str, keys: Mapping[str, Schema], required: Iterable[str] = ()
) -> Schema:
    """Keys with their values, and no other keys."""
    return {
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": dict(keys),
        "required": list(required),
    }


def grade_schema(title: str) -> Schema:
    """One step of a scale: its key and its words."""
    return mapping_schema(
        title,
        "Best first.",
        {
            "key": id_schema("Key", "As it is stored."),
            "label": text_schema("Label", "As on the page.", LONGEST_LINE),
        },
        ("key", "label"),
    )
