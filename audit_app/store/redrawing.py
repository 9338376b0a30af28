"""Drawing a stored sample again from what is stored with it, to see that it is the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from audit_app.core.sample_check import compare_draws, compare_frames
from audit_app.core.sampling import Drawn, Frame, SampleAuditor, SamplingFault
from audit_app.core.sampling_methods import Method
from audit_app.store.drawing import Asked, draw_by
from audit_app.store.instruments import words_of
from audit_app.store.references import references_at
from audit_app.store.samples import drawn_cases, drawn_for, sample_frame
from audit_app.store.tables import CaseloadEntry, Cycle, FrameEntry, Sample, Team

EACH_AGENCY = "each agency"


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A sample drawn again: `difference` says where the stored one is another, None: nowhere."""

    frame: Frame
    auditors: tuple[SampleAuditor, ...]
    drawn: tuple[Drawn, ...]
    difference: str | None


def draw_again(session: Session, cycle: Cycle, sample: Sample) -> Redrawn:
    """Draw the cycle's sample again from the stored frame, auditors and seed, and compare it.

    References are those of the day of the draw: its tickets were made from them.
    """
    frame, auditors = sample_frame(session, sample), drawn_for(session, cycle, sample)
    names = {str(member.person_id): member.person.name for member in cycle.auditors}
    names[""] = EACH_AGENCY
    try:
        drawn = draw_by(
            asked_of(sample),
            frame,
            auditors,
            seed=sample.seed,
            what=words_of(cycle.form_version),
            names=names,
        )
        fault = None
    except SamplingFault as refused:
        drawn, fault = (), f"The sample cannot be drawn again. {refused}"
    difference = (
        _frame_difference(session, sample, frame)
        or fault
        or compare_draws(_stored(session, sample), drawn, names)
    )
    return Redrawn(frame, auditors, drawn, difference)


def asked_of(sample: Sample) -> Asked:
    """What was asked of a stored sample; SamplingFault where no such method is known."""
    if sample.method not in set(Method):
        raise SamplingFault(f"“{sample.method}” is no method of drawing.")
    return Asked(Method(sample.method), sample.number, sample.per_auditor)


def _stored(session: Session, sample: Sample) -> list[Drawn]:
    cases = drawn_cases(session, sample)
    references = references_at(session, [one.case_file_id for one in cases], sample.drawn_at)
    return [
        Drawn(str(one.auditor_id or ""), references[one.case_file_id], one.position, one.ticket)
        for one in cases
    ]


def _frame_difference(session: Session, sample: Sample, frame: Frame) -> str | None:
    return compare_frames(
        sample.frame_hash,
        sample.frame_size,
        frame.hash,
        len(frame.cases),
        _first_unlike_extract(session, sample) if frame.hash != sample.frame_hash else None,
    )


def _first_unlike_extract(session: Session, sample: Sample) -> str | None:
    """The first row of the frame that is not as the extract of the draw has it."""
    then, now = aliased(Team), aliased(Team)
    same = and_(
        CaseloadEntry.case_file_id == FrameEntry.case_file_id,
        CaseloadEntry.extract_id == sample.extract_id,
    )
    rows = session.execute(
        select(
            FrameEntry.case_file_id,
            now.name,
            CaseloadEntry.case_file_id.is_not(None),
            then.name,
        )
        .outerjoin(CaseloadEntry, same)
        .outerjoin(now, now.id == FrameEntry.team_id)
        .outerjoin(then, then.id == CaseloadEntry.team_id)
        .where(FrameEntry.sample_id == sample.id)
    ).all()
    unlike = {row[0]: row for row in rows if not row[2] or row[1] != row[3]}
    references = references_at(session, unlike, sample.drawn_at)
    for number in sorted(unlike, key=lambda number: references[number])[:1]:
        _, stored, found, of_extract = unlike[number]
        if not found:
            return f"{references[number]} stands in it, but not in the extract of the draw."
        return (
            f"{references[number]} stands in it in the team {stored or '–'}, in the extract of "
            f"the draw in {of_extract or '–'}."
        )
    return None
