"""What agencies answered on one subject, brought together once all their parts are in.

Until then nobody reads a part but who writes it. A part is in when it was submitted or withdrawn,
or when its author is exempt; when the cycle is closed nobody is waited for any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from audit_app.clock import day_of
from audit_app.core.access import Permission, Reach
from audit_app.core.completion import LeftOut, WithdrawalReason
from audit_app.core.lifecycle import SETTLED, AuditState, CycleState, ExemptionState
from audit_app.core.parts import fold_parts, met_in_all
from audit_app.core.question_bank import AuditForm
from audit_app.core.theme_results import AuditedFile, AuditedTheme
from audit_app.store.independence import not_barred
from audit_app.store.instruments import load_form
from audit_app.store.scopes import audits_in_scope, not_blind_to
from audit_app.store.tables import AgencyPart, CaseFile, Cycle, Exemption, Person


@dataclass(frozen=True, slots=True)
class Collated:
    """One subject with the part of each agency, in the order of the form."""

    case_file: CaseFile
    parts: tuple[AgencyPart, ...]
    exempt: frozenset[int]
    """Who of their authors is exempt from the cycle."""
    purged: int = 0
    """How many more there were, whose words are deleted as the policy says."""

    @property
    def cycle(self) -> Cycle:
        """The cycle in which they answer."""
        return self.parts[0].cycle

    @property
    def submitted(self) -> tuple[AgencyPart, ...]:
        """The parts that were answered."""
        return tuple(one for one in self.parts if one.state is AuditState.SUBMITTED)

    @property
    def waited_for(self) -> tuple[AgencyPart, ...]:
        """The parts that are still to come."""
        if self.cycle.state is CycleState.CLOSED:
            return ()
        return tuple(
            one for one in self.parts if not one.is_settled and one.auditor_id not in self.exempt
        )

    @property
    def is_in(self) -> bool:
        """Whether the parts may be read: all are in, and there is at least one."""
        return bool(self.submitted) and not self.waited_for

    @property
    def is_late(self) -> bool:
        """Whether a part came in after its due day."""
        return any(
            one.submitted_at is not None and day_of(one.submitted_at) > one.due_on
            for one in self.parts
        )


def collated_parts() -> ColumnElement[bool]:
    """Condition on AgencyPart: all parts of its subject are in, so that it may be read."""
    other = aliased(AgencyPart)
    exempt = select(Exemption.id).where(
        Exemption.cycle_id == other.cycle_id,
        Exemption.person_id == other.auditor_id,
        Exemption.state == ExemptionState.GRANTED,
    )
    waited_for = select(other.id).where(
        other.cycle_id == AgencyPart.cycle_id,
        other.case_file_id == AgencyPart.case_file_id,
        other.state.not_in(SETTLED),
        ~exempt.exists(),
    )
    closed = select(Cycle.id).where(Cycle.state == CycleState.CLOSED)
    return or_(AgencyPart.cycle_id.in_(closed), ~waited_for.exists())


def parts_blind_to(session: Session, person: Person) -> list[AgencyPart]:
    """Parts of others that the person may not read yet, whatever they may see otherwise."""
    return list(
        session.scalars(
            select(AgencyPart).where(AgencyPart.auditor_id != person.id, ~collated_parts())
        )
    )


def subjects_of(session: Session, cycle: Cycle) -> list[Collated]:
    """Every subject of a cycle with its parts, without their answers, by reference."""
    parts = session.scalars(_of_cycles([cycle.id]).options(*_NAMED)).all()
    return _by_subject(session, parts)


def find_collated(
    session: Session, person: Person, cycle: Cycle, case_file_id: int
) -> Collated | None:
    """One subject whose parts are in, for whoever sees all results of the cycle."""
    may = and_(audits_in_scope(person, Permission.SEE_RESULTS, Reach.ALL), not_blind_to(person))
    return _find(session, AgencyPart.cycle_id == cycle.id, case_file_id, may)


def find_collated_of(session: Session, person: Person, part: AgencyPart) -> Collated | None:
    """The subject of a part that is the person's own and submitted, once the others are in too."""
    if part.auditor_id != person.id or part.state is not AuditState.SUBMITTED:
        return None
    if not not_barred(session, person, [part]):
        return None
    may = audits_in_scope(person, Permission.DO_AUDITS)
    return _find(session, AgencyPart.cycle_id == part.cycle_id, part.case_file_id, may)


def waited_for_beside(session: Session, part: AgencyPart) -> int:
    """How many other parts of the same subject are still to come; never which, nor by whom."""
    same = and_(AgencyPart.cycle_id == part.cycle_id, AgencyPart.case_file_id == part.case_file_id)
    found = _by_subject(session, session.scalars(select(AgencyPart).where(same)).all())
    return sum(one.id != part.id for subject in found for one in subject.waited_for)


