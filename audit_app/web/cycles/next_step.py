"""What a QA lead has to do next in a cycle, as one sentence and one link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from audit_app.core.lifecycle import AuditState, CycleState, EditionState
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.store.cycles import AuditorCompletion
from audit_app.store.instruments import load_form
from audit_app.store.tables import Cycle, Edition
from audit_app.web.words import say_count, say_due


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, and where."""

    sentence: str
    words: str
    address: str


def next_step(
    cycle: Cycle,
    completions: Sequence[AuditorCompletion],
    *,
    has_caseload: bool,
    editions: Sequence[Edition],
    today: date,
) -> NextStep:
    """The first thing that is not done yet."""
    if cycle.state is CycleState.OPEN:
        return _before_the_draw(cycle, len(completions), has_caseload)
    done, due = (sum(one.submitted for one in completions), sum(one.due for one in completions))
    left = sum(
        audit.state is AuditState.ALLOCATED
        for one in completions
        if one.exempt
        for audit in one.audits
    )
    if left and cycle.state is CycleState.DRAWN:
        return NextStep(
            f"{say_count(left, 'audit')} of exempt auditors {'waits' if left == 1 else 'wait'} to "
            "be given to others, or withdrawn.",
            "See what they left",
            url_for("exemptions.show_cycle", key=cycle.key),
        )
    results = url_for("results.show_results", key=cycle.key)
    if done < due:
        waiting = [one.person.name for one in completions if one.submitted < one.due]
        late = today > cycle.due_on
        return NextStep(
            f"{due - done} of {say_count(due, 'audit')} still to be submitted, "
            f"{'' if late else 'due '}{say_due(cycle.due_on, today)}, by {say_people(waiting)}.",
            "See the results so far",
            results,
        )
    if not editions:
        return NextStep(
            "Every audit is submitted. Look at the results, confirm findings, then compile the "
            "report.",
            "See the results",
            results,
        )
    published = any(one.state is EditionState.PUBLISHED for one in editions)
    return NextStep(
        "Every audit is submitted, and the report is published."
        if published
        else "Every audit is submitted, and a report is compiled. Another person publishes it.",
        "See the reports",
        url_for("editions.show_cycle_editions", key=cycle.key),
    )


def say_people(names: Sequence[str], most: int = 4) -> str:
    """Names in a sentence; beyond `most` of them, how many others."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} others" if len(names) - most > 1 else "1 other")
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _before_the_draw(cycle: Cycle, auditors: int, has_caseload: bool) -> NextStep:
    subject = load_form(cycle.form_version).subject
    what = SUBJECT_WORDS[subject]
    if not has_caseload:
        return NextStep(
            f"There is no {what.listed} to draw from yet: import one first.",
            "Import a caseload" if subject is Subject.CASE_FILE else "Import a list",
            url_for("caseload.import_file", subject=subject),
        )
    return NextStep(
        f"Draw the sample: {what.many} for {say_count(auditors, 'auditor')}, at random.",
        "Draw the sample",
        url_for("draw.show_draw", key=cycle.key),
    )
