"""A small council for tests: people, published banks, an extract, a drawn cycle, answers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from audit_app.caseload.values import CaseEntry, Caseload, CaseStatus
from audit_app.core.access import Role
from audit_app.core.answers import Answer, AnswerState, hidden_questions, read_value
from audit_app.core.completeness import GradeChoice
from audit_app.core.question_bank import AnswerType, AuditForm, LimitUnit, Question
from audit_app.core.sampling import Filters
from audit_app.passwords import hash_password
from audit_app.question_banks.read import Library, read_folder
from audit_app.second_factor import AUTHENTICATOR, code_at, make_totp_secret
from audit_app.store.audits import (
    Draft,
    form_of,
    record_answers,
    record_judgement,
    submit_audit,
    suggestions_for,
)
from audit_app.store.caseload import store_extract, use_extract
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form, publish_library
from audit_app.store.people import add_person
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import (
    Audit,
    BankVersion,
    Base,
    Cycle,
    Extract,
    FormBank,
    FormVersion,
    Person,
    RecordedState,
)

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
SECRET = "an unlikely test secret 5Q"
KEY = b"a key for tests only, 32 bytes.."
TEAMS = ("North", "South", "East", "West")


@cache
def password_hash() -> str:
    """Hashing is meant to be slow, so it is done once."""
    return hash_password(PASSWORD)


@cache
def totp_secret() -> str:
    """Everybody's authenticator in tests, as a site with `SECRET` keeps it."""
    return make_totp_secret(SECRET)


_last_step: dict[str, int] = {}


