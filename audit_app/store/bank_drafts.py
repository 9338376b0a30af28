"""Drafts of question banks: one a bank, changed by one person at a time, never used by an audit."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.canonical import bank_from_data, bank_to_data
from audit_app.store.scopes import grants_of, may_in_theme
from audit_app.store.tables import BankDraft, BankVersion, FormBank, FormVersion, Person


class DraftFault(Refusal):
    """One sentence: why a draft was not begun."""


class DraftConflict(Refusal):
    """Somebody else changed the draft since the page was made; nothing was overwritten."""


def drafts_within(session: Session, person: Person) -> list[BankDraft]:
    """The drafts of banks that the person may publish, by key."""
    drafts = session.scalars(
        select(BankDraft)
        .options(joinedload(BankDraft.changed_by), joinedload(BankDraft.based_on))
        .order_by(BankDraft.key)
    ).all()
    forms = _forms_by_bank(session) if drafts else {}
    return [draft for draft in drafts if _may(person, forms.get(draft.key, set()))]


def find_draft(session: Session, person: Person, draft_id: int) -> BankDraft | None:
    """A draft of a bank that the person may publish; None for everybody else."""
    draft = session.get(BankDraft, draft_id)
    return draft if draft is not None and may_publish(session, person, draft.key) else None


def draft_of(session: Session, key: str) -> BankDraft | None:
    """The draft of the bank with this key."""
    return session.scalar(select(BankDraft).where(BankDraft.key == key))


def may_publish(session: Session, person: Person, key: str) -> bool:
    """Whether the person may publish this bank: every form that ever asked it is within reach.

    A bank that no form asks belongs to no theme: it is for those whose role has no scope.
    """
    return _may(person, _forms_by_bank(session, key).get(key, set()))


def may_begin_banks(person: Person) -> bool:
    """Whether the person may begin a bank that no form asks yet."""
    return _may(person, set())


def begin_draft(
    session: Session,
    bank: QuestionBank,
    based_on: BankVersion | None,
    *,
    by: Person,
    at: datetime,
) -> BankDraft:
    """Keep a bank as a draft; DraftFault where there is a draft of it already."""
    found = draft_of(session, bank.key)
    if found is not None:
        raise DraftFault(
            f"There is a draft of the bank {bank.key} already, which {found.changed_by.name} "
            "changed last. Nothing was changed: open that draft, or delete it first."
        )
    draft = BankDraft(
        key=bank.key,
        based_on=based_on,
        content=_as_text(bank),
        changes=0,
        made_by=by,
        made_at=at,
        changed_by=by,
        changed_at=at,
    )
    session.add(draft)
    session.flush()
    return draft


def change_draft(
    session: Session, draft: BankDraft, bank: QuestionBank, *, seen: int, by: Person, at: datetime
) -> None:
    """Keep what the bank is now; `seen`: how many changes the page knew of that it was made on.

    DraftConflict where there are more by now, and then nothing is changed.
    """
    _hold(session, draft, seen)
    draft.content = _as_text(bank)
    draft.changes += 1
    draft.changed_by, draft.changed_at = by, at
    session.flush()


def delete_draft(session: Session, draft: BankDraft, *, seen: int) -> None:
    """Forget a draft; DraftConflict where somebody changed it since it was looked at."""
    _hold(session, draft, seen)
    session.delete(draft)
    session.flush()


def load_draft(draft: BankDraft) -> QuestionBank:
    """The bank as it is drafted."""
    return bank_from_data(json.loads(draft.content))


def _hold(session: Session, draft: BankDraft, seen: int) -> None:
    """See the draft as it is, and keep others from changing it meanwhile."""
    columns = ["content", "changes", "changed_at", "changed_by_id"]
    session.refresh(draft, columns, with_for_update=True)
    session.expire(draft, ["changed_by"])
    if draft.changes != seen:
        raise DraftConflict(
            f"{draft.changed_by.name} changed this draft after you opened the page. Nothing of "
            "theirs was overwritten, and what you typed is still here."
        )


def _may(person: Person, forms: set[str]) -> bool:
    permission = Permission.PUBLISH_BANKS
    if any(grant.scope.kind is None for grant in grants_of(person, permission)):
        return True
    return bool(forms) and all(may_in_theme(person, permission, form) for form in forms)


def _forms_by_bank(session: Session, key: str | None = None) -> dict[str, set[str]]:
    """Which forms ever asked each bank, by their keys."""
    pairs = (
        select(BankVersion.key, FormVersion.key)
        .join(FormBank, FormBank.bank_version_id == BankVersion.id)
        .join(FormVersion, FormVersion.id == FormBank.form_version_id)
        .distinct()
    )
    forms: dict[str, set[str]] = {}
    for bank, form in session.execute(
        pairs if key is None else pairs.where(BankVersion.key == key)
    ):
        forms.setdefault(bank, set()).add(form)
    return forms


def _as_text(bank: QuestionBank) -> str:
    data = bank_to_data(bank)
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
