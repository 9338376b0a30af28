"""People, cycles and the history of who did what."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from factories import AT, make_council, make_person, publish_shipped
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from store.store_answers import every_row

from audit_app.core.access import Role
from audit_app.core.chain import GENESIS
from audit_app.core.lifecycle import CycleState, IllegalMove
from audit_app.store.cycles import (
    CycleFault,
    close_cycle,
    create_cycle,
    cycle_summaries,
    find_cycle,
    last_day_of,
    latest_closed_cycle,
    visible_cycle,
)
from audit_app.store.database import Database
from audit_app.store.history import history_head, record_history, verify_history
from audit_app.store.instruments import latest_form
from audit_app.store.people import PeopleFault, add_person, find_person, people, people_with_role
from audit_app.store.tables import Cycle, FormVersion, HistoryEntry, Person


@pytest.fixture
def version(session: Session) -> FormVersion:
    publish_shipped(session)
    found = latest_form(session, "monthly_sample")
    assert found is not None
    return found


def add(session: Session, email: str) -> Person:
    return add_person(
        session, email=email, name=" A Name ", roles=[], team=None, password_hash="x", at=AT
    )


def test_an_address_is_one_whatever_its_case(session: Session) -> None:
    person = add(session, " Pat.Example@Council.Example ")
    assert (person.email, person.name) == ("pat.example@council.example", "A Name")
    assert find_person(session, "PAT.EXAMPLE@council.example ") is person
    with pytest.raises(PeopleFault, match="already has an account"):
        add(session, "pat.example@COUNCIL.example")


@pytest.mark.parametrize("email", ["", "pat", "@council.example", "pat@", "a@b@c"])
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(PeopleFault, match="is not an email address"):
        add(session, email)
    assert people(session) == []


def test_only_active_people_audit(session: Session, version: FormVersion) -> None:
    here = make_person(session, Role.SENIOR_MANAGER, "Here")
    gone = make_person(session, Role.SENIOR_MANAGER, "Gone")
    make_person(session, Role.INDEPENDENT_MEMBER, "Other")
    gone.active = False
    session.flush()
    assert people_with_role(session, Role.SENIOR_MANAGER) == [here]
    cycle = create_cycle(session, version, name="One", month="2026-11", at=AT)
    assert [member.person for member in cycle.auditors] == [here]
    with pytest.raises(CycleFault, match=r"Gone may not do audits\. No cycle was opened"):
        create_cycle(session, version, name="Two", month="2026-11", auditors=[gone], at=AT)


def test_a_person_named_twice_audits_once(session: Session, version: FormVersion) -> None:
    one = make_person(session, Role.SENIOR_MANAGER)
    cycle = create_cycle(session, version, name="A", month="2026-11", auditors=[one, one], at=AT)
    assert [member.person_id for member in cycle.auditors] == [one.id]


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-00", "20-11", "0020-11", "November", "２０２６-１１"]
)
def test_what_is_no_month_is_refused(session: Session, version: FormVersion, month: str) -> None:
    with pytest.raises(CycleFault, match="is not a month such as 2026-11"):
        create_cycle(session, version, name="A", month=month, at=AT)
    assert cycle_summaries(session) == []


def test_months_end_when_they_end() -> None:
    assert last_day_of("2028-02") == date(2028, 2, 29)
    assert last_day_of(" 2026-11 ") == date(2026, 11, 30)


def test_cycles_have_keys_of_their_own(session: Session, version: FormVersion) -> None:
    make_person(session, Role.SENIOR_MANAGER)
    made = [create_cycle(session, version, name=n, month="2026-11", at=AT) for n in ("A", "B", "A")]
    assert [cycle.key for cycle in made] == [
        f"monthly_sample-2026-11{ending}" for ending in ("", "-2", "-3")
    ]
    assert find_cycle(session, "monthly_sample-2026-11-2") is made[1]
    assert find_cycle(session, "B") is made[1]
    assert find_cycle(session, "A") is None
    with pytest.raises(CycleFault, match="Give the cycle a name"):
        create_cycle(session, version, name="  ", month="2026-11", at=AT)


def test_a_cycle_needs_somebody_who_audits(session: Session, version: FormVersion) -> None:
    with pytest.raises(CycleFault, match="add people with the role senior_manager first"):
        create_cycle(session, version, name="A", month="2026-10", at=AT)
    assert session.scalars(select(Cycle)).all() == []


def test_a_cycle_closes_after_its_draw(session: Session, version: FormVersion) -> None:
    make_person(session, Role.SENIOR_MANAGER)
    cycle = create_cycle(session, version, name="A", month="2026-10", at=AT)
    with pytest.raises(IllegalMove):
        close_cycle(cycle, at=AT)
    assert (cycle.state, cycle.closed_at) == (CycleState.OPEN, None)
    drawn = make_council(session).cycle
    assert latest_closed_cycle(session) is None
    close_cycle(drawn, at=AT)
    session.flush()
    assert latest_closed_cycle(session) is drawn
    with pytest.raises(IllegalMove):
        close_cycle(drawn, at=AT)


def test_a_themed_cycle_is_not_the_regular_one(session: Session) -> None:
    council = make_council(session)
    close_cycle(council.cycle, at=AT)
    session.flush()
    council.lead.active = True
    form = latest_form(session, "protection_plans")
    assert form is not None
    themed = create_cycle(
        session, form, name="T", month="2027-11", auditors=council.managers, at=AT
    )
    themed.state = CycleState.CLOSED
    session.flush()
    assert latest_closed_cycle(session) is council.cycle


def test_who_sees_a_cycle(session: Session) -> None:
    council = make_council(session)
    for role in Role:
        person = make_person(session, role, f"Seer {role.value}")
        found = visible_cycle(session, person, council.cycle.key)
        assert (found is council.cycle) == (role is Role.QA_LEAD)
    assert visible_cycle(session, council.lead, "nowhere") is None


def test_history_is_added_to_in_a_chain(session: Session) -> None:
    lead = make_person(session, Role.QA_LEAD)
    record_history(session, lead, "confirmed", "finding", 3, at=AT, detail={"state": ["a", "b"]})
    record_history(session, None, "published", "question banks", None, at=AT)
    session.expire_all()
    rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()
    assert [(r.id, r.at, r.person_id, r.action, r.subject, r.subject_id) for r in rows] == [
        (1, AT, lead.id, "confirmed", "finding", 3),
        (2, AT, None, "published", "question banks", None),
    ]
    assert [row.detail for row in rows] == ['{"state":["a","b"]}', ""]
    assert [row.previous_hash for row in rows] == [GENESIS, rows[0].hash]
    assert history_head(session) == (2, rows[1].hash)
    assert verify_history(session, {}) is None


def test_history_goes_with_its_change(database: Database) -> None:
    before = every_row(database)

    def change_and_stop() -> None:
        with database.session() as session:
            lead = make_person(session, Role.QA_LEAD)
            record_history(session, lead, "added", "person", lead.id, at=AT)
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_stop()
    assert every_row(database) == before


def test_a_moment_without_its_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="needs its time zone"):
        record_history(session, None, "did", "something", None, at=datetime(2026, 11, 2))


def test_moments_come_back_in_utc(session: Session, version: FormVersion) -> None:
    make_person(session, Role.SENIOR_MANAGER)
    summer = datetime.fromisoformat("2026-07-31T23:30:00+01:00")
    cycle = create_cycle(session, version, name="A", month="2026-07", at=summer)
    session.expire_all()
    found = session.get_one(Cycle, cycle.id).opened_at
    assert found == summer
    assert found.isoformat() == "2026-07-31T22:30:00+00:00"
