"""How a form suggests grades: bands over the points or a ladder of rules, and caps."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.core.question_bank import (
    Band,
    Cap,
    JudgementRules,
    QuestionBank,
    Rung,
)
from audit_app.question_banks.caps import read_overall_caps, read_theme_caps
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.ladders import Counted, read_ladder
from audit_app.question_banks.ratings import COUNTED_OUTCOMES
from audit_app.question_banks.scales import read_step

JUDGEMENT_KEYS = ("met_from", "theme", "overall")
LEVEL_KEYS = ("bands", "grading", "caps")
BAND_KEYS = ("grade", "at_least")
_Level = tuple[tuple[Band, ...], tuple[Rung, ...], tuple[Cap, ...]]
_NOTHING: _Level = ((), (), ())


def read_rules(
    fields: Fields, grades: list[str], banks: Sequence[QuestionBank], *, whole: bool
) -> JudgementRules:
    """Read `judgement` over the form's banks; `whole` False: not all of them could be read."""
    node = fields.node("judgement")
    if node is None:
        return JudgementRules((), (), (), (), "")
    inner = Fields(node, fields.report, "judgement")
    inner.check_known(JUDGEMENT_KEYS)
    theme = _read_theme(inner, grades, banks, whole=whole)
    overall = _read_overall(inner, grades, banks, whole=whole)
    return JudgementRules(
        theme_bands=theme[0],
        theme_caps=theme[2],
        overall_bands=overall[0],
        overall_caps=overall[2],
        met_from=read_step(inner, "met_from", grades),
        theme_grading=theme[1],
        overall_grading=overall[1],
    )


def check_bank_rules(fields: Fields, line: int, bank: QuestionBank, grades: list[str]) -> None:
    """Report grades of a bank's own rules that do not fit the form's scale."""
    if not grades:
        return
    named = [("grading", rung.grade) for rung in bank.grading]
    named += [("caps", cap.not_better_than) for cap in bank.caps]
    for rules, grade in dict.fromkeys(named):
        if grade not in grades:
            what = f"the `{rules}` of the bank `{bank.key}` names the grade `{grade}`"
            fields.report.add(line, f"{what}, which is not on the scale: change one of the two")
    order = [grades.index(rung.grade) for rung in bank.grading if rung.grade in grades]
    if order != sorted(order):
        what = f"the `grading` of the bank `{bank.key}` does not go from the best grade down"
        fields.report.add(line, f"{what} on this scale: put one of the two in order")
    if any(cap.not_better_than == grades[0] for cap in bank.caps):
        what = f"a cap of the bank `{bank.key}` is at `{grades[0]}`, the best grade"
        fields.report.add(line, f"{what}, so it caps nothing: lower it")


def _read_theme(
    judgement: Fields, grades: list[str], banks: Sequence[QuestionBank], *, whole: bool
) -> _Level:
    without = [bank for bank in banks if not bank.grading]
    if "theme" not in judgement.nodes and whole and not without:
        return _NOTHING
    node = judgement.node("theme")
    if node is None:
        return _NOTHING
    level = Fields(node, judgement.report, "judgement: theme")
    level.check_known(LEVEL_KEYS)
    rated = [bank.key for bank in without if bank.levels]
    if "grading" in level.nodes and rated:
        what = f"this counts questions, and the sections of the bank `{rated[0]}` are rated"
        level.fault("grading", f"{what}: give that bank a `grading` of its own")
    scored = [q.id for bank in banks for q in bank.questions if q.is_scored]
    counted = Counted("questions", COUNTED_OUTCOMES, None, critical=True)
    bands, rungs = _read_bands_or_grading(level, grades, counted)
    return bands, rungs, read_theme_caps(level, grades, scored if whole else None)


def _read_overall(
    judgement: Fields, grades: list[str], banks: Sequence[QuestionBank], *, whole: bool
) -> _Level:
    node = judgement.node("overall", required=False)
    if node is None:
        return _NOTHING
    level = Fields(node, judgement.report, "judgement: overall")
    level.check_known(LEVEL_KEYS)
    names = [bank.key for bank in banks] if whole else []
    counted = Counted("themes of this form", grades, names)
    bands, rungs = _read_bands_or_grading(level, grades, counted)
    return bands, rungs, read_overall_caps(level, grades)


def _read_bands_or_grading(
    level: Fields, grades: list[str], counted: Counted
) -> tuple[tuple[Band, ...], tuple[Rung, ...]]:
    if "grading" not in level.nodes:
        return _read_bands(level, grades), ()
    if "bands" in level.nodes:
        level.fault("bands", "`grading` stands in place of `bands`: keep one of them")
    return (), read_ladder(level, "grading", "grade", grades, counted)


def _read_bands(level: Fields, grades: list[str]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for node in level.items("bands"):
        inner = Fields(node, level.report, "a band")
        inner.check_known(BAND_KEYS)
        bound = inner.whole("at_least", 0, 100, required=True)
        grade = read_step(inner, "grade", grades)
        if not grade or bound is None:
            return ()
        if bands and bound >= bands[-1].at_least:
            what = f"`at_least` {bound} is not below {bands[-1].at_least} of the band before"
            inner.fault("at_least", f"{what}: go from the best grade down")
        bands.append(Band(grade, bound))
    if bands and grades and [band.grade for band in bands] != grades:
        order = ", ".join(grades)
        level.fault("bands", f"bands must name each grade of the scale once, best first: {order}")
    if bands and bands[-1].at_least != 0:
        level.fault("bands", "the last band must start at 0: set its `at_least` to 0")
    return tuple(bands)
