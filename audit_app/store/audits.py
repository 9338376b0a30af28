"""Audits: finding those that a person may see, recording answers, and submitting.

Every query starts from the rows that this person may see; a hidden audit is None, as if it were
not there. `submit_audit` is the only writer of scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.access import Permission, Reach
from audit_app.core.answers import (
    AnswerFault,
    check_offered,
    hidden_questions,
    read_value,
    write_value,
)
from audit_app.core.completeness import (
    GradeChoice,
    Missing,
    missing_answers,
    missing_entries,
    missing_judgement,
)
from audit_app.core.faults import Refusal
from audit_app.core.judgement import Suggestions, suggest
from audit_app.core.lifecycle import SETTLED, AuditState, CycleState, IllegalMove, check_move
from audit_app.core.moderation import Purpose
from audit_app.core.question_bank import AuditForm, Question
from audit_app.store.actions import open_proposed
from audit_app.store.calibrations import end_when_all_in
from audit_app.store.independence import not_barred
from audit_app.store.moderation_draw import follow_submission
from audit_app.store.recorded import answers_of, asked_form, entries_of, part_form
from audit_app.store.scopes import (
    audits_in_scope,
    audits_of_own_cases,
    not_blind_to,
    reads_for_calibration,
)
from audit_app.store.scores import store_scores
from audit_app.store.tables import (
    Audit,
    AuditTheme,
    CalibrationReading,
    Person,
    Reading,
    RecordedAnswer,
    RecordedState,
    Round,
)

_HELD = "audit held"
_OF_ITS_OWN = ["state", "grade", "grade_reason", "done_well", "difference_made"]


class IncompleteAudit(Refusal):
    """The audit cannot be submitted yet; `missing` says what to do, in the order of the form."""

    def __init__(self, missing: Iterable[Missing]) -> None:
        """Keep what is missing."""
        self.missing = tuple(missing)
        super().__init__(f"{len(self.missing)} things are still to be done before submitting.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a page or a file says of one question; nothing is validated but the value's form.

    `state` None: nothing was chosen. UNFINISHED keeps `typed`, the raw parts as JSON text, so that
    no word is lost although it cannot be read as an answer yet.
    """

    question_id: str
    state: RecordedState | None
    value: str | None = None
    typed: str | None = None
    evidence: str = ""
    quotable: bool = False
    place: str = ""
    """Where on the file it was seen."""

    @property
    def says_something(self) -> bool:
        """Whether words are to be kept although nothing was chosen."""
        return bool(self.evidence.strip() or self.place.strip())


def audits_of(session: Session, person: Person) -> list[Reading]:
    """The person's own audits that they may open: unfinished first, then by due day."""
    done_last = case((Reading.state.in_(SETTLED), 1), else_=0)
    query = _allocated_to(person).options(*_CASES)
    ordered = query.order_by(done_last, Reading.due_on.desc(), Reading.id)
    return not_barred(session, person, _with_rounds(session, ordered))


def find_audit(session: Session, person: Person, audit_id: int) -> Reading | None:
    """One audit that the person may open, with its answers and theme grades."""
    query = _allocated_to(person).where(Reading.id == audit_id).options(*_CASES, *_ANSWERS)
    return next(iter(not_barred(session, person, _with_rounds(session, query))), None)


def find_submitted_audit(session: Session, person: Person, audit_id: int) -> Audit | None:
    """One submitted audit, for those who may see all results of its cycle.

    Who sees the results of their own theme only sees figures and quotes; see `store.results`.
    """
    return session.scalar(
        select(Audit)
        .where(
            Audit.id == audit_id,
            Audit.state == AuditState.SUBMITTED,
            audits_in_scope(person, Permission.SEE_RESULTS, Reach.ALL),
            not_blind_to(person),
        )
        .options(*_WHOLE, joinedload(Audit.auditor))
    )


def audits_of_own_case_files(session: Session, person: Person) -> list[Audit]:
    """The submitted audits of a practitioner's own case files, the latest first."""
    return list(
        session.scalars(
            select(Audit)
            .where(audits_of_own_cases(person))
            .options(*_FOR_LISTS)
            .order_by(Audit.submitted_at.desc(), Audit.id)
        )
    )


def find_audit_of_own_case(session: Session, person: Person, audit_id: int) -> Audit | None:
    """One submitted audit of a practitioner's own case file; who audited it is not for them."""
    return session.scalar(
        select(Audit)
        .where(Audit.id == audit_id, audits_of_own_cases(person), not_blind_to(person))
        .options(*_WHOLE)
    )


