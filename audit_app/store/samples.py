"""Samples: the frame of an extract, the draw, and the audits that it allocates."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from audit_app.caseload.values import CaseStatus, age_at
from audit_app.clock import day_of
from audit_app.core.lifecycle import AuditState, CycleState, check_move
from audit_app.core.sampling import (
    Drawn,
    Exclusion,
    Filters,
    Frame,
    FrameCase,
    SampleAuditor,
    SamplingFault,
    build_frame,
)
from audit_app.core.sampling_methods import Method
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.store.caseload import current_extract
from audit_app.store.cohorts import filters_to_data, meets_lines
from audit_app.store.cycles import FEWEST_AGENCIES
from audit_app.store.drawing import Asked, draw_by
from audit_app.store.exemptions import exempt_at_draw, exempt_people
from audit_app.store.independence import audited_cases_in, own_cases_in
from audit_app.store.instruments import load_form, words_of
from audit_app.store.references import references_at
from audit_app.store.tables import (
    AgencyPart,
    Allocation,
    Audit,
    CaseFile,
    CaseloadEntry,
    Cycle,
    CycleAuditor,
    Extract,
    FrameEntry,
    Person,
    Sample,
    SampleCase,
    SampleExclusion,
    Team,
)


@dataclass(frozen=True, slots=True)
class SamplePreview:
    """What a draw would be made from."""

    extract: Extract
    frame: Frame
    audited_since: date
    auditors: tuple[SampleAuditor, ...]

    @property
    def excluded(self) -> dict[Exclusion, int]:
        """Counts by reason; own team: case files barred from at least one auditor."""
        own_teams = {auditor.team for auditor in self.auditors if auditor.team}
        own_cases = frozenset().union(*(auditor.own_cases for auditor in self.auditors))
        barred = sum(
            1 for case in self.frame.cases if case.team in own_teams or case.reference in own_cases
        )
        return {reason: self.frame.excluded.get(reason, 0) for reason in Exclusion} | {
            Exclusion.OWN_TEAM: barred
        }


def preview_sample(
    session: Session, cycle: Cycle, filters: Filters, *, at: datetime
) -> SamplePreview:
    """Build the frame from the extract in use; SamplingFault when there is none."""
    subject = load_form(cycle.form_version).subject
    extract = current_extract(session, subject)
    if extract is None:
        listed = SUBJECT_WORDS[subject].listed
        raise SamplingFault(f"There is no {listed} yet: import one first. Nothing was drawn.")
    day = day_of(at)
    audited_since = _a_year_before(day)
    cases = _frame_cases(session, extract, filters)
    members = session.scalars(
        select(CycleAuditor)
        .where(
            CycleAuditor.cycle_id == cycle.id,
            CycleAuditor.person_id.not_in(exempt_people(session, cycle)),
        )
        .options(joinedload(CycleAuditor.person).joinedload(Person.team))
        .order_by(CycleAuditor.person_id)
    ).all()
    people = [member.person for member in members]
    own_cases = own_cases_in(session, people, extract)
    # Who follows up an earlier cohort reads the same ones again, and is meant to.
    audited = {} if filters.keeps_audited else audited_cases_in(session, people, extract)
    return SamplePreview(
        extract,
        build_frame(cases, filters, audited_since=audited_since),
        audited_since,
        tuple(
            SampleAuditor(
                str(member.person_id),
                member.person.team.name if member.person.team else None,
                own_cases.get(member.person_id, frozenset()),
                audited.get(member.person_id, frozenset()),
            )
            for member in members
        ),
    )


def draw_cycle_sample(
    session: Session,
    cycle: Cycle,
    filters: Filters,
    *,
    per_auditor: int | None,
    seed: str | None,
    by: Person | None,
    at: datetime,
    method: Method = Method.PER_AUDITOR,
    number: int | None = None,
) -> Sample:
    """Draw the cycle's sample and allocate its audits.

    Where a method draws a `number` first, `per_auditor` is the most that one auditor gets.
    SamplingFault when there are too few case files, IllegalMove when it was drawn before; then
    nothing is stored.
    """
    check_move(cycle.state, CycleState.DRAWN)
    for member in [member for member in cycle.auditors if not member.person.active]:
        cycle.auditors.remove(member)
    session.flush()
    preview = preview_sample(session, cycle, filters, at=at)
    seed = seed or secrets.token_hex(8)
    asked = _asked(cycle, method, number, per_auditor)
    drawn = _draw(cycle, preview, asked, seed)
    sample = Sample(
        cycle_id=cycle.id,
        extract_id=preview.extract.id,
        method=asked.method,
        seed=seed,
        per_auditor=asked.per_auditor or len(drawn),
        number=asked.number,
        frame_size=len(preview.frame.cases),
        frame_hash=preview.frame.hash,
        filters=filters_to_data(filters),
        audited_since=preview.audited_since,
        drawn_at=at,
        drawn_by_id=by.id if by is not None else None,
        exclusions=[SampleExclusion(reason=why, count=n) for why, n in preview.excluded.items()],
    )
    session.add(sample)
    session.flush()
    ids = _store_draw(session, cycle, sample, preview.frame, drawn, at)
    _note_auditors(cycle, preview.auditors, ids)
    cycle.state = CycleState.DRAWN
    session.flush()
    session.expire(cycle, ["sample"])
    return sample


def is_for_agencies(cycle: Cycle) -> bool:
    """Whether each agency answers its part on every case file of the cycle."""
    return bool(load_form(cycle.form_version).agencies)


def drawn_cases(session: Session, sample: Sample) -> list[SampleCase]:
    """What was drawn, in the order of the tickets, with auditor and case file."""
    return list(
        session.scalars(
            select(SampleCase)
            .where(SampleCase.sample_id == sample.id)
            .options(joinedload(SampleCase.auditor), joinedload(SampleCase.case_file))
            .order_by(SampleCase.position)
        )
    )


def sample_frame(session: Session, sample: Sample) -> Frame:
    """The frame as it was when the sample was drawn: references and teams, nothing else."""
    rows = session.execute(
        select(FrameEntry.case_file_id, Team.name)
        .outerjoin(Team, Team.id == FrameEntry.team_id)
        .where(FrameEntry.sample_id == sample.id)
    ).all()
    references = references_at(session, [number for number, _team in rows], sample.drawn_at)
    named = sorted((references[number], team) for number, team in rows)
    cases = tuple(FrameCase(reference, team, None, None, False, None) for reference, team in named)
    return Frame(cases, {row.reason: row.count for row in sample.exclusions})


def drawn_for(session: Session, cycle: Cycle, sample: Sample) -> tuple[SampleAuditor, ...]:
    """The auditors as the draw knew them: their team, and their own case files, of that day."""
    tied = {id_ for one in cycle.auditors for id_ in (*one.own_cases, *one.audited_cases)}
    exempt = exempt_at_draw(session, sample)
    references = references_at(session, tied, sample.drawn_at)
    return tuple(
        SampleAuditor(
            str(member.person_id),
            member.team.name if member.team else None,
            frozenset(references[number] for number in member.own_cases),
            frozenset(references[number] for number in member.audited_cases),
        )
        for member in cycle.auditors
        if member.person_id not in exempt
    )


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _frame_cases(session: Session, extract: Extract, filters: Filters) -> list[FrameCase]:
    """Every case file of the extract. Drawn counts as audited, unless withdrawn or left undone."""
    last = (
        select(
            Allocation.case_file_id,
            func.max(func.coalesce(Allocation.submitted_at, Allocation.allocated_at)).label("at"),
        )
        .join(Allocation.cycle)
        .where(
            (Allocation.state == AuditState.SUBMITTED) | (Cycle.state != CycleState.CLOSED),
            Allocation.state != AuditState.WITHDRAWN,
        )
        .group_by(Allocation.case_file_id)
        .subquery()
    )
    rows = session.execute(
        select(
            CaseloadEntry.status,
            CaseloadEntry.date_of_birth,
            CaseFile.reference,
            Team.name,
            last.c.at,
            meets_lines(session, extract, filters.lines),
        )
        .join(CaseFile, CaseFile.id == CaseloadEntry.case_file_id)
        .outerjoin(Team, Team.id == CaseloadEntry.team_id)
        .outerjoin(last, last.c.case_file_id == CaseloadEntry.case_file_id)
        .where(CaseloadEntry.extract_id == extract.id)
        .order_by(CaseFile.reference)
    )
    return [
        FrameCase(
            reference=reference,
            team=team,
            status=status,
            age=_age(born, extract.as_at),
            closed=status == CaseStatus.CLOSED,
            last_audited=day_of(audited_at) if audited_at is not None else None,
            meets_lines=bool(meets),
        )
        for status, born, reference, team, audited_at, meets in rows
    ]


def _age(born: date | None, day: date) -> int | None:
    return age_at(born, day) if born is not None else None


def _store_draw(
    session: Session,
    cycle: Cycle,
    sample: Sample,
    frame: Frame,
    drawn: tuple[Drawn, ...],
    at: datetime,
) -> dict[str, int]:
    """Store the frame, what was drawn and its audits; the frame's ids by reference."""
    references = [case.reference for case in frame.cases]
    ids = _ids_by_reference(session, references)
    team_ids = dict(session.execute(select(Team.name, Team.id)).all())
    teams = {case.reference: team_ids.get(case.team or "") for case in frame.cases}
    session.execute(
        insert(FrameEntry),
        [
            {"sample_id": sample.id, "case_file_id": ids[ref], "team_id": teams[ref]}
            for ref in references
        ],
    )
    session.execute(
        insert(SampleCase),
        [
            {
                "sample_id": sample.id,
                "case_file_id": ids[one.reference],
                "auditor_id": int(one.auditor) if one.auditor else None,
                "position": one.position,
                "ticket": one.ticket,
            }
            for one in drawn
        ],
    )
    exempt = exempt_people(session, cycle)
    answering = [member for member in cycle.auditors if member.person_id not in exempt]
    for one in drawn:
        facts = {
            "cycle_id": cycle.id,
            "case_file_id": ids[one.reference],
            "form_version_id": cycle.form_version_id,
            "team_id": teams[one.reference],
            "state": AuditState.ALLOCATED,
            "due_on": cycle.due_on,
            "allocated_at": at,
        }
        session.add_all(_allocations(one, answering, facts))
    return ids


