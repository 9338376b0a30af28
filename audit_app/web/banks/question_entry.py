"""What was typed into the form of a question, as a file would hold it; faults put beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit_app.core.question_bank import AnswerType, Evidence
from audit_app.question_banks.as_written import Written
from audit_app.question_banks.entered import Misfit, Place
from audit_app.question_banks.measures import BOUNDS
from audit_app.question_banks.options import WITH_OPTIONS
from audit_app.web.banks.question_form import NOT_OFFERED, WITH_REASON, QuestionForm
from audit_app.web.banks.words import ASK_FOR, LABELS

_NAME = re.compile(r"`([^`]+)`")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as a file would hold it, and which row of the page each option and source is."""

    written: Written
    option_rows: tuple[int, ...]
    source_rows: tuple[int, ...]


def entry_of(
    form: QuestionForm, type_: AnswerType, id_: str, published: Collection[str] = ()
) -> Entry:
    """What the form says; what was left empty is left out.

    An option whose words are taken away is gone, unless its key is among the `published` ones.
    """
    data = {name: value for name, value in form.data.items() if value not in (None, "", [])}
    options, option_rows = _options(data, form.option_count, published)
    sources, source_rows = _sources(data, form.source_count)
    usual = Evidence.NEVER if type_ is AnswerType.TEXT else Evidence.ADVERSE
    written: Written = {
        "id": id_,
        **_some(data, "text"),
        "type": type_.value,
        "guidance": _some(data, "where", "good"),
        **({"source": sources} if sources else {}),
        **_some(data, "weight", "continues", "facts"),
        "critical": bool(data.get("critical")),
        "required": bool(data.get("required")),
        "evidence": data.get("evidence", usual.value),
        "not_applicable": _not_applicable(data),
        "not_recorded": bool(data.get("not_recorded")),
    }
    if shown := data.get("shown_question"):
        written["shown_when"] = {"question": shown, "is": data.get("shown_answers", [])}
    if type_ in WITH_OPTIONS:
        written["options"] = options
    if type_ is AnswerType.INTERVAL:
        written |= {**_some(data, "from", "to"), **_limit(data)}
    if type_ is AnswerType.NUMBER:
        written |= _some(data, *BOUNDS, "unit")
    return Entry(written, option_rows, source_rows)


def id_from(words: str, prefix: str, taken: Collection[str]) -> str:
    """A free id or key made of a prefix and the first words of something."""
    parts = _NO_WORD.sub(" ", words.lower().replace("'", "").replace("’", "")).split()
    start = "_".join(filter(None, [prefix, *parts]))[:40].rstrip("_")
    start = start if start[:1].isalpha() else f"option_{start}".rstrip("_")
    id_, number = start, 1
    while id_ in taken:
        number += 1
        id_ = f"{start}_{number}"
    return id_


def show_misfits(form: QuestionForm, misfits: Iterable[Misfit], entry: Entry) -> None:
    """Put each fault beside the field that it is about; the rest at the head of the form."""
    for misfit in misfits:
        name = _field_at(misfit.place, entry)
        if name not in form:
            form.form_errors.append(say_misfit(misfit))
        elif not form[name].errors:
            form[name].errors = [say_misfit(misfit)]


def say_misfit(misfit: Misfit) -> str:
    """The fault in the words of the page, where the reader names the keys of a file."""
    last = str(misfit.place[-1]) if misfit.place else ""
    if " is missing in " in misfit.what or " has no value" in misfit.what:
        return ASK_FOR.get(last, f"Enter “{LABELS.get(last, last)}”")
    if misfit.what.startswith("`is` is an empty list"):
        return "Choose at least one answer that shows this question"
    if misfit.what.startswith("this option") or " has no outcome" in misfit.what:
        return "Choose what this option says of the file"
    what = misfit.what.removeprefix("shown_when: ").removeprefix("continues: ")
    said = _NAME.sub(lambda found: f"“{LABELS.get(found[1], found[1])}”", what)
    return said[:1].upper() + said[1:]


def _field_at(place: Place, entry: Entry) -> str:
    head, last = (str(place[0]), str(place[-1])) if place else ("", "")
    index = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    if head == "options":
        row = entry.option_rows[index] if index < len(entry.option_rows) else 1
        part = last if last in ("key", "outcome", "points") else "label"
        return f"option_{row}_{part}"
    if head == "source":
        row = entry.source_rows[index] if index < len(entry.source_rows) else 1
        return f"{'place' if last == 'place' else 'document'}_{row}"
    if head == "shown_when":
        return "shown_answers" if "is" in place else "shown_question"
    if head == "facts":
        return head
    if head == "limit":
        return "limit_partly" if last == "partly" else "limit_met"
    return last


def _some(data: Mapping[str, Any], *names: str) -> Written:
    return {name: data[name] for name in names if name in data}


def _options(
    data: Mapping[str, Any], count: int, published: Collection[str]
) -> tuple[list[Written], tuple[int, ...]]:
    options: list[Written] = []
    rows: list[int] = []
    for n in range(1, count + 1):
        row = {
            part: data[f"option_{n}_{part}"]
            for part in ("key", "label", "outcome", "points")
            if f"option_{n}_{part}" in data
        }
        if "label" not in row and row.get("key") not in published:
            continue
        taken = {str(option.get("key")) for option in options}
        row.setdefault("key", id_from(str(row.get("label")), "", taken))
        if data.get(f"option_{n}_retired"):
            row["retired"] = True
        options.append(row)
        rows.append(n)
    return options, tuple(rows)


def _sources(data: Mapping[str, Any], count: int) -> tuple[list[Written], tuple[int, ...]]:
    sources: list[Written] = []
    rows: list[int] = []
    for n in range(1, count + 1):
        parts = ("document", "place")
        row = {part: data[f"{part}_{n}"] for part in parts if f"{part}_{n}" in data}
        if row:
            sources.append(row)
            rows.append(n)
    return sources, tuple(rows)


def _not_applicable(data: Mapping[str, Any]) -> object:
    offered = data.get("not_applicable")
    if offered == NOT_OFFERED:
        return False
    told = {**_some(data, "when"), **({"reason": True} if offered == WITH_REASON else {})}
    return told or True


def _limit(data: Mapping[str, Any]) -> Written:
    unit = data.get("limit_unit")
    if not unit:
        return {}
    limit = {unit: data.get("limit_met", ""), "partly": data.get("limit_partly", "")}
    return {"limit": {name: value for name, value in limit.items() if value or name == unit}}
