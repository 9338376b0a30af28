"""One auditor fills in the form for one case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from audit_app.bank_holidays import is_bank_holiday
from audit_app.caseload.values import age_at
from audit_app.core.answers import (
    Answer,
    AnswerState,
    Interval,
    Value,
    hidden_questions,
    outcome_of,
    write_value,
)
from audit_app.core.completeness import needs_evidence
from audit_app.core.question_bank import AnswerType, AuditForm, Evidence, Outcome, Question
from audit_app.demo.days import say_day
from audit_app.demo.practice import TRAITS, USUAL, is_sound, judge
from audit_app.demo.values import value_for
from audit_app.demo.words import Pen, sentences
from audit_app.store.audits import Draft
from audit_app.store.tables import CaseloadEntry, RecordedState

STRENGTHS_WITH_EVIDENCE = 0.35
QUOTABLE = 0.6
NO_MALE_KNOWN = 0.04
KNOWN_BEFORE = 0.45
"""Of the children whose assessment is still open: an earlier one can be audited."""
SCHOOL_FROM = 4
"""Years: a younger child has not changed school."""
_ALLOCATED_LATELY = timedelta(days=56)
_YEAR = timedelta(days=365)
_MALES = frozenset({"males_resident", "males_non_resident", "males_contact", "males_services"})
_OF_A_BORN_CHILD = frozenset(
    {
        "voice_before_approval",
        "voice_interpreter",
        "voice_child_views",
        "voice_difference",
        "dv_effect",
    }
)
_OF_AN_ASSESSMENT = frozenset(
    {"voice_before_approval", "signoff_approved", "signoff_seen_checked", "signoff_standard"}
)
_OF_EARLIER_SUPERVISION = frozenset({"sup_weeks_between", "sup_actions_followed"})
_COHORT_WITH_VIOLENCE = "under_twos"
#: A question whose words name the days of another one's answer.
_SAME_SPAN = {"voice_delay_reason": "voice_seen_24h"}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One auditor with one case file on one day, and what the extract says of it."""

    form: AuditForm
    day: date
    team: str | None
    facts: CaseloadEntry | None
    effect: float
    """Of the action on supervision, 0 to 1."""
    severity: float

    @property
    def age(self) -> int:
        """Years; -1 for an unborn child, 8 where it is not known."""
        born = self.facts.date_of_birth if self.facts is not None else None
        return age_at(born, self.day) if born is not None else 8

    @property
    def first_on_file(self) -> date:
        """When the case was opened."""
        opened = self.facts.cin_start if self.facts is not None else None
        return opened or self.day - _YEAR


