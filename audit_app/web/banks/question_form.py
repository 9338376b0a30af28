"""The form of one question of a draft: its fields, filled from the question that there is."""

from __future__ import annotations

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

from audit_app.core.case_facts import CASE_FACT_WORDS
from audit_app.core.question_bank import (
    OPTION_OUTCOMES,
    OUTCOME_WORDS,
    POINTS,
    AnswerType,
    Evidence,
    LimitUnit,
    Option,
    Question,
    QuestionBank,
)
from audit_app.question_banks.measures import BOUNDS
from audit_app.question_banks.options import DEFAULT_OPTIONS, WITH_OPTIONS
from audit_app.web.banks.words import EVIDENCE_WORDS, LABELS, STATES
from audit_app.web.fields import FormData
from audit_app.web.typed import clean_text

EMPTY_OPTIONS, MOST_OPTIONS = 3, 60
EMPTY_SOURCES, MOST_SOURCES = 1, 20
OFFERED, WITH_REASON, NOT_OFFERED = "offered", "reason", "not_offered"
_OFFERS = {
    OFFERED: "May be chosen",
    WITH_REASON: "May be chosen, and the reason must be written",
    NOT_OFFERED: "May not be chosen",
}
_ID_HINT = (
    "Small letters, digits and _. It stays for ever. Leave it empty and one is made from the "
    "question’s words."
)


class QuestionForm(Form):  # type: ignore[misc] # wtforms has no types
    """What every question is asked; `question_form` adds what its type needs."""

    option_count = 0
    source_count = 0


def question_form(
    bank: QuestionBank,
    type_: AnswerType,
    question: Question | None,
    earlier: Sequence[Question],
    sent: FormData | None = None,
) -> QuestionForm:
    """The form of a question that there is, or of a new one of a type; `earlier`: those before."""
    options = question.options if question else DEFAULT_OPTIONS.get(type_, ())
    fields: dict[str, Any] = {} if question else {"id": _line("id", _ID_HINT)}
    option_count = 0
    if type_ in WITH_OPTIONS:
        rows = len(options) + EMPTY_OPTIONS
        option_count = _count(sent, "option_{}_label", rows, MOST_OPTIONS)
    known = len(question.sources) if question else 0
    source_count = _count(sent, "document_{}", known + EMPTY_SOURCES, MOST_SOURCES)
    fields |= {
        "text": _words("text"),
        "where": _words("where"),
        "good": _words("good"),
        "facts": SelectMultipleField(
            LABELS["facts"],
            choices=_choices((fact.value, words) for fact, words in CASE_FACT_WORDS.items()),
            validate_choice=False,
            description="In small words, where the council’s extract says it of the case file.",
        ),
        **_source_fields(source_count),
        **_option_fields(option_count),
        **(_interval_fields() if type_ is AnswerType.INTERVAL else {}),
        **(_number_fields() if type_ is AnswerType.NUMBER else {}),
        "weight": _line("weight", "How often its points count, from 1 to 10."),
        "critical": BooleanField("Critical: the form’s rules look at it by itself"),
        "required": BooleanField("Must be answered before the audit is submitted"),
        "evidence": _radios("evidence", {e: EVIDENCE_WORDS[e].capitalize() for e in Evidence}),
        "not_applicable": _radios("not_applicable", _OFFERS),
        "when": _line("when", "In the words of the page. Leave it empty where the auditor judges."),
        "not_recorded": BooleanField("“Not recorded on the file” may be chosen"),
        **_condition_fields(question, earlier, sent),
        **_continues_field(bank),
        "option_count": option_count,
        "source_count": source_count,
    }
    form: QuestionForm = type("QuestionFormOfType", (QuestionForm,), fields)(
        sent, data=_stored(type_, question, options)
    )
    return form


def _line(name: str, hint: str = "") -> StringField:
    return StringField(LABELS[name], description=hint, filters=(clean_text,))


def _words(name: str) -> TextAreaField:
    return TextAreaField(LABELS[name], filters=(clean_text,))


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def _radios(name: str, choices: Mapping[Any, str]) -> RadioField:
    return RadioField(
        LABELS[name],
        choices=_choices((str(key), words) for key, words in choices.items()),
        validate_choice=False,
    )


def _count(sent: FormData | None, name: str, least: int, most: int) -> int:
    """How many rows the page has: those that there are with some empty ones, or those sent."""
    if sent is None:
        return least
    there = (n for n in range(1, most + 1) if sent.getlist(name.format(n)))
    return max((least, *there))


def _source_fields(count: int) -> dict[str, Field]:
    return {
        f"{part}_{n}": StringField(LABELS[part], filters=(clean_text,))
        for n in range(1, count + 1)
        for part in ("document", "place")
    }


