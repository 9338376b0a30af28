"""The sheets of a bank's workbook and their columns: one table for writer, reader and `read me`.

What XLSForm has a column for stands in it; what it has none for stands in a column `audit_…`, which
other programs leave alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import OPTION_OUTCOMES, AnswerType, Evidence, LimitUnit

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
GRADING, CAPS = "audit_grading", "audit_caps"
READ_ME = "read me"
OWN_START = "audit_"
LEVELS = "audit_levels"
"""The list of choices that holds a bank's levels."""
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, how wide it is shown, what to type below it, and the only words allowed there."""

    heading: str
    width: int
    what: str
    words: tuple[str, ...] = ()


def _words(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


SURVEY_COLUMNS = (
    Column(
        "type",
        24,
        "select_one LIST, select_multiple LIST, decimal, integer, date, dateTime, text; "
        "begin_group and end_group round a section; begin_repeat and end_repeat round a section "
        "that is asked once for each of something; note for the sentence that introduces a "
        "section. Two dates that say how long something took are a begin_group with audit_type "
        "interval round two dates.",
    ),
    Column(
        "name",
        26,
        "The id of the question or the key of the section: small letters, digits and _, a letter "
        "first. It never changes once it is published.",
    ),
    Column("label", 60, "The question, or the title of the section."),
    Column("hint", 50, "Where on the file to look."),
    Column("guidance_hint", 60, "What good looks like."),
    Column("required", 10, "yes: must be answered. Empty means no.", YES_NO),
    Column(
        "relevant",
        36,
        "When the question is shown: ${name} = 'choice' for a select_one, or selected(${name}, "
        "'choice') for a select_multiple, of one question further up. Several choices are joined "
        "by or. The choice may be not_recorded.",
    ),
    Column(
        "audit_type",
        14,
        "met, yes_no or grade for a select_one that is one of these; interval on the begin_group "
        "of two dates. Otherwise empty.",
        _words(AnswerType),
    ),
    Column("audit_weight", 14, "How often the points count: 1 to 10. Empty means 1."),
    Column("audit_critical", 14, "yes: the caps look at this question.", YES_NO),
    Column(
        "audit_evidence",
        15,
        "When the answer must say what was seen: adverse, always or never. Empty means adverse, "
        "and never for text.",
        _words(Evidence),
    ),
    Column("audit_not_applicable", 19, "no: not applicable is not offered.", YES_NO),
    Column(
        "audit_not_applicable_when", 30, "When not applicable may be chosen, as the page says it."
    ),
    Column("audit_not_applicable_reason", 20, "yes: not applicable needs a reason.", YES_NO),
    Column("audit_not_recorded", 18, "no: not recorded on the file is not offered.", YES_NO),
    Column(
        "audit_source",
        40,
        "The published standard that the question comes from; several on lines of their own.",
    ),
    Column("audit_source_place", 30, "The place in it; one line for each line of audit_source."),
    Column("audit_limit", 12, "The longest time that is met, as a whole number."),
    Column("audit_limit_unit", 16, "What the limit is counted in.", _words(LimitUnit)),
    Column("audit_limit_partly", 17, "The longest time that is partly met, if there is one."),
    Column("audit_met_from", 14, "The least number that is met."),
    Column("audit_met_to", 14, "The greatest number that is met."),
    Column("audit_partly_from", 16, "The least number that is partly met."),
    Column("audit_partly_to", 16, "The greatest number that is partly met."),
    Column("audit_unit", 14, "What the number counts."),
    Column("audit_continues", 24, "The id of a retired question that this one carries on."),
    Column(
        "audit_facts",
        30,
        "What of the council's extract is shown beside the question: " + ", ".join(CaseFact) + ".",
    ),
    Column("audit_each", 24, "On begin_repeat: once for each what, in the singular."),
    Column("audit_at_most", 14, "On begin_repeat: how many at most. Empty means 12."),
    Column(
        "audit_entries",
        22,
        "On begin_repeat: the list on the sheet choices that names those always asked for. Empty: "
        "the auditor names them.",
    ),
    Column("disabled", 10, "yes: the question is retired, asked no more and kept.", YES_NO),
)
CHOICES_COLUMNS = (
    Column("list_name", 26, "The list that a select names. audit_levels holds the bank's levels."),
    Column("name", 26, "The key of the choice. It never changes once it is published."),
    Column("label", 60, "The words of the choice."),
    Column(
        "audit_outcome",
        16,
        "What the choice says of the file. Never for not applicable or not recorded: these two are "
        "offered with every question, and are no choices.",
        _words(OPTION_OUTCOMES),
    ),
    Column("audit_points", 13, "Points, 0 to 100. Empty means met 2, partly met 1, others 0."),
    Column("audit_retired", 14, "yes: offered no more, kept for old answers.", YES_NO),
)
SETTINGS_COLUMNS = (
    Column("form_title", 50, "The title of the bank."),
    Column("form_id", 30, "The key of the bank. It never changes once it is published."),
    Column("version", 12, "The version, such as 1.0. Raise it with every change."),
    Column("audit_summary", 100, "What the bank asks and why."),
)
GRADING_COLUMNS = (
    Column("section", 26, "The section whose level this is. Empty: the theme's grade."),
    Column(
        "grade",
        24,
        "The grade or level. The first whose rows all hold is suggested. Empty: one more "
        "requirement of the grade above. The last grade has no requirement.",
    ),
    Column("all", 30, "All answers must be one of these outcomes (or levels)."),
    Column("count", 30, "Or: count the answers with these outcomes (or levels)."),
    Column("at_least", 10, "The least count that is needed."),
    Column("at_most", 10, "The greatest count that is allowed."),
    Column("of", 40, "Only these questions (or sections). Empty: all."),
    Column("critical", 10, "yes: only critical questions.", YES_NO),
)
CAPS_COLUMNS = (
    Column("not_better_than", 24, "The best grade that can then be suggested."),
    Column("at_least", 10, "From how many. Empty means 1."),
    Column("outcomes", 34, "Which outcomes are counted."),
    Column("questions", 40, "Of which questions. Empty: of the critical ones."),
    Column("because", 60, "Why, as the page says it."),
)
SHEETS = {
    SURVEY: SURVEY_COLUMNS,
    CHOICES: CHOICES_COLUMNS,
    SETTINGS: SETTINGS_COLUMNS,
    GRADING: GRADING_COLUMNS,
    CAPS: CAPS_COLUMNS,
}
ABOUT = (
    "A question bank as a workbook in the convention of XLSForm.",
    "Change what you need, save the workbook as “Excel Workbook (.xlsx)” and import it. Every "
    "fault is then told by sheet and row, and nothing is published until you publish it.",
    "One row of survey is one question. Several names in one cell are parted by spaces. A cell is "
    "never a formula.",
    "Columns that begin with audit_ are this program's own: other programs that read XLSForm "
    "leave them alone. Not applicable and not recorded are offered beside every answer and stand "
    "in such columns; other programs do not offer them.",
)
