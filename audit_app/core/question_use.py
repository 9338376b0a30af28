"""How a question has served: what was found with it, and whether it still tells files apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from audit_app.core.question_bank import OUTCOME_WORDS, Outcome

ENOUGH_ANSWERS = 10
"""Below this number of answers nothing is said of a question."""
NEARLY_ALWAYS = Fraction(4, 5)
_FOUND = (Outcome.MET, Outcome.PARTLY_MET, Outcome.NOT_MET, Outcome.NOT_RECORDED)


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """How often each outcome was answered, in submitted audits."""

    counts: Mapping[Outcome, int]

    @property
    def asked(self) -> int:
        """How often it was shown and answered."""
        return sum(self.counts.values())

    def count(self, outcome: Outcome) -> int:
        """How often this was the outcome."""
        return self.counts.get(outcome, 0)

    @property
    def doubt(self) -> str:
        """What to ask oneself about the question, in one sentence; empty: nothing stands out."""
        asked = self.asked
        if asked < ENOUGH_ANSWERS:
            return ""
        for outcome, words in _NEARLY_ALWAYS_WORDS.items():
            if self.count(outcome) >= NEARLY_ALWAYS * asked:
                said = OUTCOME_WORDS[outcome].lower()
                return f"{self.count(outcome)} of {asked} answers are “{said}”: {words}"
        found = [outcome for outcome in _FOUND if self.count(outcome)]
        if len(found) != 1:
            return ""
        answers = self.count(found[0])
        if answers < ENOUGH_ANSWERS:
            return ""
        said = OUTCOME_WORDS[found[0]].lower()
        return f"{answers} answers, never anything but {said}: {_ALWAYS_WORDS[found[0]]}"


_NEARLY_ALWAYS_WORDS: Mapping[Outcome, str] = {
    Outcome.NOT_APPLICABLE: "is it asked of the right files?",
    Outcome.NOT_RECORDED: "is it looked for in the right place?",
}
_ALWAYS_WORDS: Mapping[Outcome, str] = {
    Outcome.MET: "does it still earn its place?",
    Outcome.PARTLY_MET: "does it tell files apart?",
    Outcome.NOT_MET: "is it a question for each file, or for the service?",
    Outcome.NOT_RECORDED: "is it looked for in the right place?",
}
