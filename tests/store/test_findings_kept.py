"""Findings: drafted with what may be quoted, confirmed, and then no longer changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from factories import AT, Council, complete_audit, make_council
from sqlalchemy.orm import Session
from store.store_answers import audits_in, every_row, submit_at_random
from store.test_cycle_results import next_cycle

from audit_app.core.lifecycle import FindingKind, FindingState, IllegalMove
from audit_app.store.database import Database, DatabaseFault
from audit_app.store.findings import (
    FindingFault,
    FindingText,
    change_finding,
    confirm_finding,
    draft_finding,
    find_finding,
    findings_of,
    quotable_answers,
    quoted_words,
    reopen_finding,
)
from audit_app.store.tables import Audit, Cycle, Finding, Person, RecordedAnswer, RecordedState

STRENGTH = FindingText(
    "supervision", "sup_challenge", FindingKind.STRENGTH, "  Supervision asks why.  ", k=5, n=6
)


@pytest.fixture
def council(session: Session) -> Council:
    """Six audits, five of them submitted at random, committed."""
    made = make_council(session)
    submit_at_random(session, made.cycle, "findings", leave=1)
    session.commit()
    return made


def answers_where(session: Session, cycle: Cycle, quotable: bool) -> list[tuple[int, str]]:
    """Keys of scored answers in submitted audits, by whether their auditors let them be quoted."""
    return [
        (audit.id, row.question_id)
        for audit in audits_in(session, cycle)
        if audit.submitted_at is not None
        for row in audit.answers
        if row.quotable is quotable and row.outcome is not None
    ]


def test_a_draft_keeps_its_words_and_figures(session: Session, council: Council) -> None:
    text = replace(
        STRENGTH,
        root_cause=" Time ",
        action="Protect an hour. ",
        action_owner="Head of service",
        action_due=date(2027, 1, 31),
    )
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    session.expire_all()
    assert (finding.state, finding.drafted_by, finding.drafted_at) == ("draft", council.lead, AT)
    assert (finding.k, finding.n, finding.statement) == (5, 6, "Supervision asks why.")
    assert (finding.root_cause, finding.action) == ("Time", "Protect an hour.")
    assert (finding.action_owner, finding.action_due) == ("Head of service", date(2027, 1, 31))
    assert findings_of(session, council.cycle) == [finding]
    assert find_finding(session, council.cycle, finding.id) is finding


def test_only_what_may_be_quoted_is_offered(session: Session, council: Council) -> None:
    questions = {question for _audit, question in answers_where(session, council.cycle, True)}
    offered = quotable_answers(session, council.cycle, questions)
    assert sorted((audit.id, answer.question_id) for audit, answer in offered) == sorted(
        answers_where(session, council.cycle, True)
    )
    assert quotable_answers(session, council.cycle, []) == []


def test_quotes_are_kept_and_read_back(session: Session, council: Council) -> None:
    keys = tuple(answers_where(session, council.cycle, True)[:3])
    text = replace(STRENGTH, quotes=(*keys, keys[0]))
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    session.expire_all()
    words = quoted_words(session, [finding])
    assert set(words) == set(keys)
    for audit_id, question in keys:
        audit = session.get_one(Audit, audit_id)
        assert words[audit_id, question] == ("Seen on file.", audit.case_file.reference)
    change_finding(session, council.cycle, finding, replace(text, quotes=keys[1:]))
    session.expire_all()
    assert {(q.audit_id, q.question_id) for q in finding.quotes} == set(keys[1:])
    assert quoted_words(session, []) == {}


def draft(database: Database, council: Council, text: FindingText) -> None:
    with database.session() as session:
        cycle, lead = (
            session.get_one(Cycle, council.cycle.id),
            session.get_one(Person, council.lead.id),
        )
        draft_finding(session, cycle, text, by=lead, at=AT)


def test_what_may_not_be_quoted_is_refused(
    database: Database, session: Session, council: Council
) -> None:
    other = next_cycle(session, council.managers, "2027-11")
    complete_audit(session, audits_in(session, other)[0])
    unfinished = audits_in(session, council.cycle)[-1]
    session.add(
        RecordedAnswer(
            audit_id=unfinished.id,
            question_id="sup_challenge",
            state=RecordedState.NOT_RECORDED,
            evidence="Not yet submitted.",
            quotable=True,
            recorded_at=AT,
        )
    )
    session.commit()
    wrong = [
        answers_where(session, council.cycle, False)[0],
        answers_where(session, other, True)[0],
        (unfinished.id, "sup_challenge"),
        (999, "sup_challenge"),
    ]
    good = answers_where(session, council.cycle, True)[0]
    session.close()
    before = every_row(database)
    for key in wrong:
        with pytest.raises(FindingFault, match=r"may be quoted\. Nothing was kept"):
            draft(database, council, replace(STRENGTH, quotes=(good, key)))
    assert every_row(database) == before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (replace(STRENGTH, statement=" \n "), FindingFault),
        (replace(STRENGTH, k=7), DatabaseFault),
        (replace(STRENGTH, k=-1), DatabaseFault),
    ],
)
def test_a_finding_that_says_nothing_is_refused(
    database: Database, session: Session, council: Council, text: FindingText, fault: type
) -> None:
    session.close()
    before = every_row(database)
    with pytest.raises(fault, match="Nothing was"):
        draft(database, council, text)
    assert every_row(database) == before


def test_a_confirmed_finding_is_reopened_before_it_changes(
    session: Session, council: Council
) -> None:
    finding = draft_finding(session, council.cycle, STRENGTH, by=council.lead, at=AT)
    assert findings_of(session, council.cycle, confirmed_only=True) == []
    confirm_finding(finding, by=council.lead, at=AT)
    session.flush()
    assert findings_of(session, council.cycle, confirmed_only=True) == [finding]
    weaker = replace(STRENGTH, statement="Supervision sometimes asks why.", k=1)
    with pytest.raises(FindingFault, match="reopen it first"):
        change_finding(session, council.cycle, finding, weaker)
    with pytest.raises(IllegalMove):
        confirm_finding(finding, by=council.lead, at=AT)
    assert (finding.statement, finding.k) == ("Supervision asks why.", 5)
    reopen_finding(finding)
    change_finding(session, council.cycle, finding, weaker)
    with pytest.raises(IllegalMove):
        reopen_finding(finding)
    session.expire_all()
    assert (finding.statement, finding.k, finding.n) == (weaker.statement, 1, 6)
    assert (finding.state, finding.confirmed_at, finding.confirmed_by_id) == ("draft", None, None)


def test_a_finding_is_found_in_its_own_cycle_only(session: Session, council: Council) -> None:
    finding = draft_finding(session, council.cycle, STRENGTH, by=council.lead, at=AT)
    other = next_cycle(session, council.managers, "2027-11")
    assert find_finding(session, other, finding.id) is None
    assert findings_of(session, other) == []
    assert session.get_one(Finding, finding.id).state is FindingState.DRAFT
