"""A disputed grade that is referred is read a second time, and its reply tells what came of it."""

from __future__ import annotations

import pytest
from claims.small_world import World, make_world
from factories import AT, complete_audit, make_person
from sqlalchemy import delete, select
from web.page_checks import errors_of

from audit_app.core.access import Role
from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import DisputeAnswer, ModerationState
from audit_app.core.moderation import DrawReason
from audit_app.core.replies import PracticeSees
from audit_app.store.agreeing import agree, compared_grades
from audit_app.store.cycles import close_cycle
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.people import move_to_team
from audit_app.store.tables import Moderation, ModerationReason

REASON = "They looked at the file together."
REFERRED = {"answer": "referred", "reason": "Somebody else reads it."}


@pytest.fixture
def world(session) -> World:
    """The world, in which nobody has drawn the disputed audit for a second reading."""
    made = make_world(session)
    drawn = made.waiting_reading.id
    session.execute(delete(ModerationReason).where(ModerationReason.moderation_id == drawn))
    session.execute(delete(Moderation).where(Moderation.id == drawn))
    session.commit()
    session.expire_all()
    return made


@pytest.fixture
def lead(world, signed_in):
    return signed_in(world.people[Role.QA_LEAD])


def page_of(world) -> str:
    return f"/replies/disputes/{world.dispute.id}"


def see_anew(session) -> None:
    """What pages have changed meanwhile."""
    session.rollback()
    session.expire_all()


def referred(session, world) -> Moderation | None:
    see_anew(session)
    return moderation_of(session, world.submitted.id)


def read_again(session, world) -> Moderation:
    """Read by another, who found the same; to be compared."""
    moderation, at = referred(session, world), AT
    reader = make_person(session, Role.QA_LEAD, "Third Reader")
    name_reader(session, moderation, reader, by=world.people[Role.QA_LEAD], at=at)
    complete_audit(session, moderation.reading)
    session.commit()
    return moderation


def test_referring_makes_a_second_reading_whose_outcome_stands_with_the_reply(
    session, world, lead, signed_in
):
    assert lead.send(page_of(world), REFERRED).location == "/replies"
    moderation = referred(session, world)
    assert moderation.state is ModerationState.WAITING
    assert [row.reason for row in moderation.reasons] == [DrawReason.DISPUTED]
    own = f"/replies/{world.submitted.id}"
    practice = signed_in(world.people[Role.PRACTITIONER])
    assert "A second reader is still to be named" in practice.get(own).text
    assert f"/second-readings/{moderation.id}" in lead.get(page_of(world)).text
    read_again(session, world)
    assert "the readers are to agree" in practice.get(own).text
    grades = {pair.part: GradeChoice("inadequate", REASON) for pair in compared_grades(moderation)}
    agree(session, moderation, grades, by=moderation.reader, at=AT)
    session.commit()
    for client, page in ((practice, own), (lead, page_of(world)), (lead, "/replies")):
        assert "Both readers agreed on: Inadequate." in client.get(page).text
    assert REASON in practice.get(own).text
    assert "Both readers agreed on" in lead.get(f"/audits/{world.submitted.id}/answers").text
    world.cycle.shown_to_practice = PracticeSees.GRADES
    session.commit()
    assert "Both readers agreed on: Inadequate." in practice.get(own).text
    assert REASON not in practice.get(own).text


def test_a_second_reading_that_is_not_in_gets_the_reason(session, world, lead):
    lead.send(page_of(world), REFERRED)
    moderation = referred(session, world)
    moderation.reasons[0].reason = DrawReason.CHOSEN
    world.dispute.answer = world.dispute.answered_at = None
    session.commit()
    lead.send(page_of(world), REFERRED)
    assert {row.reason for row in referred(session, world).reasons} == {
        DrawReason.CHOSEN,
        DrawReason.DISPUTED,
    }
    assert len(session.scalars(select(Moderation.audit_id)).all()) == 2


def not_again(session, world):
    """Two have read it."""
    read_again(session, world)
    world.dispute.answer = world.dispute.answered_at = None


def closed(_session, world):
    close_cycle(world.cycle, at=AT)


def own_team(session, world):
    move_to_team(session, world.people[Role.QA_LEAD], world.submitted.team.name, at=AT)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (not_again, "Two people have read it already"),
        (closed, "The cycle is closed"),
        (own_team, "ask another QA lead"),
    ],
)
def test_what_cannot_be_read_again_is_not_referred_and_says_why(session, world, lead, happens, why):
    if happens is not_again:
        lead.send(page_of(world), REFERRED)
    see_anew(session)
    happens(session, world)
    session.commit()
    before = len(session.scalars(select(Moderation.id)).all())
    said = lead.get(page_of(world)).text
    assert why in said
    assert "Refer it to a second reading" not in said
    assert set(errors_of(lead.send(page_of(world), REFERRED).text)) == {"#answer"}
    see_anew(session)
    assert world.dispute.answer is None
    assert len(session.scalars(select(Moderation.id)).all()) == before
    stands = {"answer": DisputeAnswer.GRADE_STANDS.value, "reason": "Seen by both."}
    assert lead.send(page_of(world), stands).location == "/replies"


def test_a_cycle_that_closes_meanwhile_leaves_the_grade_as_it_was(session, world, lead, signed_in):
    lead.send(page_of(world), REFERRED)
    see_anew(session)
    close_cycle(world.cycle, at=AT)
    session.commit()
    practice = signed_in(world.people[Role.PRACTITIONER])
    assert "so the grade stays as it was" in practice.get(f"/replies/{world.submitted.id}").text
