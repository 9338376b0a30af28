"""Unfinished audits as the cards of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit_app import clock
from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.completeness import Progress, section_progress
from audit_app.store.audits import form_of
from audit_app.store.moderation import returned_audits
from audit_app.store.recorded import answers_of
from audit_app.store.tables import Reading
from audit_app.web.database import Session


@dataclass(frozen=True, slots=True)
class Card:
    """One audit to be done."""

    audit: Reading
    sections: int
    complete: int
    begun: bool
    late: bool
    returned: bool
    """By the second reader, with comments."""


def cards_of(session: Session, audits: Sequence[Reading]) -> list[Card]:
    """A card for each audit, the earliest due day first."""
    back = returned_audits(session, audits)
    return [
        _card(audit, returned=audit.id in back)
        for audit in sorted(audits, key=lambda audit: (audit.due_on, audit.id))
    ]


def _card(audit: Reading, *, returned: bool) -> Card:
    sections = section_progress(form_of(audit), answers_of(audit), is_bank_holiday)
    return Card(
        audit=audit,
        sections=len(sections),
        complete=sum(1 for section in sections if section.state is Progress.COMPLETE),
        begun=bool(audit.answers),
        late=audit.due_on < clock.today(),
        returned=returned,
    )
