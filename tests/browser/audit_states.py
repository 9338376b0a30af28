"""Audits in every state that a page of doing an audit can show, made by store calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from factories import (
    AT,
    agree_with_suggestions,
    complete_audit,
    drafts_for,
    make_council,
    make_person,
    shipped_library,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.completeness import JUDGEMENT, GradeChoice
from audit_app.core.completion import WithdrawalReason
from audit_app.core.concerns import ConcernLevel
from audit_app.core.replies import OVERALL
from audit_app.question_banks.read import Library
from audit_app.store.actions import propose_action
from audit_app.store.agreeing import return_audit
from audit_app.store.audits import (
    Draft,
    form_of,
    record_answers,
    record_judgement,
    suggestions_for,
)
from audit_app.store.before_reading import case_facts
from audit_app.store.caseload import worker_key
from audit_app.store.concerns import raise_concern
from audit_app.store.entries import add_entry, repeated_sections
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit, set_rules
from audit_app.store.replies import PartDraft, save_reply, send_reply
from audit_app.store.tables import Audit, ConcernContact, Moderation, Person, RecordedState
from audit_app.store.withdrawing import withdraw_audit

BANKS = ("chronology", "supervision", "assessment")
REPEATED = "assess_males"
WHO = "Mother's partner"
SEEN = "The notes of June list tasks; none of them asks why the plan has not changed."
DUE = date(2027, 1, 15)
MISSING = Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence=SEEN)
NOT_MET = Draft("sup_challenge", RecordedState.ANSWERED, value="not_met", evidence=SEEN)
UNREADABLE = json.dumps({"_day": ["31"], "_month": ["February"], "_year": ["2026"]})


@dataclass(frozen=True)
class Audits:
    """Who opens the pages, and the ids of what is on them, by the names that a table may use."""

    people: dict[str, Person]
    ids: dict[str, int]


def library() -> Library:
    """A form of three banks, a section of which is asked once for each of something."""
    shipped = shipped_library()
    banks = {key: shipped.banks[key] for key in BANKS}
    form = replace(
        shipped.forms["monthly_sample"], key="states", title="States", banks=tuple(banks.values())
    )
    return Library(banks, {form.key: form})


def make_audits(session: Session) -> Audits:
    """An audit in each state; a council's pages about them."""
    council = make_council(session, managers=2, per_auditor=12, form="states", library=library())
    set_rules(session, council.cycle, {})
    people = {
        "lead": council.lead,
        "manager": council.managers[0],
        "reader": make_person(session, Role.QA_LEAD, "Second Reader"),
        "owner": make_person(session, Role.ACTION_OWNER),
        "practitioner": make_person(session, Role.PRACTITIONER),
    }
    chosen = select(Audit).where(Audit.auditor == people["manager"]).order_by(Audit.id)
    audits = iter(session.scalars(chosen).all())
    ids = {
        **_begun(session, people, audits),
        **_done(session, people, audits),
        **_read_again(session, people, audits),
        **_replied(session, people, audits),
    }
    session.add(ConcernContact(person_id=people["lead"].id, level=ConcernLevel.AT_ONCE))
    return Audits(people, ids)


def _begun(session: Session, people: dict[str, Person], audits: Iterator[Audit]) -> dict[str, int]:
    """One that nobody touched, one that is begun, one with a date that is none, one to submit."""
    new, begun, faulty, whole = (next(audits) for _ in range(4))
    name_somebody(session, begun)
    changes = {
        "chron_place": MISSING,
        "chron_new_incident": Draft("chron_new_incident", RecordedState.ANSWERED, value="no"),
        "sup_challenge": replace(NOT_MET, evidence=""),
    }
    drafts = drafts_for(form_of(begun), changes)
    asked = [one for one in drafts if one.question_id.startswith(("chron", "sup_challenge"))]
    record_answers(session, begun, asked, at=AT)
    propose_action(
        session, begun, "Write it down", people["owner"], DUE, by=people["manager"], at=AT
    )
    unreadable = Draft("chron_last_entry", RecordedState.UNFINISHED, typed=UNREADABLE)
    elsewhere = Draft("chron_place", RecordedState.ANSWERED, value="agreed_place")
    record_answers(session, faulty, [elsewhere, unreadable], at=AT)
    name_somebody(session, whole)
    record_answers(session, whole, drafts_for(form_of(whole), {"sup_challenge": NOT_MET}), at=AT)
    differ(session, whole)
    return {"new": new.id, "begun": begun.id, "faulty": faulty.id, "whole": whole.id}


