"""Answers into the database from plain data; `store.exports` gives out the same shape.

The shape is described in docs/exchange.md. Case files stand in it by pseudonym only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import AnswerFault
from audit_app.core.completeness import GradeChoice
from audit_app.core.faults import Refusal
from audit_app.core.judgement import suggest
from audit_app.core.lifecycle import AuditState, IllegalMove
from audit_app.core.question_bank import AuditForm
from audit_app.store.audits import (
    Draft,
    IncompleteAudit,
    record_answers,
    record_judgement,
    submit_audit,
)
from audit_app.store.entries import EntryFault, replace_entries
from audit_app.store.exports import FORMAT, audits_of_cycle
from audit_app.store.instruments import words_of
from audit_app.store.recorded import answers_of, asked_form
from audit_app.store.tables import Audit, Cycle, RecordedState

MOST_ENTRIES = 1000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class ExchangeFault(Refusal):
    """One sentence: why the file was not taken; nothing was changed."""


def load_audits(session: Session, cycle: Cycle, data: object, *, at: datetime) -> tuple[int, int]:
    """Record, and submit where not said otherwise; return how many were recorded and submitted.

    ExchangeFault at the first thing that is wrong; the caller then rolls everything back.
    """
    found = _mapping(data, "the file")
    if found.get("format", FORMAT) != FORMAT:
        raise ExchangeFault(f"The file's format is not “{FORMAT}”. Nothing was loaded.")
    _check_form(cycle, found)
    audits = {audit.case_file.reference: audit for audit in session.scalars(audits_of_cycle(cycle))}
    what, rows = words_of(cycle.form_version), found.get("audits")
    if not isinstance(rows, list) or not rows:
        raise ExchangeFault("The file has no list “audits”, so there is nothing to load.")
    seen: set[str] = set()
    submitted = 0
    for place, row in enumerate(rows, start=1):
        item = _mapping(row, f"audit {place}")
        reference = str(item.get("case_reference", ""))
        audit = audits.get(reference)
        if audit is None or reference in seen:
            why = "stands twice" if reference in seen else f"was not drawn in {cycle.name}"
            raise ExchangeFault(f"Audit {place}: {what.one} “{reference}” {why}.")
        seen.add(reference)
        submitted += _load_one(session, audit, item, at)
    return len(seen), submitted


def _load_one(session: Session, audit: Audit, item: Mapping[str, Any], at: datetime) -> bool:
    named = audit.case_file.title
    try:
        moment = _moment(item.get("submitted_at"), at, named)
        if entries := _entries(item, named):
            replace_entries(session, audit, entries, at=moment)
        form = asked_form(audit)
        drafts = [_draft(form, row, named) for row in _rows(item, "answers", named)]
        if len({draft.question_id for draft in drafts}) < len(drafts):
            raise ExchangeFault(f"{named}: a question is answered twice.")
        record_answers(session, audit, drafts, at=moment)
        _load_judgement(session, audit, form, item, named)
        if item.get("state", "submitted") != AuditState.SUBMITTED:
            return False
        submit_audit(session, audit, at=moment)
    except (AnswerFault, EntryFault) as fault:
        raise ExchangeFault(f"{named}: {str(fault).removesuffix('.')}.") from None
    except IllegalMove as fault:
        raise ExchangeFault(f"{named}: {fault}") from None
    except IncompleteAudit as fault:
        first = fault.missing[0]
        raise ExchangeFault(
            f"{named}: it cannot be submitted. {first.what} ({first.field})"
            + (f", and {len(fault.missing) - 1} more." if len(fault.missing) > 1 else ".")
        ) from None
    return True


def _entries(item: Mapping[str, Any], named: str) -> dict[str, list[tuple[int, str]]]:
    """Whom repeated sections are asked for: section to numbers and names; 0: there is none."""
    said: dict[str, list[tuple[int, str]]] = {}
    for row in _rows(item, "entries", named):
        entry = _mapping(row, f"{named}: an entry")
        number = entry.get("number")
        if type(number) is not int or not 0 <= number <= MOST_ENTRIES:
            raise ExchangeFault(f"{named}: the number “{number}” of an entry is none.")
        label = _words(entry, "label", named)
        said.setdefault(str(entry.get("section", "")), []).append((number, label))
    return said


def _draft(form: AuditForm, row: object, named: str) -> Draft:
    item = _mapping(row, f"{named}: an answer")
    question_id = str(item.get("question", ""))
    if question_id not in form.questions:
        raise ExchangeFault(f"{named}: the form has no question “{question_id}”.")
    value = item.get("value")
    state = str(item.get("state") or ("answered" if value is not None else ""))
    if state not in ("answered", "not_applicable", "not_recorded"):
        raise ExchangeFault(
            f"{named}: {question_id}: the state “{state}” is unknown; use answered, "
            "not_applicable or not_recorded."
        )
    question = form.questions[question_id]
    offered = {
        "answered": True,
        "not_applicable": question.allows_not_applicable,
        "not_recorded": question.allows_not_recorded,
    }
    if not offered[state] or (state == "answered") != (value is not None):
        raise ExchangeFault(
            f"{named}: {question_id}: “{state}” does not go with this question or this value."
        )
    return Draft(
        question_id,
        RecordedState(state),
        value=_value_text(question_id, value, named) if value is not None else None,
        evidence=_words(item, "evidence", f"{named}: {question_id}"),
        quotable=item.get("quotable") is True,
        place=_words(item, "place", f"{named}: {question_id}"),
    )


def _value_text(question_id: str, value: object, named: str) -> str:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise ExchangeFault(f"{named}: {question_id}: the value is neither text nor a number.")
    return _check_words(value, f"{named}: {question_id}")


def _rows(item: Mapping[str, Any], name: str, named: str) -> list[Any]:
    rows = item.get(name)
    if rows is not None and not isinstance(rows, list):
        raise ExchangeFault(f"{named}: “{name}” is not a list.")
    return rows or []


def _words(item: Mapping[str, Any], name: str, named: str) -> str:
    words = item.get(name)
    if words is not None and not isinstance(words, str):
        raise ExchangeFault(f"{named}: “{name}” is not text.")
    return _check_words(words or "", named)


def _check_words(words: str, named: str) -> str:
    """JSON can hold NUL and halves of characters, which a database cannot."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in words):
        raise ExchangeFault(f"{named}: the text holds a character that cannot be kept.")
    return words


