"""The rows that a person may see: conditions for queries, from their appointments and the matrix.

Every appointment whose role gives the permission is a grant. Its scope narrows it:

- a theme: the cycles of that audit form, and the banks that it asks; a cycle: that one;
- a team (practitioner): the case files that the extract in use puts into it;
- none: everything that the reach of the permission gives. Where the matrix says "own theme"
  (`core.access.NEEDS_SCOPE`), that is the cycles in which the person audits.

Denials (own team, own case file) beat every grant: see `store.independence`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from audit_app.core.access import NEEDS_SCOPE, Permission, Reach, ScopeKind, reach_of
from audit_app.core.lifecycle import (
    SETTLED,
    AuditState,
    CycleState,
    EditionState,
    ModerationState,
)
from audit_app.core.moderation import Purpose
from audit_app.core.replies import PracticeSees
from audit_app.store.caseload import current_extract_ids
from audit_app.store.council_keys import worker_key
from audit_app.store.people import Scope, scope_of
from audit_app.store.tables import (
    Allocation,
    Audit,
    BankVersion,
    Calibration,
    CalibrationReading,
    CaseloadEntry,
    Cycle,
    CycleAuditor,
    Edition,
    FormBank,
    FormVersion,
    Moderation,
    Person,
    Reading,
    Round,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """That a person has a permission: how far it reaches, and what it is narrowed to."""

    reach: Reach
    scope: Scope

    def covers(self, cycle: Round, *, audits_in_it: bool) -> bool:
        """Whether it reaches this cycle; `audits_in_it`: the person is one of its auditors."""
        match self.scope.kind:
            case ScopeKind.THEME:
                return self.scope.theme == cycle.form_version.key
            case ScopeKind.CYCLE:
                return self.scope.cycle_id == cycle.id
            case ScopeKind.TEAM:
                return False
            case None:
                return audits_in_it or self.reach not in NEEDS_SCOPE

    def covers_theme(self, theme: str) -> bool:
        """Whether it reaches new cycles of an audit form."""
        return self.scope.kind is None or self.scope.theme == theme


def grants_of(person: Person, permission: Permission) -> tuple[Grant, ...]:
    """The person's grants of a permission; none for somebody whose account is shut."""
    if not person.active:
        return ()
    return tuple(
        Grant(reach, scope_of(appointment))
        for appointment in person.roles
        if (reach := reach_of(appointment.role, permission, narrowed=appointment.is_narrowed))
        is not None
    )


def may_within(person: Person, permission: Permission, cycle: Cycle) -> bool:
    """Whether one of the person's grants reaches this cycle."""
    member = any(one.person_id == person.id for one in cycle.auditors)
    return any(one.covers(cycle, audits_in_it=member) for one in grants_of(person, permission))


def may_in_theme(person: Person, permission: Permission, theme: str) -> bool:
    """Whether one of the person's grants reaches new cycles of this audit form."""
    return any(one.covers_theme(theme) for one in grants_of(person, permission))


def cycles_within(person: Person, permission: Permission, *reaches: Reach) -> ColumnElement[bool]:
    """Condition: the cycle is one that the permission reaches; `reaches`: only by these."""
    return or_(
        false(),
        *(
            _cycles_of(person, grant)
            for grant in grants_of(person, permission)
            if not reaches or grant.reach in reaches
        ),
    )


def audits_in_scope(person: Person, permission: Permission, *reaches: Reach) -> ColumnElement[bool]:
    """Condition: the audit belongs to a cycle that the permission reaches, and is kept still."""
    cycles = select(Cycle.id).where(cycles_within(person, permission, *reaches))
    return and_(Reading.cycle_id.in_(cycles), Reading.purged_at.is_(None))


def moderations_in_scope(person: Person) -> ColumnElement[bool]:
    """Condition on Audit and Moderation: the person may moderate it, bars left aside.

    A QA lead every one of their cycles, a senior manager those that they are named for; nobody
    their own audit.
    """
    named = audits_in_scope(person, Permission.MODERATE, Reach.ALLOCATED)
    return and_(
        Audit.auditor_id != person.id,
        or_(
            audits_in_scope(person, Permission.MODERATE, Reach.ALL),
            and_(Moderation.reader_id == person.id, named),
        ),
    )


def calibrations_within(person: Person) -> ColumnElement[bool]:
    """Condition on Calibration: the person calls such rounds of this form, as a QA lead does."""
    return _calibrations_of(
        one for one in grants_of(person, Permission.MODERATE) if one.reach is Reach.ALL
    )


def reads_for_calibration(person: Person) -> ColumnElement[bool]:
    """Condition on Reading: the person's own in a calibration, of a form that they still read."""
    own = select(Calibration.id).where(
        _calibrations_of(
            grant
            for permission in (Permission.DO_AUDITS, Permission.MODERATE)
            for grant in grants_of(person, permission)
        )
    )
    return and_(
        Reading.purpose == Purpose.CALIBRATION,
        Reading.auditor_id == person.id,
        Reading.cycle_id.in_(own),
        Reading.purged_at.is_(None),
    )


def not_blind_to(person: Person) -> ColumnElement[bool]:
    """Condition on Audit: the person is not reading this case file again, still blind.

    Until their own second reading, or their reading in a calibration, is in, nothing that the first
    auditor wrote or judged is shown to them. When the round is closed nobody waits for it any more.
    """
    return Reading.id.not_in(blind_readings(person))


