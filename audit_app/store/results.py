"""Results of a cycle: submitted audits as plain values, counted, beside the cycles before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from audit_app.clock import day_of
from audit_app.core.access import Permission, Reach
from audit_app.core.completion import LeftOut
from audit_app.core.lifecycle import AuditState
from audit_app.core.question_bank import AuditForm
from audit_app.core.repeats import fold_outcomes
from audit_app.core.theme_results import (
    NO_TEAM,
    AuditedFile,
    AuditedTheme,
    Count,
    ThemeResult,
    theme_results,
)
from audit_app.core.trends import CommonSeries, ThemeVersion, common_series
from audit_app.store.collating import (
    collated_file,
    collated_subjects,
    count_subjects,
    subjects_of,
)
from audit_app.store.completion import left_out_of
from audit_app.store.instruments import load_form, theme_versions
from audit_app.store.scopes import grants_of
from audit_app.store.tables import (
    Audit,
    Cycle,
    FormVersion,
    Person,
    Reading,
)

MONTHS_SHOWN = 12
MONTHS_FOR_TEAMS = 6


@dataclass(frozen=True, slots=True)
class Completion:
    """How much of one cycle's sample was done: `late` are submitted after the due day.

    `due` is what was drawn without what was left out since.
    """

    month: str
    cycle_key: str
    drawn: int
    due: int
    submitted: int
    late: int
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One cycle in a run of cycles of a form."""

    month: str
    cycle_key: str
    versions: Mapping[str, ThemeVersion]
    """How each theme of its form was asked and scored."""
    comparable: frozenset[str]
    """The themes that were scored and judged as in the cycle that the run leads up to."""
    themes: Mapping[str, Count]
    completion: Completion


@dataclass(frozen=True, slots=True)
class CycleResults:
    """Everything that pages and reports say of a cycle, all from the same submitted audits."""

    cycle: Cycle
    form: AuditForm
    files: tuple[AuditedFile, ...]
    themes: tuple[ThemeResult, ...]
    run: tuple[MonthPoint, ...]
    """The last twelve cycles of the form up to this one, oldest first."""
    common: Mapping[str, CommonSeries]
    """Theme to what its questions on both sides of the last break say; only where one is."""
    teams: Mapping[str, Mapping[str, Count]]
    """Theme, team to count, over the last six months' cycles that score alike in every theme."""
    team_months: tuple[str, ...]
    """The months of those cycles, in order."""
    auditors: frozenset[int]
    """Who submitted at least one audit of this cycle."""
    last_submitted_at: datetime | None

    @property
    def files_by_team(self) -> dict[str, list[AuditedFile]]:
        """This cycle's submitted audits by the team of the case file."""
        groups: dict[str, list[AuditedFile]] = {}
        for file in self.files:
            groups.setdefault(file.team or NO_TEAM, []).append(file)
        return groups

    @property
    def completion(self) -> Completion:
        """Of this cycle."""
        return self.run[-1].completion

    def before(self, theme: str) -> MonthPoint | None:
        """The last earlier cycle with a submitted audit that scores the theme alike."""
        earlier = [p for p in self.run[:-1] if theme in p.comparable and p.completion.submitted]
        return earlier[-1] if earlier else None

    def versions_of(self, theme: str) -> list[ThemeVersion | None]:
        """How the theme was asked and scored in each cycle of the run; None where it was not."""
        return [point.versions.get(theme) for point in self.run]


def cycle_results(session: Session, cycle: Cycle) -> CycleResults:
    """Count a cycle's submitted audits, and those of the cycles of the same form before it."""
    form = load_form(cycle.form_version)
    run_of_cycles = _cycles_up_to(session, cycle)
    by_cycle = _submitted_by_cycle(session, run_of_cycles)
    questions = {
        bank.key: [question.id for question in bank.questions if question.is_scored]
        for bank in form.banks
    }
    collated = collated_subjects(session, [one.id for one in run_of_cycles if _agencies(one)])
    parts = [part for one in collated.get(cycle.id, []) for part in one.submitted]
    submitted: list[Reading] = [*by_cycle.get(cycle.id, []), *parts]

    def files_of(one: Cycle) -> list[AuditedFile]:
        whole = (audited_file(audit, one) for audit in by_cycle.get(one.id, []))
        return [*whole, *(collated_file(subject, one) for subject in collated.get(one.id, []))]

    own = tuple(files_of(cycle))
    completions = _completions(session, run_of_cycles)
    points, recent, team_months = [], [], []
    files_of_run = []
    own_versions = theme_versions(cycle.form_version)
    for other in run_of_cycles:
        files = files_of(other)
        files_of_run.append(files)
        points.append(_month_point(other, files, own_versions, completions[other.id]))
        alike = other.form_version.scoring_hash == cycle.form_version.scoring_hash
        if alike and _months_between(other.month, cycle.month) < MONTHS_FOR_TEAMS:
            recent.extend(files)
            team_months.append(other.month)
    by_team = theme_results(recent, dict.fromkeys(questions, ()))
    series = {
        theme: common_series([point.versions.get(theme) for point in points], files_of_run)
        for theme in questions
    }
    return CycleResults(
        cycle=cycle,
        form=form,
        files=own,
        themes=theme_results(own, questions),
        run=tuple(points),
        common={theme: one for theme, one in series.items() if one is not None},
        teams={result.theme: result.teams for result in by_team},
        team_months=tuple(team_months),
        auditors=frozenset(audit.auditor_id for audit in submitted),
        last_submitted_at=max((a.submitted_at for a in submitted if a.submitted_at), default=None),
    )


