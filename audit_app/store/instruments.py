"""Published banks and forms: publishing, and reading a version back as core values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_to_data,
    content_hash,
    form_from_data,
    form_to_data,
)
from audit_app.question_banks.read import Library
from audit_app.store.scopes import banks_within, forms_within
from audit_app.store.tables import BankVersion, FormBank, FormVersion, Person


class PublishFault(Refusal):
    """One sentence: why nothing was published."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did with one bank or form: `new` is False where it was there already."""

    kind: str
    key: str
    version: str
    content_hash: str
    new: bool


def publish_library(session: Session, library: Library, *, at: datetime) -> list[Published]:
    """Publish every bank and form of the library.

    A version once published never changes: other content under the same version is a PublishFault,
    and then the caller's transaction must not be committed.
    """
    said: list[Published] = []
    stored: dict[str, BankVersion] = {}
    for bank in library.banks.values():
        version, new = _publish_bank(session, bank, at)
        stored[bank.key] = version
        said.append(Published("bank", bank.key, bank.version, version.content_hash, new))
    for form in library.forms.values():
        banks = [stored.get(bank.key) or _published(session, bank) for bank in form.banks]
        form_version, new = _publish_form(session, form, banks, at)
        said.append(Published("form", form.key, form.version, form_version.content_hash, new))
    return said


def published_banks(session: Session) -> list[BankVersion]:
    """Every published bank version, by title, newest first."""
    return list(
        session.scalars(select(BankVersion).order_by(BankVersion.title, BankVersion.id.desc()))
    )


def readable_banks(session: Session, person: Person) -> list[BankVersion]:
    """The published bank versions that the person may read, by title, newest first."""
    return list(
        session.scalars(
            select(BankVersion)
            .where(banks_within(person))
            .order_by(BankVersion.title, BankVersion.id.desc())
        )
    )


def readable_forms(session: Session, person: Person) -> list[FormVersion]:
    """The newest version of every form that the person may read, by title."""
    readable = set(
        session.scalars(select(FormVersion.key).where(forms_within(person, Permission.READ_BANKS)))
    )
    return [version for version in latest_forms(session) if version.key in readable]


def readable_bank(session: Session, person: Person, key: str, version: str) -> BankVersion | None:
    """One published bank version that the person may read."""
    return session.scalar(
        select(BankVersion).where(
            BankVersion.key == key, BankVersion.version == version, banks_within(person)
        )
    )


def find_bank(session: Session, key: str, version: str) -> BankVersion | None:
    """One published bank version."""
    return session.scalar(
        select(BankVersion).where(BankVersion.key == key, BankVersion.version == version)
    )


def latest_bank(session: Session, key: str) -> BankVersion | None:
    """The bank version published last under this key."""
    return session.scalar(
        select(BankVersion).where(BankVersion.key == key).order_by(BankVersion.id.desc()).limit(1)
    )


def latest_form(session: Session, key: str) -> FormVersion | None:
    """The form version published last under this key."""
    return session.scalar(
        select(FormVersion).where(FormVersion.key == key).order_by(FormVersion.id.desc()).limit(1)
    )


def latest_forms(session: Session) -> list[FormVersion]:
    """The version published last of every form, by title."""
    newest: dict[str, FormVersion] = {}
    for version in session.scalars(select(FormVersion).order_by(FormVersion.id)):
        newest[version.key] = version
    return sorted(newest.values(), key=lambda version: version.title)


def latest_banks(session: Session) -> dict[str, QuestionBank]:
    """The bank published last under each key."""
    versions = session.scalars(select(BankVersion).order_by(BankVersion.id))
    return {version.key: load_bank(version) for version in versions}


def load_bank(version: BankVersion) -> QuestionBank:
    """The bank as it was published."""
    return _bank_from(version.content_hash, version.content)


def load_form(version: FormVersion) -> AuditForm:
    """The form, with its banks, as it was published."""
    banks = tuple((b.bank_version.content_hash, b.bank_version.content) for b in version.banks)
    return _form_from(version.content_hash, version.content, banks)


@lru_cache(maxsize=256)
def _bank_from(_hash: str, content: str) -> QuestionBank:
    return bank_from_data(json.loads(content))


@lru_cache(maxsize=64)
def _form_from(_hash: str, content: str, banks: tuple[tuple[str, str], ...]) -> AuditForm:
    loaded = [_bank_from(*bank) for bank in banks]
    return form_from_data(json.loads(content), {bank.key: bank for bank in loaded})


def _publish_bank(session: Session, bank: QuestionBank, at: datetime) -> tuple[BankVersion, bool]:
    data = bank_to_data(bank)
    hashed = content_hash(data)
    found = find_bank(session, bank.key, bank.version)
    if found is not None:
        _refuse_other_content("bank", bank.key, bank.version, found.content_hash, hashed)
        return found, False
    version = BankVersion(
        key=bank.key,
        version=bank.version,
        title=bank.title,
        content_hash=hashed,
        content=_as_text(data),
        question_count=sum(1 for _ in bank.questions),
        published_at=at,
    )
    session.add(version)
    session.flush()
    return version, True


def _published(session: Session, bank: QuestionBank) -> BankVersion:
    found = find_bank(session, bank.key, bank.version)
    if found is None:
        raise PublishFault(
            f"The bank {bank.key} {bank.version} is not published yet: publish it with the form. "
            "Nothing was published."
        )
    return found


def _publish_form(
    session: Session, form: AuditForm, banks: list[BankVersion], at: datetime
) -> tuple[FormVersion, bool]:
    data = form_to_data(form)
    hashed = content_hash({"form": data, "banks": [bank.content_hash for bank in banks]})
    found = session.scalar(
        select(FormVersion).where(FormVersion.key == form.key, FormVersion.version == form.version)
    )
    if found is not None:
        _refuse_other_content("form", form.key, form.version, found.content_hash, hashed)
        return found, False
    version = FormVersion(
        key=form.key,
        version=form.version,
        title=form.title,
        content_hash=hashed,
        content=_as_text(data),
        published_at=at,
        banks=[FormBank(bank_version=bank, position=place) for place, bank in enumerate(banks)],
    )
    session.add(version)
    session.flush()
    return version, True


def _refuse_other_content(kind: str, key: str, version: str, before: str, after: str) -> None:
    if before == after:
        return
    why = " or one of its banks" if kind == "form" else ""
    raise PublishFault(
        f"The {kind} {key} {version} is already published with other content: it{why} has been "
        f"changed since. Raise its version. Nothing was published."
    )


def _as_text(data: dict[str, object]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
