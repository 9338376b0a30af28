"""What the `type` of a survey row is, by the patterns and aliases of the XLSForm library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from audit_app.core.question_bank import AnswerType
from audit_app.question_banks.words import hint

#: Types that a bank can hold, as a hint for a type that nobody knows.
USUAL = (
    "select_one LIST, select_multiple LIST, text, integer, decimal, date, note, begin_group, "
    "end_group, begin_repeat, end_repeat"
)
_WORDS = tuple(word.split()[0] for word in USUAL.split(", "))
_ANSWERS = {
    "string": AnswerType.TEXT,
    "int": AnswerType.NUMBER,
    "decimal": AnswerType.NUMBER,
    "date": AnswerType.DATE,
    "dateTime": AnswerType.DATE,
    "time": AnswerType.TEXT,
    "barcode": AnswerType.TEXT,
}
#: Of these a bank keeps less than XLSForm asks for.
_LESSER = {
    "dateTime": "a date, without its time",
    "time": "text",
    "barcode": "text",
}


class Part(Enum):
    """What a row is in the form."""

    QUESTION = "question"
    NOTE = "note"
    BEGIN = "begin"
    END = "end"
    LEFT_OUT = "left out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row is; of a question its answer, and the list that it chooses from."""

    part: Part
    answer: AnswerType = AnswerType.TEXT
    list_name: str = ""
    or_other: bool = False
    repeats: bool = False
    lesser: str = ""
    """What it becomes where a bank cannot keep all of it."""

    @property
    def is_select(self) -> bool:
        """Whether the answer is one or more of a list."""
        return bool(self.list_name)


def kind_of(text: str) -> Kind:
    """What a type says."""
    # The library takes half a second to import, and only an import of a workbook needs it.
    from pyxform import aliases, constants  # noqa: PLC0415
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # noqa: PLC0415
    from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_SELECT  # noqa: PLC0415

    text = " ".join(text.split())
    begin, end = RE_BEGIN_CONTROL.search(text), RE_END_CONTROL.search(text)
    if begin or end:
        control = aliases.control[(begin or end)["type"]]
        return Kind(Part.BEGIN if begin else Part.END, repeats=control != constants.GROUP)
    if select := RE_SELECT.search(text):
        command = select["select_command"]
        answers = {
            constants.SELECT_ONE: AnswerType.CHOICE,
            constants.SELECT_ALL_THAT_APPLY: AnswerType.CHOICES,
        }
        answer = answers.get(aliases.select[command])
        if answer is None or command in aliases.select_from_file:
            return Kind(Part.LEFT_OUT)
        return Kind(Part.QUESTION, answer, select["list_name"], bool(select["specify_other"]))
    known = QUESTION_TYPE_DICT.get(text)
    if known is None:
        return Kind(Part.UNKNOWN)
    if text.endswith("note") or "note" in text.split():
        return Kind(Part.NOTE)
    bound = known.get("bind", {})
    if known.get("control", {}).get("tag") not in ("input", "range") or "type" not in bound:
        return Kind(Part.LEFT_OUT)
    answer = _ANSWERS.get(bound["type"])
    if answer is None:
        return Kind(Part.LEFT_OUT)
    return Kind(Part.QUESTION, answer, lesser=_LESSER.get(bound["type"], ""))


def unknown_type(text: str) -> str:
    """What is wrong with a type that nobody knows, and how to mend it."""
    if not text:
        return f"the row has no type: write one of {USUAL}"
    if text.split()[0] in ("select_one", "select_multiple"):
        return f"`{text[:40]}` names no list: write a list of the sheet choices behind it"
    near = hint(text.split()[0], _WORDS)
    return f"the type `{text[:40]}` is not known: {near}"
