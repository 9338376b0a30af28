"""What closing a cycle settles: nothing of it changes any more, and what was not done is free."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import AT, complete_audit, make_council

from audit_app.core.lifecycle import CycleState, IllegalMove
from audit_app.core.sampling import Filters
from audit_app.store.audits import Draft, audits_of, find_audit, record_answers
from audit_app.store.cycles import close_cycle, create_cycle
from audit_app.store.database import Session
from audit_app.store.samples import draw_cycle_sample, drawn_cases, preview_sample
from audit_app.store.tables import RecordedState


def test_what_was_not_done_is_nobodys_to_do(session: Session) -> None:
    council = make_council(session)
    manager = council.managers[0]
    done, undone = audits_of(session, manager)
    complete_audit(session, done)
    close_cycle(council.cycle, at=AT)
    session.flush()
    assert audits_of(session, manager) == [done]
    assert find_audit(session, manager, undone.id) is None
    with pytest.raises(IllegalMove, match="closed"):
        record_answers(session, undone, [], at=AT)
    assert council.cycle.state is CycleState.CLOSED


def test_a_case_file_that_was_drawn_and_never_read_can_be_drawn_again(session: Session) -> None:
    council = make_council(session)
    done, undone = audits_of(session, council.managers[0])
    complete_audit(session, done)
    version = council.cycle.form_version
    later = create_cycle(
        session, version, name="Later", month="2026-12", auditors=council.managers, at=AT
    )
    before = preview_sample(session, later, Filters(), at=AT).frame
    assert undone.case_file.reference not in {case.reference for case in before.cases}
    close_cycle(council.cycle, at=AT)
    session.flush()
    after = preview_sample(session, later, Filters(), at=AT).frame
    free = {case.reference for case in after.cases} - {case.reference for case in before.cases}
    assert undone.case_file.reference in free
    assert done.case_file.reference not in free


def test_somebody_who_left_before_the_draw_is_given_nothing(session: Session) -> None:
    council = make_council(session)
    later = create_cycle(
        session,
        council.cycle.form_version,
        name="Later",
        month="2026-12",
        auditors=council.managers,
        at=AT,
    )
    council.managers[0].active = False
    session.flush()
    sample = draw_cycle_sample(
        session, later, Filters(), per_auditor=2, seed="s", by=None, at=AT + timedelta(days=1)
    )
    assert {one.auditor for one in drawn_cases(session, sample)} == set(council.managers[1:])
    assert len(later.auditors) == len(council.managers) - 1


def test_a_draft_of_an_open_cycle_is_still_kept(session: Session) -> None:
    council = make_council(session)
    audit = audits_of(session, council.managers[0])[0]
    draft = Draft("voice_allegation", RecordedState.ANSWERED, value="no")
    record_answers(session, audit, [draft], at=AT)
    assert [row.value for row in audit.answers] == ["no"]