def fresh_code(email: str) -> str:
    """A code that this person has not used yet; it waits where all of this moment's are used."""
    step = max(int(time.time()) // 30, _last_step.get(email, 0) + 1)
    while step > int(time.time()) // 30 + 1:
        time.sleep(1)
    _last_step[email] = step
    return code_at(SECRET, totp_secret(), step * 30)


def forget_codes() -> None:
    """For a new database, whose people have used no code yet."""
    _last_step.clear()


def give_authenticator(person: Person) -> None:
    """Set up the authenticator, as the first sign-in does."""
    person.tf_totp_secret = totp_secret()
    person.tf_primary_method = AUTHENTICATOR


@cache
def shipped_library() -> Library:
    """The banks and forms that are shipped."""
    return read_folder()


def publish_shipped(session: Session) -> None:
    """Publish what is shipped, as `publish_library` did it the first time in this process.

    Most tests want it published, and hashing it anew for each of them takes a third of their time.
    """
    there = {
        (row.key, row.version)
        for row in session.execute(select(BankVersion.key, BankVersion.version))
    }
    library = shipped_library()
    if not there and _shipped_rows:
        for table, rows in _shipped_rows.items():
            session.execute(insert(table), rows)
            if "id" in table.c and session.get_bind().dialect.name == "postgresql":
                last = f"(SELECT max(id) FROM {table.name})"
                session.execute(text(f"SELECT setval('{table.name}_id_seq', {last})"))
    elif there != {(bank.key, bank.version) for bank in library.banks.values()}:
        publish_library(session, library, at=AT)
        if not there:
            kinds = (BankVersion, FormVersion, FormBank)
            _shipped_rows.update({kind.__table__: _rows_of(session, kind) for kind in kinds})


_shipped_rows: dict[Table, list[dict[str, object]]] = {}


def _rows_of(session: Session, kind: type[Base]) -> list[dict[str, object]]:
    return [dict(row) for row in session.execute(select(kind.__table__)).mappings()]


def household_library() -> Library:
    """A bank with levels, caps and repeated sections; its form has no overall judgement."""
    instruments = Path(__file__).parent / "question_banks" / "instruments"
    return read_folder([instruments / "household"])


def make_person(session: Session, role: Role, name: str = "", team: str | None = None) -> Person:
    """Somebody with one role; the address is made from the name."""
    name = name or role.value.replace("_", " ").title()
    person = add_person(
        session,
        email=f"{name.lower().replace(' ', '.')}@council.example",
        name=name,
        roles=[role],
        team=team,
        password_hash=password_hash(),
        at=AT,
    )
    give_authenticator(person)
    session.flush()
    return person


def make_entry(number: int, **changes: object) -> CaseEntry:
    """A case file on a child protection plan."""
    facts: dict[str, object] = {
        "council_id": f"{1000 + number}",
        "status": CaseStatus.CHILD_PROTECTION_PLAN,
        "team": TEAMS[number % len(TEAMS)],
        "worker": f"Worker {number % 9}",
        "date_of_birth": date(2016, 1, 1) + timedelta(days=97 * (number % 60)),
        "cin_start": date(2026, 1, 5),
        "plan_start": date(2026, 3, 4),
        "last_statutory_visit": date(2026, 10, 20),
    }
    return CaseEntry(**(facts | changes))  # type: ignore[arg-type]


def make_extract(
    session: Session, entries: Sequence[CaseEntry] | None = None, as_at: date = date(2026, 11, 1)
) -> Extract:
    """An extract in use; 40 open case files over four teams unless told otherwise."""
    rows = tuple(entries) if entries is not None else tuple(make_entry(n) for n in range(40))
    extract = store_extract(
        session,
        Caseload(rows, len(rows), sheets=(), doubtful=(), unmatched=()),
        as_at=as_at,
        by=None,
        key=KEY,
        at=AT,
    )
    use_extract(session, extract, replace=False, at=AT)
    return extract


@dataclass(frozen=True)
class Council:
    """Ids of what `make_council` made; the session that made it may be over."""

    lead: Person
    managers: tuple[Person, ...]
    cycle: Cycle


def make_council(
    session: Session,
    *,
    managers: int = 3,
    per_auditor: int = 2,
    month: str = "2026-11",
    form: str = "monthly_sample",
    library: Library | None = None,
) -> Council:
    """A QA lead, managers in different teams, the shipped banks, an extract and a drawn cycle."""
    if library is None:
        publish_shipped(session)
    else:
        publish_library(session, library, at=AT)
    lead = make_person(session, Role.QA_LEAD, "Quality Lead")
    people = tuple(
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", TEAMS[n % len(TEAMS)])
        for n in range(managers)
    )
    make_extract(session)
    version = latest_form(session, form)
    assert version is not None
    cycle = create_cycle(
        session, version, name=f"Sample {month}", month=month, auditors=people, at=AT
    )
    draw_cycle_sample(
        session, cycle, Filters(), per_auditor=per_auditor, seed="seed for tests", by=lead, at=AT
    )
    return Council(lead, people, cycle)


def best_value(question: Question) -> str:
    """A canonical value that is as good as the question allows."""
    if question.options:
        best = max(question.offered, key=lambda option: option.points)
        return best.key
    if question.type is AnswerType.DATE:
        return "2026-10-20"
    if question.type is AnswerType.INTERVAL:
        timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
        return "2026-10-20T09:00/2026-10-20T10:00" if timed else "2026-10-20/2026-10-20"
    if question.type is AnswerType.NUMBER:
        bands = question.bands
        bound = (bands.met_from if bands.met_from is not None else bands.met_to) if bands else 1
        return str(bound if bound is not None else 1)
    return "Nothing to add."


def drafts_for(form: AuditForm, changes: Mapping[str, Draft] | None = None) -> list[Draft]:
    """Answers to every question that is shown: the best one, or as `changes` says."""
    changes = changes or {}
    drafts: dict[str, Draft] = {}
    answers: dict[str, Answer] = {}
    for question in form.questions.values():
        if question.id in hidden_questions(form.questions, answers):
            continue
        draft = changes.get(question.id) or Draft(
            question.id,
            RecordedState.ANSWERED,
            value=best_value(question),
            evidence="Seen in the case notes of 20 October.",
            quotable=True,
        )
        drafts[question.id] = draft
        if draft.state is not None and draft.state is not RecordedState.UNFINISHED:
            value = read_value(question, draft.value) if draft.value is not None else None
            answers[question.id] = Answer(AnswerState(draft.state.value), value, draft.evidence)
    return list(drafts.values())


def agree_with_suggestions(session: Session, audit: Audit) -> None:
    """Give every grade as suggested."""
    suggested = suggestions_for(audit)
    record_judgement(
        session,
        audit,
        themes={t.theme: GradeChoice(t.suggestion.grade) for t in suggested.themes},
        overall=GradeChoice(suggested.overall.grade),
        done_well="The plan is clear.",
        difference_made="The child is seen alone.",
    )


def complete_audit(
    session: Session,
    audit: Audit,
    changes: Mapping[str, Draft] | None = None,
    at: datetime = AT + timedelta(days=3),
) -> None:
    """Answer everything and submit."""
    record_answers(session, audit, drafts_for(form_of(audit), changes), at=at)
    agree_with_suggestions(session, audit)
    submit_audit(session, audit, at=at)
