"""The code lists of Annex A (sheet Codes_used), and the other ways in which they are written.

A code is matched by its words, with or without the letter in front ("b) Female", "Female"), or
by the letter alone. Ethnicity goes by its four letters, since its prefix letter is not unique.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audit_app.caseload.values import CaseStatus

_PREFIXED = re.compile(r"(?:([a-z])\s*\)\s*)?(.*)", re.DOTALL)
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class CodeList:
    """The values in the order of their letters, and the words that stand for each."""

    values: tuple[str, ...]
    words: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """The value that a cell's text stands for; None when it is off the list."""
        match = _PREFIXED.fullmatch(text.casefold())
        assert match is not None
        letter, words = match[1], _NO_WORD.sub("", match[2])
        if words in self.words:
            return self.words[words]
        alone = words if letter is None else letter if not words else ""
        place = ord(alone) - ord("a") if len(alone) == 1 else -1
        return self.values[place] if 0 <= place < len(self.values) else None


def list_codes(spellings: Mapping[str, str]) -> CodeList:
    """A code list from value → its words, separated by "|", in the order of the letters."""
    words = {
        _NO_WORD.sub("", word.casefold()): value
        for value, line in spellings.items()
        for word in line.split("|")
    }
    return CodeList(values=tuple(spellings), words=words)


STATUS = list_codes(
    {
        CaseStatus.LOOKED_AFTER: "Looked after child|Child looked after|Looked after|CLA|LAC",
        CaseStatus.CHILD_PROTECTION_PLAN: "Child Protection plan|Child protection|CP plan|CPP|CP",
        CaseStatus.CHILD_IN_NEED_PLAN: "Child in need plan|Child in need|CIN plan|CIN",
        CaseStatus.OPEN_ASSESSMENT: "Open assessment|Assessment",
        CaseStatus.CLOSED: "Closed episode|Closed|Closed case",
    }
)
# Numbers are those of the children in need census: 1 male, 2 female, 0 unknown, 9 not specified.
GENDER = list_codes(
    {
        "Male": "Male|M|1",
        "Female": "Female|F|2",
        "Not stated": "Not stated/recorded (or unborn)|Not stated/recorded|Not stated|"
        "Not recorded|Not known|Unknown|Unborn|U|0|9",
        "Neither": "Neither|Indeterminate",
    }
)
YES_NO = list_codes(
    {
        "Yes": "Yes|Y|True|1",
        "No": "No|N|False|0",
        "Unknown": "Unknown|Not known|Not recorded|U",
    }
)
NFA = list_codes(
    {
        "Yes": "Yes|Y|True|1|NFA|No further action",
        "No": "No|N|False|0|Further action|Not NFA",
    }
)
CATEGORY = list_codes(
    {
        "Neglect": "Neglect|NEG",
        "Physical abuse": "Physical abuse|Physical|PHY",
        "Sexual abuse": "Sexual abuse|Sexual|SAB",
        "Emotional abuse": "Emotional abuse|Emotional|EMO",
        "Multiple": "Multiple/not recommended|Multiple|MUL",
    }
)
_ETHNICITIES = (
    "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH "
    "REFU NOBT"
)
ETHNICITY = frozenset(_ETHNICITIES.split())
