"""Words that come from a fixed set, and keys and ids that stay for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from audit_app.core.question_bank import ID_PATTERN
from audit_app.question_banks.faults import Report
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar

LONGEST_ID = 60

#: Names that a form on a page needs for itself, as field, as attribute or as last part of an
#: address; a question, section or bank with such a name would take its place.
RESERVED = frozenset(
    (
        "action",
        "answers",
        "check",
        "concern",
        "continue",
        "csrf",
        "csrf_token",
        "data",
        "elements",
        "errors",
        "evidence",
        "form",
        "form_errors",
        "grades",
        "hidden_tag",
        "id",
        "is_submitted",
        "length",
        "meta",
        "method",
        "name",
        "next",
        "populate_obj",
        "process",
        "reset",
        "save",
        "submit",
        "target",
        "validate",
        "validate_on_submit",
    )
)
_RESERVED_START = "validate_"

_YES_NO = {"true": "yes", "yes": "yes", "false": "no", "no": "no"}
KINDS = {Scalar: "a single value", Items: "a list", Pairs: "keys with values"}

Word = TypeVar("Word", bound=StrEnum)


def read_key(node: Node, name: str, report: Report, reserved: Collection[str] = RESERVED) -> str:
    """Check a key or an id; empty when it is faulty."""
    if not isinstance(node, Scalar):
        report.add(node.line, f"`{name}` must be a single value, not {KINDS[type(node)]}")
        return ""
    key = node.text
    if not ID_PATTERN.fullmatch(key):
        what = "use small letters a to z, digits and _, with a letter first"
    elif len(key) > LONGEST_ID:
        what = f"it is longer than {LONGEST_ID} characters, shorten it"
    elif key in reserved or (reserved is RESERVED and is_reserved(key)):
        what = "the program needs this name for itself, choose another"
    else:
        return key
    report.add(node.line, f"`{key[:LONGEST_ID]}` cannot be used as `{name}`: {what}")
    return ""


def is_reserved(key: str) -> bool:
    """Whether the page needs this name for itself."""
    return key in RESERVED or key.startswith(_RESERVED_START)


def read_answer_key(node: Node, name: str, report: Report, reserved: Collection[str] = ()) -> str:
    """Check the key of an option; a plain `Yes` or `true`, the same to YAML, is `yes`."""
    if isinstance(node, Scalar) and node.plain:
        node = replace(node, text=_YES_NO.get(node.text.lower(), node.text))
    return read_key(node, name, report, reserved)


def read_word(
    node: Node, name: str, words: type[Word], report: Report, allowed: Iterable[Word] = ()
) -> Word | None:
    """Read one word of an enumeration, or of the part of it that is allowed here."""
    known = [word.value for word in allowed or words]
    if isinstance(node, Scalar) and node.text in known:
        return words(node.text)
    said = node.text[:40] if isinstance(node, Scalar) else KINDS[type(node)]
    report.add(node.line, f"{name} `{said}` is not known: {hint(said, known)}")
    return None


def hint(name: str, known: Collection[str]) -> str:
    """How to mend an unknown word: the nearest known one, else all of them."""
    near = get_close_matches(name, known, 1)
    return f"did you mean `{near[0]}`?" if near else f"use one of {', '.join(known)}"
