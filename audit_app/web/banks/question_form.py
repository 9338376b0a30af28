"""The form of one question of a draft: from a question to fields, and back to what a file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from audit_app.core.question_bank import (
    OPTION_OUTCOMES,
    OUTCOME_WORDS,
    AnswerType,
    Evidence,
    LimitUnit,
    Question,
    QuestionBank,
)
from audit_app.question_banks.as_written import Written
from audit_app.question_banks.entered import Misfit, Place
from audit_app.question_banks.measures import BOUNDS
from audit_app.question_banks.options import DEFAULT_OPTIONS, WITH_OPTIONS
from audit_app.web.banks.words import EVIDENCE_WORDS, STATES
from audit_app.web.fields import FormData
from audit_app.web.typed import clean_text

EMPTY_OPTIONS, EMPTY_SOURCES = 3, 1
MOST_OPTIONS, MOST_SOURCES = 60, 20
NO_LIMIT, NONE = "", ""
OFFERED, WITH_REASON, NOT_OFFERED = "offered", "reason", "not_offered"
#: What each value is called on the page, by its key in a file.
LABELS: Mapping[str, str] = {
    "id": "Short name",
    "text": "Question",
    "where": "Where to look",
    "good": "What good looks like",
    "document": "Document",
    "place": "Place in it",
    "weight": "Weight",
    "critical": "Critical",
    "required": "Must be answered",
    "evidence": "When the answer must say what was seen",
    "not_applicable": "Not applicable",
    "when": "When it may be chosen",
    "not_recorded": "Not recorded on the file",
    "shown_when": "Shown when",
    "options": "Options",
    "label": "Words",
    "key": "Short name",
    "outcome": "What it says of the file",
    "points": "Points",
    "from": "First date",
    "to": "Second date",
    "limit": "Limit",
    "partly": "Partly met up to",
    "unit": "What is counted",
    "met_from": "Met from",
    "met_to": "Met up to",
    "partly_from": "Partly met from",
    "partly_to": "Partly met up to",
    "continues": "Reads on from",
    "source": "Source",
    "guidance": "Guidance",
}
_NAME = re.compile(r"`([^`]+)`")


def question_form(
    bank: QuestionBank,
    type_: AnswerType,
    question: Question | None,
    earlier: Sequence[Question],
    sent: FormData | None = None,
) -> Form:
    """The form of a question that there is, or of a new one of a type; `earlier`: those before."""
    options = question.options if question else DEFAULT_OPTIONS.get(type_, ())
    rows = _rows(sent, "option", len(options) + EMPTY_OPTIONS, MOST_OPTIONS)
    sources = _rows(sent, "source", (len(question.sources) if question else 0) + EMPTY_SOURCES, 20)
    fields: dict[str, Field] = {} if question else {"id": _line("id", _ID_HINT)}
    fields |= {
        "text": _words("text"),
        "where": _words("where"),
        "good": _words("good"),
        **_source_fields(sources),
        **(_option_fields(rows) if type_ in WITH_OPTIONS else {}),
        **_type_fields(type_),
        "weight": _line("weight", "How often its points count: 1 to 10."),
        "critical": BooleanField("Critical: not met here limits the grade"),
        "required": BooleanField("Must be answered"),
        "evidence": _radios("evidence", {e.value: w.capitalize() for e, w in EVIDENCE_WORDS.items()}),
        "not_applicable": _radios("not_applicable", _OFFERS),
        "when": _line("when", "As the page says it. Leave it empty where the auditor judges."),
        "not_recorded": BooleanField("“Not recorded on the file” may be chosen"),
        **_condition_fields(question, earlier, sent),
        **_continues_field(bank),
    }
    stored = _stored(type_, question)
    return type("QuestionForm", (Form,), fields)(sent, data=stored)


_ID_HINT = (
    "Small letters, digits and _; it stays for ever. Leave it empty and it is made from the "
    "question’s words."
)
_OFFERS = {
    OFFERED: "May be chosen",
    WITH_REASON: "May be chosen, and the reason must be written",
    NOT_OFFERED: "May not be chosen",
}


def written_of(
    form: Form, type_: AnswerType, id_: str, taken: Iterable[str], prefix: str
) -> Written:
    """What a file would hold of the question; what was left empty is left out."""
    data = {name: value for name, value in form.data.items() if value not in (None, "", [])}
    id_ = id_ or data.get("id", "") or _free(f"{prefix}_{_slug(data.get('text', ''))}", taken)
    is_text = type_ is AnswerType.TEXT
    usual = Evidence.NEVER if is_text else Evidence.ADVERSE
    written: Written = {
        "id": id_,
        **_some(data, "text"),
        "type": type_.value,
        "guidance": _some(data, "where", "good"),
        "source": _sources_of(data),
        **_some(data, "weight"),
        "critical": bool(data.get("critical")),
        "required": bool(data.get("required")),
        "evidence": data.get("evidence", usual.value),
        "not_applicable": _not_applicable(data),
        "not_recorded": bool(data.get("not_recorded")),
        **_some(data, "continues"),
    }
    if shown := data.get("shown_question"):
        written["shown_when"] = {"question": shown, "is": data.get("shown_answers", [])}
    if type_ in WITH_OPTIONS:
        written["options"] = _options_of(data)
    if type_ is AnswerType.INTERVAL:
        written |= _some(data, "from", "to") | _limit_of(data)
    if type_ is AnswerType.NUMBER:
        written |= _some(data, *BOUNDS, "unit")
    return written


def show_misfits(form: Form, misfits: Iterable[Misfit], written: Written) -> None:
    """Put each fault beside the field that it is about; the rest at the head of the form."""
    for misfit in misfits:
        name = _field_at(form, misfit.place, written)
        said = say_misfit(misfit, str(form[name].label.text) if name else "")
        if name is None:
            form.form_errors.append(said)
        elif not form[name].errors:
            form[name].errors = [said]


def say_misfit(misfit: Misfit, label: str = "") -> str:
    """The fault in the words of the page, where the reader names the keys of a file."""
    if " is missing in " in misfit.what or "has no value" in misfit.what:
        name = label or LABELS.get(str(misfit.place[-1]) if misfit.place else "", "what is missing")
        return f"Enter “{name}”"
    said = _NAME.sub(lambda found: f"“{LABELS.get(found[1], found[1])}”", misfit.what)
    return said[:1].upper() + said[1:]


def _field_at(form: Form, place: Place, written: Written) -> str | None:
    """The field of a place: that of the value itself, or of the nearest thing that holds it."""
    named: list[str] = []
    for part in place:
        named.append(str(part + 1) if isinstance(part, int) else part)
    tries = {
        "options": lambda: _row_name("option", place, written),
        "source": lambda: _row_name("source", place, written),
        "shown_when": lambda: "shown_answers" if place[1:2] == ("is",) else "shown_question",
        "limit": lambda: "limit_partly" if place[-1] == "partly" else "limit_met",
        "not_applicable": lambda: "when" if place[-1] == "when" else "not_applicable",
    }
    head = str(place[0]) if place else ""
    name = tries[head]() if head in tries else str(place[-1]) if place else ""
    if name in form:
        return name
    fallbacks = {"options": "option_1_label", "source": "document_1", "shown_when": "shown_question"}
    found = fallbacks.get(head, "")
    return found if found in form else None


def _row_name(kind: str, place: Place, written: Written) -> str:
    rows = written.get("_rows", {}).get(kind, [])
    index = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    row = rows[index] if index < len(rows) else 1
    part = str(place[-1]) if len(place) > 2 else ("label" if kind == "option" else "document")
    return f"{kind}_{row}_{part}" if kind == "option" else f"{part}_{row}"