class Auditor:
    """Answers question by question, as what was answered before allows."""

    def __init__(self, sitting: Sitting, dice: Random) -> None:
        """Open the file."""
        self.sitting, self.dice = sitting, dice
        self.pen = Pen(dice, sitting.day, sitting.age, sitting.first_on_file, {})
        self.answers: dict[str, Answer] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.spans: dict[str, dict[str, str]] = {}
        self.known_before = dice.random() < KNOWN_BEFORE
        self.no_male = dice.random() < NO_MALE_KNOWN
        self.sound = {
            bank.key: is_sound(bank.key, sitting.team, sitting.effect, dice)
            for bank in sitting.form.banks
        }

    def answer_all(self) -> list[Draft]:
        """Answers to every question that is shown, in the order of the form."""
        form = self.sitting.form
        drafts = []
        for bank in form.banks:
            for question in bank.questions:
                if question.id not in hidden_questions(form.questions, self.answers):
                    draft = self._answer(question, self.sound[bank.key])
                    drafts += [draft] if draft is not None else []
        return drafts

    def _answer(self, question: Question, sound: bool) -> Draft | None:
        if question.type is AnswerType.TEXT:
            return self._write(question)
        answer = self._find(question, sound)
        outcome = outcome_of(question, answer, is_bank_holiday)
        self.spans[question.id] = _span(answer.value)
        self.pen.span = self.spans.get(_SAME_SPAN.get(question.id, question.id), {})
        self.answers[question.id] = answer
        self.outcomes[question.id] = outcome
        evidence = self._evidence(question, answer, outcome)
        return Draft(
            question.id,
            RecordedState(answer.state.value),
            value=write_value(question, answer.value) if answer.value is not None else None,
            evidence=evidence,
            quotable=bool(evidence)
            and outcome is not Outcome.NOT_APPLICABLE
            and self.dice.random() < QUOTABLE,
        )

    def _find(self, question: Question, sound: bool) -> Answer:
        if question.allows_not_applicable and self._does_not_apply(question):
            return Answer(AnswerState.NOT_APPLICABLE)
        if question.options and not question.is_scored:
            yes = self.dice.random() < self._chance_of_yes(question.id)
            return Answer(AnswerState.ANSWERED, question.options[0 if yes else -1].key)
        outcome = judge(question, sound, self.sitting.severity, self.dice)
        if question.id == "males_identified" and self.no_male:
            outcome = Outcome.MET
        if outcome is Outcome.NOT_RECORDED:
            return Answer(AnswerState.NOT_RECORDED)
        anchor = self._anchor(question.id)
        value = value_for(question, outcome, self.sitting.day, anchor, self.dice)
        return Answer(AnswerState.ANSWERED, value)

    def _does_not_apply(self, question: Question) -> bool:
        rule = _RULES.get(question.id)
        if rule is not None and rule(self):
            return True
        if question.id in _OF_A_BORN_CHILD and self.sitting.age < 0:
            return True
        return self.dice.random() < TRAITS.get(question.id, USUAL).not_applicable

    def _chance_of_yes(self, question_id: str) -> float:
        if question_id == "males_domestic_violence":
            if self.sitting.form.key == _COHORT_WITH_VIOLENCE:
                return 0.92
        elif question_id == "voice_allegation" and self.sitting.age < 0:
            return 0.0
        return TRAITS.get(question_id, USUAL).yes

    def _anchor(self, question_id: str) -> date:
        """When an interval began: by the extract where it says, otherwise some weeks ago."""
        facts, day = self.sitting.facts, self.sitting.day
        known: tuple[date | None, ...] = ()
        if facts is not None and question_id == "voice_seen_24h":
            known = (facts.last_strategy_discussion, facts.last_referral)
        elif facts is not None and question_id == "signoff_referral_24h":
            known = (facts.last_referral,)
        within_the_year = [one for one in known if one is not None and day - one < _YEAR]
        some_weeks_ago = day - timedelta(days=self.dice.randint(33, 60))
        return next(iter(within_the_year), some_weeks_ago)

    def _write(self, question: Question) -> Draft | None:
        lines = sentences().get(question.id, {}).get("text", ())
        if self.dice.random() < (0.55 if all(self.sound.values()) else 0.3):
            text = self.pen.pick(lines)
            if text:
                return Draft(question.id, RecordedState.ANSWERED, value=text)
        return None

    def _evidence(self, question: Question, answer: Answer, outcome: Outcome) -> str:
        chance = STRENGTHS_WITH_EVIDENCE if outcome is Outcome.MET else 0.25
        wanted = needs_evidence(question, outcome) or self.dice.random() < chance
        if question.evidence is Evidence.NEVER or not wanted or outcome is Outcome.INFORMATION:
            return ""
        return self.pen.describe(question, outcome, sorted(answer.keys))


def _span(value: Value | None) -> dict[str, str]:
    """What an answer says, for the sentences that name it."""
    if isinstance(value, Interval):
        return {"from_day": say_day(value.start.date()), "to_day": say_day(value.end.date())}
    return {"weeks": str(value)} if isinstance(value, Decimal) else {}


def _no_male(auditor: Auditor) -> bool:
    return auditor.no_male


def _seen_in_time(auditor: Auditor) -> bool:
    return auditor.outcomes.get("voice_seen_24h") in (Outcome.MET, Outcome.NOT_APPLICABLE)


def _not_at_school(auditor: Auditor) -> bool:
    return auditor.sitting.age < SCHOOL_FROM


def _no_recent_referral(auditor: Auditor) -> bool:
    facts = auditor.sitting.facts
    referred = facts.last_referral if facts is not None else None
    return referred is None or referred < auditor.sitting.day - _YEAR


def _no_assessment_yet(auditor: Auditor) -> bool:
    facts = auditor.sitting.facts
    under_way = facts is not None and facts.last_assessment_authorised is None
    return under_way and not auditor.known_before


def _allocated_lately(auditor: Auditor) -> bool:
    return auditor.sitting.first_on_file > auditor.sitting.day - _ALLOCATED_LATELY


#: When a question does not apply to a case file, beside the chance in its trait.
_RULES: Mapping[str, Callable[[Auditor], bool]] = {
    "voice_delay_reason": _seen_in_time,
    "signoff_referral_24h": _no_recent_referral,
    "cpp_school_change": _not_at_school,
    **dict.fromkeys(_MALES, _no_male),
    **dict.fromkeys(_OF_AN_ASSESSMENT, _no_assessment_yet),
    **dict.fromkeys(_OF_EARLIER_SUPERVISION, _allocated_lately),
}