def collated_subjects(session: Session, cycles: Collection[int]) -> dict[int, list[Collated]]:
    """The subjects whose parts are in, with answers, by cycle; of purged ones what is left."""
    parts = session.scalars(_of_cycles(cycles).where(collated_parts()).options(*_WHOLE)).all()
    found: dict[int, list[Collated]] = {}
    for subject in _by_subject(session, parts):
        if subject.is_in:
            found.setdefault(subject.cycle.id, []).append(subject)
    return found


def collated_file(subject: Collated, cycle: Cycle) -> AuditedFile:
    """One subject as it counts: once, a question by the worst, a theme as met where all meet it."""
    form, team = load_form(cycle.form_version), subject.parts[0].team
    outcomes = fold_parts(
        {row.question_id: row.outcome for row in part.answers if row.outcome is not None}
        for part in subject.submitted
    )
    return AuditedFile(
        reference=subject.case_file.reference,
        team=team.name if team is not None else None,
        month=cycle.month,
        form=f"{form.key} {form.version}",
        themes=tuple(
            AuditedTheme(
                bank.key,
                met_in_all(
                    [
                        row.theme_met
                        for part in subject.submitted
                        for row in part.themes
                        if row.theme == bank.key
                    ]
                ),
                {q.id: outcomes[q.id] for q in bank.questions if q.is_scored and q.id in outcomes},
            )
            for bank in form.banks
        ),
    )


def count_subjects(subjects: Iterable[Collated]) -> tuple[int, int, int, LeftOut]:
    """How many subjects were drawn, are in, came in late, and what was left out as a whole."""
    drawn = done = late = unanswered = 0
    withdrawn: dict[WithdrawalReason, int] = {}
    for subject in subjects:
        drawn += 1
        done += subject.is_in
        late += subject.is_in and subject.is_late
        if subject.waited_for or subject.submitted:
            continue
        why = subject.parts[-1].withdrawn_because
        if why is None:
            unanswered += 1
        else:
            withdrawn[why] = withdrawn.get(why, 0) + 1
    return drawn, done, late, LeftOut(withdrawn, {}, unanswered)


def agencies_in(cycle: Cycle, form: AuditForm) -> list[str]:
    """The agencies for which somebody answers in this cycle, in the order of the form."""
    named = {member.agency for member in cycle.auditors}
    return [agency.key for agency in form.agencies if agency.key in named]


def _find(
    session: Session, in_cycle: ColumnElement[bool], case_file_id: int, may: ColumnElement[bool]
) -> Collated | None:
    wanted = select(AgencyPart).where(
        in_cycle, AgencyPart.case_file_id == case_file_id, may, collated_parts()
    )
    found = _by_subject(session, session.scalars(wanted.options(*_WHOLE)).all())
    if not found or not found[0].is_in:
        return None
    gone = select(func.count(AgencyPart.id)).where(
        in_cycle, AgencyPart.case_file_id == case_file_id, AgencyPart.purged_at.is_not(None)
    )
    return replace(found[0], purged=session.scalar(gone) or 0)


def _of_cycles(cycles: Collection[int]) -> Select[AgencyPart]:
    return select(AgencyPart).where(AgencyPart.cycle_id.in_(cycles))


def _by_subject(session: Session, parts: Iterable[AgencyPart]) -> list[Collated]:
    grouped: dict[tuple[int, int], list[AgencyPart]] = {}
    for part in parts:
        grouped.setdefault((part.cycle_id, part.case_file_id), []).append(part)
    exempt: dict[int, set[int]] = {}
    for cycle_id, person_id in session.execute(
        select(Exemption.cycle_id, Exemption.person_id).where(
            Exemption.cycle_id.in_({cycle_id for cycle_id, _case in grouped}),
            Exemption.state == ExemptionState.GRANTED,
        )
    ):
        exempt.setdefault(cycle_id, set()).add(person_id)
    found = [
        Collated(
            own[0].case_file, tuple(_in_order(own)), frozenset(exempt.get(cycle_id, frozenset()))
        )
        for (cycle_id, _case), own in grouped.items()
    ]
    return sorted(found, key=lambda one: (one.cycle.id, one.case_file.reference))


def _in_order(parts: list[AgencyPart]) -> list[AgencyPart]:
    order = [agency.key for agency in load_form(parts[0].form_version).agencies]
    return sorted(parts, key=lambda part: order.index(part.agency))


_NAMED = (
    joinedload(AgencyPart.cycle),
    joinedload(AgencyPart.case_file),
    joinedload(AgencyPart.auditor),
    joinedload(AgencyPart.form_version),
    joinedload(AgencyPart.team),
)
_WHOLE = (
    *_NAMED,
    selectinload(AgencyPart.answers),
    selectinload(AgencyPart.themes),
    selectinload(AgencyPart.entries),
    selectinload(AgencyPart.sections),
)
