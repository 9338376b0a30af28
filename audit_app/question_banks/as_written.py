"""Banks and forms as the plain keys and values that a person writes in their files.

What the reader would take by itself when a key is left out is left out. Whole numbers, true and
false stay what they are; lists of words are sorted, so that the same bank is always the same text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit_app.core.agencies import Agency
from audit_app.core.question_bank import (
    POINTS,
    AnswerType,
    AuditForm,
    Band,
    Cap,
    Condition,
    Evidence,
    Grade,
    Limit,
    Option,
    Question,
    QuestionBank,
    Repeat,
    Requirement,
    Rung,
    Section,
    Source,
    Subject,
)
from audit_app.core.replies import PracticeSees
from audit_app.question_banks.measures import BOUNDS
from audit_app.question_banks.options import DEFAULT_OPTIONS

Written = dict[str, Any]
DEFAULT_AT_MOST = Repeat("").at_most
DEFAULT_PERCENT_FROM = 20
DEFAULT_SEES = PracticeSees.EVERYTHING


def bank_as_written(bank: QuestionBank) -> Written:
    """The keys of a bank's file, in the order of the shipped ones."""
    return {
        **_head(bank),
        **_if_any("levels", [_grade(level) for level in bank.levels]),
        **_if_any("grading", [_rung(rung, "grade") for rung in bank.grading]),
        **_if_any("caps", [_cap(cap) for cap in bank.caps]),
        "sections": [_section(section) for section in bank.sections],
        **_if_any("retired", [_question(question) for question in bank.retired]),
    }


def form_as_written(form: AuditForm) -> Written:
    """The keys of a form's file; its banks by their keys."""
    rules = form.rules
    theme = _steps(rules.theme_bands, rules.theme_grading, rules.theme_caps)
    overall = _steps(rules.overall_bands, rules.overall_grading, rules.overall_caps)
    return {
        **_head(form),
        "auditors": form.auditors,
        **_if(form.subject is not Subject.CASE_FILE, "subject", form.subject.value),
        **_if(form.themed, "themed", True),
        **_if(form.percent_from != DEFAULT_PERCENT_FROM, "percent_from", form.percent_from),
        **_if_any("agencies", [_agency(agency) for agency in form.agencies]),
        **_if(form.practice_sees is not DEFAULT_SEES, "practice_sees", form.practice_sees.value),
        **_if(not form.earlier_findings, "earlier_findings", False),
        "banks": [bank.key for bank in form.banks],
        "scale": [_grade(grade) for grade in form.scale],
        "judgement": {
            "met_from": rules.met_from,
            **_if_any("theme", theme),
            **_if_any("overall", overall),
        },
    }


def _if(present: bool, key: str, value: object) -> Written:
    return {key: value} if present else {}


def _if_any(key: str, value: object) -> Written:
    return _if(bool(value), key, value)


def _head(of: QuestionBank | AuditForm) -> Written:
    return {"key": of.key, "title": of.title, "version": of.version, "summary": of.summary}


def _grade(grade: Grade) -> Written:
    return {"key": grade.key, "label": grade.label}


def _agency(agency: Agency) -> Written:
    also = sorted(agency.also_answers)
    return {"key": agency.key, "label": agency.label, **_if_any("also_answers", also)}


def _section(section: Section) -> Written:
    return {
        "key": section.key,
        "title": section.title,
        **_if_any("intro", section.intro),
        **_if_any("repeat", section.repeat and _repeat(section.repeat)),
        **_if_any("rating", [_rung(rung, "level") for rung in section.rating]),
        "questions": [_question(question) for question in section.questions],
    }


def _repeat(repeat: Repeat) -> Written:
    entries = [{"key": entry.key, "label": entry.label} for entry in repeat.entries]
    return {
        "each": repeat.each,
        **_if_any("entries", entries),
        **_if(repeat.at_most != DEFAULT_AT_MOST, "at_most", repeat.at_most),
    }


