"""What a person may take away of a cycle: by the reach of the permission to export.

- everything (QA lead): every submitted audit, the draw, who audited;
- own theme (independent member): figures and quotable evidence, auditors by number only;
- own (senior manager): the audits that they submitted themself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from audit_app.core.access import Permission, Reach
from audit_app.core.lifecycle import AuditState
from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import AnswerType, AuditForm
from audit_app.core.repeats import base_id
from audit_app.spreadsheets import Cell
from audit_app.store.exports import (
    Data,
    audit_data,
    audits_of_cycle,
    cycle_data,
    sample_data,
    with_voices,
)
from audit_app.store.independence import not_barred
from audit_app.store.instruments import load_form
from audit_app.store.known_names import TextGuard, guard_for
from audit_app.store.moderation import blind_audits, moderations_by_audit
from audit_app.store.scopes import audits_in_scope, cycles_within, not_blind_to
from audit_app.store.tables import Audit, Cycle, Person

HEADINGS = (
    "Case reference",
    "Team",
    "Auditor",
    "Submitted",
    "Overall grade",
    "Second reader’s grade",
    "Agreed grade",
    "Theme",
    "Question",
    "Question text",
    "State",
    "Value",
    "Outcome",
    "Points",
    "Possible",
    "Weight",
    "Critical",
    "Evidence",
    "Where on the file",
    "May be quoted",
)


@dataclass(frozen=True, slots=True)
class Export:
    """A cycle's audits as plain data, and how far the person's reach went."""

    reach: Reach
    data: Data
    form: AuditForm
    left_out: int = 0
    """How many the person reads a second time and may not see yet."""

    @property
    def audit_count(self) -> int:
        """How many audits are in it."""
        return len(self.data["audits"])

    def rows(self) -> list[tuple[Cell, ...]]:
        """One row an answer, under HEADINGS."""
        return [
            (
                audit["case_reference"],
                audit["team"],
                audit["auditor"],
                audit["submitted_at"],
                *_three_grades(audit),
                answer["theme"],
                answer["question"],
                self.form.questions[base_id(answer["question"])].text,
                answer["state"],
                answer["value"],
                answer["outcome"],
                answer["points"],
                answer["possible"],
                answer["weight"],
                _yes_or_no(answer["critical"]),
                answer["evidence"],
                answer["place"],
                _yes_or_no(answer["quotable"]),
            )
            for audit in self.data["audits"]
            for answer in audit["answers"]
        ]


def cycles_to_export(session: Session, person: Person) -> list[Cycle]:
    """The cycles of which the person may take something away, newest month first."""
    own = select(Audit.cycle_id).where(_own(person))
    whole = cycles_within(person, Permission.EXPORT, Reach.ALL, Reach.SCOPE)
    return list(
        session.scalars(
            select(Cycle)
            .where(or_(whole, Cycle.id.in_(own)))
            .order_by(Cycle.month.desc(), Cycle.id.desc())
        )
    )


def export_for(session: Session, person: Person, cycle: Cycle) -> Export:
    """What the widest of the person's grants gives of a cycle that they may export."""
    form = load_form(cycle.form_version)
    for reach in (Reach.ALL, Reach.SCOPE):
        if _reaches(session, person, cycle, reach):
            break
    else:
        reach = Reach.OWN
    shown = _own(person) if reach is Reach.OWN else _submitted(person, reach)
    audits = list(session.scalars(audits_of_cycle(cycle).where(shown, not_blind_to(person))))
    unseen = blind_audits(session, person)
    blind = [one for one in unseen if one.cycle_id == cycle.id and not one.is_part]
    if reach is Reach.OWN:
        audits = not_barred(session, person, audits)
    second = moderations_by_audit(session, audits)
    rows = [(audit, audit_data(audit, second.get(audit.id))) for audit in audits]
    if reach is Reach.SCOPE:
        guard = guard_for(session, [audit.case_file_id for audit in audits])
        rows = [(audit, _without_persons(audit, data, form, guard)) for audit, data in rows]
    data = cycle_data(cycle, form)
    if reach is Reach.ALL:
        data["sample"] = sample_data(session, cycle)
    data["audits"] = [row for _audit, row in rows]
    if reach is not Reach.SCOPE:
        data["audits"] = with_voices(session, audits, data["audits"])
    if blind:
        data["left_out"] = len(blind)
    return Export(reach, data, form, len(blind))


def _reaches(session: Session, person: Person, cycle: Cycle, reach: Reach) -> bool:
    within = cycles_within(person, Permission.EXPORT, reach)
    return session.scalar(select(Cycle.id).where(Cycle.id == cycle.id, within)) is not None


def _submitted(person: Person, reach: Reach) -> ColumnElement[bool]:
    return and_(
        Audit.state == AuditState.SUBMITTED, audits_in_scope(person, Permission.EXPORT, reach)
    )


def _own(person: Person) -> ColumnElement[bool]:
    return or_(false(), and_(_submitted(person, Reach.OWN), Audit.auditor_id == person.id))


def _without_persons(audit: Audit, data: Data, form: AuditForm, guard: TextGuard) -> Data:
    """By number instead of address; of words only what may be quoted, names in it masked."""
    themes = [
        # A rule may name a section that is asked once for each of several, whom the auditor named.
        {**theme, "grade_reason": "", "suggested_reason": guard.mask(theme["suggested_reason"])}
        for theme in data["themes"]
    ]
    answers = [
        {
            **answer,
            "value": None
            if form.questions[base_id(answer["question"])].type is AnswerType.TEXT
            else answer["value"],
            "evidence": guard.mask(answer["evidence"]) if answer["quotable"] else "",
            "place": guard.mask(answer["place"]) if answer["quotable"] else "",
        }
        for answer in data["answers"]
    ]
    return {
        **data,
        "auditor": f"auditor {audit.auditor_id}",
        "answers": answers,
        "entries": [{**entry, "label": guard.mask(entry["label"])} for entry in data["entries"]],
        "themes": themes,
        "overall": {**data["overall"], "grade_reason": ""},
        "second_reading": _without_reader(data["second_reading"]),
        "done_well": "",
        "difference_made": "",
    }


def _without_reader(second: Data | None) -> Data | None:
    if second is None:
        return None
    grades = [{**grade, "reason": ""} for grade in second["grades"]]
    return {**second, "reader": None, "grades": grades}


def _three_grades(audit: Data) -> tuple[str | None, str | None, str | None]:
    """The auditor's overall grade, and once the readers agreed the second and the agreed one."""
    second = audit["second_reading"]
    for grade in second["grades"] if second is not None else ():
        if grade["part"] == OVERALL:
            return audit["overall"]["grade"], grade["second"], grade["agreed"]
    return audit["overall"]["grade"], None, None


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
