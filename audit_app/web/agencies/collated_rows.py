"""One subject as all agencies answered it, question by question, as plain values for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.answers import hidden_questions
from audit_app.core.parts import (
    Verdict,
    asked_of,
    count_verdicts,
    verdict_on,
    verdict_on_grades,
)
from audit_app.core.question_bank import AuditForm, Question
from audit_app.core.repeats import base_id
from audit_app.store.audits import form_of
from audit_app.store.collating import Collated
from audit_app.store.instruments import load_form
from audit_app.store.recorded import answers_of
from audit_app.store.tables import AgencyPart
from audit_app.web.agencies.words import say_agency, say_lack
from audit_app.web.audits.answer_rows import (
    AnswerRow,
    GradeRow,
    answer_sections,
    stored_grade_rows,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one agency answered to a question: once, for each entry, or not at all and why."""

    agency: str
    rows: tuple[tuple[str, AnswerRow], ...]
    lack: str = ""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question with the answers of all agencies that were asked it."""

    id: str
    number: int
    text: str
    critical: bool
    verdict: Verdict
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class GradeLine:
    """The grades that agencies gave to a theme, or to the whole."""

    title: str
    verdict: Verdict
    given: tuple[tuple[str, GradeRow], ...]


@dataclass(frozen=True, slots=True)
class CollatedPage:
    """Everything of one subject: who did not answer, grades, then questions theme by theme."""

    lacking: tuple[tuple[str, str], ...]
    grades: tuple[GradeLine, ...]
    themes: tuple[tuple[str, tuple[QuestionLine, ...]], ...]
    counts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """On how many subjects the agencies agreed on a question, of those where two answered."""

    number: int
    text: str
    agreed: int
    of: int


def collate(subject: Collated) -> CollatedPage:
    """Bring the parts that are in together."""
    form = load_form(subject.cycle.form_version)
    parts = [_Part(part) for part in subject.submitted]
    verdicts = verdicts_of(form, parts)
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    themes = []
    for bank in form.banks:
        lines = [
            _line(form, question, numbers[question.id], verdicts[question.id], parts)
            for question in bank.questions
        ]
        if shown := tuple(line for line in lines if line is not None):
            themes.append((bank.title, shown))
    every = [line.verdict for _title, lines in themes for line in lines]
    return CollatedPage(
        tuple((say_agency(one), why) for one in subject.parts if (why := say_lack(subject, one))),
        tuple(_grades(form, parts)),
        tuple(themes),
        {verdict: every.count(verdict) for verdict in Verdict},
    )


def agreement_lines(form: AuditForm, subjects: Iterable[Collated]) -> list[AgreementLine]:
    """Question by question over a cycle, those on which they agreed least often first."""
    counts = count_verdicts(
        verdicts_of(form, [_Part(part) for part in subject.submitted])
        for subject in subjects
        if all(part.purged_at is None for part in subject.parts)
    )
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    lines = [
        AgreementLine(numbers[id_], form.questions[id_].text, agreed, of)
        for id_, (agreed, of) in counts.items()
    ]
    return sorted(lines, key=lambda line: (line.agreed / line.of, line.number))


class _Part:
    """One submitted part with its answers in values and in words, by the published question."""

    def __init__(self, part: AgencyPart) -> None:
        self.agency, self.name = part.agency, say_agency(part)
        form = form_of(part)
        answers = answers_of(part)
        hidden = hidden_questions(form.questions, answers)
        self.answers = {id_: one for id_, one in answers.items() if id_ not in hidden}
        self.rows: dict[str, list[tuple[str, AnswerRow]]] = {}
        for section in answer_sections(form, part):
            for row in section.rows:
                named = section.title if row.question.id != base_id(row.question.id) else ""
                self.rows.setdefault(base_id(row.question.id), []).append((named, row))
        self.grades = {row.name: row for row in stored_grade_rows(form, part)}


def verdicts_of(form: AuditForm, parts: Sequence[_Part]) -> dict[str, Verdict]:
    """How the parts stand to each other on each question of the published form."""
    return {
        question.id: verdict_on(
            question,
            section,
            [part.answers[question.id] for part in parts if question.id in part.answers],
        )
        for _bank, section in form.sections
        for question in section.questions
    }


def _line(
    form: AuditForm, question: Question, number: int, verdict: Verdict, parts: Sequence[_Part]
) -> QuestionLine | None:
    """One question; None where it came up for nobody."""
    asked = {agency.key for agency in asked_of(form, question.id)}
    said = [
        Said(
            part.name,
            tuple(part.rows.get(question.id, ())),
            "" if question.id in part.rows else "Did not come up",
        )
        for part in parts
        if part.agency in asked
    ]
    if all(one.lack for one in said):
        return None
    return QuestionLine(question.id, number, question.text, question.critical, verdict, tuple(said))


def _grades(form: AuditForm, parts: Sequence[_Part]) -> Iterable[GradeLine]:
    names = [bank.key for bank in form.banks] + (["overall"] if form.asks_overall else [])
    for name in names:
        given = [(part.name, part.grades[name]) for part in parts if name in part.grades]
        if given:
            verdict = verdict_on_grades([row.own or None for _agency, row in given])
            yield GradeLine(given[0][1].title, verdict, tuple(given))