def record_answers(
    session: Session, audit: Reading, drafts: Iterable[Draft], *, at: datetime
) -> None:
    """Keep answers as they stand, without asking whether they are complete.

    Raises AnswerFault when a value is not one for its question, KeyError when the question is not
    on the audit's form, IllegalMove when the audit has been submitted.
    """
    begin_change(session, audit, at=at)
    form = asked_form(audit)
    rows = {row.question_id: row for row in audit.answers}
    for draft in drafts:
        fitting = _fit(form.questions[draft.question_id], draft)
        _keep(session, audit, rows.get(draft.question_id), fitting, at)
    session.flush()
    session.expire(audit, ["answers"])


def hold_audit(session: Session, audit: Reading) -> None:
    """Keep others from changing the audit until this transaction ends, and see it as it now is.

    Otherwise an answer saved while the audit is being submitted would stand beside scores that do
    not know of it. Once in a transaction is enough: nobody else changes it after that.
    """
    session.flush()
    if session.info.get(_HELD) == (session.get_transaction(), audit.id):
        return
    session.refresh(audit, _OF_ITS_OWN, with_for_update=True)
    for row in (*audit.answers, *audit.themes):
        session.expire(row)
    session.expire(audit, ["answers", "themes", "entries"])
    session.info[_HELD] = (session.get_transaction(), audit.id)


def begin_change(session: Session, audit: Reading, *, at: datetime) -> None:
    """Hold the audit, so that nobody changes it meanwhile, and note that it has begun.

    IllegalMove when it has been submitted or its cycle is closed.
    """
    hold_audit(session, audit)
    _refuse_when_settled(audit)
    if audit.state is AuditState.ALLOCATED:
        check_move(audit.state, AuditState.IN_PROGRESS)
        audit.state = AuditState.IN_PROGRESS
        audit.started_at = at


def record_judgement(
    session: Session,
    audit: Reading,
    *,
    themes: Mapping[str, GradeChoice],
    overall: GradeChoice,
    done_well: str,
    difference_made: str,
) -> None:
    """Keep the auditor's own grades and reasons, complete or not."""
    hold_audit(session, audit)
    _refuse_when_settled(audit)
    rows = _theme_rows(session, audit)
    for theme, choice in themes.items():
        rows[theme].grade = choice.grade
        rows[theme].grade_reason = choice.reason
    audit.grade = overall.grade
    audit.grade_reason = overall.reason
    audit.done_well = done_well
    audit.difference_made = difference_made
    session.flush()


def suggestions_for(audit: Reading) -> Suggestions:
    """What the rules of the audit's own form version suggest for its answers as they stand."""
    return suggest(asked_form(audit), answers_of(audit), is_bank_holiday)


def what_is_missing(audit: Reading) -> list[Missing]:
    """Everything to be done before the audit can be submitted, unreadable answers included."""
    form, answers = asked_form(audit), answers_of(audit)
    lacks = missing_answers(form, answers, is_bank_holiday)
    lacks += _unreadable(form, audit, hidden_questions(form.questions, answers), lacks)
    place = {question: number for number, question in enumerate(form.questions)}
    lacks.sort(
        key=lambda lack: place.get(lack.field, place.get(lack.field[: -len("_evidence")], 0))
    )
    chosen = {row.theme: GradeChoice(row.grade, row.grade_reason) for row in audit.themes}
    overall = GradeChoice(audit.grade, audit.grade_reason)
    suggested = suggest(form, answers, is_bank_holiday)
    published = part_form(audit)
    unnamed = missing_entries(published, entries_of(audit, published))
    return [*unnamed, *lacks, *missing_judgement(form, suggested, chosen, overall)]


def submit_audit(session: Session, audit: Reading, *, at: datetime) -> None:
    """Submit: check that nothing is missing, score, and store the scores with the form's hash.

    IncompleteAudit when something is missing, IllegalMove when it was submitted before or when the
    auditor may not audit this case file any more; then nothing is changed. The auditor's row is
    held, so that they cannot change team between the check and the end of the transaction.
    """
    hold_audit(session, audit)
    check_move(audit.state, AuditState.SUBMITTED)
    if audit.cycle.state is CycleState.CLOSED:
        raise IllegalMove("This cycle is closed, so its audits can no longer change.")
    session.refresh(audit.auditor, ["worker_name"], with_for_update=True)
    if not not_barred(session, audit.auditor, [audit]):
        raise IllegalMove(
            f"Nobody may submit an audit of a {audit.case_file.words.one} of their own, or of "
            "their own team, nor read their own audit a second time."
        )
    lacks = what_is_missing(audit)
    if lacks:
        raise IncompleteAudit(lacks)
    audit.state = AuditState.SUBMITTED
    audit.started_at = audit.started_at or at
    audit.submitted_at = at
    store_scores(audit, answers_of(audit), _theme_rows(session, audit))
    session.flush()
    follow_submission(session, audit, at=at)
    if isinstance(audit, CalibrationReading):
        end_when_all_in(session, audit, at=at)
    open_proposed(session, audit, at=at)