def _done(session: Session, people: dict[str, Person], audits: Iterator[Audit]) -> dict[str, int]:
    """One submitted, with an action and a concern, and one withdrawn."""
    manager, done, withdrawn = people["manager"], next(audits), next(audits)
    action = propose_action(
        session, done, "Ask her father", people["owner"], DUE, by=manager, at=AT
    )
    finish(session, done)
    withdraw_audit(session, withdrawn, WithdrawalReason.SEALED, by=people["lead"], at=AT)
    site = "http://127.0.0.1"
    raised = raise_concern(session, done, manager, "A bruise.", hours=2, site_url=site, at=AT)
    ids = {"done": done, "withdrawn": withdrawn, "action": action, "raised": raised}
    return {name: one.id for name, one in ids.items()}


def _read_again(
    session: Session, people: dict[str, Person], audits: Iterator[Audit]
) -> dict[str, int]:
    """Second readings: to be begun, to be compared, and of an audit that was returned."""
    blind, compared, returned = (
        named_reader(session, next(audits), people["lead"], people["reader"]) for _ in range(3)
    )
    for moderation in (compared, returned):
        finish(session, moderation.reading, {"chron_place": MISSING})
    said = {"chron_up_to_date": "Is it not in the other folder?", JUDGEMENT: "Better than this?"}
    return_audit(session, returned, said, by=people["reader"], at=AT)
    return {
        "blind": blind.id,
        "reading": blind.reading.id,
        "compared": compared.id,
        "compared_reading": compared.reading.id,
        "returned": returned.audit_id,
    }


def _replied(
    session: Session, people: dict[str, Person], audits: Iterator[Audit]
) -> dict[str, int]:
    """Two audits of one practitioner's case files: one disputed, one without a reply."""
    practitioner, replied, unreplied = people["practitioner"], next(audits), next(audits)
    practitioner.worker_name = "Worker 1"
    for audit in (replied, unreplied):
        entry = case_facts(session, audit)
        entry.worker, entry.worker_key = "Worker 1", worker_key("Worker 1")
        finish(session, audit)
    disputed = {OVERALL: PartDraft("Not so.", disputed=True, why="It is elsewhere.")}
    reply = save_reply(session, practitioner, replied, disputed, at=AT)
    send_reply(session, reply, at=AT)
    return {"replied": replied.id, "unreplied": unreplied.id, "dispute": reply.parts[0].id}


def name_somebody(session: Session, audit: Audit) -> None:
    """For whom the repeated section is asked."""
    section = repeated_sections(audit)[REPEATED]
    add_entry(session, audit.auditor, audit, section, WHO, at=AT)


def finish(session: Session, audit: Audit, changes: dict[str, Draft] | None = None) -> None:
    """Everything answered and submitted."""
    name_somebody(session, audit)
    complete_audit(session, audit, {"sup_challenge": NOT_MET, **(changes or {})})


def differ(session: Session, audit: Audit) -> None:
    """Grades as suggested, but one, with its reason."""
    agree_with_suggestions(session, audit)
    themes = {one.theme: GradeChoice(one.suggestion.grade) for one in suggestions_for(audit).themes}
    record_judgement(
        session,
        audit,
        themes=themes | {"supervision": GradeChoice("inadequate", SEEN)},
        overall=GradeChoice(audit.grade),
        done_well=audit.done_well,
        difference_made=audit.difference_made,
    )


def named_reader(session: Session, audit: Audit, lead: Person, reader: Person) -> Moderation:
    """A submitted audit that somebody is to read again."""
    finish(session, audit)
    choose_audit(session, audit, "To learn.", by=lead, at=AT)
    moderation = moderation_of(session, audit.id)
    name_reader(session, moderation, reader, by=lead, at=AT)
    return moderation
