"""Cycles of the demo council: opened, drawn, answered when people find the time, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from audit_app.caseload.values import Caseload, CaseStatus
from audit_app.core.sampling import Filters
from audit_app.demo.auditing import begin_audit, complete_audit
from audit_app.demo.council import Council
from audit_app.demo.days import first_day, last_day, moment_on, month_name, working_days
from audit_app.demo.plan import SETTLED_AFTER, DemoFault, DemoRequest
from audit_app.demo.second_readings import read_some_again
from audit_app.store.audits import find_audit
from audit_app.store.caseload import store_extract, use_extract
from audit_app.store.cycles import close_cycle, completion_of, create_cycle
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_form
from audit_app.store.samples import draw_cycle_sample, preview_sample
from audit_app.store.tables import Allocation, Cycle, Person

MONTHLY, PER_MANAGER = "monthly_sample", 2
FEWEST_THEMED = 2


@dataclass(frozen=True, slots=True)
class Theme:
    """A themed audit by one independent member."""

    form: str
    name: str
    filters: Filters
    months_back: int


THEMES = (
    Theme(
        "protection_plans",
        "Children on child protection plans",
        Filters(statuses=frozenset({CaseStatus.CHILD_PROTECTION_PLAN})),
        months_back=5,
    ),
    Theme("under_twos", "Under-twos and domestic violence", Filters(age_to=1), months_back=2),
)


def import_extract(council: Council, day: date, caseload: Caseload) -> None:
    """Take the month's extract into use on its first working day, before anything is drawn."""
    session, lead = council.session, council.cast.lead
    at = moment_on(_first_working_day(day), council.request.dice("import", day), 8, 8)
    extract = store_extract(session, caseload, as_at=day, by=lead, key=council.key, at=at)
    use_extract(session, extract, replace=False, at=at)
    record_history(session, lead, "imported", "extract", extract.id, at=at)


def open_monthly(council: Council, month: str) -> Cycle:
    """Open the month's sample and draw two case files for each senior manager."""
    cycle = _open(council, MONTHLY, f"{month_name(month)} sample", month, council.cast.managers)
    at = cycle.opened_at + timedelta(minutes=12)
    _draw(council, cycle, Filters(), PER_MANAGER, at)
    return cycle


def open_themed(council: Council, theme: Theme, month: str) -> Cycle:
    """Open a themed audit and draw 12 to 15 case files, or all where a small council has fewer."""
    auditor = council.cast.independents[THEMES.index(theme)]
    cycle = _open(council, theme.form, f"{theme.name}, {month_name(month)}", month, (auditor,))
    at = cycle.opened_at + timedelta(minutes=25)
    found = len(preview_sample(council.session, cycle, theme.filters, at=at).frame.cases)
    if found < FEWEST_THEMED:
        raise DemoFault(
            f"The themed audit “{theme.name}” finds only {found} case files that were not audited "
            "within a year. Nothing was made: ask for more case files."
        )
    wanted = council.request.dice("themed", theme.form).randint(12, 15)
    _draw(council, cycle, theme.filters, min(wanted, found), at)
    return cycle


def audit_in_time(council: Council, cycle: Cycle) -> list[Allocation]:
    """Submit what is done within the month; return what will be submitted late."""
    dice = council.request.dice("timing", cycle.key)
    audits = _audits(council, cycle)
    monthly = len(cycle.auditors) > 1
    never = dice.choices((0, 1, 2, 3), (30, 32, 23, 15))[0] if monthly else 0
    late = dice.choices((1, 2, 3), (25, 50, 25))[0] if monthly else 0
    slow = sorted(audits, key=lambda audit: _haste(council, audit.auditor) * dice.random())
    put_off, undone = slow[:late], slow[late : late + never]
    days = working_days(first_day(cycle.month), cycle.due_on)[2:]
    for audit in audits:
        if audit not in put_off and audit not in undone:
            # Most people do theirs in the second half of the month.
            day = days[int(len(days) * dice.random() ** 0.6)]
            complete_audit(council, audit, at=moment_on(day, dice, 10, 17))
    return put_off