def _question(question: Question) -> Written:
    is_text = question.type is AnswerType.TEXT
    usual = Evidence.NEVER if is_text else Evidence.ADVERSE
    own_options = question.options != DEFAULT_OPTIONS.get(question.type, ())
    return {
        "id": question.id,
        "text": question.text,
        "type": question.type.value,
        **_if_any("from", question.from_label),
        **_if_any("to", question.to_label),
        **_if_any("limit", question.limit and _limit(question.limit)),
        **_bounds(question),
        **_if_any("unit", question.unit),
        **_if_any("shown_when", question.shown_when and _condition(question.shown_when)),
        **_if_any("continues", question.continues),
        **_if_any("facts", sorted(fact.value for fact in question.facts)),
        "guidance": {"where": question.guidance.where, "good": question.guidance.good},
        "source": _sources(question.sources),
        **_if(question.weight != 1, "weight", question.weight),
        **_if(question.critical, "critical", True),
        **_if(question.required is is_text, "required", question.required),
        **_if(question.evidence is not usual, "evidence", question.evidence.value),
        **_not_applicable(question),
        **_if(not question.allows_not_recorded, "not_recorded", False),
        **_if(own_options, "options", [option_as_written(option) for option in question.options]),
    }


def _limit(limit: Limit) -> Written:
    return {
        limit.unit.value: limit.met,
        **_if(limit.partly is not None, "partly", limit.partly),
    }


def _bounds(question: Question) -> Written:
    found = ((name, getattr(question.bands, name, None)) for name in BOUNDS)
    return {name: bound for name, bound in found if bound is not None}


def _condition(condition: Condition) -> Written:
    return {"question": condition.question, "is": sorted(condition.answers)}


def _sources(sources: tuple[Source, ...]) -> Written | list[Written]:
    written = [{"document": one.document, "place": one.place} for one in sources]
    return written[0] if len(written) == 1 else written


def _not_applicable(question: Question) -> Written:
    if not question.allows_not_applicable:
        return {"not_applicable": False}
    states = {
        **_if_any("when", question.not_applicable_when),
        **_if(question.not_applicable_reason, "reason", True),
    }
    return _if_any("not_applicable", states)


def option_as_written(option: Option) -> Written:
    own_points = option.points != POINTS[option.outcome]
    return {
        "key": option.key,
        "label": option.label,
        "outcome": option.outcome.value,
        **_if(own_points, "points", option.points),
        **_if(option.retired, "retired", True),
    }


def _rung(rung: Rung, name: str) -> Written:
    return {
        name: rung.grade,
        **_if_any("when", [_requirement(one) for one in rung.requirements]),
    }


def _requirement(requirement: Requirement) -> Written:
    return {
        "count": sorted(requirement.values),
        **_if_any("at_least", requirement.at_least),
        **_if(requirement.at_most is not None, "at_most", requirement.at_most),
        **_if_any("of", sorted(requirement.of)),
        **_if(requirement.critical, "critical", True),
    }


def _cap(cap: Cap) -> Written:
    outcomes = sorted(outcome.value for outcome in cap.outcomes)
    looked_at = {"questions": sorted(cap.questions), "outcomes": outcomes}
    return {
        **(looked_at if cap.questions else _if_any("critical", outcomes)),
        **_if_any("themes", cap.theme_grade),
        "at_least": cap.at_least,
        "not_better_than": cap.not_better_than,
        **_if_any("because", cap.because),
    }


def _steps(bands: Iterable[Band], grading: Iterable[Rung], caps: Iterable[Cap]) -> Written:
    written = [{"grade": band.grade, "at_least": band.at_least} for band in bands]
    return {
        **_if_any("bands", written),
        **_if_any("grading", [_rung(rung, "grade") for rung in grading]),
        **_if_any("caps", [_cap(cap) for cap in caps]),
    }
