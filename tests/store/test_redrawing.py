"""A stored sample drawn again: the same, or the first difference by name."""

from __future__ import annotations

import pytest
from agency_council import make_agency_council
from factories import AT, Council, make_council
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from audit_app.core.sampling import Drawn
from audit_app.store.people import move_to_team
from audit_app.store.redrawing import draw_again
from audit_app.store.tables import FrameEntry, Sample, SampleCase, Team


@pytest.fixture
def council(session: Session) -> Council:
    return make_council(session)


def sample_of(council: Council) -> Sample:
    assert council.cycle.sample is not None
    return council.cycle.sample


def difference(session: Session, council: Council) -> str:
    session.flush()
    session.expire_all()
    found = draw_again(session, council.cycle, sample_of(council)).difference
    assert found is not None
    return found


def rows(session: Session) -> list[SampleCase]:
    return list(session.scalars(select(SampleCase).order_by(SampleCase.position)))


def test_what_nobody_changed_comes_out_again(session: Session, council: Council) -> None:
    for person in council.managers:
        move_to_team(session, person, "East", at=AT)
    again = draw_again(session, council.cycle, sample_of(council))
    assert again.difference is None
    assert sorted(one.position for one in again.drawn) == [one.position for one in rows(session)]


def test_a_sample_for_agencies_comes_out_again(session: Session) -> None:
    council = make_agency_council(session)
    sample = council.cycle.sample
    assert sample is not None
    assert draw_again(session, council.cycle, sample).difference is None
    sample.per_auditor += 1
    session.flush()
    found = draw_again(session, council.cycle, sample).difference
    assert found is not None
    assert "nothing is stored" in found


def test_a_case_file_taken_out_of_the_frame(session: Session, council: Council) -> None:
    gone = rows(session)[0].case_file_id
    session.execute(delete(FrameEntry).where(FrameEntry.case_file_id == gone))
    assert difference(session, council).endswith("It holds 39, and 40 could be drawn.")


def test_a_case_file_moved_to_another_team(session: Session, council: Council) -> None:
    moved = rows(session)[0]
    was = session.scalar(
        select(Team.name)
        .join(FrameEntry, FrameEntry.team_id == Team.id)
        .where(FrameEntry.case_file_id == moved.case_file_id)
    )
    session.execute(
        update(FrameEntry).where(FrameEntry.case_file_id == moved.case_file_id).values(team_id=None)
    )
    assert difference(session, council).endswith(
        f"{moved.case_file.reference} stands in it in the team –, in the extract of the draw "
        f"in {was}."
    )


def test_a_changed_hash(session: Session, council: Council) -> None:
    sample_of(council).frame_hash = "0" * 64
    assert "that of the sample 000000000000…." in difference(session, council)


def test_a_changed_size(session: Session, council: Council) -> None:
    sample_of(council).frame_size = 41
    assert "It holds 40, and 41 could be drawn." in difference(session, council)


def test_two_case_files_that_changed_hands(session: Session, council: Council) -> None:
    first, other = rows(session)[0], rows(session)[-1]
    first.auditor_id = next(p.id for p in council.managers if p.id != first.auditor_id)
    said = difference(session, council)
    assert said.startswith(f"The first difference is at place {first.position}: ")
    assert said.count(first.case_file.reference) == 2
    assert other.case_file.reference not in said


def test_a_changed_ticket(session: Session, council: Council) -> None:
    rows(session)[2].ticket = "f" * 64
    assert difference(session, council).startswith("The ticket at place ")


def test_another_seed_or_number(session: Session, council: Council) -> None:
    sample_of(council).seed = "another"
    assert "The first difference is at place " in difference(session, council)
    sample_of(council).per_auditor = 39
    assert difference(session, council).startswith("The sample cannot be drawn again. There are ")


def test_a_method_that_is_none(session: Session, council: Council) -> None:
    sample_of(council).method = "by_hand"
    assert "“by_hand” is no method of drawing" in difference(session, council)


def test_what_is_drawn_again_is_what_the_core_draws(session: Session, council: Council) -> None:
    again = draw_again(session, council.cycle, sample_of(council))
    assert set(again.drawn) == {
        Drawn(str(one.auditor_id), one.case_file.reference, one.position, one.ticket)
        for one in rows(session)
    }
