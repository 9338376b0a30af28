"""References of case files: made with a key, and made anew when the key is changed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from audit_app.core.faults import Refusal
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.store.history import record_history
from audit_app.store.tables import CaseFile, CensusStranger, FormerReference, PseudonymKey

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
_FINGERPRINT_OF = b"fingerprint of the key of case file references"
_BATCH = 500
_IS_PSEUDONYM = CaseFile.subject != Subject.AGENCY


class ReferenceFault(Refusal):
    """One sentence: why no reference was made, and what to do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a change of key did: how many case files have a new reference."""

    case_files: int


def case_reference(
    key: bytes, council_key: str, attempt: int = 0, subject: Subject = Subject.CASE_FILE
) -> str:
    """The pseudonym of a case file: 40 bits of a keyed hash, written `7KM2-QD4X`.

    That of another subject begins with letters that say what it is, as `SD-7KM2-QD4X`. Without
    the key nobody can reckon it from the council's number, nor try all numbers. `attempt` is 0
    unless an earlier one is another case file's.
    """
    said = council_key if subject is Subject.CASE_FILE else f"{subject}\0{council_key}"
    if attempt:
        said = f"{said}\0{attempt}"
    number = int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256)[:5])
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{SUBJECT_WORDS[subject].prefix}{letters[:4]}-{letters[4:]}"


def new_references(
    key: bytes,
    council_keys: Iterable[str],
    taken: set[str],
    subject: Subject = Subject.CASE_FILE,
) -> dict[str, str]:
    """A reference for each council key, none of them taken; `taken` grows by what is given out."""
    made: dict[str, str] = {}
    for council_key in council_keys:
        attempt = 0
        while (reference := case_reference(key, council_key, attempt, subject)) in taken:
            attempt += 1
        taken.add(reference)
        made[council_key] = reference
    return made


def taken_references(session: Session) -> set[str]:
    """Every reference that a case file has or had."""
    return {*session.scalars(select(CaseFile.reference))} | {
        *session.scalars(select(FormerReference.reference))
    }


def fingerprint(key: bytes) -> str:
    """By what a key is known again; the key cannot be reckoned from it."""
    return hmac.digest(key, _FINGERPRINT_OF, hashlib.sha256).hex()


def check_key(session: Session, key: bytes, *, at: datetime) -> None:
    """Refuse a key that is not the one in use; the first one is noted.

    Two keys would give one child's file two references without anybody having decided it.
    """
    newest = _newest_key(session)
    if newest is None and _made_with(session, key):
        session.add(PseudonymKey(fingerprint=fingerprint(key), began_at=at))
        session.flush()
        return
    if newest is None or newest.fingerprint != fingerprint(key):
        raise ReferenceFault(
            "The key of case file references is not the one that they were made with. Nothing was "
            "changed: set the earlier AUDIT_APP_PSEUDONYM_KEY again or, if it was meant to be "
            "changed, run 'audit-app references rotate' first."
        )


def rotate_references(session: Session, key: bytes, *, at: datetime) -> Rotation:
    """Give every case file a reference made with the new key, and keep the old one to find it by.

    An agency's is its name, and stays.

    ReferenceFault when the key is in use already or was used before; then nothing is changed.
    """
    mark = fingerprint(key)
    newest = _newest_key(session)
    known = session.scalar(select(PseudonymKey).where(PseudonymKey.fingerprint == mark))
    if known is not None or (newest is None and _made_with(session, key)):
        raise ReferenceFault(
            "The references are made with this key already, or were at an earlier time. Nothing "
            "was changed: set AUDIT_APP_PSEUDONYM_KEY to a new key, then run this again."
        )
    rows = session.execute(
        select(CaseFile.id, CaseFile.subject, CaseFile.council_key, CaseFile.reference)
        .where(_IS_PSEUDONYM)
        .order_by(CaseFile.id)
        .with_for_update()
    ).all()
    taken = taken_references(session)
    made: dict[int, str] = {}
    for subject in sorted({row.subject for row in rows}):
        keys = {row.council_key: row.id for row in rows if row.subject is subject}
        named = new_references(key, keys, taken, subject)
        made |= {keys[council_key]: reference for council_key, reference in named.items()}
    if rows:
        session.execute(
            insert(FormerReference),
            [{"reference": row.reference, "case_file_id": row.id, "until": at} for row in rows],
        )
        session.execute(
            update(CaseFile),
            [{"id": id_, "reference": reference} for id_, reference in made.items()],
        )
    session.execute(delete(CensusStranger))  # no number is kept from which to make them anew
    session.add(PseudonymKey(fingerprint=mark, began_at=at))
    session.flush()
    session.expire_all()
    changed = {"case_files": len(rows)}
    record_history(session, None, "key changed", "references", None, at=at, detail=changed)
    return Rotation(len(rows))


def references_at(
    session: Session, case_file_ids: Collection[int], moment: datetime
) -> dict[int, str]:
    """The references that case files had at a moment, by id: a draw is checked with those."""
    ids = sorted(set(case_file_ids))
    found: dict[int, str] = {}
    for begin in range(0, len(ids), _BATCH):
        batch = ids[begin : begin + _BATCH]
        present = select(CaseFile.id, CaseFile.reference).where(CaseFile.id.in_(batch))
        found |= dict(session.execute(present).all())
        former = (
            select(FormerReference.case_file_id, FormerReference.reference)
            .where(FormerReference.case_file_id.in_(batch), FormerReference.until > moment)
            .order_by(FormerReference.until.desc())
        )
        # The last one to be set is the one that ended soonest after the moment.
        found |= dict(session.execute(former).all())
    return found


def is_called(named: str) -> ColumnElement[bool]:
    """Condition: the case file has this reference, or is the agency of this name."""
    folded = " ".join(named.split()).casefold()
    return or_(
        CaseFile.reference == named.strip().upper(),
        and_(CaseFile.subject == Subject.AGENCY, CaseFile.council_key == folded),
    )


def find_case_file(session: Session, reference: str) -> CaseFile | None:
    """The case file that has this reference, or had it until the key was changed."""
    present = session.scalar(select(CaseFile).where(is_called(reference)))
    if present is not None:
        return present
    wanted = reference.strip().upper()
    former = select(FormerReference.case_file_id).where(FormerReference.reference == wanted)
    return session.scalar(select(CaseFile).where(CaseFile.id.in_(former)))


def former_references(session: Session, case_file: CaseFile) -> list[FormerReference]:
    """The references that a case file had, the latest first."""
    return list(
        session.scalars(
            select(FormerReference)
            .where(FormerReference.case_file_id == case_file.id)
            .order_by(FormerReference.until.desc())
        )
    )


def _newest_key(session: Session) -> PseudonymKey | None:
    return session.scalar(select(PseudonymKey).order_by(PseudonymKey.number.desc()).limit(1))


def _made_with(session: Session, key: bytes) -> bool:
    """Whether the case files of a database that knows no key yet were made with this one."""
    columns = (CaseFile.subject, CaseFile.council_key, CaseFile.reference)
    kept = select(*columns).where(CaseFile.purged_at.is_(None), _IS_PSEUDONYM)
    some = session.execute(kept.order_by(CaseFile.id).limit(3)).all()
    if not some:
        return session.scalar(select(func.count(CaseFile.id)).where(_IS_PSEUDONYM)) == 0
    return any(
        case_reference(key, council_key, subject=subject) == reference
        for subject, council_key, reference in some
    )
