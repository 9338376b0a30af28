"""The options of a question: those of its type, or those that the file declares."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from audit_app.core.question_bank import OPTION_OUTCOMES, POINTS, AnswerType, Option, Outcome
from audit_app.question_banks.faults import Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.nodes import Node
from audit_app.question_banks.words import read_answer_key, read_word

OPTION_KEYS = ("key", "label", "outcome", "points", "retired")
MOST_POINTS = 100
#: Every question may have these states beside its options.
_STATES = frozenset({"not_applicable", "not_recorded", "unanswered"})


def _option(key: str, label: str, outcome: Outcome) -> Option:
    return Option(key, label, outcome, POINTS[outcome])


DEFAULT_OPTIONS: Mapping[AnswerType, tuple[Option, ...]] = {
    AnswerType.MET: (
        _option("met", "Met", Outcome.MET),
        _option("partly_met", "Partly met", Outcome.PARTLY_MET),
        _option("not_met", "Not met", Outcome.NOT_MET),
    ),
    AnswerType.YES_NO: (
        _option("yes", "Yes", Outcome.MET),
        _option("no", "No", Outcome.NOT_MET),
    ),
    AnswerType.GRADE: (
        _option("outstanding", "Outstanding", Outcome.MET),
        _option("good", "Good", Outcome.MET),
        _option("requires_improvement", "Requires improvement", Outcome.PARTLY_MET),
        _option("inadequate", "Inadequate", Outcome.NOT_MET),
    ),
}
WITH_OPTIONS = (*DEFAULT_OPTIONS, AnswerType.CHOICE, AnswerType.CHOICES)


def read_options(fields: Fields, type_: AnswerType) -> tuple[Option, ...]:
    """Read the options of a question, or take those of its type."""
    if type_ not in WITH_OPTIONS:
        return ()
    if "options" not in fields.nodes and type_ in DEFAULT_OPTIONS:
        return DEFAULT_OPTIONS[type_]
    nodes = fields.items("options")
    read = [(node.line, _read_option(node, fields.report)) for node in nodes]
    options = [(line, option) for line, option in read if option is not None]
    if not nodes or len(options) < len(nodes):
        return ()
    _check_repeats(options, fields.report)
    chosen = tuple(option for _, option in options)
    _check_scale(fields, type_, chosen)
    return chosen


def _read_option(node: Node, report: Report) -> Option | None:
    before = len(report.faults)
    fields = Fields(node, report, "an option")
    fields.check_known(OPTION_KEYS)
    key_node = fields.node("key")
    key = read_answer_key(key_node, "key", report, _STATES) if key_node else ""
    label = fields.text("label", longest=LONGEST_LINE)
    outcome = None
    named = f"option `{key}`" if key else "this option"
    if "outcome" not in fields.nodes:
        allowed = ", ".join(OPTION_OUTCOMES)
        report.add(fields.line, f"{named} has no outcome: add `outcome`, one of {allowed}")
    elif (outcome_node := fields.node("outcome")) is not None:
        outcome = read_word(outcome_node, "outcome", Outcome, report, OPTION_OUTCOMES)
    points = fields.whole("points", 0, MOST_POINTS)
    if outcome is None or len(report.faults) > before:
        return None
    if points and outcome is Outcome.INFORMATION:
        fields.fault("points", f"{named} is for information and earns no points: remove `points`")
    earned = POINTS[outcome] if points is None else points
    return Option(key, label, outcome, earned, fields.flag("retired", False))


def _check_repeats(options: list[tuple[int, Option]], report: Report) -> None:
    keys: set[str] = set()
    labels: set[str] = set()
    for line, option in options:
        if option.key in keys:
            report.add(line, f"option `{option.key}` is there twice: give one of them another key")
        elif option.label in labels:
            report.add(line, f"the label “{option.label}” is there twice: word one differently")
        keys.add(option.key)
        labels.add(option.label)


def _check_scale(fields: Fields, type_: AnswerType, options: tuple[Option, ...]) -> None:
    keys = {option.key for option in options}
    offered = [option for option in options if not option.retired]
    if len(offered) < 2:
        only = "there is only one option" if offered else "no option is offered any more"
        fields.fault("options", f"{only}: add another")
    if type_ is AnswerType.YES_NO and keys != {"yes", "no"}:
        fields.fault("options", "a yes_no question has the options `yes` and `no`: write these two")
    if type_ is AnswerType.MET and any(option.key != option.outcome for option in options):
        fields.fault(
            "options",
            "in a met question each option's key is its outcome (met, partly_met, not_met): "
            "make them equal, or use the type choice",
        )
    scored = [option for option in offered if option.outcome is not Outcome.INFORMATION]
    best = [option.points for option in scored if option.outcome is Outcome.MET]
    if scored and not any(best):
        fields.fault("options", "no option is met with points: the full score needs one")
    for better, worse in pairwise((Outcome.MET, Outcome.PARTLY_MET, Outcome.NOT_MET)):
        low = [option.points for option in scored if POINTS[option.outcome] >= POINTS[better]]
        high = [option.points for option in scored if POINTS[option.outcome] <= POINTS[worse]]
        if low and high and min(low) < max(high):
            fields.fault("options", f"an option that is {worse} has more points than a better one")
            break
