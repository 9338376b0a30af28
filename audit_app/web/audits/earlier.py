"""Earlier audits of the case file in hand, in words: months, grades, outcomes, open actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit_app.core.lifecycle import ActionState
from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import OUTCOME_WORDS, AuditForm, Outcome
from audit_app.store.action_lists import actions_of_audits
from audit_app.store.earlier_audits import EarlierAudit
from audit_app.store.instruments import load_form
from audit_app.web.access import current_person
from audit_app.web.actions.words import ActionRow, rows_for
from audit_app.web.database import db
from audit_app.web.words import say_month

_OPEN = (ActionState.TO_DO, ActionState.DONE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier audit: its month, form, grades in words, and the themes not met then."""

    month: str
    form: str
    overall: str
    grades: tuple[tuple[str, str], ...]
    not_met: tuple[str, ...]

    def __str__(self) -> str:
        """In words, as “February 2026: chronology not met”."""
        themes = ", ".join(self.not_met).lower()
        return f"{self.month}: {themes} not met" if themes else f"{self.month}: every theme met"


def say_earlier(one: EarlierAudit) -> Earlier:
    """An earlier audit in words; who audited is not told."""
    form, audit = load_form(one.audit.form_version), one.audit
    themes = [theme for theme in audit.themes if one.grades.get(theme.theme)]
    return Earlier(
        month=say_month(audit.cycle.month),
        form=form.title,
        overall=_grade(form, one.grades.get(OVERALL)),
        grades=tuple(
            (form.bank(theme.theme).title, _grade(form, one.grades[theme.theme]))
            for theme in themes
        ),
        not_met=tuple(
            form.bank(theme.theme).title for theme in audit.themes if theme.theme_met is False
        ),
    )


def open_actions(earlier: Sequence[EarlierAudit]) -> list[ActionRow]:
    """What they asked to be done for this case and is not verified yet, as the reader may see it.

    Actions have their own place in the matrix, so that one may be hidden whose audit is told of.
    """
    if not earlier:
        return []
    found = actions_of_audits(db(), current_person(), [one.audit.id for one in earlier])
    return rows_for(action for action in found if action.state in _OPEN)


def say_outcomes(outcomes: Iterable[tuple[str, Outcome]]) -> str:
    """As “In June 2026: not met; in February 2026: met”."""
    said = "; ".join(
        f"in {say_month(month)}: {OUTCOME_WORDS[outcome].lower()}" for month, outcome in outcomes
    )
    return said[:1].upper() + said[1:]


def _grade(form: AuditForm, key: str | None) -> str:
    return form.grade(key).label if key else ""
