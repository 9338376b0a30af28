"""What came of a second reading, as read pages show it: three grades for ever, earlier versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit_app.core.lifecycle import ModerationState
from audit_app.core.moderation import OVERALL
from audit_app.store.agreeing import versions_of
from audit_app.store.instruments import load_form
from audit_app.store.moderation import moderation_of
from audit_app.store.tables import AuditVersion, Moderation, Reading
from audit_app.web.database import db
from audit_app.web.moderation.words import say_grade


@dataclass(frozen=True, slots=True)
class SettledGrade:
    """The first grade, the second reader's and the one agreed on, in words."""

    title: str
    first: str
    second: str
    agreed: str
    reason: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Of an audit that was read again: its grades, and its versions that were returned."""

    moderation: Moderation
    grades: tuple[SettledGrade, ...]
    versions: Sequence[AuditVersion]


def settled_grades(moderation: Moderation) -> tuple[SettledGrade, ...]:
    """Each grade three times; none before the readers agreed."""
    form = load_form(moderation.audit.form_version)
    return tuple(
        SettledGrade(
            "Overall" if row.part == OVERALL else form.bank(row.part).title,
            say_grade(form, row.first),
            say_grade(form, row.second),
            say_grade(form, row.consensus),
            row.reason,
        )
        for row in moderation.grades
    )


def aftermath_of(audit: Reading) -> Aftermath | None:
    """What a read page says of it; None where nothing is to be told, or not yet."""
    moderation = moderation_of(db(), audit.id)
    if moderation is None:
        return None
    versions = versions_of(db(), moderation.audit_id)
    if moderation.state is not ModerationState.AGREED and not versions:
        return None
    return Aftermath(moderation, settled_grades(moderation), versions)


def comments_for(audit: Reading) -> dict[str, str]:
    """By question, or `judgement`: what the second reader asks about an audit that is returned."""
    moderation = moderation_of(db(), audit.id) if not audit.is_second else None
    if moderation is None or moderation.state is not ModerationState.RETURNED:
        return {}
    last = max(one.version for one in moderation.comments)
    return {one.field: one.comment for one in moderation.comments if one.version == last}