def blind_readings(person: Person) -> Select[int]:
    """The ids of the audits, and parts of one, whose case files the person is reading again."""
    first, again = aliased(Audit), aliased(Allocation)
    second = (
        select(Moderation.audit_id)
        .join(first, first.id == Moderation.audit_id)
        .join(Cycle, Cycle.id == first.cycle_id)
        .where(
            Moderation.reader_id == person.id,
            Moderation.state == ModerationState.READING,
            Cycle.state != CycleState.CLOSED,
        )
    )
    calibrated = again.case_file_id.in_(files_in_calibration(person))
    return select(again.id).where(or_(again.id.in_(second), calibrated))


def files_in_calibration(person: Person) -> Select[int]:
    """The ids of the case files that the person still reads in a calibration."""
    reading = aliased(CalibrationReading)
    return (
        select(reading.case_file_id)
        .join(Round, Round.id == reading.cycle_id)
        .where(
            reading.auditor_id == person.id,
            reading.state.not_in(SETTLED),
            Round.state != CycleState.CLOSED,
        )
    )


def blind_calibrations(person: Person) -> Select[int]:
    """The ids of readings of others in calibrations that go on: nobody is shown what they say."""
    reading = aliased(CalibrationReading)
    return (
        select(reading.id)
        .join(Round, Round.id == reading.cycle_id)
        .where(reading.auditor_id != person.id, Round.state != CycleState.CLOSED)
    )


def audits_of_own_cases(person: Person) -> ColumnElement[bool]:
    """Condition: submitted, of a case file that is the person's own, or their team's, now, and
    shown to the practice.
    """
    grants = grants_of(person, Permission.READ_OWN_CASES)
    own = select(CaseloadEntry.case_file_id).where(
        CaseloadEntry.extract_id.in_(current_extract_ids()),
        or_(false(), *(_entries_of(person, grant) for grant in grants)),
    )
    return and_(
        Audit.state == AuditState.SUBMITTED,
        Audit.purged_at.is_(None),
        Audit.case_file_id.in_(own),
        Audit.cycle_id.in_(select(Cycle.id).where(Cycle.shown_to_practice != PracticeSees.NOTHING)),
    )


def editions_within(person: Person) -> ColumnElement[bool]:
    """Condition: the edition may be read, being published where the reach asks for it."""
    return or_(
        false(),
        *(
            and_(
                Edition.cycle_id.in_(select(Cycle.id).where(_cycles_of(person, grant))),
                _editions_of(grant.reach),
            )
            for grant in grants_of(person, Permission.READ_REPORTS)
        ),
    )


def forms_within(person: Person, permission: Permission) -> ColumnElement[bool]:
    """Condition: the form version is one whose theme or cycle the permission reaches."""
    return or_(false(), *(_forms_of(person, grant) for grant in grants_of(person, permission)))


def banks_within(person: Person) -> ColumnElement[bool]:
    """Condition: the bank version may be read; within a scope those that its forms ask."""
    grants = grants_of(person, Permission.READ_BANKS)
    if any(grant.scope.kind is None and grant.reach not in NEEDS_SCOPE for grant in grants):
        return true()
    asked = (
        select(FormBank.bank_version_id)
        .join(FormVersion, FormVersion.id == FormBank.form_version_id)
        .where(forms_within(person, Permission.READ_BANKS))
    )
    return BankVersion.id.in_(asked)


def _cycles_of(person: Person, grant: Grant) -> ColumnElement[bool]:
    match grant.scope.kind:
        case ScopeKind.THEME:
            versions = select(FormVersion.id).where(FormVersion.key == grant.scope.theme)
            return Cycle.form_version_id.in_(versions)
        case ScopeKind.CYCLE:
            return Cycle.id == grant.scope.cycle_id
        case ScopeKind.TEAM:
            return false()
        case None if grant.reach in NEEDS_SCOPE:
            own = select(CycleAuditor.cycle_id).where(CycleAuditor.person_id == person.id)
            return Cycle.id.in_(own)
        case None:
            return true()


def _calibrations_of(grants: Iterable[Grant]) -> ColumnElement[bool]:
    """Condition on Calibration: of a form that one of the grants reaches."""
    scopes = {(grant.scope.kind, grant.scope.theme) for grant in grants}
    if any(kind is None for kind, _theme in scopes):
        return true()
    themes = [theme for kind, theme in scopes if kind is ScopeKind.THEME]
    versions = select(FormVersion.id).where(FormVersion.key.in_(themes))
    return Calibration.form_version_id.in_(versions)


def _forms_of(person: Person, grant: Grant) -> ColumnElement[bool]:
    if grant.scope.kind is ScopeKind.THEME:
        return FormVersion.key == grant.scope.theme
    if grant.scope.kind is None and grant.reach not in NEEDS_SCOPE:
        return true()
    return FormVersion.id.in_(select(Cycle.form_version_id).where(_cycles_of(person, grant)))


def _entries_of(person: Person, grant: Grant) -> ColumnElement[bool]:
    """Which entries of the extracts in use are a practitioner's own: of a case file its worker's,
    of a supervision file its supervisor's too.
    """
    if grant.scope.team_id is not None:
        return CaseloadEntry.team_id == grant.scope.team_id
    if person.worker_name is None:
        return false()
    name = worker_key(person.worker_name)
    return or_(CaseloadEntry.worker_key == name, CaseloadEntry.supervisor_key == name)


def _editions_of(reach: Reach) -> ColumnElement[bool]:
    if reach in (Reach.ALL, Reach.PUBLISHED_OR_AWAITING):
        return true()
    return Edition.state == EditionState.PUBLISHED
