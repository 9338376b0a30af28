"""Whom a repeated section of an audit is asked for: named, renamed, removed, or nobody at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from audit_app.core.faults import Refusal
from audit_app.core.question_bank import Section
from audit_app.core.repeats import asks_for_entries, entry_id
from audit_app.store.attachments import keep_with_audit
from audit_app.store.audits import begin_change
from audit_app.store.history import record_history
from audit_app.store.recorded import part_form
from audit_app.store.tables import AuditEntry, Person, Reading, RecordedAnswer
from audit_app.store.tables.sections import LONGEST_LABEL, NONE_AT_ALL


class EntryFault(Refusal):
    """One sentence: why a name was not taken. Nothing was changed."""


def repeated_sections(audit: Reading) -> dict[str, Section]:
    """The sections, as published, of which the auditor says for whom they are asked."""
    return {section.key: section for section in asks_for_entries(part_form(audit))}


def entries_in(audit: Reading, section: str) -> list[AuditEntry] | None:
    """Those named so far, in their order; empty: there is none at all; None: not said yet."""
    rows = [row for row in audit.entries if row.section == section]
    return [row for row in rows if row.number != NONE_AT_ALL] if rows else None


def answered_for(audit: Reading, section: Section, number: int) -> int:
    """How many questions of the section have something recorded for this entry."""
    ids = _ids(section, number)
    return sum(1 for row in audit.answers if row.question_id in ids)


def add_entry(
    session: Session, person: Person, audit: Reading, section: Section, label: str, *, at: datetime
) -> AuditEntry:
    """Ask the section for one more; EntryFault when the name will not do or there are too many."""
    begin_change(session, audit, at=at)
    named = entries_in(audit, section.key) or []
    if section.repeat is not None and len(named) >= section.repeat.at_most:
        raise EntryFault(
            f"This section can be asked for {section.repeat.at_most} at most. Nothing was changed."
        )
    label = _check_label(named, label)
    _delete(session, audit, section.key, NONE_AT_ALL)
    number = max((row.number for row in named), default=0) + 1
    row = AuditEntry(audit_id=audit.id, section=section.key, number=number, label=label)
    session.add(row)
    _settle(session, person, audit, section, len(named), len(named) + 1, at)
    return row


def rename_entry(
    session: Session, person: Person, audit: Reading, row: AuditEntry, label: str, *, at: datetime
) -> None:
    """Call an entry something else; its answers stay."""
    begin_change(session, audit, at=at)
    others = [one for one in entries_in(audit, row.section) or [] if one.number != row.number]
    row.label = _check_label(others, label)
    session.flush()
    detail: dict[str, object] = {entry_id(row.section, str(row.number)): "changed"}
    record_history(session, person, "named entries", "audit", audit.id, at=at, detail=detail)


def remove_entry(
    session: Session, person: Person, audit: Reading, section: Section, number: int, *, at: datetime
) -> None:
    """Take an entry away with what was recorded for it; the others keep their numbers."""
    begin_change(session, audit, at=at)
    named = entries_in(audit, section.key) or []
    session.execute(
        delete(RecordedAnswer).where(
            RecordedAnswer.audit_id == audit.id,
            RecordedAnswer.question_id.in_(_ids(section, number)),
        )
    )
    keep_with_audit(session, audit, _ids(section, number))
    _delete(session, audit, section.key, number)
    _settle(session, person, audit, section, len(named), len(named) - 1, at)


def say_none(
    session: Session, person: Person, audit: Reading, section: Section, *, at: datetime
) -> None:
    """Note that there is none at all; EntryFault while some are named."""
    begin_change(session, audit, at=at)
    named = entries_in(audit, section.key)
    if named:
        raise EntryFault("Some are named here: remove them first. Nothing was changed.")
    if named is None:
        session.add(
            AuditEntry(audit_id=audit.id, section=section.key, number=NONE_AT_ALL, label="")
        )
        _settle(session, person, audit, section, None, 0, at)


def replace_entries(
    session: Session, audit: Reading, said: Mapping[str, Sequence[tuple[int, str]]], *, at: datetime
) -> None:
    """Put the entries of a file in place of what is there: section to numbers and names."""
    begin_change(session, audit, at=at)
    sections = repeated_sections(audit)
    for key, entries in said.items():
        section = sections.get(key)
        numbers = [number for number, _label in entries if number != NONE_AT_ALL]
        if section is None or section.repeat is None:
            raise EntryFault(f"the form asks no section “{key}” for each of something")
        if len(set(numbers)) < len(numbers) or len(numbers) > section.repeat.at_most:
            raise EntryFault(f"“{key}” has a number twice, or too many entries")
        if not numbers:
            entries = [(NONE_AT_ALL, "")]
        _delete(session, audit, key)
        named: list[AuditEntry] = []
        for number, label in entries:
            if number != NONE_AT_ALL:
                label = _check_label(named, label)
            elif numbers or label:
                raise EntryFault(f"“{key}” says that there is none, and names some")
            named.append(AuditEntry(audit_id=audit.id, section=key, number=number, label=label))
        session.add_all(named)
    session.flush()
    session.expire(audit, ["entries"])


def _check_label(others: Sequence[AuditEntry], label: str) -> str:
    label = " ".join(label.split())
    if not any(character.isalpha() for character in label):
        raise EntryFault("Say who it is to the child, in words, such as “mother’s partner”.")
    if len(label) > LONGEST_LABEL:
        raise EntryFault(f"Say it in at most {LONGEST_LABEL} characters.")
    if label.casefold() in {row.label.casefold() for row in others}:
        raise EntryFault(f"“{label}” is there already: say what tells the two apart.")
    return label


def _ids(section: Section, number: int) -> set[str]:
    return {entry_id(question.id, str(number)) for question in section.questions}


def _delete(session: Session, audit: Reading, section: str, number: int | None = None) -> None:
    gone = delete(AuditEntry).where(AuditEntry.audit_id == audit.id, AuditEntry.section == section)
    session.execute(gone if number is None else gone.where(AuditEntry.number == number))
    session.expire(audit, ["entries", "answers"])


def _settle(
    session: Session,
    person: Person,
    audit: Reading,
    section: Section,
    before: int | None,
    after: int,
    at: datetime,
) -> None:
    """Write it, and note in the history how many there were and are: never who."""
    session.flush()
    session.expire(audit, ["entries", "answers"])
    detail: dict[str, object] = {section.key: [before, after]}
    record_history(session, person, "named entries", "audit", audit.id, at=at, detail=detail)
