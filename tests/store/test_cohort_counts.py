"""Cohorts over an extract: the database finds whom the lines mean, and a draw takes no others."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from factories import AT, make_council, make_entry, make_extract
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from audit_app.caseload.values import CaseEntry, CaseStatus
from audit_app.core.cohorts import (
    Among,
    CohortFault,
    Given,
    Term,
    Unended,
    Within,
    read_line,
    read_lines,
)
from audit_app.core.sampling import Exclusion, Filters
from audit_app.store.cohorts import count_open, count_steps, describe_filters, kept_by, meets_lines
from audit_app.store.cycles import create_cycle
from audit_app.store.samples import draw_cycle_sample, preview_sample, sample_frame
from audit_app.store.tables import CaseFile, CaseloadEntry, CaseloadEvent, Cycle, Extract

AS_AT = date(2026, 11, 1)
LINES = (
    "status is child protection plan or closed",
    "status is not open assessment",
    "team is North or “East”",
    "team is not North",
    "team is not given",
    "under 2",
    "age is 3 to 9 on 1 June 2026",
    "10 or over",
    "on a plan",
    "on a plan for over a year",
    "open for under 6 months",
    "need is N1 or N2",
    "need is not N1",
    "need is given",
    "category is Neglect",
    "factor is 3A or 16A",
    "factor is not 3A",
    "factor is given",
    "a referral in the week beginning 5 October 2026",
    "an assessment before 1 June 2026",
    "last seen is over 6 weeks ago",
    "last seen is not given",
    "plan start is after 1 March 2026",
    "column “Locality” is east or West",
    "column “Locality” is not East",
    "in list 7",
)


def some_entry(dice: Random, number: int) -> CaseEntry:
    """A case file of chance, with blanks, days on both sides of every limit, and repeats."""

    def day(spread: int) -> date | None:
        return None if dice.random() < 0.2 else AS_AT - timedelta(days=dice.randint(-40, spread))

    started, referred = day(800), [day(700) for _ in range(dice.randint(0, 3))]
    return make_entry(
        number,
        status=dice.choice([*CaseStatus, None]),
        team=dice.choice(["North", "East", "South", None]),
        date_of_birth=day(18 * 365) if dice.random() < 0.6 else day(1000),
        need_code=dice.choice(["N1", "N2", "N3", None]),
        plan_category=dice.choice(["Neglect", "Emotional abuse", None]),
        cin_start=day(400),
        cin_closure=day(300),
        plan_start=started,
        plan_end=day(300),
        last_seen=day(90),
        in_census=True,
        assessed_on=day(300),
        factors=dice.choice([(), ("3A",), ("3A", "16A"), ("21",)]),
        events=tuple(sorted({("referral", one) for one in referred if one}))
        + ((("assessment", date(2026, 5, 1)),) if dice.random() < 0.5 else ()),
        local=dice.choice([{}, {"Locality": "East"}, {"Locality": "WEST"}, {"Other": "x"}]),
    )


def fact(entry: CaseEntry, field: str) -> object:
    if field.startswith("column:"):
        return entry.local.get(field.removeprefix("column:"))
    return getattr(entry, field)


def is_true(entry: CaseEntry, term: Term) -> bool:
    """What the database is to find, told again in plain Python."""
    match term:
        case Among("factor", values, wanted):
            return bool(set(values) & set(entry.factors)) == wanted
        case Among(field, values, wanted):
            own = fact(entry, field)
            folded = {value.casefold() for value in values}
            return (own is not None and str(own).casefold() in folded) == wanted
        case Given("factor", wanted):
            return (entry.assessed_on is not None) == wanted
        case Given(field, wanted):
            return (fact(entry, field) is not None) == wanted
        case Within(field, first, last) if field.startswith("event:"):
            happened = [on for kind, on in entry.events if f"event:{kind}" == field]
            return any((not first or first <= on) and (not last or on <= last) for on in happened)
        case Within(field, first, last):
            own = getattr(entry, field)
            return own is not None and (not first or first <= own) and (not last or own <= last)
        case Unended(field, day):
            own = getattr(entry, field)
            return own is None or own > day


def keys_found(session: Session, extract: Extract, *lines: str) -> set[str]:
    rows = session.scalars(
        select(CaseFile.council_key)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .where(
            CaseloadEntry.extract_id == extract.id,
            meets_lines(session, extract, map(read_line, lines)),
        )
    )
    return set(rows)


def test_the_database_finds_what_the_lines_mean(session: Session) -> None:
    dice = Random("cohorts")
    entries = [some_entry(dice, number) for number in range(300)]
    extract = make_extract(session, entries, AS_AT)
    for words in LINES:
        line = read_line(words)
        meant = {
            entry.council_id
            for entry in entries
            if all(is_true(entry, term) for term in line.terms(AS_AT))
        }
        assert 0 < len(meant) < len(entries), f"{words}: a line that tells nobody apart"
        assert keys_found(session, extract, words) == meant, words


def test_lines_are_counted_one_after_the_other_in_one_question(session: Session) -> None:
    dice = Random("counts")
    extract = make_extract(session, [some_entry(dice, number) for number in range(120)], AS_AT)
    lines = read_lines("on a plan\nunder 10\nneed is N1 or N2")
    filters = Filters(
        statuses=frozenset({"child_protection_plan", "looked_after"}), age_to=17, lines=lines
    )
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        steps = count_steps(session, extract, filters)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert len(asked) == 1
    assert [step.words for step in steps] == [
        "status is child protection plan or looked after",
        "age on the day of the extract is 17 or less",
        *(line.words for line in lines),
    ]
    left = [step.left for step in steps]
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1] > 0
    assert count_open(session, extract, filters) > left[0]
    assert count_open(session, extract, Filters(lines=(read_line("drawn in x"),))) == 120


@pytest.mark.parametrize(
    ("line", "said"),
    [("team is Nowhere", "no team called “Nowhere”"), ("drawn in never", "no cycle “never”")],
)
def test_a_line_that_names_nothing_is_refused(session: Session, line: str, said: str) -> None:
    extract = make_extract(session)
    with pytest.raises(CohortFault, match=said):
        meets_lines(session, extract, [read_line(line)])


def later_cycle(session: Session, cycle: Cycle) -> Cycle:
    """A second round with the same auditors."""
    return create_cycle(
        session,
        cycle.form_version,
        name="Follow-up",
        month="2026-12",
        due_on=date(2026, 12, 31),
        auditors=[one.person for one in cycle.auditors],
        at=AT,
    )


def test_the_cohort_of_a_cycle_again(session: Session) -> None:
    council = make_council(session)
    first, again = council.cycle, later_cycle(session, council.cycle)
    sample = first.sample
    assert sample is not None
    stood = {case.reference for case in sample_frame(session, sample).cases}
    filters = Filters(lines=(read_line(f"in the cohort of {first.key} again"),))
    preview = preview_sample(session, again, filters, at=AT)
    assert {case.reference for case in preview.frame.cases} == stood
    assert preview.excluded[Exclusion.AUDITED_RECENTLY] == 0

    drawn = Filters(lines=(read_line(f"drawn in {first.key}"),))
    preview = preview_sample(session, again, drawn, at=AT)
    assert 0 < len(preview.frame.cases) < len(stood)

    kept = draw_cycle_sample(session, again, drawn, per_auditor=1, seed="s", by=None, at=AT)
    assert kept.filters == {"lines": [f"drawn in {first.key}"]}
    assert describe_filters(kept.filters) == [f"drawn in {first.key}"]
    assert len(kept_by(kept.filters)) == 2
    assert sample_frame(session, kept).hash == kept.frame_hash


def test_a_child_with_several_referrals_of_the_range_stands_once(session: Session) -> None:
    referred = (("referral", date(2026, 10, 5)), ("referral", date(2026, 10, 7)))
    entries = [
        make_entry(1, events=referred),
        make_entry(2, last_referral=date(2026, 10, 11)),
        make_entry(3, last_referral=date(2026, 10, 12)),
        make_entry(4, events=referred, status=CaseStatus.CLOSED),
    ]
    council = make_council(session)
    extract = make_extract(session, entries, date(2026, 11, 2))
    line = read_line("referrals received in the week beginning 5 October 2026")
    assert keys_found(session, extract, line.words) == {"1001", "1002", "1004"}
    frame = preview_sample(
        session, later_cycle(session, council.cycle), Filters(lines=(line,)), at=AT
    ).frame
    assert len(frame.cases) + frame.excluded[Exclusion.AUDITED_RECENTLY] == 3
    assert any(case.closed for case in frame.cases), "closed since, but referred in that week"
    assert session.scalar(select(func.count()).select_from(CaseloadEvent)) == 6