def _option_fields(count: int) -> dict[str, Field]:
    outcomes = [(outcome.value, OUTCOME_WORDS[outcome]) for outcome in OPTION_OUTCOMES]
    fields: dict[str, Field] = {}
    for n in range(1, count + 1):
        named = f"option_{n}_"
        fields |= {
            f"{named}key": StringField("Short name", filters=(clean_text,)),
            f"{named}label": StringField(f"Option {n}", filters=(clean_text,)),
            f"{named}outcome": SelectField(
                "What it says of the file",
                choices=_choices([("", "Choose"), *outcomes]),
                validate_choice=False,
            ),
            f"{named}points": StringField("Points", filters=(clean_text,)),
            f"{named}retired": BooleanField("Offered no more"),
        }
    return fields


def _interval_fields() -> dict[str, Field]:
    return {
        "from": _line("from", "As the page calls it, such as “Referral received”."),
        "to": _line("to"),
        "limit_unit": RadioField(
            "Counted in",
            choices=_choices(
                [
                    ("", "Nothing: the two dates are for information"),
                    *((unit, unit.value.replace("_", " ").capitalize()) for unit in LimitUnit),
                ]
            ),
            validate_choice=False,
        ),
        "limit_met": StringField("Met up to", filters=(clean_text,)),
        "limit_partly": StringField(
            "Partly met up to", filters=(clean_text,), description="May be left empty."
        ),
    }


def _number_fields() -> dict[str, Field]:
    return {
        "unit": _line("unit", "Such as visits or weeks. May be left empty."),
        **{bound: _line(bound) for bound in BOUNDS},
    }


def _condition_fields(
    question: Question | None, earlier: Sequence[Question], sent: FormData | None
) -> dict[str, Field]:
    """Which earlier question, and of the one that is chosen which answers."""
    asked = [one for one in earlier if one.type in WITH_OPTIONS]
    if not asked:
        return {}
    condition = question.shown_when if question else None
    chosen = condition.question if condition else ""
    if sent is not None:
        chosen = next(iter(sent.getlist("shown_question")), "")
    fields: dict[str, Field] = {
        "shown_question": SelectField(
            "Shown",
            choices=_choices(
                [("", "Always"), *((q.id, f"Depending on: {_short(q.text)}") for q in asked)]
            ),
            validate_choice=False,
        )
    }
    target = next((one for one in asked if one.id == chosen), None)
    if target is not None:
        answers = [(option.key, option.label) for option in target.options]
        if target.allows_not_recorded:
            answers.append(("not_recorded", STATES["not_recorded"]))
        fields["shown_answers"] = SelectMultipleField(
            f"Shown when the answer to “{target.text}” is",
            choices=_choices(answers),
            validate_choice=False,
        )
    return fields


def _continues_field(bank: QuestionBank) -> dict[str, Field]:
    if not bank.retired:
        return {}
    choices = [("", "No other question"), *((one.id, _short(one.text)) for one in bank.retired)]
    hint = "The retired question whose place this one takes, where its answers mean the same."
    field = SelectField(
        LABELS["continues"], choices=_choices(choices), validate_choice=False, description=hint
    )
    return {"continues": field}


def _stored(
    type_: AnswerType, question: Question | None, options: Sequence[Option]
) -> dict[str, object]:
    is_text = type_ is AnswerType.TEXT
    stored: dict[str, object] = _option_values(options)
    if question is None:
        usual = Evidence.NEVER if is_text else Evidence.ADVERSE
        return stored | {
            "weight": "1",
            "required": not is_text,
            "evidence": usual.value,
            "not_applicable": OFFERED,
            "not_recorded": True,
            "limit_unit": "",
        }
    offered = WITH_REASON if question.not_applicable_reason else OFFERED
    stored |= {
        "text": question.text,
        "where": question.guidance.where,
        "good": question.guidance.good,
        "weight": str(question.weight),
        "critical": question.critical,
        "required": question.required,
        "evidence": question.evidence.value,
        "not_applicable": offered if question.allows_not_applicable else NOT_OFFERED,
        "when": question.not_applicable_when,
        "not_recorded": question.allows_not_recorded,
        "continues": question.continues,
        "facts": sorted(question.facts),
        "from": question.from_label,
        "to": question.to_label,
        "unit": question.unit,
        "limit_unit": question.limit.unit.value if question.limit else "",
        "limit_met": str(question.limit.met) if question.limit else "",
        "limit_partly": str((question.limit.partly if question.limit else None) or ""),
    }
    for n, source in enumerate(question.sources, start=1):
        stored |= {f"document_{n}": source.document, f"place_{n}": source.place}
    if question.shown_when:
        stored["shown_question"] = question.shown_when.question
        stored["shown_answers"] = sorted(question.shown_when.answers)
    bounds = {bound: getattr(question.bands, bound, None) for bound in BOUNDS}
    return stored | {name: str(n) for name, n in bounds.items() if n is not None}


def _option_values(options: Sequence[Option]) -> dict[str, object]:
    stored: dict[str, object] = {}
    for n, option in enumerate(options, start=1):
        own = option.points != POINTS[option.outcome]
        stored |= {
            f"option_{n}_key": option.key,
            f"option_{n}_label": option.label,
            f"option_{n}_outcome": option.outcome.value,
            f"option_{n}_points": str(option.points) if own else "",
            f"option_{n}_retired": option.retired,
        }
    return stored


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69].rstrip()}…"
