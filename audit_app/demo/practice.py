"""How good the council's practice is: uneven by theme, question, team, time and reader.

A case file is sound or weak in a theme; a question is then met with the chance that its trait
gives. So the answers of one file hang together, as they do in life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from audit_app.core.question_bank import AnswerType, Outcome, Question


@dataclass(frozen=True, slots=True)
class Trait:
    """How one question fares. All are chances, 0 to 1."""

    sound: float = 0.91
    """Met in a file that is sound in the theme."""
    weak: float = 0.42
    """Met in a file that is weak in it."""
    silent: float = 0.1
    """Of what is not met: not recorded."""
    partly: float = 0.55
    """Of the rest: partly met, where the question has it."""
    not_applicable: float = 0.0
    yes: float = 0.5
    """A yes, where the answer is for information only."""


USUAL = Trait()
TRAITS: Mapping[str, Trait] = {
    "voice_allegation": Trait(yes=0.36),
    "voice_delay_reason": Trait(weak=0.35),
    "voice_interpreter": Trait(weak=0.5, not_applicable=0.85),
    "voice_child_views": Trait(sound=0.9, weak=0.38, silent=0.06),
    "voice_difference": Trait(sound=0.85, weak=0.3),
    "chron_place": Trait(sound=0.97, weak=0.55),
    "chron_up_to_date": Trait(sound=0.88, weak=0.3, silent=0.04),
    "chron_cumulative": Trait(sound=0.92, weak=0.36, not_applicable=0.1),
    "chron_new_incident": Trait(yes=0.58),
    "chron_quality": Trait(sound=0.88, weak=0.25),
    "signoff_allocation": Trait(sound=0.84, silent=0.15),
    "signoff_worker": Trait(sound=0.76, weak=0.3, silent=0.25),
    "signoff_held_by_worker": Trait(sound=0.98, weak=0.85),
    "sup_recorded_at_once": Trait(sound=0.88, weak=0.35),
    "sup_file_signed": Trait(weak=0.3),
    "sup_challenge": Trait(sound=0.8, weak=0.22),
    "males_household": Trait(sound=0.93, weak=0.6),
    "males_identified": Trait(sound=0.97, weak=0.62, silent=0.04),
    "males_resident": Trait(sound=0.9, weak=0.34, not_applicable=0.38),
    "males_non_resident": Trait(sound=0.88, weak=0.18, silent=0.18, not_applicable=0.1),
    "males_contact": Trait(sound=0.9, weak=0.3),
    "males_services": Trait(sound=0.92, weak=0.4, silent=0.2),
    "males_domestic_violence": Trait(yes=0.46),
    "males_violence_plan": Trait(sound=0.88, weak=0.38),
    "cpp_review_on_time": Trait(sound=0.97, weak=0.8, not_applicable=0.2),
    "cpp_allocated": Trait(sound=0.97, weak=0.7, silent=0.0),
    "cpp_medical": Trait(not_applicable=0.55),
    "cpp_school_change": Trait(yes=0.25),
    "dv_police_risk": Trait(sound=0.8, weak=0.35, not_applicable=0.15),
    "dv_effect": Trait(sound=0.86, weak=0.3),
    "dv_marac": Trait(yes=0.45),
    "dv_mental_health": Trait(not_applicable=0.6),
    "dv_refuge": Trait(not_applicable=0.75),
}

#: The chance that a case file is sound in a theme; the second figure is after the action.
_SOUND: Mapping[str, tuple[float, float]] = {
    "voice_of_the_child": (0.8, 0.8),
    "chronology": (0.62, 0.62),
    "manager_sign_off": (0.97, 0.97),
    "supervision": (0.2, 0.93),
    "role_of_males": (0.24, 0.24),
}
_SOUND_OTHERWISE = (0.65, 0.65)
_TEAM_DIFFERS: Mapping[tuple[str, str], float] = {
    ("Family Support West", "chronology"): -0.42,
    ("Assessment South", "voice_of_the_child"): -0.52,
}
_STRONG_TEAM, _STRONGER_BY = "Children Looked After", 0.15


def is_sound(theme: str, team: str | None, effect: float, dice: Random) -> bool:
    """Whether a case file of the team is sound in the theme; `effect` of the action, 0 to 1."""
    before, after = _SOUND.get(theme, _SOUND_OTHERWISE)
    chance = before + (after - before) * effect
    chance += _TEAM_DIFFERS.get((team or "", theme), 0.0)
    chance += _STRONGER_BY if team == _STRONG_TEAM else 0.0
    return dice.random() < chance


def severity_of(dice: Random) -> float:
    """How an auditor reads: below 0 kindly, above 0 strictly; most are near 0."""
    return max(-1.0, min(1.0, dice.gauss(0, 0.45)))


def judge(question: Question, sound: bool, severity: float, dice: Random) -> Outcome:
    """What one auditor finds of one question that applies to the file."""
    trait = TRAITS.get(question.id, USUAL)
    met = dice.random() < (trait.sound if sound else trait.weak)
    has_partly = _has_partly(question)
    if met:
        strict = has_partly and dice.random() < 0.1 * severity
        return Outcome.PARTLY_MET if strict else Outcome.MET
    if question.allows_not_recorded and dice.random() < trait.silent:
        return Outcome.NOT_RECORDED
    if has_partly and dice.random() < trait.partly:
        kind = dice.random() < -0.15 * severity
        return Outcome.MET if kind else Outcome.PARTLY_MET
    return Outcome.NOT_MET


def _has_partly(question: Question) -> bool:
    if question.type is AnswerType.NUMBER:
        bands = question.bands
        return bands is not None and (bands.partly_from, bands.partly_to) != (None, None)
    if question.type is AnswerType.INTERVAL:
        return question.limit is not None and question.limit.partly is not None
    return any(option.outcome is Outcome.PARTLY_MET for option in question.options)
