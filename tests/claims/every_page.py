"""Every route of the site with an address that leads to something, for claims about all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from browser.full_council import make_full_council
from claims.walking import address_of, rules_of
from factories import make_person
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.store.people import find_person
from audit_app.store.tables import (
    Attachment,
    Audit,
    BankDraft,
    Cycle,
    Edition,
    Extract,
    Finding,
    Job,
    Person,
)

SOME = (None, Role.ADMINISTRATOR, Role.QA_LEAD, Role.SENIOR_MANAGER)
"""Nobody, and the roles that between them reach most pages."""

LEAVES = "security.logout"
"""Signs the client out, so it is left out of walks that go on after it."""


@dataclass(frozen=True)
class FullSite:
    """One person of each role, and what the parts of addresses can be."""

    people: dict[Role, Person]
    parts: dict[str, list[object]]


def make_full_site(session: Session, instance: Path) -> FullSite:
    """A council with something on every page, and people of all seven roles.

    `instance`: the folder of the site, in which attached files lie.
    """
    emails = make_full_council(session, AttachmentFolder.of(instance)).emails
    people: dict[Role, Person] = {}
    for role in Role:
        found = find_person(session, emails[role]) if role in emails else None
        people[role] = found or make_person(session, role)
    session.commit()
    parts: dict[str, list[object]] = {
        f"{table.__tablename__}_id": list(session.scalars(select(table.id).order_by(table.id)))
        for table in (Attachment, Audit, Edition, Extract, Finding, Job)
    }
    parts |= {
        "key": list(session.scalars(select(Cycle.key).order_by(Cycle.id))),
        "draft_id": list(session.scalars(select(BankDraft.id))),
        "section_key": ["sup_main"],
        "theme": ["supervision"],
        "question_id": ["sup_challenge"],
        "version": ["1.0.0"],
        "filename": ["icon.svg"],
    }
    session.rollback()
    return FullSite(people, parts)


def addresses(app: Flask, site: FullSite, method: str) -> Iterator[tuple[Rule, str]]:
    """Every route that takes the method, with an address for each object that it can name."""
    for rule in rules_of(app):
        if method not in (rule.methods or ()) or rule.endpoint == LEAVES:
            continue
        parts = {name: _values(site, rule, name) for name in rule.arguments}
        for number in range(max(map(len, parts.values()), default=1)):
            values = {name: found[number % len(found)] for name, found in parts.items()}
            yield rule, address_of(app, rule, values)


def _values(site: FullSite, rule: Rule, name: str) -> list[object]:
    if rule.rule.startswith("/banks/") and name == "key":
        return ["supervision"]
    number = isinstance(rule._converters[name], IntegerConverter)
    return site.parts.get(name) or ([1, 2] if number else ["x"])
