"""Whose account is whose at the council's identity provider: by tenant and object id only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.store.history import record_history
from audit_app.store.mailed_links import use_link
from audit_app.store.tables import MailedLink, Person


def find_by_council_account(session: Session, tenant: str, object_id: str) -> Person | None:
    """Whose council account this is, disabled or not; an address plays no part."""
    return session.scalar(
        select(Person).where(Person.sso_tenant == tenant, Person.sso_object == object_id)
    )


def bind_council_account(
    session: Session, link: MailedLink, tenant: str, object_id: str, *, at: datetime
) -> bool:
    """Bind an invitation's person to a council account, and use the invitation up.

    False, and nothing is changed, where the person or the council account is bound elsewhere.
    """
    person = link.person
    holder = find_by_council_account(session, tenant, object_id)
    if holder is None and person.sso_object is None:
        person.sso_tenant, person.sso_object = tenant, object_id
        detail = {"council_account": [False, True]}
        action = "bound to council account"
        record_history(session, person, action, "person", person.id, at=at, detail=detail)
    elif holder is not person:
        return False
    use_link(link, at)
    session.flush()
    return True
