"""How a bank rates: the level of a section from its answers, and the grade of the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit_app.core.question_bank import ADVERSE, Grade, Outcome, Question, Rung, Section
from audit_app.question_banks.conditions import Neighbours
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.ladders import Counted, read_ladder

#: What a scored answer says, best first; what does not apply is in no count.
COUNTED_OUTCOMES = tuple(o.value for o in Outcome if o is Outcome.MET or o in ADVERSE)


def read_rating(
    fields: Fields, questions: Mapping[str, Question | None], levels: Sequence[Grade]
) -> tuple[Rung, ...]:
    """Read the `rating` of a section over its own questions (None: one with faults)."""
    if "rating" not in fields.nodes:
        return ()
    if not levels:
        what = "a section is rated on the levels of its bank, and this one has none"
        fields.fault("rating", f"{what}: add `levels` to the bank, or take `rating` away")
    unscored = frozenset(id_ for id_, q in questions.items() if q and not q.is_scored)
    scored = [id_ for id_ in questions if id_ not in unscored]
    if questions and not scored:
        what = "no question of this section is scored, so it can have no level"
        fields.fault("rating", f"{what}: take `rating` away, or say which answers are met")
    counted = Counted(
        "questions of this section", COUNTED_OUTCOMES, scored, unscored, critical=True
    )
    return read_ladder(fields, "rating", "level", [level.key for level in levels], counted)


def read_grading(
    fields: Fields, sections: Sequence[Section], levels: Sequence[Grade], near: Neighbours
) -> tuple[Rung, ...]:
    """Read the `grading` of a bank: over its rated sections, or else over its questions.

    The grades are those of a form that is not known here.
    """
    rated = [section.key for section in sections if section.rating]
    if levels and not rated and sections:
        what = "no section is rated on these levels"
        fields.fault("levels", f"{what}: add `rating` to a section, or take `levels` away")
    if rated:
        unrated = frozenset(section.key for section in sections) - frozenset(rated)
        values = [level.key for level in levels]
        counted = Counted("rated sections", values, rated, unrated)
    else:
        scored = near.scored
        unscored = frozenset(near.asked) - frozenset(scored)
        counted = Counted("questions", COUNTED_OUTCOMES, scored, unscored, critical=True)
    return read_ladder(fields, "grading", "grade", None, counted)
