"""What the caseload extract says of the case file, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from audit_app.caseload.values import CONTACT_ROLE, OPEN_FILES
from audit_app.core.case_facts import CASE_FACT_WORDS, CaseFact
from audit_app.core.question_bank import Outcome, Question, Subject
from audit_app.store.before_reading import case_facts
from audit_app.store.tables import CaseloadEntry, Reading
from audit_app.web.audits.earlier import say_outcomes
from audit_app.web.database import Session
from audit_app.web.words import say_code, say_count, say_day

_OF_OTHERS: Mapping[Subject, tuple[str, ...]] = {
    Subject.CASE_FILE: (),
    Subject.STRATEGY_DISCUSSION: (),
    Subject.SUPERVISION_FILE: (OPEN_FILES,),
    Subject.AGENCY: (CONTACT_ROLE,),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the summary."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AboutCase:
    """The facts of the extract that the sample was drawn from."""

    as_at: date | None
    facts: tuple[Fact, ...]
    short: tuple[Fact, ...]
    values: Mapping[CaseFact, str] = field(default_factory=dict)
    """What a question may have beside it; blanks are left out."""


def about_case(session: Session, audit: Reading) -> AboutCase:
    """What is known of the case file before it is opened."""
    entry = case_facts(session, audit)
    if entry is None:
        return AboutCase(None, (), ())
    as_at = entry.extract.as_at
    return AboutCase(
        as_at,
        tuple(all_facts(entry, as_at)),
        tuple(short_facts(entry, as_at)),
        fact_values(entry, as_at),
    )


def beside(
    case: AboutCase,
    questions: Iterable[Question],
    outcomes: Mapping[str, Sequence[tuple[str, Outcome]]],
) -> dict[str, list[str]]:
    """What is said in small words beside each question: facts that it names, and what an earlier
    audit found.
    """
    return {
        question.id: [
            words
            for words in (
                _from_extract(case, question),
                say_outcomes(outcomes.get(question.id, ())),
            )
            if words
        ]
        for question in questions
    }


def all_facts(entry: CaseloadEntry, as_at: date) -> list[Fact]:
    """What the auditor needs to know before opening the file; blanks are left out.

    An entry fills in only what its subject has.
    """
    if entry.extract.subject is Subject.STRATEGY_DISCUSSION:
        return discussion_facts(entry, as_at)
    rows = [(CASE_FACT_WORDS[fact], said) for fact, said in fact_values(entry, as_at).items()]
    rows.append(("Team", entry.team.name if entry.team else ""))
    rows += [(name, entry.local.get(name, "")) for name in _OF_OTHERS[entry.extract.subject]]
    return [Fact(label, value) for label, value in rows if value]


def fact_values(entry: CaseloadEntry, as_at: date) -> dict[CaseFact, str]:
    """What the extract says, in words and in the order of the page; blanks are left out."""
    plan = " to ".join(say_day(day) for day in (entry.plan_start, entry.plan_end) if day)
    values = {
        CaseFact.AGE: say_age(entry, as_at),
        CaseFact.STATUS: say_code(entry.status or ""),
        CaseFact.CIN_START: _day(entry.cin_start),
        CaseFact.PLAN_START: plan if entry.plan_end else _since(entry.plan_start),
        CaseFact.PLAN_CATEGORY: entry.plan_category or "",
        CaseFact.LAST_STATUTORY_VISIT: _visit(entry),
        CaseFact.LAST_SEEN: _day(entry.last_seen),
        CaseFact.LAST_REVIEW_CONFERENCE: _day(entry.last_review_conference),
        CaseFact.LAST_REFERRAL: _day(entry.last_referral),
        CaseFact.LAST_ASSESSMENT_START: _day(entry.last_assessment_start),
        CaseFact.LAST_ASSESSMENT_AUTHORISED: _day(entry.last_assessment_authorised),
        CaseFact.LAST_STRATEGY_DISCUSSION: _day(entry.last_strategy_discussion),
    }
    return {fact: said for fact, said in values.items() if said}


def discussion_facts(entry: CaseloadEntry, as_at: date) -> list[Fact]:
    """The day, the child's age and the team; age and team are those of that event's list."""
    rows = (
        ("Day of the discussion", _day(entry.last_strategy_discussion)),
        ("Age of the child", say_age(entry, as_at)),
        ("Team", entry.team.name if entry.team else ""),
    )
    return [Fact(label, value) for label, value in rows if value]


def short_facts(entry: CaseloadEntry, as_at: date) -> list[Fact]:
    """The three facts that stand above each section; of what has fewer, all."""
    if entry.extract.subject is not Subject.CASE_FILE:
        return all_facts(entry, as_at)[:3]
    status = say_code(entry.status or "")
    if status and entry.plan_start and not entry.plan_end:
        status = f"{status} since {say_day(entry.plan_start)}"
    rows = (
        ("Age", say_age(entry, as_at)),
        ("Status", status),
        ("Last statutory visit", _day(entry.last_statutory_visit)),
    )
    return [Fact(label, value) for label, value in rows if value]


def say_age(entry: CaseloadEntry, as_at: date) -> str:
    """The age on the day of the extract: in years, below two years in months."""
    born = entry.date_of_birth
    if entry.unborn or (born is not None and born > as_at):
        return "Not born yet"
    if born is None:
        return ""
    months = (as_at.year - born.year) * 12 + as_at.month - born.month - (as_at.day < born.day)
    return say_count(months, "month") if months < 24 else say_count(months // 12, "year")


def _from_extract(case: AboutCase, question: Question) -> str:
    """As “From the extract of 3 November 2026: last seen 21 October 2026”; empty: it says none."""
    said = [
        f"{CASE_FACT_WORDS[fact].lower()} {value}"
        for fact, value in case.values.items()
        if fact in question.facts
    ]
    return f"From the extract of {_day(case.as_at)}: {', '.join(said)}" if said else ""


def _visit(entry: CaseloadEntry) -> str:
    alone = (entry.seen_alone or "").strip()
    day = _day(entry.last_statutory_visit)
    return f"{day} (seen alone: {alone})" if day and alone else day


def _since(day: date | None) -> str:
    return f"since {say_day(day)}" if day else ""


def _day(day: date | None) -> str:
    return say_day(day) if day else ""
