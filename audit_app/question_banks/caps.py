"""Caps: what keeps a suggestion from being better than some grade, and why."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.core.question_bank import Cap, Outcome
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.nodes import Node, Scalar
from audit_app.question_banks.scales import read_step
from audit_app.question_banks.words import hint, read_word

CAP_OUTCOMES = (Outcome.NOT_MET, Outcome.NOT_RECORDED, Outcome.PARTLY_MET)
MOST_COUNTED = 100
_EVERYWHERE = ("at_least", "not_better_than", "because")
THEME_CAP_KEYS = ("critical", "questions", "outcomes", *_EVERYWHERE)
OVERALL_CAP_KEYS = ("themes", *_EVERYWHERE)


def read_theme_caps(
    fields: Fields, grades: Sequence[str] | None, ids: Sequence[str] | None
) -> tuple[Cap, ...]:
    """Read the caps of themes. `grades` None: the scale is not known; `ids` None: nor are these."""
    nodes = fields.items("caps", required=False)
    return tuple(_read_theme_cap(node, fields, grades, ids) for node in nodes)


def read_overall_caps(fields: Fields, grades: Sequence[str]) -> tuple[Cap, ...]:
    """Read the caps of the overall judgement, which count themes."""
    caps: list[Cap] = []
    for node in fields.items("caps", required=False):
        inner = Fields(node, fields.report, "a cap here")
        inner.check_known(OVERALL_CAP_KEYS)
        theme_grade = read_step(inner, "themes", grades)
        grade, at_least, because = _read_rest(inner, grades)
        caps.append(Cap(grade, at_least, theme_grade=theme_grade, because=because))
    return tuple(caps)


def _read_theme_cap(
    node: Node, fields: Fields, grades: Sequence[str] | None, ids: Sequence[str] | None
) -> Cap:
    inner = Fields(node, fields.report, "a cap here")
    inner.check_known(THEME_CAP_KEYS)
    questions: frozenset[str] = frozenset()
    by = "critical"
    if "questions" in inner.nodes:
        by = "outcomes"
        questions = _read_ids(inner, ids)
    for other in {"critical", "outcomes"} & set(inner.nodes) - {by}:
        what = "a cap has `critical`, or `questions` with `outcomes`"
        inner.fault(other, f"{what}: take `{other}` away, or change the other")
    words = [read_word(n, by, Outcome, inner.report, CAP_OUTCOMES) for n in inner.items(by)]
    outcomes = frozenset(word for word in words if word)
    grade, at_least, because = _read_rest(inner, grades)
    if questions and at_least > len(questions):
        what = f"`at_least` is {at_least}, and only {len(questions)} are named"
        inner.fault("at_least", f"{what}: lower it, or name more")
    return Cap(grade, at_least, outcomes, questions=questions, because=because)


def _read_ids(inner: Fields, ids: Sequence[str] | None) -> frozenset[str]:
    names: list[str] = []
    for node in inner.items("questions"):
        name = node.text if isinstance(node, Scalar) else ""
        if ids is not None and name not in ids:
            what = f"`questions`: `{name[:60]}` is not the id of a question that is scored here"
            inner.report.add(node.line, f"{what}: {hint(name, ids)}")
        else:
            names.append(name)
    return frozenset(names)


def _read_rest(inner: Fields, grades: Sequence[str] | None) -> tuple[str, int, str]:
    """The cap's grade, from how many on it bites, and why."""
    grade = read_step(inner, "not_better_than", grades)
    if grades and grade == grades[0]:
        what = f"`{grade}` is the best grade, so this caps nothing: lower it"
        inner.fault("not_better_than", what)
    at_least = inner.whole("at_least", 1, MOST_COUNTED) or 1
    return grade, at_least, inner.text("because", required=False, longest=300).rstrip(".")