def audited_file(audit: Audit, cycle: Cycle) -> AuditedFile:
    """One submitted audit as plain values, from its stored scores."""
    form = load_form(audit.form_version)
    outcomes = fold_outcomes(
        {row.question_id: row.outcome for row in audit.answers if row.outcome is not None}
    )
    met = {row.theme: row.theme_met for row in audit.themes}
    return AuditedFile(
        reference=audit.case_file.reference,
        team=audit.team.name if audit.team is not None else None,
        month=cycle.month,
        form=f"{form.key} {form.version}",
        themes=tuple(
            AuditedTheme(
                bank.key,
                met.get(bank.key),
                {q.id: outcomes[q.id] for q in bank.questions if q.is_scored and q.id in outcomes},
            )
            for bank in form.banks
        ),
    )


def _month_point(
    cycle: Cycle,
    files: list[AuditedFile],
    newest: Mapping[str, ThemeVersion],
    completion: Completion,
) -> MonthPoint:
    """One cycle of a run that leads up to one whose themes are scored as `newest` says."""
    versions = theme_versions(cycle.form_version)
    themes = theme_results(files, dict.fromkeys(newest, ()))
    return MonthPoint(
        cycle.month,
        cycle.key,
        versions,
        frozenset(
            theme
            for theme, version in newest.items()
            if theme in versions and versions[theme].scored_by == version.scored_by
        ),
        {result.theme: result.count for result in themes},
        completion,
    )


def submitted_audits(session: Session, cycle: Cycle) -> list[Audit]:
    """The submitted audits of a cycle with answers and themes, by case file reference."""
    whole = (selectinload(Audit.entries), selectinload(Audit.sections))
    found = _submitted_by_cycle(session, [cycle], *whole).get(cycle.id, [])
    return sorted(found, key=lambda audit: audit.case_file.reference)


def reads_whole_audits(person: Person, cycle: Cycle) -> bool:
    """Whether the person reads all that is behind the cycle's figures, or only its quotes."""
    return any(
        grant.reach is Reach.ALL and grant.covers(cycle, audits_in_it=False)
        for grant in grants_of(person, Permission.SEE_RESULTS)
    )


def _cycles_up_to(session: Session, cycle: Cycle) -> list[Cycle]:
    found = session.scalars(
        select(Cycle)
        .join(Cycle.form_version)
        .where(
            FormVersion.key == cycle.form_version.key,
            (Cycle.month < cycle.month) | (Cycle.id == cycle.id),
        )
        .order_by(Cycle.month.desc(), Cycle.id.desc())
        .limit(MONTHS_SHOWN)
        .options(contains_eager(Cycle.form_version))
    ).all()
    earlier = [other for other in found if other.id != cycle.id]
    return [*reversed(earlier[: MONTHS_SHOWN - 1]), cycle]


def _submitted_by_cycle(
    session: Session, cycles: Iterable[Cycle], *more: ExecutableOption
) -> dict[int, list[Audit]]:
    audits = session.scalars(
        select(Audit)
        .where(
            Audit.cycle_id.in_([cycle.id for cycle in cycles]),
            Audit.state == AuditState.SUBMITTED,
        )
        .options(
            joinedload(Audit.case_file),
            joinedload(Audit.team),
            joinedload(Audit.auditor),
            joinedload(Audit.form_version),
            selectinload(Audit.answers),
            selectinload(Audit.themes),
            *more,
        )
        .order_by(Audit.cycle_id, Audit.id)
    ).all()
    return {key: list(group) for key, group in groupby(audits, key=lambda audit: audit.cycle_id)}


def _completions(session: Session, cycles: Sequence[Cycle]) -> dict[int, Completion]:
    rows = session.execute(
        select(Audit.cycle_id, Audit.submitted_at, Audit.due_on).where(
            Audit.cycle_id.in_([cycle.id for cycle in cycles])
        )
    ).all()
    left_out = left_out_of(session, [cycle.id for cycle in cycles])
    return {
        cycle.id: _completion_of_agencies(session, cycle) for cycle in cycles if _agencies(cycle)
    } | {
        cycle.id: Completion(
            cycle.month,
            cycle.key,
            drawn=len(own := [(done, due) for key, done, due in rows if key == cycle.id]),
            due=len(own) - left_out[cycle.id].count,
            submitted=sum(1 for done, _due in own if done is not None),
            late=sum(1 for done, due in own if done is not None and day_of(done) > due),
            left_out=left_out[cycle.id],
        )
        for cycle in cycles
        if not _agencies(cycle)
    }


def _completion_of_agencies(session: Session, cycle: Cycle) -> Completion:
    """Counted by subjects: one is done once all its parts are in."""
    drawn, done, late, left_out = count_subjects(subjects_of(session, cycle))
    due = drawn - left_out.count
    return Completion(cycle.month, cycle.key, drawn, due, done, late, left_out)


def _agencies(cycle: Cycle) -> bool:
    """Whether agencies answer its form, each its part."""
    return bool(load_form(cycle.form_version).agencies)


def _months_between(earlier: str, later: str) -> int:
    (year, month), (to_year, to_month) = (
        (int(part) for part in written.split("-")) for written in (earlier, later)
    )
    return (to_year - year) * 12 + to_month - month
