"""The home page, by role: what is this person's to do now."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from audit_app import clock
from audit_app.core.access import Permission, Role
from audit_app.core.lifecycle import AuditState, CycleState
from audit_app.core.question_bank import Subject
from audit_app.store.action_lists import own_actions, waiting_actions
from audit_app.store.audits import audits_of, audits_of_own_case_files
from audit_app.store.cycles import CycleSummary, cycle_summaries
from audit_app.store.editions import editions_for
from audit_app.store.exemptions import decides, open_exemptions, own_cycles
from audit_app.store.findings import drafts_by_cycle
from audit_app.store.moderation import moderations_to_compare, waiting_for_readers
from audit_app.store.plan import PlanLine, late_and_next
from audit_app.store.replies import open_disputes, own_replies, replies_to
from audit_app.store.routes import routes_due
from audit_app.store.tables import (
    Audit,
    Cycle,
    Edition,
    Exemption,
    Moderation,
    Person,
    Reading,
    Reply,
)
from audit_app.web.access import current_person, requires
from audit_app.web.actions.words import ActionRow, rows_for
from audit_app.web.database import db
from audit_app.web.home.cards import Card, cards_of
from audit_app.web.home.morning import Count, morning_counts
from audit_app.web.plan.words import LATE_WORDS, say_next

pages = Blueprint("home", __name__, template_folder="templates")

CYCLES_SHOWN = 6
EDITIONS_SHOWN = 12
RESULTS_SHOWN = 12
OWN_CASES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Home:
    """The parts of the page; a part that is not this person's is None."""

    cards: list[Card] | None
    past: list[Reading]
    withdrawn: list[Reading]
    rounds: list[tuple[Cycle, Exemption | None]]
    """Cycles that the person audits in, with the exemption that they asked for last."""
    compare: list[Moderation]
    waiting: list[tuple[Cycle, int]]
    cycles: list[CycleSummary] | None
    results: list[CycleSummary]
    own_cases: list[Audit] | None
    drafts: list[tuple[Cycle, int]]
    editions: list[Edition] | None
    counts: list[Count]
    actions: list[ActionRow] | None
    plan: tuple[list[PlanLine], list[PlanLine]]
    """What of the audit plan is late, and what comes next."""
    replies: dict[int, Reply]
    replied: dict[int, list[Reply]]


@pages.get("/")
@requires(Permission.SEE_HOME)
def show_home() -> str:
    """Own audits, current cycles, reports to read: whatever the person's roles give."""
    person = current_person()
    home = _home_of(person)
    return render_template(
        "home/home.html",
        title=_title_of(home),
        home=home,
        late_words=LATE_WORDS,
        say_next=say_next,
    )


def _home_of(person: Person) -> Home:
    audits = audits_of(db(), person) if person.may(Permission.FILL_IN) else []
    cycles = _current_cycles(person) if person.may(Permission.MANAGE_CYCLES) else None
    drafts = drafts_by_cycle(db(), person) if person.may(Permission.MANAGE_FINDINGS) else []
    editions = _editions(person) if person.may(Permission.READ_REPORTS) else None
    withdrawn = [a for a in audits if a.state is AuditState.WITHDRAWN]
    past = [a for a in audits if a.state is AuditState.SUBMITTED]
    unfinished = [a for a in audits if not a.is_settled]
    asked = bool(unfinished) or person.may(Permission.DO_AUDITS)
    return Home(
        cards=cards_of(db(), unfinished) if asked else None,
        past=past,
        withdrawn=withdrawn,
        rounds=own_cycles(db(), person) if person.may(Permission.DO_AUDITS) else [],
        compare=moderations_to_compare(db(), person) if person.may(Permission.MODERATE) else [],
        waiting=waiting_for_readers(db(), person) if person.may(Permission.MODERATE) else [],
        cycles=cycles[:CYCLES_SHOWN] if cycles is not None else None,
        results=_results(person) if person.may(Permission.SEE_RESULTS) else [],
        own_cases=_own_cases(person) if person.may(Permission.READ_OWN_CASES) else None,
        drafts=drafts,
        editions=editions,
        counts=_counts(person, cycles, drafts, editions),
        actions=_actions(person),
        plan=_plan(person),
        replies=own_replies(db(), person) if person.may(Permission.REPLY_TO_AUDITS) else {},
        replied=replies_to(db(), past),
    )


def _counts(
    person: Person,
    cycles: list[CycleSummary] | None,
    drafts: list[tuple[Cycle, int]],
    editions: list[Edition] | None,
) -> list[Count]:
    """What waits for a QA lead; for a senior manager the exemptions that they decide."""
    counts = _exemptions_to_decide(person)
    if cycles is None:
        return counts
    return [
        *morning_counts(
            cycles,
            drafts,
            editions or [],
            open_disputes(db(), person),
            waiting_actions(db(), person, clock.today()),
            _late_routes(person),
        ),
        *counts,
    ]


def _late_routes(person: Person) -> int:
    if not person.may(Permission.MANAGE_PLAN):
        return 0
    return sum(1 for line in routes_due(db(), today=clock.today()) if line.late)


def _exemptions_to_decide(person: Person) -> list[Count]:
    if not person.may(Permission.DECIDE_EXEMPTIONS):
        return []
    number = sum(1 for one in open_exemptions(db(), person) if decides(person, one))
    words = "exemption to decide" if number == 1 else "exemptions to decide"
    return [Count(number, words, url_for("exemptions.show_open"))] if number else []


def _actions(person: Person) -> list[ActionRow] | None:
    """Own actions; for a senior manager and a practitioner only where they have one."""
    if not person.may(Permission.UPDATE_ACTIONS):
        return None
    found = rows_for(own_actions(db(), person))
    return found if found or Role.ACTION_OWNER in person.role_names else None


def _plan(person: Person) -> tuple[list[PlanLine], list[PlanLine]]:
    """For those who keep the plan or audit a theme; samples of each month come by themselves."""
    if not person.may(Permission.READ_PLAN):
        return [], []
    return late_and_next(db(), person, today=clock.today())


def _current_cycles(person: Person) -> list[CycleSummary]:
    return [s for s in cycle_summaries(db(), person) if s.cycle.state is not CycleState.CLOSED]


def _results(person: Person) -> list[CycleSummary]:
    """Cycles with a submitted audit, for whom the page of cycles does not lead to the results."""
    if person.may(Permission.MANAGE_CYCLES):
        return []
    within = cycle_summaries(db(), person, Permission.SEE_RESULTS)
    return [summary for summary in within if summary.submitted][:RESULTS_SHOWN]


def _own_cases(person: Person) -> list[Audit]:
    return audits_of_own_case_files(db(), person)[:OWN_CASES_SHOWN]


def _editions(person: Person) -> list[Edition]:
    """The newest edition of each report; the reports page lists them all."""
    newest: dict[tuple[int, str], Edition] = {}
    for edition in editions_for(db(), person):
        newest.setdefault((edition.cycle_id, edition.design), edition)
    return list(newest.values())[:EDITIONS_SHOWN]


def _title_of(home: Home) -> str:
    if home.cards is None:
        return "Home"
    if any(card.audit.case_file.subject is not Subject.CASE_FILE for card in home.cards):
        return "Your audits to do"
    return "Your case files to audit" if home.cards else "Your audits"