def finish_late(council: Council, cycle: Cycle, put_off: list[Allocation], month: str) -> None:
    """In the first days of the next month: late audits come in, then the cycle is closed."""
    dice = council.request.dice("late", cycle.key)
    settled = settled_day(month)
    for audit in put_off:
        # Whoever the case file's team has become their own in the meantime may not audit it.
        if find_audit(council.session, audit.auditor, audit.id) is not None:
            day = dice.choice(working_days(first_day(month), settled - timedelta(days=1)))
            complete_audit(council, audit, at=moment_on(day, dice, 11, 17))
    at = moment_on(settled, dice, 9, 10)
    close_cycle(cycle, at=at)
    record_history(council.session, council.cast.lead, "closed", "cycle", cycle.id, at=at)


def leave_under_way(council: Council, cycle: Cycle) -> None:
    """The last month: half is submitted, some is begun; the demo manager has one begun, one new."""
    dice = council.request.dice("timing", cycle.key)
    demo_manager = council.cast.managers[0]
    audits = _audits(council, cycle)
    own = [audit for audit in audits if audit.auditor_id == demo_manager.id]
    others = [audit for audit in audits if audit.auditor_id != demo_manager.id]
    dice.shuffle(others)
    half = len(audits) // 2
    days = working_days(first_day(cycle.month), settled_day(cycle.month))
    for audit in others[:half]:
        complete_audit(council, audit, at=moment_on(dice.choice(days[1:]), dice, 10, 17))
    for audit in (*others[half : half + 3], own[0]):
        begin_audit(council, audit, at=moment_on(dice.choice(days[1:]), dice, 10, 17))
    read_some_again(council, cycle, at=moment_on(days[-1], dice, 9, 9))


def settled_day(month: str) -> date:
    """The working day of a month on which the cycle of the month before is closed."""
    first = first_day(month)
    return working_days(first, first + SETTLED_AFTER - timedelta(days=1))[-1]


def _open(
    council: Council, form: str, name: str, month: str, auditors: tuple[Person, ...]
) -> Cycle:
    session, lead = council.session, council.cast.lead
    version = latest_form(session, form)
    if version is None:
        raise DemoFault(f"The form {form} is not among those published. Nothing was made.")
    dice = council.request.dice("open", form, month)
    at = moment_on(_first_working_day(first_day(month)), dice, 9, 9)
    cycle = create_cycle(session, version, name=name, month=month, auditors=auditors, at=at)
    record_history(session, lead, "opened", "cycle", cycle.id, at=at)
    return cycle


def _draw(council: Council, cycle: Cycle, filters: Filters, per_auditor: int, at: datetime) -> None:
    lead = council.cast.lead
    sample = draw_cycle_sample(
        council.session,
        cycle,
        filters,
        per_auditor=per_auditor,
        seed=council.request.draw_seed(cycle.key),
        by=lead,
        at=at,
    )
    record_history(council.session, lead, "drew", "sample", sample.id, at=at)


def _audits(council: Council, cycle: Cycle) -> list[Allocation]:
    """The audits of a cycle, in the order of the council's numbers, which no key changes."""
    members = completion_of(council.session, cycle)
    audits = (audit for member in members for audit in member.audits)
    return sorted(audits, key=lambda audit: audit.case_file.council_id)


def _haste(council: Council, person: Person) -> float:
    """Small for those who are often late; the demo manager is not one of them."""
    if person is council.cast.managers[0]:
        return 2.0
    return 0.15 + council.request.dice("haste", person.email).random()


def _first_working_day(first: date) -> date:
    return working_days(first, last_day(f"{first:%Y-%m}"))[0]


def months_of_themes(request: DemoRequest) -> dict[str, list[Theme]]:
    """Month to the themed audits that take place in it."""
    placed: dict[str, list[Theme]] = {}
    for theme in THEMES:
        placed.setdefault(request.months_back(theme.months_back), []).append(theme)
    return placed