def _allocations(
    drawn: Drawn, answering: Sequence[CycleAuditor], facts: Mapping[str, object]
) -> list[Allocation]:
    """The audit of what was drawn, or every agency's part of it."""
    if drawn.auditor:
        return [Audit(auditor_id=int(drawn.auditor), **facts)]
    return [
        AgencyPart(auditor_id=member.person_id, agency=member.agency, **facts)
        for member in answering
    ]


def _asked(cycle: Cycle, method: Method, number: int | None, each: int | None) -> Asked:
    if not is_for_agencies(cycle):
        return Asked(method, number if method.has_number else None, each)
    if method.is_shared_out:
        raise SamplingFault(
            "Every agency answers on all that is drawn, so nothing can be shared out among them: "
            "say how many are drawn for all. Nothing was drawn."
        )
    return Asked(Method.FOR_AGENCIES, None, each)


def _draw(cycle: Cycle, preview: SamplePreview, asked: Asked, seed: str) -> tuple[Drawn, ...]:
    if asked.method is Method.FOR_AGENCIES:
        _check_agencies(preview.auditors)
    what = words_of(cycle.form_version)
    names = {str(member.person_id): member.person.name for member in cycle.auditors}
    return draw_by(asked, preview.frame, preview.auditors, seed=seed, what=what, names=names)


def _check_agencies(auditors: Sequence[SampleAuditor]) -> None:
    if len(auditors) < FEWEST_AGENCIES:
        raise SamplingFault(
            f"Fewer than {FEWEST_AGENCIES} agencies have somebody who can answer now, so nothing "
            "was drawn: open a cycle that names others."
        )


def _note_auditors(cycle: Cycle, auditors: Iterable[SampleAuditor], ids: dict[str, int]) -> None:
    """Keep what barred each auditor on the day of the draw, so that it can be drawn again."""
    known = {auditor.key: auditor for auditor in auditors}
    for member in cycle.auditors:
        member.team_id = member.person.team_id
        auditor = known.get(str(member.person_id))
        own, audited = (auditor.own_cases, auditor.audited) if auditor else ((), ())
        member.own_cases = sorted(ids[reference] for reference in own if reference in ids)
        member.audited_cases = sorted(ids[reference] for reference in audited if reference in ids)


def _ids_by_reference(session: Session, references: list[str]) -> dict[str, int]:
    wanted = set(references)
    rows = session.execute(select(CaseFile.reference, CaseFile.id))
    return {reference: number for reference, number in rows if reference in wanted}
