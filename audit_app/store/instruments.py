"""Published banks and forms: publishing, and reading a version back as core values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.publishing import bank_refusals, version_refusal
from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.core.subjects import SUBJECT_WORDS, SubjectWords
from audit_app.core.trends import ThemeVersion
from audit_app.core.version_numbers import VERSION_PATTERN, next_version, version_numbers
from audit_app.core.versions import (
    BankDiff,
    Bump,
    FormDiff,
    Reason,
    compare_banks,
    compare_forms,
)
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_hash,
    bank_to_data,
    content_hash,
    form_from_data,
    form_scoring_hash,
    form_to_data,
    scoring_hash,
    theme_scoring_hash,
)
from audit_app.question_banks.read import Library
from audit_app.store.scopes import banks_within, forms_within
from audit_app.store.tables import BankVersion, FormBank, FormVersion, Person, RecordedAnswer

Version = TypeVar("Version", BankVersion, FormVersion)


class PublishFault(Refusal):
    """Why nothing was published: every reason, one sentence a line, each with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults) + " Nothing was published.")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did with one bank or form: `new` is False where it was there already.

    `bump` and `reasons`: how it differs from the version before it; the first version of all, and
    one that was there already, differ from nothing.
    """

    kind: str
    key: str
    version: str
    content_hash: str
    new: bool
    bump: Bump = Bump.NONE
    reasons: tuple[Reason, ...] = ()


def publish_library(session: Session, library: Library, *, at: datetime) -> list[Published]:
    """Publish every bank and form of the library, or nothing.

    Everything is checked against what is published before anything is written (`core.publishing`);
    whatever speaks against it is a PublishFault with all the reasons.
    """
    answered = _answered_questions(session)
    faults: list[str] = []
    bank_diffs = {b.key: _check_bank(session, b, answered, faults) for b in library.banks.values()}
    form_diffs = {f.key: _check_form(session, f, library, faults) for f in library.forms.values()}
    if faults:
        raise PublishFault(faults)
    said: list[Published] = []
    stored: dict[str, BankVersion] = {}
    for bank in library.banks.values():
        version, new = _publish_bank(session, bank, at)
        stored[bank.key] = version
        said.append(_published("bank", version, new, bank_diffs[bank.key]))
    for form in library.forms.values():
        banks = [stored.get(bank.key) or _stored_bank(session, bank) for bank in form.banks]
        form_version, new = _publish_form(session, form, banks, at)
        said.append(_published("form", form_version, new, form_diffs[form.key]))
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
    """One published bank version; `1.0` and `1.0.0` are one."""
    return _find_version(_bank_versions(session, key), version)


def latest_bank(session: Session, key: str) -> BankVersion | None:
    """The bank version with the highest number under this key."""
    return next(reversed(_bank_versions(session, key)), None)


def find_form(session: Session, key: str, version: str) -> FormVersion | None:
    """One published form version; `1.0` and `1.0.0` are one."""
    return _find_version(_form_versions(session, key), version)


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


def theme_versions(version: FormVersion) -> Mapping[str, ThemeVersion]:
    """How each theme of a published form is asked and scored, by the key of its bank."""
    banks = tuple((b.bank_version.content_hash, b.bank_version.content) for b in version.banks)
    return _theme_versions(version.content_hash, version.content, banks)


def words_of(version: FormVersion) -> SubjectWords:
    """What the form's audits examine, in words."""
    return SUBJECT_WORDS[load_form(version).subject]


@lru_cache(maxsize=256)
def _bank_from(_hash: str, content: str) -> QuestionBank:
    return bank_from_data(json.loads(content))


@lru_cache(maxsize=64)
def _form_from(_hash: str, content: str, banks: tuple[tuple[str, str], ...]) -> AuditForm:
    loaded = [_bank_from(*bank) for bank in banks]
    return form_from_data(json.loads(content), {bank.key: bank for bank in loaded})


@lru_cache(maxsize=64)
def _theme_versions(
    hash_: str, content: str, banks: tuple[tuple[str, str], ...]
) -> Mapping[str, ThemeVersion]:
    form = _form_from(hash_, content, banks)
    return {
        bank.key: ThemeVersion(theme_scoring_hash(form, bank.key), bank, form.version)
        for bank in form.banks
    }