def form_of(audit: Reading) -> AuditForm:
    """The form version that the audit is pinned to, its repeated sections once an entry."""
    return asked_form(audit)


def _allocated_to(person: Person) -> Select[Reading]:
    """Own audits, bars left aside: see `store.independence`. What was not done when its cycle was
    closed is nobody's to do any more.
    """
    drawn_for = audits_in_scope(person, Permission.DO_AUDITS)
    named_for = audits_in_scope(person, Permission.MODERATE)
    return (
        select(Reading)
        .join(Reading.cycle)
        .where(
            Reading.auditor_id == person.id,
            or_(
                and_(Reading.purpose.in_((Purpose.FIRST, Purpose.AGENCY_PART)), drawn_for),
                and_(Reading.purpose == Purpose.SECOND_READING, named_for),
                reads_for_calibration(person),
            ),
            or_(Reading.state.in_(SETTLED), Round.state != CycleState.CLOSED),
        )
    )


def _with_rounds(session: Session, query: Select[Reading]) -> list[Reading]:
    """The readings with their rounds, to which each kind of them has a relationship of its own."""
    rows = session.execute(query.add_columns(Round)).all()
    for reading, its_round in rows:
        set_committed_value(reading, "cycle", its_round)
    return [reading for reading, _round in rows]


# The form version comes with the cycle, and one's own audits have an auditor who is known already.
_CASES = (joinedload(Reading.case_file), joinedload(Reading.team))
_ANSWERS = (selectinload(Reading.answers), selectinload(Reading.themes))
_FOR_LISTS = (joinedload(Audit.cycle), *_CASES)
_WHOLE = (*_FOR_LISTS, *_ANSWERS)


def _fit(question: Question, draft: Draft) -> Draft:
    """The draft with its value as canonical text; AnswerFault when it is none for the question."""
    offered = {
        RecordedState.NOT_APPLICABLE: question.allows_not_applicable,
        RecordedState.NOT_RECORDED: question.allows_not_recorded,
    }
    if draft.state is not None and not offered.get(draft.state, True):
        words = draft.state.value.replace("_", " ")
        raise AnswerFault(f"“{words}” is not offered for “{question.text}”")
    if draft.value is None:
        return draft
    value = read_value(question, draft.value)
    check_offered(question, value)
    return replace(draft, value=write_value(question, value))


def _unreadable(
    form: AuditForm, audit: Reading, hidden: frozenset[str], lacks: Iterable[Missing]
) -> list[Missing]:
    """What was typed to a question that may be left empty, and cannot be read as an answer."""
    typed = {row.question_id for row in audit.answers if row.typed is not None}
    typed -= hidden | {lack.field for lack in lacks}
    return [
        Missing(section.key, question.id, f"Change or clear the answer: {question.text}")
        for _bank, section in form.sections
        for question in section.questions
        if question.id in typed
    ]


def _refuse_when_settled(audit: Reading) -> None:
    if audit.cycle.state is CycleState.CLOSED:
        raise IllegalMove("This cycle is closed, so its audits can no longer change.")
    if audit.state is AuditState.SUBMITTED:
        raise IllegalMove("This audit has been submitted, so its answers can no longer change.")
    if audit.state is AuditState.WITHDRAWN:
        raise IllegalMove("This audit has been withdrawn, so its answers can no longer change.")


def _keep(
    session: Session, audit: Reading, row: RecordedAnswer | None, draft: Draft, at: datetime
) -> None:
    state = draft.state
    if state is None and draft.says_something:
        state = RecordedState.UNFINISHED
    if state is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = RecordedAnswer(audit_id=audit.id, question_id=draft.question_id)
        session.add(row)
    row.state = state
    row.value = draft.value if state is RecordedState.ANSWERED else None
    row.typed = draft.typed if state is RecordedState.UNFINISHED else None
    row.evidence = draft.evidence
    row.quotable = draft.quotable
    row.place = draft.place
    row.recorded_at = at


def _theme_rows(session: Session, audit: Reading) -> dict[str, AuditTheme]:
    rows = {row.theme: row for row in audit.themes}
    for position, bank in enumerate(part_form(audit).banks):
        if bank.key not in rows:
            row = AuditTheme(audit_id=audit.id, theme=bank.key, position=position)
            audit.themes.append(row)
            session.add(row)
            rows[bank.key] = row
    return rows
