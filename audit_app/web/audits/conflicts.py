"""The page that shows both texts where somebody else saved what this window had read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from wtforms import Form

from audit_app.core.question_bank import Question
from audit_app.core.save_order import Content
from audit_app.store.audits import Draft, form_of
from audit_app.store.save_stamps import Place, SavedInOrder, judgement_as_kept, places_of
from audit_app.store.tables import Person, Reading, RecordedAnswer, RecordedState
from audit_app.web.access import current_person
from audit_app.web.audits.answer_rows import say_row
from audit_app.web.audits.forms import graded_titles
from audit_app.web.audits.saving import SentSection, sent_judgement
from audit_app.web.audits.sent import new_window, write_stamp
from audit_app.web.database import db
from audit_app.web.words import say_moment

TEXT_TITLES = {
    "/done_well": "What was done well",
    "/difference_made": "What difference was made for the child",
}
NOTHING = "Nothing"


@dataclass(frozen=True, slots=True)
class BothTexts:
    """One place: what is saved and what was sent, in words, and the fields to send it again."""

    place: str
    title: str
    saved: tuple[str, ...]
    saved_by: str
    mine: tuple[str, ...]
    stamp: str
    fields: tuple[tuple[str, str], ...]


def conflict_page(audit: Reading, conflicts: Sequence[BothTexts]) -> str:
    """Both texts of each place, and a choice; what was not in conflict is saved already."""
    return render_template(
        "audits/conflict.html",
        title="Somebody saved this meanwhile",
        audit=audit,
        conflicts=conflicts,
        window=new_window(),
        sent_to=request.full_path.rstrip("?"),
        page_errors=[
            {"text": f"Choose which to keep: {both.title}", "href": f"#keep-{number}"}
            for number, both in enumerate(conflicts, start=1)
            if "resolving" in request.form
        ],
    )


def answers_in_conflict(
    audit: Reading,
    section: SentSection,
    saved: SavedInOrder,
    sent: Any,  # noqa: ANN401
) -> list[BothTexts]:
    """The questions of a section that two windows answered."""
    places = places_of(db(), audit, saved.conflicts)
    rows = {row.question_id: row for row in audit.answers}
    drafts = {draft.question_id: draft for draft in section.drafts}
    return [
        BothTexts(
            place=question.id,
            title=question.text,
            saved=_say(question, rows.get(question.id)),
            saved_by=_saved_by(places[question.id]),
            mine=_say(question, _as_row(drafts[question.id])),
            stamp=write_stamp(question.id, places[question.id]),
            fields=tuple(_fields_of(section.form, question, sent)),
        )
        for question in section.questions
        if question.id in places
    ]


def grades_in_conflict(audit: Reading, form: Form, saved: SavedInOrder) -> list[BothTexts]:
    """The grades and texts of a judgement that two windows wrote."""
    places = places_of(db(), audit, saved.conflicts)
    kept, sent = judgement_as_kept(audit), sent_judgement(audit, form)
    titles = graded_titles(form_of(audit)) | TEXT_TITLES
    return [
        BothTexts(
            place=place,
            title=titles[place],
            saved=_say_content(audit, kept.get(place, ())),
            saved_by=_saved_by(found),
            mine=_say_content(audit, sent[place]),
            stamp=write_stamp(place, found),
            fields=tuple(_judgement_fields(place, sent[place])),
        )
        for place, found in places.items()
    ]


def _saved_by(place: Place) -> str:
    if place.saved_at is None or place.saved_by_id is None:
        return "Saved meanwhile"
    person = current_person()
    other = db().get(Person, place.saved_by_id) if place.saved_by_id != person.id else None
    who = f"by {other.name}" if other is not None else "in another window of yours"
    return f"Saved {say_moment(place.saved_at)}, {who}"


def _as_row(draft: Draft) -> RecordedAnswer:
    """A draft as the row that it would be; it is never added to the database."""
    state = draft.state or RecordedState.UNFINISHED
    return RecordedAnswer(
        question_id=draft.question_id,
        state=state,
        value=draft.value,
        typed=draft.typed,
        evidence=draft.evidence,
        quotable=draft.quotable,
        place=draft.place,
    )


def _say(question: Question, row: RecordedAnswer | None) -> tuple[str, ...]:
    if row is None:
        return (NOTHING,)
    words = [say_row(question, row), row.evidence, row.place]
    if row.quotable:
        words.append("May be quoted in reports")
    return tuple(said for said in words if said)


def _say_content(audit: Reading, content: Content) -> tuple[str, ...]:
    labels = {grade.key: grade.label for grade in form_of(audit).scale}
    said = tuple(labels.get(str(part), str(part)) for part in content if part)
    return said or (NOTHING,)


def _fields_of(form: Form, question: Question, sent: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    names = [question.id + ending for ending in form[question.id].all_endings()]
    names += [f"{question.id}_evidence", f"{question.id}_quotable", f"{question.id}_place"]
    for name in dict.fromkeys(names):
        for value in sent.getlist(name):
            yield name, value


def _judgement_fields(place: str, content: Content) -> Iterator[tuple[str, str]]:
    name = place.removeprefix("/")
    if not name.startswith("grade_"):
        yield name, str(content[0])
        return
    if content[0]:
        yield name, str(content[0])
    yield f"reason_{name.removeprefix('grade_')}", str(content[1])