def _check_bank(
    session: Session, bank: QuestionBank, answered: frozenset[str], faults: list[str]
) -> BankDiff | None:
    """How the bank differs from the version before it, None where there is none; notes faults."""
    found = find_bank(session, bank.key, bank.version)
    if found is not None and found.content_hash == bank_hash(bank):
        return None
    earlier = [load_bank(version) for version in _bank_versions(session, bank.key)]
    diff = compare_banks(earlier[-1], bank) if earlier else None
    if found is not None and diff is not None:
        faults.append(_other_content("bank", bank.key, bank.version, earlier[-1].version, diff))
    elif diff is not None:
        faults += filter(None, [version_refusal(earlier[-1], bank.version, diff)])
    faults += bank_refusals(bank, earlier, answered)
    return diff


def _check_form(
    session: Session, form: AuditForm, library: Library, faults: list[str]
) -> FormDiff | None:
    """The same of a form; a bank of it that is neither published nor in the library is a fault."""
    faults += [
        f"The bank {bank.key} {bank.version} is not published yet: publish it with the form."
        for bank in form.banks
        if bank.key not in library.banks and find_bank(session, bank.key, bank.version) is None
    ]
    found = find_form(session, form.key, form.version)
    if found is not None and found.content_hash == _form_hash(form):
        return None
    earlier = _form_versions(session, form.key)
    if not earlier:
        return None
    latest = load_form(earlier[-1])
    diff = compare_forms(latest, form)
    if found is not None:
        faults.append(_other_content("form", form.key, form.version, latest.version, diff))
    else:
        faults += filter(None, [version_refusal(latest, form.version, diff)])
    return diff


def _other_content(
    kind: str, key: str, version: str, latest: str, diff: BankDiff | FormDiff
) -> str:
    why = " or one of its banks" if kind == "form" else ""
    return (
        f"The {kind} {key} {version} is already published with other content: it{why} has been "
        f"changed since. Raise its version: what changed since {latest} is {diff.bump.word}, so "
        f"{next_version(latest, diff.bump)} or higher."
    )


def _answered_questions(session: Session) -> frozenset[str]:
    """The ids of questions with an answer; those of a repeated section without their entry."""
    found = session.scalars(select(RecordedAnswer.question_id).distinct())
    return frozenset(question_id.partition(".")[0] for question_id in found)


def _bank_versions(session: Session, key: str) -> list[BankVersion]:
    """Every published version of a bank, by its number."""
    found = session.scalars(select(BankVersion).where(BankVersion.key == key))
    return sorted(found, key=lambda version: version_numbers(version.version))


def _form_versions(session: Session, key: str) -> list[FormVersion]:
    found = session.scalars(select(FormVersion).where(FormVersion.key == key))
    return sorted(found, key=lambda version: version_numbers(version.version))


def _find_version(versions: Sequence[Version], version: str) -> Version | None:
    """The one of them with this number; None where there is none, or it is no number at all."""
    if not VERSION_PATTERN.fullmatch(version):
        return None
    wanted = version_numbers(version)
    return next((one for one in versions if version_numbers(one.version) == wanted), None)


def _form_hash(form: AuditForm) -> str:
    banks = [bank_hash(bank) for bank in form.banks]
    return content_hash({"form": form_to_data(form), "banks": banks})


def _published(
    kind: str, version: BankVersion | FormVersion, new: bool, diff: BankDiff | FormDiff | None
) -> Published:
    return Published(
        kind,
        version.key,
        version.version,
        version.content_hash,
        new,
        diff.bump if diff is not None else Bump.NONE,
        diff.reasons if diff is not None else (),
    )


def _publish_bank(session: Session, bank: QuestionBank, at: datetime) -> tuple[BankVersion, bool]:
    found = find_bank(session, bank.key, bank.version)
    if found is not None:
        return found, False
    data = bank_to_data(bank)
    version = BankVersion(
        key=bank.key,
        version=bank.version,
        title=bank.title,
        content_hash=content_hash(data),
        scoring_hash=scoring_hash(bank),
        content=_as_text(data),
        question_count=sum(1 for _ in bank.questions),
        published_at=at,
    )
    session.add(version)
    session.flush()
    return version, True


def _stored_bank(session: Session, bank: QuestionBank) -> BankVersion:
    found = find_bank(session, bank.key, bank.version)
    assert found is not None, "checked before anything was written"
    return found


def _publish_form(
    session: Session, form: AuditForm, banks: list[BankVersion], at: datetime
) -> tuple[FormVersion, bool]:
    found = find_form(session, form.key, form.version)
    if found is not None:
        return found, False
    version = FormVersion(
        key=form.key,
        version=form.version,
        title=form.title,
        content_hash=_form_hash(form),
        scoring_hash=form_scoring_hash(form),
        content=_as_text(form_to_data(form)),
        published_at=at,
        banks=[FormBank(bank_version=bank, position=place) for place, bank in enumerate(banks)],
    )
    session.add(version)
    session.flush()
    return version, True


def _as_text(data: dict[str, object]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
