"""From what a page sent to what is kept: a section's answers, or the grades and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import Form

from audit_app import clock
from audit_app.core.completeness import GradeChoice
from audit_app.core.question_bank import Question, Section
from audit_app.core.save_order import Content
from audit_app.store.audits import Draft, form_of, suggestions_for
from audit_app.store.save_stamps import (
    SavedInOrder,
    save_answers_in_order,
    save_judgement_in_order,
)
from audit_app.store.tables import Reading
from audit_app.web.access import current_person
from audit_app.web.audits.forms import choice_of, drafts_of, graded, section_form
from audit_app.web.audits.sent import bases_in, sending_of
from audit_app.web.database import db

TEXTS = ("done_well", "difference_made")
SAVED, MINE = "saved", "mine"


@dataclass(frozen=True, slots=True)
class SentSection:
    """The questions that a page asked, its form, and what it says of each."""

    questions: list[Question]
    form: Form
    drafts: list[Draft]


def sent_section(section: Section, sent: Any) -> SentSection:  # noqa: ANN401 # Werkzeug's form
    """What a page sent of a section, without the questions whose saved answer is to stay."""
    asked = {id_ for id_ in sent.getlist("question") if sent.get(f"keep.{id_}") != SAVED}
    questions = [question for question in section.questions if question.id in asked]
    form = section_form(questions, {}, sent)
    return SentSection(questions, form, drafts_of(form, questions, asked))


def save_sent_section(audit: Reading, section: SentSection, sent: Any) -> SavedInOrder:  # noqa: ANN401
    """Keep what a page sent of a section, in order."""
    return save_answers_in_order(
        db(),
        current_person(),
        audit,
        section.drafts,
        bases_in(sent),
        sending_of(sent),
        at=clock.now(),
    )


def save_sent_judgement(audit: Reading, form: Form, sent: Any) -> SavedInOrder:  # noqa: ANN401
    """Keep the grades and texts that a page sent, in order; the others stay."""
    asked = set(sent.getlist("question"))
    wanted = {
        place: content
        for place, content in sent_judgement(audit, form).items()
        if place in asked and sent.get(f"keep.{place}") != SAVED
    }
    return save_judgement_in_order(
        db(), current_person(), audit, wanted, bases_in(sent), sending_of(sent), at=clock.now()
    )


def sent_judgement(audit: Reading, form: Form) -> dict[str, Content]:
    """What a judgement's page holds, by place."""
    audit_form = form_of(audit)
    content: dict[str, Content] = {}
    for name in graded(audit_form, suggestions_for(audit)):
        choice: GradeChoice = choice_of(form, audit_form, name)
        content[f"/grade_{name}"] = (choice.grade, choice.reason)
    return content | {f"/{name}": (form[name].data,) for name in TEXTS}
