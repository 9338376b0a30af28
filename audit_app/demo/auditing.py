"""One audit from the first answer to submitting it, as an auditor does on the site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from audit_app.clock import day_of
from audit_app.core.completeness import GradeChoice
from audit_app.core.judgement import Suggestions
from audit_app.core.question_bank import AuditForm
from audit_app.demo.answering import Auditor, Sitting
from audit_app.demo.council import Council
from audit_app.demo.practice import severity_of
from audit_app.demo.words import Pen, shared
from audit_app.store.audits import (
    form_of,
    record_answers,
    record_judgement,
    submit_audit,
    suggestions_for,
)
from audit_app.store.before_reading import case_facts
from audit_app.store.entries import add_entry, entries_in, repeated_sections
from audit_app.store.history import record_history
from audit_app.store.tables import Reading
from audit_app.store.tables.sections import LONGEST_LABEL

GRADE_DIFFERS = 0.09
LEFT_BARE = 4
"""An audit in progress breaks off among its last answers: their evidence is still to come."""
_PRAISED_FROM = 0.7


def complete_audit(council: Council, audit: Reading, *, at: datetime) -> None:
    """Answer everything, grade and submit; the answers are recorded in the hours before."""
    auditor, dice = _open_file(council, audit, at)
    began = max(at - timedelta(minutes=dice.randint(35, 120)), audit.allocated_at)
    record_answers(council.session, audit, auditor.answer_all(), at=began)
    _grade(council, audit, auditor, dice)
    submit_audit(council.session, audit, at=at)
    record_history(council.session, audit.auditor, "submitted", "audit", audit.id, at=at)


def read_for_calibration(council: Council, audit: Reading, *, day: date, at: datetime) -> None:
    """Read what others read too: one theme as this person sees it, the rest as everybody does."""
    auditor, _dice = _open_file(council, audit, at, day=day)
    own, dice = _open_file(council, audit, at, audit.auditor.email, day=day)
    theme = dice.choice(auditor.sitting.form.banks)
    theirs = {question.id for question in theme.questions}
    drafts = [one for one in auditor.answer_all() if one.question_id not in theirs]
    drafts += [one for one in own.answer_all() if one.question_id in theirs]
    record_answers(council.session, audit, drafts, at=at - timedelta(hours=1))
    _grade(council, audit, own, dice)
    submit_audit(council.session, audit, at=at)
    record_history(council.session, audit.auditor, "submitted", "audit", audit.id, at=at)


def begin_audit(council: Council, audit: Reading, *, at: datetime) -> None:
    """Answer the first sections and come back later."""
    auditor, dice = _open_file(council, audit, at)
    drafts = auditor.answer_all()
    done = drafts[: round(len(drafts) * dice.uniform(0.3, 0.7))]
    hasty = [replace(draft, evidence="", quotable=False) for draft in done[-LEFT_BARE:]]
    record_answers(council.session, audit, [*done[:-LEFT_BARE], *hasty], at=at)


def _open_file(
    council: Council, audit: Reading, at: datetime, *about: object, day: date | None = None
) -> tuple[Auditor, Random]:
    request, person = council.request, audit.auditor
    _say_who_is_there(council, audit, at)
    dice = request.dice("audit", audit.cycle.key, audit.case_file.council_id, *about)
    sitting = Sitting(
        form=form_of(audit),
        day=day or day_of(at),
        team=audit.team.name if audit.team is not None else None,
        facts=case_facts(council.session, audit),
        effect=request.effect_of_action(audit.cycle.month),
        severity=severity_of(request.dice("severity", person.email)),
    )
    return Auditor(sitting, dice), dice


def _say_who_is_there(council: Council, audit: Reading, at: datetime) -> None:
    """Two entries for every section that is asked once for each of something."""
    for key, section in repeated_sections(audit).items():
        if section.repeat is not None and entries_in(audit, key) is None:
            for place in ("First", "Second"):
                label = f"{place} {section.repeat.each}"[:LONGEST_LABEL]
                add_entry(council.session, audit.auditor, audit, section, label, at=at)


def _grade(council: Council, audit: Reading, auditor: Auditor, dice: Random) -> None:
    form, pen, severity = auditor.sitting.form, auditor.pen, auditor.sitting.severity
    suggested = suggestions_for(audit)
    record_judgement(
        council.session,
        audit,
        themes={
            theme.theme: _choose(form, theme.suggestion.grade, severity, pen)
            for theme in suggested.themes
        },
        overall=_choose(form, suggested.overall.grade, severity, pen),
        done_well=_praise(suggested, pen),
        difference_made=_difference(form, suggested, dice, pen),
    )


def _choose(form: AuditForm, suggested: str | None, severity: float, pen: Pen) -> GradeChoice:
    """Mostly the suggested grade; now and then one step off, with a reason."""
    if suggested is None or pen.dice.random() > GRADE_DIFFERS:
        return GradeChoice(suggested)
    scale = [grade.key for grade in form.scale]
    worse = pen.dice.random() < 0.5 + 0.4 * severity
    place = scale.index(suggested) + (1 if worse else -1)
    if not 0 <= place < len(scale):
        return GradeChoice(suggested)
    reasons = shared()["grade_lower" if worse else "grade_higher"]
    return GradeChoice(scale[place], pen.pick(reasons))


def _praise(suggested: Suggestions, pen: Pen) -> str:
    shares = {theme.theme: theme.score.tally.share for theme in suggested.themes}
    good = [
        theme
        for theme, share in shares.items()
        if share is not None and share >= _PRAISED_FROM and theme in shared()["done_well"]
    ]
    best = sorted(good, key=lambda theme: shares[theme] or 0, reverse=True)[:2]
    lines = [pen.pick(shared()["done_well"][theme]) for theme in best]
    return " ".join(filter(None, lines)) or pen.pick(shared()["done_well"]["nothing"])


def _difference(form: AuditForm, suggested: Suggestions, dice: Random, pen: Pen) -> str:
    grade = suggested.overall.grade
    if grade is not None and form.worse(grade, form.rules.met_from) == form.rules.met_from:
        return pen.pick(shared()["difference_made"]["sound"])
    kinds = ("middling", "thin") if grade != form.scale[-1].key else ("thin", "middling")
    kind = kinds[0] if dice.random() < 0.7 else kinds[1]
    return pen.pick(shared()["difference_made"][kind])
