"""Publishing a draft: the bank, and new versions of the forms that ask it, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.core.access import Permission
from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.core.version_numbers import next_version
from audit_app.core.versions import compare_forms
from audit_app.question_banks.faults import Fault, FaultyFiles
from audit_app.question_banks.read import Library, read_form
from audit_app.question_banks.to_yaml import write_form_yaml
from audit_app.store.bank_drafts import delete_draft
from audit_app.store.history import record_history
from audit_app.store.instruments import (
    Published,
    latest_banks,
    latest_forms,
    load_form,
    publish_library,
)
from audit_app.store.scopes import may_in_theme
from audit_app.store.tables import BankDraft, Person


@dataclass(frozen=True, slots=True)
class FormPlan:
    """A form as it is, and as it would be with the bank; `asks`: whether it asks it already."""

    now: AuditForm
    then: AuditForm
    asks: bool
    faults: tuple[Fault, ...]
    """What keeps the form from being published so."""


def plan_forms(session: Session, person: Person, bank: QuestionBank) -> list[FormPlan]:
    """The newest version of each form within the person's reach, with this bank; askers first."""
    plans = [
        _plan(load_form(version), bank)
        for version in latest_forms(session)
        if may_in_theme(person, Permission.PUBLISH_BANKS, version.key)
    ]
    return sorted(plans, key=lambda plan: not plan.asks)


def ids_of_other_banks(session: Session, bank: QuestionBank) -> dict[str, str]:
    """Ids of this bank that another published bank has too: id → that bank's key."""
    owners = {
        question.id: other.key
        for other in latest_banks(session).values()
        if other.key != bank.key
        for question in (*other.questions, *other.retired)
    }
    return {q.id: owners[q.id] for q in (*bank.questions, *bank.retired) if q.id in owners}


def publish_draft(
    session: Session,
    draft: BankDraft,
    bank: QuestionBank,
    plans: Collection[FormPlan],
    *,
    seen: int,
    by: Person,
    at: datetime,
) -> list[Published]:
    """Publish the bank with these forms, and forget the draft.

    DraftConflict or PublishFault when that cannot be; then the caller's transaction must not be
    committed.
    """
    draft_id = draft.id
    library = Library({bank.key: bank}, {plan.then.key: plan.then for plan in plans})
    said = publish_library(session, library, at=at)
    delete_draft(session, draft, seen=seen)
    new = {one.key: one.version for one in said if one.new}
    record_history(session, by, "published", "question banks", None, at=at, detail=new)
    detail: Mapping[str, object] = {"bank": bank.key, "version": bank.version}
    record_history(session, by, "finished", "unpublished bank", draft_id, at=at, detail=detail)
    return said


def _plan(form: AuditForm, bank: QuestionBank) -> FormPlan:
    asks = any(one.key == bank.key for one in form.banks)
    banks = [bank if one.key == bank.key else one for one in form.banks]
    then = replace(form, banks=tuple(banks if asks else [*banks, bank]))
    version = next_version(form.version, compare_forms(form, then).bump)
    then = replace(then, version=version)
    try:
        read_form(write_form_yaml(then), {one.key: one for one in then.banks}, form.title)
    except FaultyFiles as faulty:
        return FormPlan(form, then, asks, faulty.faults)
    return FormPlan(form, then, asks, ())
