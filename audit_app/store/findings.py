"""Findings: drafted by a person from a cycle's results, with quoted evidence, then confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, FindingKind, FindingState, check_move
from audit_app.store.instruments import load_form
from audit_app.store.recorded import answers_to
from audit_app.store.scopes import cycles_within, not_blind_to
from audit_app.store.tables import (
    Audit,
    Cycle,
    Finding,
    FindingQuote,
    FormVersion,
    Person,
    RecordedAnswer,
)

QuoteKey = tuple[int, str]


class FindingFault(Refusal):
    """One sentence: why the finding was not kept."""


@dataclass(frozen=True, slots=True)
class FindingText:
    """What a person writes of a finding; `k` of `n` are the figures it rests on."""

    theme: str
    question_id: str | None
    kind: FindingKind
    statement: str
    k: int
    n: int
    root_cause: str = ""
    action: str = ""
    action_owner: str = ""
    action_due: date | None = None
    quotes: tuple[QuoteKey, ...] = ()


def findings_of(session: Session, cycle: Cycle, *, confirmed_only: bool = False) -> list[Finding]:
    """The cycle's findings in the order in which they were drafted, with what they quote."""
    query = (
        select(Finding)
        .where(Finding.cycle_id == cycle.id)
        .options(joinedload(Finding.drafted_by), selectinload(Finding.quotes))
        .order_by(Finding.id)
    )
    if confirmed_only:
        query = query.where(Finding.state == FindingState.CONFIRMED)
    return list(session.scalars(query))


def drafts_by_cycle(session: Session, person: Person) -> list[tuple[Cycle, int]]:
    """The person's cycles with findings that wait to be confirmed, and how many; newest first."""
    rows = session.execute(
        select(Cycle, func.count(Finding.id))
        .join(Finding, Finding.cycle_id == Cycle.id)
        .join(Cycle.form_version)
        .where(
            Finding.state == FindingState.DRAFT,
            cycles_within(person, Permission.MANAGE_FINDINGS),
        )
        .group_by(Cycle.id, FormVersion.id)
        .order_by(Cycle.month.desc(), Cycle.id.desc())
    )
    return [(cycle, count) for cycle, count in rows]


def find_finding(session: Session, cycle: Cycle, finding_id: int) -> Finding | None:
    """One finding of the cycle."""
    return session.scalar(
        select(Finding)
        .where(Finding.cycle_id == cycle.id, Finding.id == finding_id)
        .options(selectinload(Finding.quotes))
    )


def draft_finding(
    session: Session, cycle: Cycle, text: FindingText, *, by: Person, at: datetime
) -> Finding:
    """Keep a new draft; FindingFault when it says nothing or quotes what may not be quoted."""
    finding = Finding(
        cycle_id=cycle.id, state=FindingState.DRAFT, drafted_at=at, drafted_by_id=by.id
    )
    _write(session, cycle, finding, text)
    session.add(finding)
    session.flush()
    return finding


def change_finding(session: Session, cycle: Cycle, finding: Finding, text: FindingText) -> None:
    """Change a draft; a confirmed finding is reopened first."""
    if finding.state is FindingState.CONFIRMED:
        raise FindingFault("This finding is confirmed: reopen it first. Nothing was changed.")
    _write(session, cycle, finding, text)
    session.flush()


def confirm_finding(finding: Finding, *, by: Person, at: datetime) -> None:
    """Say that the finding stands; it then goes into reports."""
    check_move(finding.state, FindingState.CONFIRMED)
    finding.state = FindingState.CONFIRMED
    finding.confirmed_at = at
    finding.confirmed_by_id = by.id


def reopen_finding(finding: Finding) -> None:
    """Make a confirmed finding a draft again; editions already compiled keep it."""
    check_move(finding.state, FindingState.DRAFT)
    finding.state = FindingState.DRAFT
    finding.confirmed_at = None
    finding.confirmed_by_id = None


def quotable_answers(
    session: Session,
    cycle: Cycle,
    theme_questions: Iterable[str],
    *,
    reader: Person | None = None,
) -> list[tuple[Audit, RecordedAnswer]]:
    """What may be quoted of the cycle's submitted audits for these questions, by reference.

    `reader` leaves out what this person reads a second time and may not see yet.
    """
    rows = session.execute(
        select(Audit, RecordedAnswer)
        .join(RecordedAnswer, RecordedAnswer.audit_id == Audit.id)
        .where(
            Audit.cycle_id == cycle.id,
            Audit.state == AuditState.SUBMITTED,
            RecordedAnswer.quotable,
            RecordedAnswer.outcome.is_not(None),
            RecordedAnswer.evidence != "",
            answers_to(load_form(cycle.form_version), list(theme_questions)),
            true() if reader is None else not_blind_to(reader),
        )
        .options(joinedload(Audit.case_file))
        .order_by(RecordedAnswer.question_id, Audit.id)
    )
    return list(rows)


def quoted_words(
    session: Session, findings: Iterable[Finding], *, reader: Person | None = None
) -> dict[QuoteKey, tuple[str, str]]:
    """What these findings quote: audit and question to the words and the case file reference.

    `reader` leaves out what this person reads a second time and may not see yet.
    """
    wanted = {(q.audit_id, q.question_id) for finding in findings for q in finding.quotes}
    if not wanted:
        return {}
    rows = session.execute(
        select(Audit, RecordedAnswer)
        .join(RecordedAnswer, RecordedAnswer.audit_id == Audit.id)
        .where(
            RecordedAnswer.audit_id.in_({audit_id for audit_id, _ in wanted}),
            RecordedAnswer.question_id.in_({question for _, question in wanted}),
            RecordedAnswer.quotable,
            true() if reader is None else not_blind_to(reader),
        )
        .options(joinedload(Audit.case_file))
        .order_by(Audit.id)
    )
    return {
        (audit.id, answer.question_id): (answer.evidence, audit.case_file.reference)
        for audit, answer in rows
        if (audit.id, answer.question_id) in wanted
    }


def _write(session: Session, cycle: Cycle, finding: Finding, text: FindingText) -> None:
    if not text.statement.strip():
        raise FindingFault("Write what the finding says. Nothing was kept.")
    form = load_form(cycle.form_version)
    questions = {bank.key: {question.id for question in bank.questions} for bank in form.banks}
    if (
        text.question_id not in {None, *questions.get(text.theme, ())}
        or text.theme not in questions
    ):
        raise FindingFault("The form has no such theme or question. Nothing was kept.")
    _check_quotes(session, cycle, text.quotes)
    finding.theme = text.theme
    finding.question_id = text.question_id
    finding.kind = text.kind
    finding.statement = text.statement.strip()
    finding.k, finding.n = text.k, text.n
    finding.root_cause = text.root_cause.strip()
    finding.action = text.action.strip()
    finding.action_owner = text.action_owner.strip()
    finding.action_due = text.action_due
    kept = {(quote.audit_id, quote.question_id): quote for quote in finding.quotes}
    finding.quotes = [
        kept.get(key) or FindingQuote(audit_id=key[0], question_id=key[1])
        for key in dict.fromkeys(text.quotes)
    ]


def _check_quotes(session: Session, cycle: Cycle, quotes: tuple[QuoteKey, ...]) -> None:
    if not quotes:
        return
    allowed = {
        (audit.id, answer.question_id)
        for audit, answer in quotable_answers(session, cycle, {question for _, question in quotes})
    }
    if not set(quotes) <= allowed:
        raise FindingFault(
            "A quote was chosen whose auditor did not mark it as one that may be quoted. "
            "Nothing was kept."
        )