def _load_judgement(
    session: Session, audit: Audit, form: AuditForm, item: Mapping[str, Any], named: str
) -> None:
    """A grade that the file does not give is the suggested one; a differing one needs a reason."""
    given = {
        str(row.get("theme")): row
        for row in (_mapping(one, f"{named}: a theme") for one in _rows(item, "themes", named))
    }
    suggested = suggest(form, answers_of(audit), is_bank_holiday)
    overall = _mapping(item.get("overall") or {}, f"{named}: “overall”")

    def choose(row: Mapping[str, Any], default: str | None) -> GradeChoice:
        grade = row.get("grade") or default
        if grade is not None and grade not in [one.key for one in form.scale]:
            raise ExchangeFault(f"{named}: the grade “{grade}” is not on the form's scale.")
        return GradeChoice(grade, _words(row, "grade_reason", named))

    record_judgement(
        session,
        audit,
        themes={
            theme.theme: choose(given.get(theme.theme, {}), theme.suggestion.grade)
            for theme in suggested.themes
        },
        overall=choose(overall, suggested.overall.grade),
        done_well=_words(item, "done_well", named) or audit.done_well,
        difference_made=_words(item, "difference_made", named) or audit.difference_made,
    )


def _moment(written: object, default: datetime, named: str) -> datetime:
    if written is None:
        return default
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not (EARLIEST <= moment <= default):
        raise ExchangeFault(
            f"{named}: submitted_at “{written}” is not a past moment such as "
            "2026-11-05T14:03:00+00:00."
        )
    return moment


def _check_form(cycle: Cycle, found: Mapping[str, Any]) -> None:
    form = _mapping(found.get("form") or {}, "“form”")
    wanted = cycle.form_version
    for name, ours in (
        ("key", wanted.key),
        ("version", wanted.version),
        ("hash", wanted.content_hash),
    ):
        theirs = form.get(name)
        if theirs is not None and str(theirs) != ours:
            raise ExchangeFault(
                f"The answers are for another form: {name} “{theirs}”, while {cycle.name} uses "
                f"{wanted.key} {wanted.version}. Nothing was loaded."
            )


def _mapping(data: object, named: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ExchangeFault(f"{named[:1].upper()}{named[1:]} is not a JSON object.")
    return data
