"""Attached files as pages list them: what they belong to, and what each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from audit_app.attachments.kinds import KIND_WORDS
from audit_app.core.question_bank import AuditForm
from audit_app.store.attachments import OF_AUDIT, attachments_of
from audit_app.store.audits import form_of
from audit_app.store.tables import Attachment, Reading
from audit_app.web.database import db
from audit_app.web.words import say_count


@dataclass(frozen=True, slots=True)
class AttachedRow:
    """One file in words; `place` says what it belongs to."""

    file: Attachment
    place: str
    about: str


@dataclass(frozen=True, slots=True)
class AttachLink:
    """The link beside a question's evidence, to its page of attached files."""

    href: str
    words: str
    count: int


def attached_rows(form: AuditForm, files: Sequence[Attachment]) -> list[AttachedRow]:
    """Files with what they belong to, in the order of the form, the audit as a whole last."""
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    ordered = sorted(files, key=lambda one: numbers.get(one.question_id, len(numbers) + 1))
    return [
        AttachedRow(one, _say_place(one, numbers.get(one.question_id)), _say_file(one))
        for one in ordered
    ]


def attached_to(audit: Reading) -> list[AttachedRow]:
    """Everything that is attached to an audit."""
    return attached_rows(form_of(audit), attachments_of(db(), audit))


def of_place(form: AuditForm, rows: Sequence[AttachedRow], question_id: str) -> list[AttachedRow]:
    """Those of one question, or with what is asked no more those of the audit as a whole."""
    if question_id == OF_AUDIT:
        return [row for row in rows if row.file.question_id not in form.questions]
    return [row for row in rows if row.file.question_id == question_id]


def attach_links(audit: Reading, question_ids: Sequence[str]) -> Mapping[str, AttachLink]:
    """For each question of a section where its files are, and how many."""
    counts = Counter(one.question_id for one in attachments_of(db(), audit))
    return {
        id_: AttachLink(
            url_for("attachments.show_of_question", audit_id=audit.id, question_id=id_),
            f"{say_count(counts[id_], 'file')} attached" if counts[id_] else "Attach a file",
            counts[id_],
        )
        for id_ in question_ids
    }


def say_size(size: int) -> str:
    """A size as people read it: “812 KB”, “2.4 MB”."""
    if size < 1024:
        return say_count(size, "byte")
    return f"{size / 1024:,.0f} KB" if size < 1024**2 else f"{size / 1024**2:,.1f} MB"


def _say_place(file: Attachment, number: int | None) -> str:
    place = f"Question {number}" if number is not None else "The audit as a whole"
    return f"{place}, second reading" if file.audit.is_second else place


def _say_file(file: Attachment) -> str:
    return f"{KIND_WORDS[file.kind]}, {say_size(file.size)}"
