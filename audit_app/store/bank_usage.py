"""Where question banks are used, and how each of their questions has served."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.access import Permission
from audit_app.core.lifecycle import AuditState
from audit_app.core.question_bank import Outcome
from audit_app.core.question_use import QuestionUse
from audit_app.store.scopes import audits_in_scope, cycles_within, forms_within
from audit_app.store.tables import (
    Audit,
    BankVersion,
    Cycle,
    FormBank,
    FormVersion,
    Person,
    RecordedAnswer,
)


@dataclass(frozen=True, slots=True)
class BankUse:
    """Which form asks which bank version."""

    bank: str
    bank_version: str
    form: FormVersion


def forms_asking(session: Session, person: Person, key: str | None = None) -> list[BankUse]:
    """Every form version that the person may read with the banks that it asks, newest first.

    With a key: only those that ask this bank.
    """
    asked = (
        select(BankVersion.key, BankVersion.version, FormVersion)
        .join(FormBank, FormBank.bank_version_id == BankVersion.id)
        .join(FormVersion, FormVersion.id == FormBank.form_version_id)
        .where(forms_within(person, Permission.READ_BANKS))
        .order_by(FormVersion.title, FormVersion.id.desc())
    )
    rows = session.execute(asked if key is None else asked.where(BankVersion.key == key))
    return [BankUse(bank, version, form) for bank, version, form in rows]


def cycles_asking(session: Session, person: Person, key: str) -> list[tuple[Cycle, str]]:
    """The cycles within the person's reach whose form asks this bank, with its version there."""
    rows = session.execute(
        select(Cycle, BankVersion.version)
        .join(FormBank, FormBank.form_version_id == Cycle.form_version_id)
        .join(BankVersion, BankVersion.id == FormBank.bank_version_id)
        .where(BankVersion.key == key, cycles_within(person, Permission.READ_BANKS))
        .order_by(Cycle.month.desc(), Cycle.id.desc())
    )
    return [(cycle, version) for cycle, version in rows]


def question_use(
    session: Session, person: Person, bank: str | None = None
) -> dict[str, QuestionUse]:
    """How each question was answered in submitted audits whose results the person may see, by id.

    With the key of a bank: only in audits whose form asks it. The questions of a section that is
    asked once for each of something count once for each of them.
    """
    counted = (
        select(RecordedAnswer.question_id, RecordedAnswer.outcome, func.count())
        .join(Audit, Audit.id == RecordedAnswer.audit_id)
        .where(
            Audit.state == AuditState.SUBMITTED,
            RecordedAnswer.outcome.is_not(None),
            audits_in_scope(person, Permission.SEE_RESULTS),
        )
        .group_by(RecordedAnswer.question_id, RecordedAnswer.outcome)
    )
    if bank is not None:
        asking = (
            select(FormBank.form_version_id)
            .join(BankVersion, BankVersion.id == FormBank.bank_version_id)
            .where(BankVersion.key == bank)
        )
        counted = counted.where(Audit.form_version_id.in_(asking))
    counts: dict[str, dict[Outcome, int]] = {}
    for id_, outcome, number in session.execute(counted):
        if outcome is not None:
            of_question = counts.setdefault(id_.partition(".")[0], {})
            of_question[outcome] = of_question.get(outcome, 0) + number
    return {id_: QuestionUse(of_question) for id_, of_question in counts.items()}
