"""A bank's keys and values as rows of the workbook's sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit_app.core.question_bank import AnswerType, LimitUnit, Question, QuestionBank
from audit_app.question_banks.as_written import Written, bank_as_written, option_as_written
from audit_app.question_banks.options import DEFAULT_OPTIONS
from audit_app.question_banks.xlsform.columns import (
    CAPS,
    CHOICES,
    GRADING,
    LEVELS,
    SETTINGS,
    SURVEY,
)
from audit_app.question_banks.xlsform.relevant import write_relevant

Row = dict[str, str | int]

#: Keys of a bank's file whose values stand in one cell each.
ONE_CELL = {
    "id": "name",
    "text": "label",
    "weight": "audit_weight",
    "critical": "audit_critical",
    "evidence": "audit_evidence",
    "not_recorded": "audit_not_recorded",
    "met_from": "audit_met_from",
    "met_to": "audit_met_to",
    "partly_from": "audit_partly_from",
    "partly_to": "audit_partly_to",
    "unit": "audit_unit",
    "continues": "audit_continues",
}
_PLAIN_TYPES = {
    AnswerType.NUMBER: "decimal",
    AnswerType.DATE: "date",
    AnswerType.TEXT: "text",
    AnswerType.INTERVAL: "begin_group",
}
_NAMED_TYPES = (AnswerType.INTERVAL, *DEFAULT_OPTIONS)
FROM, TO = ".from", ".to"


def workbook_rows(bank: QuestionBank) -> dict[str, list[Row]]:
    """The rows of each sheet, by heading."""
    written = bank_as_written(bank)
    lists = _Lists()
    questions = {question.id: question for question in (*bank.questions, *bank.retired)}
    survey = list(_survey_rows(written, questions, lists))
    lists.add(LEVELS, written.get("levels", ()))
    return {
        SURVEY: survey,
        CHOICES: lists.rows,
        SETTINGS: [_settings_row(written)],
        GRADING: list(_grading_rows(written)),
        CAPS: [_cap_row(cap) for cap in written.get("caps", ())],
    }


@dataclass(slots=True)
class _Lists:
    """The lists of choices so far; each is written once."""

    rows: list[Row] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def add(self, name: str, choices: Iterable[Written]) -> str:
        """Add the choices of one list (their `key`, `label`, `outcome`, …); returns its name."""
        if name not in self._names:
            self._names.add(name)
            for choice in choices:
                row: Row = {"list_name": name, "name": choice["key"], "label": choice["label"]}
                for key in ("outcome", "points", "retired"):
                    if key in choice:
                        row[f"audit_{key}"] = cell(choice[key])
                self.rows.append(row)
        return name

    def add_options(self, question: Question) -> str:
        """Add the list of a question's options: that of its type, or one of its own."""
        usual = question.options == DEFAULT_OPTIONS.get(question.type)
        name = question.type.value if usual else f"{question.id}_list"
        return self.add(name, map(option_as_written, question.options))


def cell(value: object) -> str | int:
    """A value as a cell shows it: yes and no for true and false, words parted by spaces."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return value if isinstance(value, int) else str(value)


def _survey_rows(
    written: Written, questions: Mapping[str, Question], lists: _Lists
) -> Iterator[Row]:
    for section in written["sections"]:
        repeat = section.get("repeat")
        kind = "repeat" if repeat else "group"
        head: Row = {"type": f"begin_{kind}", "name": section["key"], "label": section["title"]}
        if repeat:
            head["audit_each"] = repeat["each"]
            if "at_most" in repeat:
                head["audit_at_most"] = repeat["at_most"]
            if "entries" in repeat:
                head["audit_entries"] = lists.add(f"{section['key']}_entries", repeat["entries"])
        yield head
        if "intro" in section:
            yield {"type": "note", "name": f"{section['key']}_intro", "label": section["intro"]}
        for question in section["questions"]:
            yield from _question_rows(question, questions, lists)
        yield {"type": f"end_{kind}"}
    for question in written.get("retired", ()):
        for row in _question_rows(question, questions, lists):
            yield {**row, "disabled": "yes"}


def _question_rows(
    written: Written, questions: Mapping[str, Question], lists: _Lists
) -> Iterator[Row]:
    question = questions[written["id"]]
    row: Row = {heading: cell(written[key]) for key, heading in ONE_CELL.items() if key in written}
    guidance = question.guidance
    row |= {"hint": guidance.where, "guidance_hint": guidance.good}
    row["required"] = cell(question.required)
    if question.options:
        many = question.type is AnswerType.CHOICES
        command = "select_multiple" if many else "select_one"
        row["type"] = f"{command} {lists.add_options(question)}"
    else:
        row["type"] = _PLAIN_TYPES[question.type]
    if question.type in _NAMED_TYPES:
        row["audit_type"] = question.type.value
    row |= _states(question)
    if "facts" in written:
        row["audit_facts"] = cell(written["facts"])
    if question.shown_when is not None:
        earlier = questions[question.shown_when.question]
        several = earlier.type is AnswerType.CHOICES
        answers = sorted(question.shown_when.answers)
        row["relevant"] = write_relevant(earlier.id, answers, several=several)
    row["audit_source"] = "\n".join(source.document for source in question.sources)
    row["audit_source_place"] = "\n".join(source.place for source in question.sources)
    yield row | _limit_cells(question)
    if question.type is AnswerType.INTERVAL:
        timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
        kind = "dateTime" if timed else "date"
        yield {"type": kind, "name": f"{question.id}{FROM}", "label": question.from_label}
        yield {"type": kind, "name": f"{question.id}{TO}", "label": question.to_label}
        yield {"type": "end_group"}


def _states(question: Question) -> Row:
    row: Row = {}
    if not question.allows_not_applicable:
        row["audit_not_applicable"] = "no"
    if question.not_applicable_when:
        row["audit_not_applicable_when"] = question.not_applicable_when
    if question.not_applicable_reason:
        row["audit_not_applicable_reason"] = "yes"
    return row


def _limit_cells(question: Question) -> Row:
    limit = question.limit
    if limit is None:
        return {}
    row: Row = {"audit_limit": limit.met, "audit_limit_unit": limit.unit.value}
    return row if limit.partly is None else row | {"audit_limit_partly": limit.partly}


def _settings_row(written: Written) -> Row:
    return {
        "form_title": written["title"],
        "form_id": written["key"],
        "version": written["version"],
        "audit_summary": written["summary"],
    }


def _grading_rows(written: Written) -> Iterator[Row]:
    yield from _ladder_rows(written.get("grading", ()), "grade", "")
    for section in written["sections"]:
        yield from _ladder_rows(section.get("rating", ()), "level", section["key"])


def _ladder_rows(rungs: Iterable[Written], name: str, section: str) -> Iterator[Row]:
    for rung in rungs:
        row: Row = {"section": section, "grade": rung[name]}
        for requirement in rung.get("when", [{}]):
            yield row | {key: cell(value) for key, value in requirement.items()}
            row = {"section": section}


def _cap_row(cap: Written) -> Row:
    outcomes = {"outcomes": cell(cap["critical"])} if "critical" in cap else {}
    return outcomes | {key: cell(value) for key, value in cap.items() if key != "critical"}
