"""From the database to the contents of a pack: one reading of one cycle, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from audit_app.clock import day_of, now
from audit_app.core.access import ROLE_WORDS, Role
from audit_app.core.completion import WITHDRAWAL_WORDS
from audit_app.core.concerns import say_concerns
from audit_app.core.exemptions import EXEMPTION_WORDS
from audit_app.core.sampling import EXCLUSION_WORDS, Exclusion
from audit_app.core.sampling_methods import Method as SamplingMethod
from audit_app.core.sampling_methods import say_caution
from audit_app.core.subjects import SUBJECT_WORDS, capital
from audit_app.reports.contents import (
    CompletionMonth,
    Cover,
    InstrumentVersion,
    Method,
    PackContents,
    ProposedAction,
    SampleLimit,
    SampleStory,
    Summary,
    TeamCell,
    TeamRule,
    ThemeRow,
    ThemeSpread,
)
from audit_app.reports.contents import Exclusion as CountedExclusion
from audit_app.reports.designs import Design
from audit_app.reports.draw_words import explain_draw, say_drawn
from audit_app.reports.gather_actions import (
    exceptions_first,
    moments_of_actions,
    say_decision,
)
from audit_app.reports.gather_cases import case_entries
from audit_app.reports.gather_themes import month_label, month_name, theme_spreads
from audit_app.reports.wording import (
    headline,
    in_sentence,
    sample_limits,
    say_completion,
    say_count,
)
from audit_app.store.attachments import attachment_counts
from audit_app.store.cohorts import describe_filters
from audit_app.store.completion import last_left_out_at
from audit_app.store.concerns import clocks_of_cycle
from audit_app.store.database import Session
from audit_app.store.findings import findings_of
from audit_app.store.known_names import guard_for
from audit_app.store.moderation import moderations_by_audit
from audit_app.store.replies import feedback_on, replies_to
from audit_app.store.results import CycleResults, cycle_results, submitted_audits
from audit_app.store.tables import Cycle, Finding, Sample

EXEMPT = "Exempt: Schedule 12A Local Government Act 1972, paragraphs 1 and 2"

CHANGE_RULE = (
    "A change is called better or worse only where Newcombe’s 95% interval for the difference "
    "between the two shares leaves out nought (Statistics in Medicine 17, 1998, method 10) and, "
    "where either sample has fewer than ten {many}, where Fisher’s exact test (two-sided, 5%) "
    "agrees; otherwise it is within what chance would give. Among many comparisons at 95%, about "
    "one in twenty is called a change although nothing has changed."
)


def gather_pack(
    session: Session,
    cycle: Cycle,
    design: Design,
    *,
    edition: int,
    council: str,
    exempt: bool = False,
) -> PackContents:
    """Read a cycle's results, findings and audits into the contents of its pack.

    What seems to name somebody is masked in everything that people wrote.
    """
    results = cycle_results(session, cycle)
    findings = findings_of(session, cycle, confirmed_only=True)
    audits = submitted_audits(session, cycle)
    second = moderations_by_audit(session, audits)
    agreed = [one.agreed_at for one in second.values() if one.agreed_at is not None]
    agreed += last_left_out_at(session, cycle.id)
    mask = guard_for(session, [audit.case_file_id for audit in audits]).mask
    spreads = theme_spreads(session, results, findings, design, mask)
    rows = tuple(spread.row for spread in spreads)
    sample = _sample_story(results, rows, spreads, design)
    actions = exceptions_first(
        action
        for spread in spreads
        for block in (*spread.areas, *spread.strengths)
        for action in block.actions
    )
    moved = [*agreed, *moments_of_actions(session, findings)]
    return PackContents(
        cover=_cover(results, findings, moved, edition, council, EXEMPT if exempt else None),
        summary=_summary(results, rows, sample, findings, actions, _concerns(session, cycle)),
        sample=sample,
        themes=spreads,
        team_rule=TeamRule(_team_period(results), design.team_from),
        actions=actions,
        appendix=case_entries(
            audits,
            mask,
            replies_to(session, audits),
            feedback_on(session, audits),
            second,
            attachment_counts(session, audits),
        ),
        method=_method(cycle, results),
        what=SUBJECT_WORDS[results.form.subject],
    )


def data_cut_off(
    results: CycleResults, findings: Sequence[Finding], moved: Iterable[datetime]
) -> date:
    """The day of the last thing that the pack tells of: same data, same day, same bytes.

    `moved`: when second readings were agreed, what was done of actions, and when audits or
    auditors were left out.
    """
    moments = [
        results.cycle.opened_at,
        *(f.confirmed_at for f in findings if f.confirmed_at),
        *moved,
    ]
    if results.cycle.sample is not None:
        moments.append(results.cycle.sample.drawn_at)
    if results.last_submitted_at is not None:
        moments.append(results.last_submitted_at)
    return day_of(max(moments))


def _cover(
    results: CycleResults,
    findings: Sequence[Finding],
    moved: Sequence[datetime],
    edition: int,
    council: str,
    marking: str | None,
) -> Cover:
    cycle, version = results.cycle, results.cycle.form_version
    what = SUBJECT_WORDS[results.form.subject]
    return Cover(
        title=f"{capital(what.one)} audit: {month_name(cycle.month)}",
        council=council,
        period=month_name(cycle.month),
        cycle_name=cycle.name,
        form=InstrumentVersion(version.title, version.version, version.content_hash),
        banks=tuple(
            InstrumentVersion(
                one.bank_version.title, one.bank_version.version, one.bank_version.content_hash
            )
            for one in version.banks
        ),
        data_cut_off=data_cut_off(results, findings, moved),
        edition=edition,
        marking=marking,
        prepared_by=ROLE_WORDS[Role.QA_LEAD],
        approved_by=None,
    )


def _concerns(session: Session, cycle: Cycle) -> str:
    said = say_concerns(clocks_of_cycle(session, cycle, at=now()))
    if not said:
        return "No immediate concern for a child’s safety was raised."
    return f"Immediate concerns for a child’s safety: {said}."


def _summary(
    results: CycleResults,
    rows: tuple[ThemeRow, ...],
    sample: SampleStory,
    findings: Sequence[Finding],
    actions: tuple[ProposedAction, ...],
    concerns: str,
) -> Summary:
    met_from = results.form.grade(results.form.rules.met_from).label.lower()
    what = SUBJECT_WORDS[results.form.subject]
    return Summary(
        headline=headline(rows, what),
        paragraph=_paragraph(results, rows, sample),
        themes=rows,
        counting_rule=(
            f"A theme is met in {what.a} {what.short} when the form’s rules suggest {met_from} or "
            f"better for it. “11 of 24” means that the theme applied to 24 {what.shorts}: "
            f"{what.shorts} to which it did not apply are left out, {what.shorts} that do not show "
            "it stay in. The line across each bar is the 95% Wilson interval."
        ),
        completion=say_completion(sample, what) + ".",
        concerns=concerns,
        decisions=_decisions(results, findings, actions),
    )


def _paragraph(results: CycleResults, rows: Sequence[ThemeRow], sample: SampleStory) -> str:
    readers = len(results.auditors)
    role = ROLE_WORDS[Role(results.form.auditors)].lower()
    read = (
        f"{SUBJECT_WORDS[results.form.subject].count(sample.completed)} "
        f"{say_drawn(_method_of(results.cycle.sample))} "
        f"{sample.frame_size:,} were read for {month_name(results.cycle.month)} by "
        f"{readers} {role}{'' if readers == 1 else 's'}."
    )
    scored = [row for row in rows if row.share.n]
    if not scored:
        return read
    best = max(scored, key=lambda row: (row.share.rate, row.share.n))
    weakest = min(scored, key=lambda row: (row.share.rate, -row.share.n))
    if best.key == weakest.key:
        return read
    return (
        f"{read} The standard is met most often for {in_sentence(best.title)} "
        f"({say_count(best.share.k, best.share.n)}) and least often for "
        f"{in_sentence(weakest.title)} ({say_count(weakest.share.k, weakest.share.n)})."
    )


def _decisions(
    results: CycleResults, findings: Sequence[Finding], actions: Sequence[ProposedAction]
) -> tuple[str, ...]:
    asked = [decision for action in actions if (decision := say_decision(action))]
    with_action = {action.theme for action in actions}
    open_themes = {
        results.form.bank(finding.theme).title
        for finding in findings
        if finding.kind.value == "area_for_development"
    } - with_action
    asked += [
        f"decide what is to be done about {in_sentence(title)}: no action is proposed yet"
        for title in sorted(open_themes)
    ]
    if not findings:
        asked.append("note that no finding has been confirmed for this cycle yet")
    what = SUBJECT_WORDS[results.form.subject]
    smallest = min((len(files) for files in results.files_by_team.values()), default=0)
    if results.files_by_team and what.has_teams:
        asked.append(
            f"note that teams cannot be compared on the {what.shorts} of one month: "
            f"the team least seen has {smallest}"
        )
    return tuple(asked)


def _sample_story(
    results: CycleResults,
    rows: tuple[ThemeRow, ...],
    spreads: tuple[ThemeSpread, ...],
    design: Design,
) -> SampleStory:
    sample, completion = results.cycle.sample, results.completion
    excluded = _frame_exclusions(sample)
    frame_size = sample.frame_size if sample is not None else 0
    teams = spreads[0].teams if spreads else ()
    story = SampleStory(
        in_extract=frame_size + sum(one.count for one in excluded),
        exclusions=excluded,
        frame_size=frame_size,
        drawn=completion.drawn,
        replaced=0,
        completed=completion.submitted,
        late=completion.late,
        months=tuple(
            CompletionMonth(
                month_label(point.month),
                point.completion.submitted,
                point.completion.due,
                point.completion.late,
            )
            for point in results.run
        ),
        limits=(),
        withdrawn=tuple(
            CountedExclusion(capital(WITHDRAWAL_WORDS[reason]), count)
            for reason, count in completion.left_out.withdrawn.items()
        ),
        exempt=tuple(
            CountedExclusion(capital(EXEMPTION_WORDS[reason]), count)
            for reason, count in completion.left_out.exempt.items()
        ),
        exempt_audits=completion.left_out.audits,
        all_taken=_method_of(sample) is SamplingMethod.WHOLE,
    )
    return replace(story, limits=_limits(results, story, rows, teams, design))


def _limits(
    results: CycleResults,
    story: SampleStory,
    rows: tuple[ThemeRow, ...],
    teams: Sequence[TeamCell],
    design: Design,
) -> tuple[SampleLimit, ...]:
    """What the sample can and cannot tell, its way of drawing included."""
    what = SUBJECT_WORDS[results.form.subject]
    limits = sample_limits(
        story,
        rows,
        teams=len(teams),
        teams_shown=sum(1 for cell in teams if not cell.too_few),
        team_from=design.team_from,
        percent_from=results.form.percent_from,
        what=what,
    )
    caution = say_caution(_method_of(results.cycle.sample), what)
    return (*limits, SampleLimit(False, caution)) if caution else limits


def _frame_exclusions(sample: Sample | None) -> tuple[CountedExclusion, ...]:
    if sample is None:
        return ()
    return tuple(
        CountedExclusion(EXCLUSION_WORDS[row.reason], row.count)
        for row in sample.exclusions
        if row.reason is not Exclusion.OWN_TEAM and row.count
    )


def _method_of(sample: Sample | None) -> SamplingMethod:
    return SamplingMethod(sample.method) if sample is not None else SamplingMethod.PER_AUDITOR


def _method(cycle: Cycle, results: CycleResults) -> Method:
    sample, what = cycle.sample, SUBJECT_WORDS[results.form.subject]
    own_team = next(
        (row.count for row in (sample.exclusions if sample else []) if row.reason == "own_team"), 0
    )
    frame_sentence = (
        f"{what.count(sample.frame_size)} of the caseload extract as at "
        f"{sample.extract.as_at.day} {sample.extract.as_at:%B %Y}. {own_team} of them were barred "
        f"from at least one auditor, as no one audits a {what.one} of their own team."
        if sample is not None
        else "No sample has been drawn."
    )
    return Method(
        frame_sentence=frame_sentence,
        filters=tuple(describe_filters(sample.filters)) if sample is not None else (),
        seed=sample.seed if sample is not None else "",
        frame_hash=sample.frame_hash if sample is not None else "",
        algorithm=explain_draw(
            _method_of(sample), sample.number if sample else None, one=what.one, many=what.many
        ),
        percent_from=results.form.percent_from,
        change_rule=CHANGE_RULE.format(many=what.many),
        interval_note=say_caution(_method_of(sample), what) or None,
        recompute=(
            f"audit-app sample verify {cycle.key}",
            f"audit-app audits export {cycle.key} --format json",
            f"audit-app findings {cycle.key} --json",
            "audit-app rescore --check",
        ),
    )


def _team_period(results: CycleResults) -> str:
    months = results.team_months
    if not months:
        return month_name(results.cycle.month)
    first, last = month_name(months[0]), month_name(months[-1])
    return first if first == last else f"{first} to {last}"
